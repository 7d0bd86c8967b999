"""Who a token stands for, by the service's own database; remembered for two seconds."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from joserfc.jwk import OKPKey
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from kit.access.token import LONGEST, NOWHERE, SKEW, Claims, PublicKey, Refusal, Why, read
from kit.actor import Actor
from kit.clock import local_date
from schemas.codes import Role

FRESH = 2.0  # seconds that what was read is trusted: what is taken back is refused within five
MOST = 20_000  # that are remembered at a time
KEYS = text("SELECT kid, x, since, until FROM known_key")
STANDING = text("""SELECT account.name, account.active, post.role, post.place, post.since,
        post.until, post.active AS held, coalesce(other.name, post.deputy_for, '') AS deputy_for,
        EXISTS (SELECT FROM known_ended_session WHERE session = :session) AS ended,
        (SELECT CASE place.kind WHEN 'HELPER' THEN above.name ELSE concat(
                CASE place.kind WHEN 'VILLAGE' THEN above.name END, place.name,
                CASE WHEN post.place LIKE '%/%' THEN split_part(post.place, '/', 2) || '组' END) END
            FROM directory place LEFT JOIN directory above ON above.code = place.parent
            WHERE place.code = split_part(post.place, '/', 1) LIMIT 1) AS place_name
    FROM known_account account
    LEFT JOIN known_post post ON post.account = account.account AND post.id = :post
    LEFT JOIN known_account other ON other.account = post.deputy_for
    WHERE account.account = :account""")


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request: an actor, or why there is none. `account`: whose token it was, where
    its signature is good; `fault`: the database could not be asked; `token`: the one he is known by.
    """

    actor: Actor | None = None
    why: Why = Why.NOBODY
    account: str = ""
    expires: datetime | None = None
    fault: Exception | None = None
    token: str = field(default="", repr=False)


class People(Protocol):
    """Tells who a token stands for; `late`: how long it may have run out."""

    async def caller(self, token: str, now: datetime, late: timedelta = timedelta()) -> Caller: ...


@dataclass(frozen=True)
class Standing:
    """An account in one post and session, as the database has it."""

    name: str
    active: bool
    role: str | None
    place: str | None
    since: date | None
    until: date | None
    held: bool | None
    deputy_for: str
    ended: bool
    place_name: str | None

    def acts(self, on: date) -> bool:
        if not (self.active and self.held) or self.ended or self.since is None:
            return False
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass
class Known:
    """What one service's database says."""

    sessions: sessionmaker[Session]
    longest: timedelta = LONGEST  # that a token may live
    _keys: dict[str, PublicKey] = field(default_factory=dict)
    _keys_at: float = float("-inf")
    _standing: dict[Claims, tuple[float, Standing | None]] = field(default_factory=dict)

    @property
    def county(self) -> str:
        return str(self.sessions().info["county"])

    def issuers(self, now: datetime) -> tuple[str, ...]:
        """This county; until the last token of before it was named has run out, that without a name
        too: the very import that names it goes on.
        """
        named_at = self.sessions.kw["info"].get("named_at")
        just_named = named_at is not None and now <= named_at + LONGEST
        return (self.county, NOWHERE) if just_named else (self.county,)

    async def caller(self, token: str, now: datetime, late: timedelta = timedelta()) -> Caller:
        """Whoever holds the token now (aware)."""
        try:
            if monotonic() - self._keys_at > FRESH:
                await run_in_threadpool(self._read_keys)
            claims = read(token, self._keys.get, self.issuers(now), now, self.longest)
            seen = self._remembered(claims)
            if seen is None:
                seen = await run_in_threadpool(self._read, claims)
        except Refusal as refusal:
            return Caller(why=refusal.why)
        except Exception as error:  # no database: the door says so, as it does of its own
            return Caller(fault=error)
        found = self._judged(claims, seen[1], now, late)
        return replace(found, token=token)

    def clear(self) -> None:
        """Forget what was read."""
        self._keys_at = float("-inf")
        self._standing.clear()

    def _judged(
        self, claims: Claims, standing: Standing | None, now: datetime, late: timedelta
    ) -> Caller:
        known = Caller(account=claims.account, expires=claims.expires)
        if standing is None or not standing.acts(local_date(now)):
            return replace(known, why=Why.ENDED)
        if now > claims.expires + SKEW + late:
            return replace(known, why=Why.EXPIRED)
        try:
            role = Role(standing.role or "")
        except ValueError:  # of a later release
            return replace(known, why=Why.ENDED)
        place = self.county if standing.place == NOWHERE else standing.place or ""
        actor = Actor(
            claims.account,
            standing.name,
            role,
            place,
            post=claims.post,
            session=claims.session,
            deputy_for=standing.deputy_for,
            place_name=standing.place_name or "",
        )
        return replace(known, actor=actor)

    def _remembered(self, claims: Claims) -> tuple[float, Standing | None] | None:
        seen = self._standing.get(claims)
        return seen if seen and monotonic() - seen[0] <= FRESH else None

    def _read(self, claims: Claims) -> tuple[float, Standing | None]:
        at = monotonic()  # before it is read: what changes meanwhile is not trusted longer
        asked = {"account": claims.account, "post": claims.post, "session": claims.session}
        with self.sessions() as session:
            row = session.execute(STANDING, asked).one_or_none()
        if len(self._standing) >= MOST:
            self._standing.clear()
        seen = at, Standing(**row._mapping) if row else None
        self._standing[claims] = seen
        return seen

    def _read_keys(self) -> None:
        at = monotonic()
        with self.sessions() as session:
            rows = session.execute(KEYS).all()
        self._keys = {row.kid: PublicKey(_public(row.x), row.since, row.until) for row in rows}
        self._keys_at = at


def _public(x: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})


_known: WeakKeyDictionary[sessionmaker[Session], Known] = WeakKeyDictionary()


def people_of(state: Any) -> People:
    """Those of an application: what its composition root gave it, else its own database's."""
    if given := getattr(state, "people", None):
        return given
    return remembered(state.sessions)


def remembered(sessions: sessionmaker[Session]) -> Known:
    """What is remembered of one database."""
    if sessions not in _known:
        _known[sessions] = Known(sessions)
    return _known[sessions]
