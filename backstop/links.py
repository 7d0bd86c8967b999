"""One-time sign-in links: handed out by the administrator, used once. Kept as hashes in a file only
we can read.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from backstop.engines.private import locked, make_folder, read_state, update_state
from kit.actor import Actor
from kit.errors import Refused
from schemas.codes import Role

VALID = timedelta(days=3)


@dataclass(frozen=True)
class Link:
    name: str
    role: Role
    place: str
    made_at: datetime
    used_at: datetime | None


class Links:
    """The links of one installation; `home` is its folder."""

    def __init__(self, home: Path) -> None:
        self._path = make_folder(home / "secrets") / "sign-in.json"
        self._lock = self._path.with_suffix(".lock")

    def hand_out(self, actor: Actor, now: datetime) -> str:
        """A token for a link; whoever opens it first within three days is `actor`."""
        token = secrets.token_urlsafe(24)
        with locked(self._lock):
            update_state(
                self._path,
                **{
                    _hash(token): {
                        "account": actor.account,
                        "name": actor.name,
                        "role": actor.role.value,
                        "place": actor.place,
                        "made_at": now.isoformat(),
                        "used_at": None,
                    }
                },
            )
        return token

    def use(self, token: str, now: datetime) -> Actor:
        """Whom the link is for; it is used up by this."""
        with locked(self._lock):
            entry = read_state(self._path).get(_hash(token))
            if entry is None:
                raise Refused("这个登录链接不对。请核对，或者请管理员重新发一个。")
            if entry["used_at"]:
                raise Refused("这个登录链接已经用过。请管理员重新发一个。")
            if now - datetime.fromisoformat(entry["made_at"]) > VALID:
                raise Refused("这个登录链接已过期（3天有效）。请管理员重新发一个。")
            update_state(self._path, **{_hash(token): entry | {"used_at": now.isoformat()}})
        return Actor(entry["account"], entry["name"], Role[entry["role"]], entry["place"])

    def all(self) -> list[Link]:
        """Newest first."""
        entries = read_state(self._path).values()
        links = [
            Link(
                entry["name"],
                Role[entry["role"]],
                entry["place"],
                datetime.fromisoformat(entry["made_at"]),
                datetime.fromisoformat(entry["used_at"]) if entry["used_at"] else None,
            )
            for entry in entries
        ]
        return sorted(links, key=lambda link: link.made_at, reverse=True)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
