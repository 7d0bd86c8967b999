"""Pages of cases: the list, one case with its sources side by side, findings to be matched."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_month
from kit.forms import fill
from kit.forms.filling import Asked, Filled
from kit.packs import pack_of
from kit.policy.purpose import PurposeForm, Veil, lift
from kit.procedure import reading
from kit.web import Today, Transaction, Who, done, page
from rulebook.routing import default_gap_items
from schemas.codes import CaseDecision, GapItem, Level, RiskCause
from services.county.answers import queries as answers_queries
from services.county.answers.forms import NEW, REFUSALS, LateAnswerOnPage, answer_lines
from services.county.cases import commands, queries
from services.county.cases.commands import may_be_detached
from services.county.cases.forms import NEW as NEW_HOUSEHOLD
from services.county.cases.forms import AttachOnPage, CaseFilter, WhoseFilter
from services.county.cases.models import Case, Source, SourceStage
from services.county.cases.policy import policy
from services.county.cases.procedure import CASE, A, terms
from services.county.cases.queries import CASES
from services.county.cases.rules import (
    CHECKS,
    DEFAULT_QUESTIONS,
    NOT_QUALIFIED_REASONS,
    checks_missing,
)
from services.county.cases.views import CaseFile, SourceOut
from services.county.directory import queries as directory_queries
from services.county.ledger.queries import monitoring_of
from services.county.months import queries as months_queries
from services.county.orders.rules import SOLVING, late_with
from services.county.register import queries as register_queries
from services.county.register.models import Household
from services.county.verification.forms import MOST_NEEDS, DecisionOnPage, Ruling, VisitForm

router = policy.router()
MOST_FOUND = 30  # households of one search; the page says when there are more
NEEDED = ("primary_cause", "gap_1", "question_1")
VERIFYING = tuple(DecisionOnPage.model_fields.keys() - {"decision", "reason", "question"})
RULINGS: dict[Ruling, tuple[A, Sequence[str], Sequence[str]]] = {  # action, asked, of it needed
    Ruling.VERIFIED: (A.VERIFY, VERIFYING, NEEDED),
    Ruling.NOT_QUALIFIED: (A.TURN_DOWN, ["reason", "answers"], ["reason"]),
    Ruling.RECHECK: (A.SEND_BACK, ["question"], ["question"]),
    Ruling.REOPEN: (A.REOPEN, ["reason"], ["reason"]),
}


@router.get("/cases")
def cases(
    request: Request, asked: Annotated[CaseFilter, Query()], session: Transaction, actor: Who
) -> Response:
    cases = CASES.page(session, _asked_for(actor, asked), asked)
    return page(
        request,
        "cases.html",
        cases=cases.map(lambda rows: queries.lines(session, rows)),
        filter=fill(request, CaseFilter, "/county/cases", asked, options=_options(session, actor)),
    )


@router.get("/cases.xlsx", name="cases")
def workbook(
    asked: Annotated[CaseFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    rows = CASES.every(session, _asked_for(actor, asked), asked)
    return CASES.export("风险线索", queries.lines(session, rows), on=today)


def _asked_for(actor: Who, asked: CaseFilter) -> Any:
    return queries.cases(
        actor, month=asked.month, village=asked.village, status=asked.status, q=asked.q
    )


def _options(session: Session, actor: Actor) -> dict[str, dict[str, str]]:
    seen = queries.villages(session, actor)
    return {
        "month": {month: show_month(month) for month in months_queries.months(session)},
        "village": {code: name for code, name in _villages(session).items() if code in seen},
    }


def _villages(session: Session) -> dict[str, str]:
    villages = directory_queries.divisions(session, Level.VILLAGE)
    return {village.code: village.name for village in villages}


@router.get("/cases/{case_id}")
def case(
    request: Request, case_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """Sources side by side, visits, decision, orders, timeline."""
    return _case(request, session, actor, case_id, today)


@router.post("/cases/{case_id}/unmasking")
def unmask_case(
    request: Request,
    case_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[PurposeForm, FromPage()],
) -> Response:
    """The same page, once, with whole numbers."""
    stored = queries.see(session, actor, case_id)
    lifted = lift(policy, actor, "unmask_case", stored, form)
    return _case(request, session, actor, case_id, today, lifted)


def _case(
    request: Request,
    session: Session,
    actor: Actor,
    case_id: str,
    today: date,
    lifted: Veil | None = None,
) -> Response:
    stored = queries.see(session, actor, case_id)
    file = queries.case_file(session, actor, case_id, lifted)
    household = directory_queries.heads(session, [file.household]).get(file.household)
    places = [
        file.village,
        file.township,
        *(source.reporter for source in file.sources),
        *(order.department for order in file.orders),
    ]
    decisions = _decisions(request, session, stored, file, household) if file.visits else {}
    return page(
        request,
        "case.html",
        case=file,
        stored=stored,
        veil=lifted or Veil(),
        purpose=fill(request, PurposeForm, f"/county/cases/{case_id}/unmasking"),
        coming=reading.timeline(CASE, stored, today, terms(session, stored)),
        household=household,
        names=directory_queries.names(session, places),
        differ=_differences(file.sources),
        previous=queries.case(session, file.previous) if file.previous else None,
        following=queries.following(session, case_id),
        VisitForm=VisitForm,
        visit=fill(request, VisitForm, f"/county/cases/{case_id}/visits", {"on": today})
        if A.TURN_DOWN in CASE.allowed(stored)
        else None,
        decisions=decisions,
        answering=_answering(session, decisions, stored),
        late=_late(request, session, stored, household),
        **_facts(session, stored),
    )


def _facts(session: Session, case: Case) -> dict[str, Any]:
    """What the page says of the case beside its rows."""
    return {
        "came_on": queries.came_on(session, case),
        "monitoring": monitoring_of(session, case.household),
        "late_with": late_with,
        "solving": SOLVING,
        "decided": CaseDecision,
        "stage": SourceStage,
        "gaps": {need.id: need.gap_item.label for need in queries.needs(session, case.id)},
        "detachable": {
            source.finding
            for source in queries.sources(session, case.id)
            if may_be_detached(source, case)
        },
        "checks": list(CHECKS.values()),
        "missing": checks_missing(queries.visits(session, case.id)),
        "needs": range(1, MOST_NEEDS + 1),
        "unsigned": "" if case.closed_on else answers_queries.unsigned_alone(session, case),
    }


def _answering(
    session: Session, decisions: Mapping[str, Filled], case: Case
) -> dict[str, list[Asked]]:
    """The lines in which a ruling answers each source; not qualified, one reason answers one."""
    called = answers_queries.called(session, queries.standing(session, case.id))
    gaps = {str(n): f"由缺口{n}解决" for n in range(1, MOST_NEEDS + 1)}
    lines = {}
    if verified := decisions.get(Ruling.VERIFIED):
        lines[Ruling.VERIFIED.value] = answer_lines(verified, called, gaps | REFUSALS)
    if (turned_down := decisions.get(Ruling.NOT_QUALIFIED)) and len(called) > 1:
        lines[Ruling.NOT_QUALIFIED.value] = answer_lines(turned_down, called, REFUSALS)
    return lines


def _late(
    request: Request, session: Session, case: Case, household: Household | None
) -> dict[str, Filled]:
    """Finding → the form that answers a source that came after the decision."""
    needs = {need.id: f"由“{need.gap_item.label}”解决" for need in queries.needs(session, case.id)}
    options: dict[str, Mapping[str, str]] = {
        "answer": needs | {NEW: "新增一项缺口"} | REFUSALS,
        "person_name": _members(household),
        "department": directory_queries.departments(session),
    }
    return {
        source.finding: fill(
            request, LateAnswerOnPage, f"/county/sources/{source.finding}/answer", options=options
        )
        for source, _ in answers_queries.late(session, case.id)
    }


def _members(household: Household | None) -> dict[str, str]:
    return {member["name"]: member["name"] for member in (household.members if household else [])}


def _decisions(
    request: Request, session: Session, case: Case, file: CaseFile, household: Household | None
) -> dict[str, Filled]:
    """The rulings that the case allows now, each with its form."""
    members, departments = _members(household), directory_queries.departments(session)
    rows = range(1, MOST_NEEDS + 1)
    options: dict[Ruling, dict[str, Mapping[str, str]]] = {
        Ruling.VERIFIED: {
            **{f"person_{n}": members for n in rows},
            **{f"department_{n}": departments for n in rows},
        },
        Ruling.NOT_QUALIFIED: {"reason": {reason: reason for reason in NOT_QUALIFIED_REASONS}},
    }
    values = {Ruling.VERIFIED: _proposed(session, file)}
    return {
        ruling.value: fill(
            request,
            DecisionOnPage,
            f"/county/cases/{case.id}/decision",
            {"decision": ruling, **values.get(ruling, {})},
            options=options.get(ruling),
            without=[*DecisionOnPage.model_fields.keys() - {"decision", *asked}],
            needed=needed,
            id=ruling.value,
        )
        for ruling, (action, asked, needed) in RULINGS.items()
        if action in CASE.allowed(case)
    }


def _proposed(session: Session, file: CaseFile) -> dict[str, Any]:
    """What the form begins with: the sources' cause unless they differ, what is mostly missing
    then, and that the one gap deals with the one source.
    """
    causes = [cause for source in file.sources for cause in source.causes]
    first, rules = causes[0] if causes else RiskCause.OTHER, pack_of(session, file.pack)
    questions = DEFAULT_QUESTIONS | rules.codes.questions()
    gaps = (default_gap_items(rules, first) or (GapItem.OTHER,))[:MOST_NEEDS]
    told = [one.finding for one in file.sources if one.stage is not SourceStage.STRUCK_OUT]
    return {
        "primary_cause": None if "causes" in _differences(file.sources) else first,
        **{f"gap_{n}": gap for n, gap in enumerate(gaps, 1)},
        **{f"question_{n}": questions[gap] for n, gap in enumerate(gaps, 1)},
        "answers": [f"{told[0]}:1"] if len(told) == len(gaps) == 1 else [],
    }


@router.get("/unmatched")
def unmatched(
    request: Request, asked: Annotated[WhoseFilter, Query()], session: Transaction, actor: Who
) -> Response:
    """Findings of which a person says whose they are: nothing is chosen beforehand."""
    sources = queries.unmatched(session)
    found = register_queries.households(session, asked.q, asked.village) if asked.q else None
    households = session.exec(found.limit(MOST_FOUND + 1)).all() if found is not None else []
    cases = session.exec(queries.open_cases(actor, asked.q).limit(MOST_FOUND)).all()
    return page(
        request,
        "unmatched.html",
        sources=sources,
        found=households[:MOST_FOUND],
        more=len(households) > MOST_FOUND,
        attachments={
            source.finding: fill(
                request,
                AttachOnPage,
                f"/county/sources/{source.finding}/attachment",
                options={
                    "target": _targets(session, source, households[:MOST_FOUND], cases, asked.q)
                },
            )
            for source in sources
        },
        filter=fill(
            request,
            WhoseFilter,
            "/county/unmatched",
            asked,
            options={"village": _villages(session)},
        ),
        names=directory_queries.names(
            session, [code for source in sources for code in (source.village, source.reporter)]
        ),
    )


def _targets(
    session: Session,
    source: Source,
    searched: Sequence[Household],
    cases: Sequence[Case],
    q: str | None,
) -> dict[str, str]:
    """Whose the finding may be: households of its village with a name alike, what was searched for,
    open cases of households that are in no register, somebody new.
    """
    alike = register_queries.alike(session, source.village, source.head_name)
    households = {household.id: household for household in (*alike, *searched)}
    of_village = [case for case in cases if q or case.village == source.village]
    heads = directory_queries.heads(session, [case.household for case in of_village])
    lines = queries.lines(session, [case for case in of_village if case.household not in heads])
    names = directory_queries.names(session, [home.village for home in households.values()])
    return {
        **{
            f"household:{home.id}": "，".join(
                filter(
                    None,
                    (
                        home.head_name,
                        names[home.village],
                        home.group_no and f"{home.group_no}组",
                        f"{home.size}人",
                        home.number and f"户编号{home.number}",
                    ),
                )
            )
            for home in households.values()
        },
        **{
            f"case:{line.case.id}": f"{line.head_name}，{line.village}（风险线索{line.case.number}，"
            "不在名册）"
            for line in lines
        },
        NEW_HOUSEHOLD: "名册里没有，是新的一户",
    }


@router.post("/sources/{finding}/attachment")
def attach_source(
    finding: str,
    form: Annotated[AttachOnPage, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    whose = form.form().model_dump()
    case = commands.attach_source(session, finding, **whose, actor=actor, on=today)
    return done(f"/county/cases/{case.id}", f"已归入 {case.number}。弄错了，作决定以前可以撤回。")


@router.post("/sources/{finding}/detachment")
def detach_source(finding: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.detach_source(session, finding, actor=actor, on=today)
    return done("/county/unmatched", "归并已撤回，请重新确认是哪一户。")


def _differences(sources: Sequence[SourceOut]) -> set[str]:
    """In what the sources differ: shown, not resolved by software."""
    told = [source for source in sources if source.stage is not SourceStage.STRUCK_OUT]
    by_field: dict[str, set[Any]] = {
        "causes": {tuple(source.causes[:1]) for source in told},
        "size": {source.size for source in told if source.size},
        "since": {source.since_day for source in told if source.since_day},
        "severity": {source.severity for source in told},
    }
    return {name for name, values in by_field.items() if len(values) > 1}
