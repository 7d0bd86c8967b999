"""The office's pages: who did, saw and let out what in this service, by object, person and period."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlmodel import Session

from kit import audit
from kit.audit import reading
from kit.audit.entry import Kind
from kit.audit.views import LINES, lines
from kit.forms import field, fill, text
from kit.lists import Asking
from kit.policy import Action, Policy, allow, anywhere
from kit.service import Service
from kit.web import Today, Transaction, Who, page
from rulebook.readers import AUDITORS
from rulebook.types import DatedDay, Short

_OFFICE = allow(*AUDITORS, to=anywhere)
# The last two are done on the server, where no door is: here stands what they are called.
policy = Policy(
    audit_rows=Action("查看操作记录", _OFFICE, sensitive=True),
    audit_workbook=Action("导出操作记录", _OFFICE, sensitive=True),
    audit_seen=Action("在服务器上查询谁看过一户"),
    audit_package=Action("在服务器上制作操作记录卷"),
)
router = policy.router(tags=["audit"])


class AuditFilter(Asking):
    """`about`: a number or an id of what it was done to, a case's or household's with all that
    belongs to it.
    """

    about: Short | None = text("编号", None, hint="线索、交办单、农户的编号")
    person: Short | None = text("姓名或账号", None)
    kind: Kind | None = field("方式", None)
    since: DatedDay | None = field("从", None)
    until: DatedDay | None = field("到", None)


@router.get("/audit", include_in_schema=False)
def audit_rows(
    request: Request, session: Transaction, actor: Who, asked: Annotated[AuditFilter, Query()]
) -> Response:
    service: Service = request.app.state.service
    found = LINES.page(session, _asked(session, service, asked), asked)
    return page(
        request,
        "audit.html",
        found=found.map(lambda rows: lines(session, service, request.app.state.deeds, rows)),
        filter=fill(request, AuditFilter, f"/{service.name}/audit", asked),
    )


@router.get("/audit.xlsx", include_in_schema=False)
def audit_workbook(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[AuditFilter, Query()],
) -> Response:
    service: Service = request.app.state.service
    rows = LINES.every(session, _asked(session, service, asked), asked)
    made = lines(session, service, request.app.state.deeds, rows)
    return LINES.export(f"{service.title}操作记录", made, on=today)


def _asked(session: Session, service: Service, asked: AuditFilter) -> Any:
    objects = None
    if asked.about:
        known, tables = service.records, service.metadata
        ids = reading.ids_of(session, tables, known, asked.about)
        there = reading.concerning(session, tables, known, ids)
        named = reading.named(known, ids)
        for name in named.intersection(there):  # no person's name or number is among them
            audit.shown(audit.Named(name))
        objects = named.union(there)
    return reading.rows(
        objects, person=asked.person, kind=asked.kind, since=asked.since, until=asked.until
    )
