"""The board of files by step, one file, the form of a lead, and the cases verified before the change."""

from datetime import date
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.forms import fill
from kit.lists import Asking
from kit.rates import SEARCH, limited
from kit.web import Today, Transaction, Who, done, page
from schemas.codes import LeadChannel
from services.casework.assessments import queries as assessments_queries
from services.casework.consents.policy import policy as consents_policy
from services.casework.decisions import queries as decisions_queries
from services.casework.decisions.policy import policy as decisions_policy
from services.casework.decisions.rules import Verdict
from services.casework.green_channel import queries as green_queries
from services.casework.households.models import Household
from services.casework.identification import commands, documents, queries
from services.casework.identification.forms import (
    EarlierForm,
    EnteredChannel,
    FileFilter,
    LeadForm,
    WhoFilter,
)
from services.casework.identification.models import Identification
from services.casework.identification.policy import policy
from services.casework.identification.procedure import table_of
from services.casework.identification.rules import BY_LIST, STEP_PAGES, FileState
from services.casework.identification.views import EARLIER, FILES
from services.casework.monitored import queries as register_queries
from services.casework.notices import queries as notices_queries
from services.casework.verification import queries as verification_queries
from services.casework.verification.policy import policy as verification_policy

router = policy.router()
MOST_FOUND = 30  # households of one search; the page says when there are more
# Steps that somebody beside their owner enters: a village's clerk at the visit, the office for the
# meeting of the leading group.
ENTERED_BY = {
    FileState.CONSENT: (consents_policy, "sign_consent"),
    FileState.VERIFY: (verification_policy, "verify"),
    FileState.DECIDE: (decisions_policy, "decide"),
}
YES_NO = {"true": "建档", "false": "不建档"}


