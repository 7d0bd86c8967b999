"""What becomes of one request in the audit, from its door to its row."""

import logging
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from sqlalchemy import Row, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from kit.access import actor as actor_of
from kit.actor import Actor
from kit.database.rows import named
from kit.documents.leaving import at_the_door
from kit.ids import new_id
from kit.rates import RatedRoute
from kit.turns import turn
from schemas.codes import Coded, Role

log = logging.getLogger(__name__)
KEEP = text("""INSERT INTO audit
    (at, kind, deed, account, role, place, objects, count, request, on_behalf, purpose) VALUES
    (:at, :kind, :deed, :account, :role, :place, :objects, :count, :request, :on_behalf,
     :purpose)""")
READING = ("GET", "HEAD", "OPTIONS")
STRANGER = Actor("stranger", "", Role.SYSTEM, "")  # an account that is not known
AT_ONCE = 12  # requests of one account at one service
MOST_NAMED = (
    1_000  # rows of a list that are named one by one; of a longer one only their number is kept
)
# A UUID, with dashes or without; digits alone might be somebody's number.
REQUEST = re.compile(r"(?=.*[a-f])[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


class Kind(Coded):
    ACT = "act", "办理"
    READ = "read", "查看"
    EXPORT = "export", "导出"
    REFUSED = "refused", "被拒绝"
    EVENTS = "events", "收到消息"


COUNTED = (Kind.EXPORT, Kind.EVENTS)


@dataclass
class Entry:
    """`objects`: the rows that the policy was asked about; `seen`: those that were shown with
    sensitive fields; `listed`: those of lists, `whole` where all that was shown is sensitive.
    `kind` None: nothing of this request is kept.
    """

    actor: Actor
    deed: str
    request: str
    reading: bool
    kind: Kind | None = None
    objects: dict[str, None] = field(default_factory=dict)  # as sets, in their order
    seen: dict[str, None] = field(default_factory=dict)
    listed: dict[str, None] = field(default_factory=dict)
    sensitive: bool = False
    whole: bool = False
    count: int | None = None
    on_behalf: str | None = None
    purpose: str | None = None  # what for something hidden was shown

    def answered(self, response: Response) -> None:
        if response.status_code >= 400:
            return
        if not self.reading and self.purpose is None:
            self.kind = Kind.ACT
        elif response.headers.get("content-disposition", "").startswith("attachment"):
            self.kind = Kind.EXPORT
        elif self.sensitive:
            self.kind = Kind.READ

    def concerned(self) -> list[str]:
        """The rows that the audit names."""
        if self.kind is Kind.READ:
            return list(self.seen | self.listed if self.whole else self.seen)
        return list(self.objects | self.listed if self.kind is Kind.EXPORT else self.objects)

    def write(self, session: Session, at: Any) -> None:
        session.execute(
            KEEP,
            {
                "at": at,
                "kind": self.kind,
                "deed": self.deed,
                "account": self.actor.account,
                "role": self.actor.role.value,
                "place": self.actor.place,
                "objects": self.concerned(),
                "count": (self.count or 1) if self.kind in COUNTED else None,
                "request": self.request,
                "on_behalf": self.on_behalf,
                "purpose": self.purpose,
            },
        )


_entry: ContextVar[Entry | None] = ContextVar("audit", default=None)


class AuditedRoute(RatedRoute):
    """A door whose acts, reads and exports are kept under its name."""

    def admit(self, actor: Actor) -> None:
        """Called before a byte of the body is read."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            entry = Entry(
                actor_of(request), self.name, _request_id(request), request.method in READING
            )
            request.state.audit = entry
            before = _entry.set(entry)
            try:
                self.admit(entry.actor)
                at = request.app.state.clock()
                with turn(AT_ONCE, request.app, entry.actor.account), at_the_door(entry.actor, at):
                    response: Response = await handler(request)
            finally:
                _entry.reset(before)
            entry.answered(response)
            request.state.answer = response
            return response

        return handle


def about(row: Any) -> None:
    """The policy was asked about this row."""
    if (entry := _entry.get()) and (name := _name_of(row)):
        entry.objects[name] = None


def shown(row: Any = None) -> None:
    """Sensitive fields are shown: of this row, or of a list."""
    if entry := _entry.get():
        entry.sensitive = True
        if row is None:
            entry.whole = True
        if name := _name_of(row):
            entry.seen[name] = None


def unmasked(row: Any, purpose: str) -> None:
    """What is hidden of this row was shown for a purpose: a read, also where a form was sent."""
    shown(row)
    if entry := _entry.get():
        entry.purpose = purpose


def listed(rows: Sequence[Any]) -> None:
    """A list of these rows is shown; more than `MOST_NAMED` are only counted."""
    if (entry := _entry.get()) and len(rows) <= MOST_NAMED:
        for row in rows:
            for part in row if isinstance(row, Row) else (row,):
                if name := _name_of(part):
                    entry.listed[name] = None


def on_behalf(whom: str) -> None:
    """The act is somebody else's: an account, or who the policy's table says; never a name."""
    if entry := _entry.get():
        entry.on_behalf = whom


@dataclass(frozen=True)
class Named:
    """What is no row here: it says itself what it is, never a person's name or number."""

    audited: str


def counted(rows: int) -> None:
    """So many rows leave in a file."""
    if entry := _entry.get():
        entry.count = rows


def keep(session: Session, request: Request) -> None:
    """Write the request's row, if it has one, into the door's own transaction: before it commits,
    after the door has answered.
    """
    entry: Entry | None = getattr(request.state, "audit", None)
    if entry and entry.kind:
        entry.write(session, request.app.state.clock())


def note(
    session: Session,
    at: datetime,
    deed: str,
    actor: Actor = STRANGER,
    *objects: str,
    kind: Kind = Kind.ACT,
    count: int | None = None,
    request: str = "",
) -> None:
    """A row of what no audited door brought: a command on the server, a set of events, sign-in; in
    the caller's transaction, so that whoever is refused has one of its own. Never what he typed.
    """
    entry = Entry(actor, deed, request or new_id(), reading=False, kind=kind, count=count)
    entry.objects = entry.seen = dict.fromkeys(objects)
    entry.write(session, at)


def shows(request: Request) -> bool:
    """Whether the answer holds what the audit has to know of each time that it is seen."""
    entry: Entry | None = getattr(request.state, "audit", None)
    return entry is not None and entry.kind in (Kind.READ, Kind.EXPORT)


def keep_refusal(request: Request) -> None:
    """Its door's transaction is rolled back, so it has its own; a database that is away, or that
    is none (the front door's), makes no other answer of a refusal.
    """
    entry: Entry | None = getattr(request.state, "audit", None)
    sessions = getattr(request.app.state, "sessions", None)
    if entry is None or sessions is None:
        return
    entry.kind = Kind.REFUSED
    try:
        with sessions.begin() as session:
            entry.write(session, request.app.state.clock())
    except SQLAlchemyError:
        log.exception("a refusal of %s was not kept", entry.deed)


def _name_of(row: Any) -> str | None:
    """A row by its table and key; anything else says itself what it is."""
    return named(row) or getattr(row, "audited", None)


def _request_id(request: Request) -> str:
    """The one that a proxy before us gave, or a new one."""
    request_id = request.headers.get("x-request-id", "")
    return request_id if REQUEST.fullmatch(request_id) else new_id()
