"""A finding: entered, looked at, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import Day, YearMonth
from schemas.codes import RiskCause, Role
from schemas.values import Since
from services.village import scopes
from services.village.findings import commands, queries
from services.village.findings.forms import FindingDraft
from services.village.months import queries as months_queries
from services.village.outcomes import queries as outcomes_queries
from services.village.register import queries as register_queries
from services.village.register.forms import Newcomer
from services.village.screening import commands as screening_commands

router = APIRouter()


@router.get("/findings/new")
def new_finding(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    household: str = "",
    village: str = "",
) -> HTMLResponse:
    """For a household of the register, or (a village without one) for somebody who is not in it."""
    found = register_queries.household(session, household) if household else None
    village = found.village if found else village
    scopes.look(actor, village, found.group if found else scopes.scope_of(actor).group)
    return page(
        request,
        "finding_new.html",
        household=found,
        village=village,
        names=register_queries.names(session),
        groups=register_queries.groups(session, village),
        month=months_queries.latest_month(session, today),
        causes=RiskCause,
        leader=actor.role is Role.GROUP_LEADER,
    )


@router.post("/findings")
def add_finding(
    session: Transaction,
    actor: Who,
    today: Today,
    village: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
    causes: Annotated[list[str], Form()] = [],  # noqa: B006
    household: Annotated[str | None, Form()] = None,
    risk_point: Annotated[str | None, Form(max_length=500)] = None,
    matter: Annotated[str | None, Form(max_length=500)] = None,
    note: Annotated[str | None, Form(max_length=500)] = None,
    since: Annotated[Day | None, Form()] = None,
    urgent: Annotated[bool, Form()] = False,
    for_leader: Annotated[bool, Form()] = False,
    name: Annotated[str, Form()] = "",
    id_number: Annotated[str, Form()] = "",
    group: Annotated[str, Form()] = "",
    phone: Annotated[str, Form()] = "",
    size: Annotated[int, Form(ge=1, le=99)] = 1,
) -> Response:
    newcomer = (
        Newcomer(
            name=name, id_number=id_number, group=group or None, phone=phone or None, size=size
        )
        if name
        else None
    )
    draft = FindingDraft(
        household=household or None,
        newcomer=newcomer,
        causes=_causes(causes),
        risk_point=risk_point,
        matter=matter,
        note=note,
        since=Since(day=since),
    )
    if urgent:
        screening_commands.report_urgent(session, village, month, draft, actor=actor, on=today)
        return done(_after(actor.role, village, month), "已按紧急情况上报,请乡镇当天签发。")
    if actor.role is Role.GROUP_LEADER or for_leader:
        at = (
            actor.place.partition("/")[2]
            if actor.role is Role.GROUP_LEADER
            else _group_of(session, draft, group)
        )
        screening_commands.report_group(
            session, village, at, month, nil=False, findings=[draft], actor=actor, on=today
        )
    else:
        commands.add_finding(session, village, month, draft, actor=actor, on=today)
    then = "村里审核后上报。" if actor.role is Role.GROUP_LEADER else "名单上报时一起报乡镇。"
    return done(_after(actor.role, village, month), f"已登记。{then}")


@router.get("/findings/{finding}")
def finding(finding: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    found = queries.finding(session, finding)
    scopes.look(actor, found.village, found.group)
    return page(
        request,
        "finding.html",
        finding=found,
        names=register_queries.names(session),
        causes=RiskCause,
        household=register_queries.household(session, found.household),
        fates=outcomes_queries.fate_of(session, found),
        notices=outcomes_queries.notices_about(session, found.household),
        sources=register_queries.source_names(session),
    )


@router.post("/findings/{finding}/review")
def review_finding(
    finding: str,
    session: Transaction,
    actor: Who,
    today: Today,
    agreed: Annotated[bool, Form()],
    reason: Annotated[str | None, Form()] = None,
    causes: Annotated[list[str], Form()] = [],  # noqa: B006
    risk_point: Annotated[str | None, Form(max_length=500)] = None,
    matter: Annotated[str | None, Form(max_length=500)] = None,
) -> Response:
    found = commands.review_finding(
        session,
        finding,
        agreed=agreed,
        reason=reason,
        causes=_causes(causes),
        risk_point=risk_point,
        matter=matter,
        actor=actor,
        on=today,
    )
    return done(
        f"/village/villages/{found.village}/{found.month}",
        "已审核。" if agreed else "已注明不同意上报的原因。",
    )


@router.post("/findings/{finding}/recheck")
def recheck_finding(
    finding: str,
    session: Transaction,
    actor: Who,
    today: Today,
    agreed: Annotated[bool, Form()],
    reason: Annotated[str | None, Form()] = None,
) -> Response:
    found = commands.recheck_finding(
        session, finding, agreed=agreed, reason=reason, actor=actor, on=today
    )
    return done(
        f"/village/townships/{found.township}/{found.month}",
        "已复核。" if agreed else "已注明不同意上报的原因。",
    )


@router.post("/findings/{finding}/signature")
def sign_urgent(finding: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.sign_urgent(session, finding, actor=actor, on=today)
    return done(f"/village/findings/{finding}", "紧急情况已签发报县。县里核实后,结果会显示在这里。")


def _causes(chosen: list[str]) -> tuple[RiskCause, ...]:
    """In the order of the form: the first is the primary one."""
    return tuple(dict.fromkeys(RiskCause(one) for one in chosen if one in set(RiskCause)))


def _after(role: Role, village: str, month: str) -> str:
    return "/village/" if role is Role.GROUP_LEADER else f"/village/villages/{village}/{month}"


def _group_of(session: Transaction, draft: FindingDraft, group: str) -> str:
    return (
        (register_queries.household(session, draft.household).group or group)
        if draft.household
        else group
    )