@router.get("/search", name="files")  # what is typed into the box above every page
@router.get("/files")
def files(
    request: Request,
    asked: Annotated[FileFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    statement = queries.files(actor, today, asked)
    board = FILES.page(session, statement, asked).map(
        lambda rows: queries.lines(session, rows, today)
    )
    return page(
        request,
        "files.html",
        board=board,
        states=[
            (state, count, [line for line in board.rows if line.file.state is state])
            for state, count in queries.in_states(session, statement).items()
        ],
        pages=STEP_PAGES,
        turns={line.file.state for line in board.rows if _by_list(session, actor, line.file)},
        filter=fill(
            request,
            FileFilter,
            "/casework/files",
            asked,
            options={"village": queries.villages(session, actor)},
        ),
    )


@router.get("/files.xlsx", name="files")
def workbook(
    asked: Annotated[FileFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    rows = FILES.every(session, queries.files(actor, today, asked), asked)
    return FILES.export("识别档案", queries.lines(session, rows, today), on=today)


@router.get("/files/{id}")
def file(request: Request, id: str, session: Transaction, actor: Who, today: Today) -> Response:
    """Where it stands, who owes what until when by which rule, and what happened."""
    stored = queries.see(session, actor, id)
    return page(
        request,
        "file.html",
        file=stored,
        line=queries.lines(session, [stored], today)[0],
        step=STEP_PAGES.get(stored.state, "").format(id=id)
        if _is_his(session, actor, stored)
        else "",
        papers=_papers(session, actor, stored),
        register=register_queries.row_of(session, stored),
        leads=queries.leads(session, id),
        timeline=queries.timeline(session, stored, today),
        over=queries.overrun_of(session, stored, today),
        green=green_queries.concerns(session, stored),
    )


@router.get("/leads/{id}/receipt.docx", name="file")
def receipt(id: str, session: Transaction, actor: Who) -> Response:
    """受理回执, handed to a household that reported itself."""
    return documents.receipt(session, actor, id).answer()


def _by_list(session: Session, actor: Actor, file: Identification) -> bool:
    return file.state in BY_LIST and _is_his(session, actor, file)


def _is_his(session: Session, actor: Actor, file: Identification) -> bool:
    """Whether the step waits for this person, or he enters it for whom it waits."""
    owner = table_of(session, file).state_of(file).owner
    if owner is None:
        return False
    table, deed = ENTERED_BY.get(file.state, (None, ""))
    return owner.is_met_by(actor, file) or bool(table and table.may(actor, deed, file))


def _papers(
    session: Session, actor: Actor, file: Identification
) -> list[tuple[str, date | None, str]]:
    """What may be printed of the file: title, day and address, in the order of the way."""
    to, visit = f"/casework/files/{file.id}", verification_queries.latest(session, file.id)
    found: list[tuple[str, date | None, str]] = [
        ("受理回执", lead.on, f"/casework/leads/{lead.id}/receipt.docx")
        for lead in queries.leads(session, file.id)
        if lead.channel is LeadChannel.SELF_REPORT
    ]
    if FileState.CONSENT in table_of(session, file).states:
        found.append(("授权书", None, f"{to}/consent.docx"))
    if visit:
        found.append(("入户核实表", visit.visited_on, f"{to}/verification.docx"))
    found.append(("认定表", None, f"{to}/form.docx"))
    found += [
        ("评议记录", meeting.held_on, f"{meeting.page}/minutes.docx")
        for meeting in assessments_queries.of_file(session, file.id)
    ]
    for notice in notices_queries.of_file(session, file.id):
        title = f"{notice.round.label}{'（已撤下）' if notice.taken_down_on else ''}"
        found.append((title, notice.posted_on, f"{notice.page}/notice.docx"))
    for decision in decisions_queries.of_file(session, file.id):
        if decision.announcement and decisions_policy.may(actor, "announcements"):
            found.append(("公告", None, f"/casework/announcements/{decision.announcement}.docx"))
        if decision.verdict is Verdict.NOT_ADMIT:
            found.append(("不予纳入告知书", decision.on, f"/casework/refusals/{decision.id}.docx"))
    return found


@router.get("/leads")
@limited(SEARCH)
def leads(
    request: Request,
    asked: Annotated[WhoFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    """Finds the household, and asks for the lead."""
    found = _found(session, actor, asked.q)
    villages = queries.villages(session, actor)
    households = {row.id: _called(row, villages) for row in found[:MOST_FOUND]}
    channels = {
        channel.value: channel.label
        for channel in EnteredChannel
        if channel is not EnteredChannel.COUNTY_PUSH or policy.may(actor, "push_lead")
    }
    return page(
        request,
        "leads.html",
        filter=fill(request, WhoFilter, "/casework/leads", asked),
        households=households,
        more=len(found) > MOST_FOUND,
        lead=fill(
            request,
            LeadForm,
            f"/casework/leads?q={asked.q or ''}",
            {"on": today},
            options={"household": households, "village": villages, "channel": channels},
            widgets={"household": "radio"} if households else {"household": "hidden"},
        ),
    )


def _found(session: Session, actor: Actor, q: str | None) -> list[Household]:
    if not q:
        return []
    return list(session.exec(queries.found(session, actor, q).limit(MOST_FOUND + 1)))


def _called(household: Household, villages: dict[str, str]) -> str:
    """河湾镇石桥村01组 陈试 H001"""
    group = f"{household.group_no}组" if household.group_no else ""
    place = f"{villages.get(household.village, '')}{group}"
    return " ".join(filter(None, (place, household.head_name, household.number)))


@router.post("/leads")
def record_lead(
    session: Transaction, actor: Who, today: Today, form: Annotated[LeadForm, FromPage()]
) -> Response:
    stored, opened = commands.record_lead(session, form, actor=actor, on=today)
    said = (
        f"已建档，编号{stored.number}。"
        if opened
        else f"这一户已有档案{stored.number}，线索已并入。"
    )
    return done(f"/casework/files/{stored.id}", said)


@router.get("/earlier")
def earlier_cases(
    request: Request, asked: Annotated[Asking, Query()], session: Transaction, actor: Who
) -> Response:
    """Cases verified before this service began; the office decides one by one."""
    cases = EARLIER.page(session, queries.earlier(actor), asked)
    known = queries.households_queries.known(session, [case.household for case in cases.rows])
    return page(
        request,
        "earlier.html",
        cases=cases,
        known=known,
        places=queries.place_names(session, {case.village for case in cases.rows}),
        forms_of={
            case.case: fill(
                request,
                EarlierForm,
                f"/casework/earlier/{case.case}",
                options={"opens": YES_NO},
                id=case.case,
            )
            for case in cases.rows
        },
    )


@router.post("/earlier/{case}")
def decide_earlier_case(
    case: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[EarlierForm, FromPage()],
) -> Response:
    decided = commands.decide_earlier_case(session, case, form, actor=actor, on=today)
    return done("/casework/earlier", f"{decided.number}{'已建档' if decided.file else '不建档'}。")
