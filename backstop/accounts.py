"""The demo's accounts, one a role, chosen on a page that says it is a demo."""

from pathlib import Path

from backstop.engines.private import make_folder, read_state, update_state
from kit.actor import Actor
from kit.errors import NotFound
from schemas.codes import Role


class DemoAccounts:
    """Kept in the demo's folder; an installation has none."""

    def __init__(self, home: Path) -> None:
        self.path = home / "demo-accounts.json"

    def keep(self, actors: dict[str, Actor]) -> None:
        """`actors`: what each account shows -> who it is."""
        make_folder(self.path.parent)
        update_state(
            self.path,
            accounts=[
                {
                    "hint": hint,
                    "account": actor.account,
                    "name": actor.name,
                    "role": actor.role.value,
                    "place": actor.place,
                }
                for hint, actor in actors.items()
            ],
        )

    def all(self) -> list[dict]:
        return [
            entry | {"label": Role[entry["role"]].label}
            for entry in read_state(self.path).get("accounts", [])
        ]

    def named(self, account: str) -> Actor:
        for entry in self.all():
            if entry["account"] == account:
                return Actor(entry["account"], entry["name"], Role[entry["role"]], entry["place"])
        raise NotFound("没有这个演示身份，请回到登录页重选。")
