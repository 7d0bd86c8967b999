"""Pages: translate, and own the transaction."""

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.errors import Refused
from kit.web import Today, Transaction, Who, done, page
from schemas.codes import RiskCause, Role, Severity, VisitMode
from services.unit.directory import queries as directory_queries
from services.unit.doors import Text, since_of
from services.unit.findings import queries as findings_queries
from services.unit.organisation import queries as organisation_queries
from services.unit.visits import commands, queries
from services.unit.visits.policy import policy
from services.unit.visits.rules import VisitNote

router = policy.router()


@router.get("/households/{household}")
def household(household: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    """One household: who helps it, its visits, its findings and what became of them."""
    one = directory_queries.household(session, household)
    policy.require(actor, "household", one)
    assignment = organisation_queries.assignment_of(session, household)
    helper = organisation_queries.helper(session, assignment.helper) if assignment else None
    return page(
        request,
        "household.html",
        household=one,
        place=directory_queries.place_name(session, one),
        helper=helper,
        unit=organisation_queries.unit(session, helper.unit) if helper else None,
        visits=queries.visits_of(session, household),
        findings=findings_queries.past_of_household(session, actor, household),
        modes=VisitMode,
        labels=RiskCause,
    )


@router.get("/households/{household}/visit", name="visit_household")
def visit_form(household: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    one = directory_queries.household(session, household)
    policy.require(actor, "visit_household", one)
    assignment = organisation_queries.assignment_of(session, household)
    helper = assignment.helper if assignment else ""
    if actor.role is Role.HELPER:
        helper = actor.place
    return page(
        request,
        "visit.html",
        household=one,
        place=directory_queries.place_name(session, one),
        helper=helper,
        causes=RiskCause,
        severities=Severity,
        on_behalf=actor.role is not Role.HELPER,
    )


@router.post("/households/{household}/visit")
def record_visit(
    household: str,
    session: Transaction,
    actor: Who,
    today: Today,
    helper: Text,
    how: Text,
    on: Text = "",
    by: Text = "PHONE",
    tries: Annotated[int, Form()] = 1,
    living: Text = "",
    production: Text = "",
    income: Text = "",
    at_risk: Text = "",
    causes: Annotated[list[str] | None, Form()] = None,
    since: Text = "",
    risk_point: Text = "",
    matter: Text = "",
    severity: Text = "ORDINARY",
) -> RedirectResponse:
    """`how`: FIELD_VISIT, PHONE, or UNREACHED (then `by` says what was tried)."""
    reached, risky = how != "UNREACHED", how != "UNREACHED" and at_risk == "yes"
    if reached and not at_risk:
        raise Refused("请选有没有返贫风险。")
    risk = {
        "causes": causes or [],
        "since": since,
        "risk_point": risk_point,
        "matter": matter,
        "severity": severity,
    }
    try:
        note = VisitNote.model_validate(
            {
                "household": household,
                "helper": helper,
                "on": on or today,
                "mode": how if reached else by,
                "reached": reached,
                "tries": 1 if reached else tries,
                "living": living.strip() or None,
                "production": production.strip() or None,
                "income": income.strip() or None,
            }
            | (_risk(risk, on or str(today)) if risky else {})
        )
    except ValueError as error:
        raise Refused("有一项填得不对:日期、方式或次数。请返回检查后再登记。") from error
    commands.record_visits(session, [note], actor=actor, on=today)
    said = "已登记。这户有风险,会随本单位名单报县。" if risky else "已登记。"
    return done("/unit/" if actor.role is Role.HELPER else f"/unit/households/{household}", said)


def _risk(form: dict[str, Any], on: str) -> dict[str, Any]:
    """The fields of a note that only a risk has."""
    words = {name: form[name].strip() or None for name in ("risk_point", "matter")}
    return form | words | {"at_risk": True, "since": since_of(form["since"], on[:7])}
