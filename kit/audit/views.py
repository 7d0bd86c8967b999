"""Rows of the audit in the words of an office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from kit import directory
from kit.audit import reading
from kit.audit.entry import Kind
from kit.audit.naming import account_called, deed_called, object_called
from kit.audit.reading import AUDIT
from kit.lists import Column, Listing
from kit.service import Service
from schemas.codes import DirectoryKind, Role

ROLES = {role.value: role.label for role in Role}
NAMED = 3  # objects of a row that are named; of the others how many


@dataclass(frozen=True)
class Line:
    """`objects`: as `table:key`; `about`: what they are called; `href`: the first one's page."""

    at: datetime
    kind: Kind
    deed: str
    account: str
    name: str
    role: str
    place: str
    about: str
    href: str | None
    on_behalf: str
    purpose: str
    count: int | None
    number: int | None
    objects: Sequence[str]


def _of_account(line: Line) -> str:
    return f"?{urlencode({'person': line.account})}"


LINES = Listing[Any](
    [
        Column("at", "时间", sort=AUDIT.c.at),
        Column("account", "账号", sort=AUDIT.c.account, href=_of_account),
        Column("name", "姓名"),
        Column("role", "身份"),
        Column("place", "地方或单位"),
        Column("kind", "方式", sort=AUDIT.c.kind),
        Column("deed", "事项"),
        Column("about", "涉及", href=lambda line: line.href),
        Column("on_behalf", "代谁办理"),
        Column("purpose", "为什么看"),
        Column("count", "条数"),
        Column("number", "封存号", sort=AUDIT.c.number),
    ],
    order=[AUDIT.c.at.desc(), AUDIT.c.id.desc()],
)


def lines(
    session: Session, service: Service, deeds: Mapping[str, str], rows: Sequence[Any]
) -> list[Line]:
    """With everything's name as it is now. `deeds`: a deed's name → what it is called."""
    known = reading.numbers(
        session, service.metadata, {name for row in rows for name in row.objects}
    )
    people = reading.people(session, [row.account for row in rows])
    places = directory.names(session, list(DirectoryKind), [row.place for row in rows])
    return [
        Line(
            at=row.at,
            kind=Kind(row.kind),
            deed=deed_called(deeds, row.deed, row.kind),
            account=row.account,
            name=account_called(row.account, people),
            role=ROLES.get(row.role, row.role),
            place=places.get(row.place, row.place),
            about=_called(service, row.objects, known),
            href=next(filter(None, map(service.page_of, row.objects)), None),
            on_behalf=row.on_behalf or "",
            purpose=row.purpose or "",
            count=row._mapping["count"],
            number=row.number,
            objects=row.objects,
        )
        for row in rows
    ]


def _called(service: Service, objects: Sequence[str], known: Mapping[str, str]) -> str:
    named = [
        object_called(name) or f"{service.record_of(name).title}{known.get(name) or _short(name)}"
        for name in objects[:NAMED]
    ]
    more = f"等{len(objects)}项" if len(objects) > NAMED else ""
    return "、".join(named) + more


def _short(name: str) -> str:
    """A key in so few characters that a page has room: codes whole, of an id the end."""
    key = name.partition(":")[2]
    return key if len(key) <= len("990121100201/01") else f"…{key[-6:]}"
