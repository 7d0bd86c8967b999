"""Pages of cases: the list, one case with its sources side by side, findings to be matched."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.dates import show_month
from kit.forms import fill
from kit.forms.filling import Filled
from kit.packs import pack_of
from kit.procedure import reading
from kit.web import Today, Transaction, Who, done, page
from rulebook.routing import default_gap_items
from schemas.codes import CaseDecision, GapItem, Level, OrderState, RiskCause
from services.county.cases import commands, queries
from services.county.cases.forms import AttachForm, CaseFilter, OpenCases
from services.county.cases.models import Case, SourceStage
from services.county.cases.policy import policy
from services.county.cases.procedure import CASE, A, terms
from services.county.cases.queries import CASES
from services.county.cases.rules import DEFAULT_QUESTIONS, NOT_QUALIFIED_REASONS
from services.county.cases.views import CaseFile, SourceOut
from services.county.directory import queries as directory_queries
from services.county.months import queries as months_queries
from services.county.register.models import Household
from services.county.verification.forms import MOST_NEEDS, DecisionOnPage, Ruling, VisitForm

router = policy.router()
NEEDED = ("primary_cause", "gap_1", "question_1")
VERIFYING = tuple(DecisionOnPage.model_fields.keys() - {"decision", "reason", "question"})
RULINGS: dict[Ruling, tuple[A, Sequence[str], Sequence[str]]] = {  # action, asked, of it needed
    Ruling.VERIFIED: (A.VERIFY, VERIFYING, NEEDED),
    Ruling.NOT_QUALIFIED: (A.TURN_DOWN, ["reason"], ["reason"]),
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
        filter=fill(request, CaseFilter, "/county/cases", asked, options=_options(session)),
    )


@router.get("/cases.xlsx", name="cases")
def workbook(
    asked: Annotated[CaseFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    rows = CASES.every(session, _asked_for(actor, asked), asked)
    return CASES.export("案件", queries.lines(session, rows), on=today)


def _asked_for(actor: Who, asked: CaseFilter) -> Any:
    return queries.cases(
        actor, month=asked.month, village=asked.village, status=asked.status, q=asked.q
    )


def _options(session: Session) -> dict[str, dict[str, str]]:
    return {
        "month": {month: show_month(month) for month in months_queries.months(session)},
        "village": {
            village.code: village.name
            for village in directory_queries.divisions(session, Level.VILLAGE)
        },
    }


@router.get("/cases/{case_id}")
def case(
    request: Request, case_id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """Sources side by side, visits, decision, orders, timeline."""
    stored = queries.see(session, actor, case_id)
    file = queries.case_file(session, actor, case_id)
    actions = CASE.allowed(stored)
    household = directory_queries.heads(session, [file.household]).get(file.household)
    places = [
        file.village,
        file.township,
        *(source.reporter for source in file.sources),
        *(order.department for order in file.orders),
    ]
    return page(
        request,
        "case.html",
        case=file,
        stored=stored,
        coming=reading.timeline(CASE, stored, today, terms(session, stored)),
        household=household,
        names=directory_queries.names(session, places),
        closed=OrderState.CLOSED,
        decided=CaseDecision,
        stage=SourceStage,
        differ=_differences(file.sources),
        previous=queries.case(session, file.previous) if file.previous else None,
        VisitForm=VisitForm,
        visit=fill(request, VisitForm, f"/county/cases/{case_id}/visits", {"on": today})
        if A.TURN_DOWN in actions
        else None,
        decisions=_decisions(request, session, stored, file, household) if file.visits else {},
        needs=range(1, MOST_NEEDS + 1),
    )


def _decisions(
    request: Request, session: Session, case: Case, file: CaseFile, household: Household | None
) -> dict[str, Filled]:
    """The rulings that the case allows now, each with its form."""
    members = [member["name"] for member in household.members] if household else []
    rows, departments = range(1, MOST_NEEDS + 1), directory_queries.departments(session)
    options: dict[Ruling, dict[str, Mapping[str, str]]] = {
        Ruling.VERIFIED: {
            **{f"person_{n}": {name: name for name in members} for n in rows},
            **{f"department_{n}": departments for n in rows},
        },
        Ruling.NOT_QUALIFIED: {"reason": {reason: reason for reason in NOT_QUALIFIED_REASONS}},
    }
    values = {
        Ruling.VERIFIED: _proposed(session, file),
        Ruling.NOT_QUALIFIED: {"reason": NOT_QUALIFIED_REASONS[0]},
    }
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
    """What the form begins with: the sources' cause unless they differ, and what is mostly missing
    then.
    """
    causes = [cause for source in file.sources for cause in source.causes]
    first, rules = causes[0] if causes else RiskCause.OTHER, pack_of(session, file.pack)
    questions = DEFAULT_QUESTIONS | rules.codes.questions()
    gaps = (default_gap_items(rules, first) or (GapItem.OTHER,))[:MOST_NEEDS]
    return {
        "primary_cause": None if "causes" in _differences(file.sources) else first,
        **{f"gap_{n}": gap for n, gap in enumerate(gaps, 1)},
        **{f"question_{n}": questions[gap] for n, gap in enumerate(gaps, 1)},
    }


@router.get("/unmatched")
def unmatched(
    request: Request, asked: Annotated[OpenCases, Query()], session: Transaction, actor: Who
) -> Response:
    """Findings of which a person says to whose case they belong."""
    sources = queries.unmatched(session)
    open_cases = CASES.page(session, queries.open_cases(actor, asked.q), asked).map(
        lambda rows: queries.lines(session, rows)
    )
    choices = {
        line.case.id: f"{line.case.number} {line.head_name} {line.village}"
        for line in open_cases.rows
    }
    return page(
        request,
        "unmatched.html",
        sources=sources,
        cases=open_cases,
        attachments={
            source.finding: fill(
                request,
                AttachForm,
                f"/county/sources/{source.finding}/attachment",
                options={"case": choices},
                without=["household"],
            )
            for source in sources
        },
        filter=fill(request, OpenCases, "/county/unmatched", asked),
        names=directory_queries.names(
            session, [code for source in sources for code in (source.village, source.reporter)]
        ),
    )


@router.post("/sources/{finding}/attachment")
def attach_source(
    finding: str,
    form: Annotated[AttachForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    case = commands.attach_source(
        session, finding, case=form.case, household=form.household, actor=actor, on=today
    )
    return done(f"/county/cases/{case.id}", f"已归入 {case.number}。")


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
