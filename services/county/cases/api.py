"""JSON doors of cases and of findings that wait for a person to match them."""

from typing import Annotated

from fastapi import Query

from kit.web import Today, Transaction, Who
from services.county.cases import commands, queries
from services.county.cases.forms import AttachForm, CaseFilter
from services.county.cases.policy import policy
from services.county.cases.queries import CASES
from services.county.cases.views import CaseFile, CaseOut, CaseRow, CasesOut, DecisionOut, SourceOut

router = policy.router()


@router.get("/cases", response_model_exclude_unset=True)
def cases(asked: Annotated[CaseFilter, Query()], session: Transaction, actor: Who) -> CasesOut:
    """One page; `total` counts all. `status`: a decision, or closed; `village`: also a township."""
    statement = queries.cases(
        actor, month=asked.month, village=asked.village, status=asked.status, q=asked.q
    )
    page = CASES.page(session, statement, asked)
    rows = [
        CaseRow(
            head_name=line.head_name,
            tiers=list(line.tiers),
            **policy.show(actor, "cases", line.case, CaseOut).model_dump(exclude_unset=True),
        )
        for line in queries.lines(session, page.rows)
    ]
    return CasesOut(total=page.total, page=page.page, cases=rows)


@router.get("/cases/{case_id}", response_model_exclude_unset=True)
def case(case_id: str, session: Transaction, actor: Who) -> CaseFile:
    """The case with its sources, visits, needs, orders and timeline."""
    return queries.case_file(session, actor, case_id)


@router.get("/sources/unmatched", response_model_exclude_unset=True)
def unmatched(session: Transaction, actor: Who) -> list[SourceOut]:
    return [queries.shown_source(actor, source) for source in queries.unmatched(session)]


@router.post("/sources/{finding}/attachment")
def attach_source(
    finding: str, body: AttachForm, session: Transaction, actor: Who, today: Today
) -> DecisionOut:
    """Say whose an unmatched finding is: a case's, a registered household's, or with a `reason`
    somebody's who is in no register.
    """
    case = commands.attach_source(session, finding, **body.model_dump(), actor=actor, on=today)
    return DecisionOut.model_validate(case)


@router.post("/sources/{finding}/detachment", response_model_exclude_unset=True)
def detach_source(finding: str, session: Transaction, actor: Who, today: Today) -> SourceOut:
    """Take back what a person said, until the case is decided."""
    source = commands.detach_source(session, finding, actor=actor, on=today)
    return queries.shown_source(actor, source)
