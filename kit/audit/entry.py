"""What becomes of one request in the audit, from its door to its row."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.documents.leaving import at_the_door
from kit.ids import new_id
from kit.tokens import actor as actor_of
from kit.turns import turn

log = logging.getLogger(__name__)
KEEP = text("""INSERT INTO audit (at, kind, deed, account, role, place, objects, count, request)
    VALUES (:at, :kind, :deed, :account, :role, :place, :objects, :count, :request)""")
READING = ("GET", "HEAD", "OPTIONS")
AT_ONCE = 12  # requests of one account at one service
# A UUID, with dashes or without; digits alone might be somebody's number.
REQUEST = re.compile(r"(?=.*[a-f])[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


class Kind(StrEnum):
    ACT = "act"
    READ = "read"
    EXPORT = "export"
    REFUSED = "refused"


@dataclass
class Entry:
    """`objects`: the rows that the policy was asked about; `seen`: those that were shown with
    sensitive fields. `kind` None: nothing of this request is kept.
    """

    actor: Actor
    deed: str
    request: str
    reading: bool
    kind: Kind | None = None
    objects: dict[str, None] = field(default_factory=dict)  # as sets, in their order
    seen: dict[str, None] = field(default_factory=dict)
    sensitive: bool = False
    count: int | None = None

    def answered(self, response: Response) -> None:
        if response.status_code >= 400:
            return
        if not self.reading:
            self.kind = Kind.ACT
        elif response.headers.get("content-disposition", "").startswith("attachment"):
            self.kind = Kind.EXPORT
        elif self.sensitive:
            self.kind = Kind.READ

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
                "objects": list(self.seen if self.kind is Kind.READ else self.objects),
                "count": (self.count or 1) if self.kind is Kind.EXPORT else None,
                "request": self.request,
            },
        )


_entry: ContextVar[Entry | None] = ContextVar("audit", default=None)


class AuditedRoute(APIRoute):
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
        if name := _name_of(row):
            entry.seen[name] = None


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
