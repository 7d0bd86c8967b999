"""A file's steps: its state, clocks and history move on together. Nobody here commits.

A step feature takes the file (`take`), asks its own policy, keeps what was filled in, and calls
`advance` with its action: the table says whether it is allowed now, which days are due and who owes
what next; tasks and timeline follow from that.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from kit import directory
from kit.actor import SYSTEM, Actor
from kit.clock import local_date, system_clock
from kit.database.columns import among
from kit.database.locks import hold
from kit.deadlines import Due
from kit.errors import Conflict, NotFound, Refused
from kit.messaging.inbox import origin
from kit.messaging.outbox import emit
from kit.packs import pack
from kit.procedure import clocks
from kit.seal import id_hash
from rulebook.divisions import township_of
from rulebook.months import month_of
from rulebook.packs import Pack
from schemas.casework import IdentificationEnded, IdentificationOpened
from schemas.codes import Coded, DirectoryKind, IdentificationEnd, LeadChannel
from services.casework import service
from services.casework.households import queries as households_queries
from services.casework.households.models import Household
from services.casework.identification import queries
from services.casework.identification.deadlines import FILE_CLOCK
from services.casework.identification.forms import EarlierForm, EnteredChannel, LeadForm
from services.casework.identification.models import FileEntry, Identification, Lead, NetworkCase
from services.casework.identification.policy import policy
from services.casework.identification.procedure import (
    WHOLE_CLOCKS,
    require_channel,
    table_of,
    terms,
    way_of,
)
from services.casework.identification.rules import UNDECIDED, FileState, file_number
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileClock as C
from services.casework.monitored import commands as register
from services.casework.monitored import queries as register_queries
from services.casework.monitored.models import MonitoredRisk

NEXT_NUMBER = sql("""INSERT INTO file_series (month, last) VALUES (:month, 1)
    ON CONFLICT (month) DO UPDATE SET last = file_series.last + 1 RETURNING last""")


def take(session: Session, file_id: str) -> Identification:
    """The file, locked until the transaction ends."""
    file = session.get(Identification, file_id, with_for_update=True, populate_existing=True)
    if file is None:
        raise NotFound(queries.NO_FILE)
    return file


def advance(
    session: Session,
    file: Identification,
    action: A,
    *,
    actor: Actor,
    on: date,
    text: str = "",
    paper: str | None = None,
    dues: Mapping[Coded, date] | None = None,
    reason: str | None = None,
) -> None:
    """Do a step: the next state with its clocks, and the history. `Conflict` with the sentence when
    the file's state does not allow it. `paper`: the page of what was filled in; `dues`: days that
    somebody set himself; `reason`: why it ends without being admitted.
    """
    table, before = table_of(session, file), file.state
    owed = table.owed(file, on)
    clocks.enter(session, table, file, action, on=on, terms=terms(session, file), dues=dues)
    if file.state is not before:
        file.stage_since = on
    if table.state_of(file).owner is None:
        file.ended_on, file.reason = on, reason
    late = bool(owed and owed.late) and file.state is not before
    note(
        session, file, action, actor=actor, on=on, text=text, paper=paper, before=before, late=late
    )
    register.follow(session, file, on)
    if ended := UNDECIDED.get(file.state):
        _tell_end(session, file, ended, on)


def _tell_end(session: Session, file: Identification, ended: IdentificationEnd, on: date) -> None:
    emit(
        session,
        IdentificationEnded(
            identification=file.id,
            household=file.household,
            id_hash=file.id_hash,
            village=file.village,
            ended=ended,
            reason=file.reason,
            on=on,
        ),
    )


def note(
    session: Session,
    file: Identification,
    action: A = A.NOTE,
    *,
    actor: Actor,
    on: date,
    text: str = "",
    paper: str | None = None,
    before: FileState | None = None,
    late: bool = False,
) -> None:
    """Write into the file's history; nothing moves."""
    file.version += 1
    session.add(file)
    session.flush()  # the file first: its history refers to it
    session.add(
        FileEntry(
            file=file.id,
            on=on,
            action=action,
            from_state=before,
            to_state=file.state,
            actor=actor.label if actor is not SYSTEM else "",
            account=actor.account,
            text=text,
            paper=paper,
            late=late,
            origin=origin(session),
        )
    )


def redo(
    session: Session,
    file: Identification,
    step: FileState,
    action: A,
    *,
    instead_of: str,
    **said: Any,
) -> None:
    """Do the step anew (`advance`) that had brought the file where it is, by the paper `instead_of`,
    as if the file still stood in it. `Conflict` when something happened since.
    """
    moved = [entry for entry in queries.history(session, file.id) if entry.moves]
    if not moved or moved[-1].paper != instead_of:
        raise Conflict("这份识别档案已经往下办理，不能再改。")
    left = table_of(session, file).state_of(file)
    FILE_CLOCK.cancel(session, *(f"{file.id}/{clock.code}" for clock in left.clocks))
    file.state = step
    advance(session, file, action, **said)


def pin(session: Session, file: Identification, on: date) -> None:
    """The household is visited on this day: its rules hold from now on (GT-22), also for the limit
    of the whole. Before the step itself. Where they do not know the step, the file goes on under those
    by which it came there.
    """
    held = rules_on(session, on)
    file.pinned_on = on
    table = way_of(held, file)
    if held.ref == file.pack or file.state not in table.states:
        return
    require_channel(held, file)
    FILE_CLOCK.cancel(session, f"{file.id}/{C.TOTAL}")
    file.pack, file.total_due = held.ref, None
    for clock in table.clocks:
        if clock.code in WHOLE_CLOCKS:
            key = clock.starts[A.OPEN]
            setattr(file, clock.field, terms(session, file).due(key, file.lead_at, file))


def rules_on(session: Session, on: date) -> Pack:
    """`Refused` for a day on which no pack holds."""
    try:
        return pack(session, on)
    except LookupError as error:
        raise Refused(f"{error}。请核对日期。", field="on") from error


def record_lead(
    session: Session, form: LeadForm, *, actor: Actor, on: date
) -> tuple[Identification | MonitoredRisk, bool]:
    """Somebody says that a household may have to be monitored: a file is opened, or the lead joins
    the one it has. The second says whether it was opened. A household that is monitored by the ledger
    alone has a new risk, and no file.
    """
    hold(session, "casework.files")
    _demand_days(form, on)
    draft = _whose(session, form)
    policy.require(actor, "record_lead", draft)
    if form.channel is EnteredChannel.COUNTY_PUSH:
        policy.require(actor, "push_lead", draft)
    if not draft.household:  # a number that somebody types opens nothing of another place's
        held = queries.standing(session, None, draft.id_hash)
        for there in filter(None, (held, *register_queries.rows_of(session, draft))):
            policy.require(actor, "record_lead", there)
    draft.found_on = form.found_on or form.on
    return _take_up(session, draft, actor=actor, on=on, words=form.words)


def _demand_days(form: LeadForm, on: date) -> None:
    if form.on > on:
        raise Refused("收到日期不能晚于今天。", field="on")
    if form.found_on and form.found_on > form.on:
        raise Refused("首次发现日期不能晚于收到日期。", field="found_on")


def _whose(session: Session, form: LeadForm) -> Identification:
    """A draft of the file: of the register's household, or of who stands in none."""
    hash_ = id_hash(session, form.id_number) if form.id_number else None
    known = (
        session.get(Household, households_queries.present(session, form.household))
        if form.household
        else households_queries.of_hash(session, hash_ or "")
    )
    if form.household and known is None:
        raise Refused("农户名册里没有这一户，请重新查找。", field="household")
    if known is None and not (form.head_name and form.id_number and form.village):
        raise Refused("不在农户名册的，请填写户主姓名、身份证号码和村。", field="head_name")
    if known is None and not directory.exists(session, DirectoryKind.VILLAGE, form.village or ""):
        raise Refused("没有这个村，请从列表中选择。", field="village")
    draft = _draft(
        LeadChannel(form.channel.value),
        form.on,
        village=known.village if known else form.village or "",
    )
    if known:
        draft.household = known.id
    else:
        draft.id_hash, draft.id_number = hash_, form.id_number
        draft.head_name = form.head_name or ""
    return draft


def _draft(channel: LeadChannel, lead_at: date, village: str) -> Identification:
    return Identification(
        number="",  # and what else a file has when it is opened
        pack="",
        opened_account="",
        village=village,
        township=township_of(village),
        channel=channel,
        lead_at=lead_at,
        found_on=lead_at,
        opened_on=lead_at,
        stage_since=lead_at,
    )


def _take_up(
    session: Session,
    draft: Identification,
    *,
    actor: Actor,
    on: date,
    words: str = "",
    case: NetworkCase | None = None,
) -> tuple[Identification | MonitoredRisk, bool]:
    file = queries.standing(session, draft.household, draft.id_hash)
    if file is None and (risk := register.add_risk(session, draft, draft, case, words)):
        return risk, False
    opened = file is None
    if file is None:
        file = _open(session, draft, actor=actor, on=on)
    else:
        monitored = register_queries.is_monitored(session, file)
        said = "已在监测，记为新的风险" if monitored else ""
        text = "：".join(filter(None, (draft.channel.label, said)))
        note(session, file, A.JOIN, actor=actor, on=on, text=text)
        register.add_risk(session, file, draft, case)
    session.add(
        Lead(
            file=file.id,
            channel=draft.channel,
            on=draft.lead_at,
            case=case.case if case else None,
            words=words,
            entered_on=on,
            entered_by=actor.label if actor is not SYSTEM else "",
            entered_account=actor.account,
            origin=origin(session),
        )
    )
    session.flush()
    return file, opened


def _open(session: Session, file: Identification, *, actor: Actor, on: date) -> Identification:
    held = rules_on(session, file.lead_at)
    require_channel(held, file)
    month = month_of(on)
    last = session.execute(NEXT_NUMBER, {"month": month}).scalar_one()
    file.number = file_number(service.county(session), month, last)
    file.pack, file.opened_on, file.opened_account = held.ref, on, actor.account
    file.origin = origin(session)
    clocks.begin(session, way_of(held, file), file, on=file.lead_at, terms=terms(session, file))
    note(session, file, A.OPEN, actor=actor, on=on, text=file.channel.label)
    register.follow(session, file, on)
    emit(
        session,
        IdentificationOpened(
            identification=file.id,
            number=file.number,
            household=file.household,
            id_hash=file.id_hash,
            village=file.village,
            channel=file.channel,
            case=file.case,
            lead_at=file.lead_at,
            total_due=file.total_due,
            pack=file.pack,
            on=on,
        ),
    )
    return file


def take_up_case(session: Session, case: NetworkCase, *, actor: Actor, on: date) -> None:
    """The network's case opens the household's file, or joins it."""
    hold(session, "casework.files")
    household = households_queries.present(session, case.household)
    copy = session.get(Household, household)
    draft = _draft(LeadChannel.NETWORK, on, copy.village if copy else case.village)
    draft.household, draft.case, draft.urgent, draft.found_on = (
        household,
        case.case,
        case.urgent,
        case.opened_on or on,
    )
    taken, _ = _take_up(session, draft, actor=actor, on=on, case=case)
    case.file = taken.id if isinstance(taken, Identification) else None
    session.add(case)


def decide_earlier_case(
    session: Session, case_id: str, form: EarlierForm, *, actor: Actor, on: date
) -> NetworkCase:
    """The office decides of a case verified before the change; its limits run from that day."""
    case = session.get(NetworkCase, case_id, with_for_update=True, populate_existing=True)
    if case is None or not case.earlier:
        raise NotFound("没有这条启用前已核实的线索。")
    policy.require(actor, "decide_earlier_case", case)
    if case.decided_on is not None:
        raise Conflict("这条线索已经决定过，不用再办。")
    form.demand_reason()
    case.decided_on, case.decided_by, case.decided_account = on, actor.label, actor.account
    case.reason = form.reason or None
    if form.opens:
        take_up_case(session, case, actor=actor, on=on)
    session.add(case)
    return case


def attach_households(session: Session, households: Collection[str]) -> None:
    """Households came into the register: files of who stood in none find theirs."""
    waiting = session.exec(
        select(Identification).where(
            col(Identification.household).is_(None),
            col(Identification.ended_on).is_(None),
            col(Identification.id_hash).in_(
                select(Household.id_hash).where(among(Household.id, households))
            ),
        )
    ).all()
    today = local_date(session.info.get("now") or system_clock())
    for named in waiting:
        found = households_queries.of_hash(session, named.id_hash or "")
        if found is None or queries.standing(session, found.id, None):
            continue  # two files of one household: the office sees both
        file = take(session, named.id)
        file.household, file.id_hash = found.id, None
        note(session, file, A.ATTACH, actor=SYSTEM, on=today)
        register.follow(session, file, today)


def ring_clock(session: Session, due: Due) -> None:
    """A clock's day has passed: the history says so."""
    file_id, _, code = due.about.rpartition("/")
    file = take(session, file_id)
    table, on = table_of(session, file), local_date(due.at)
    if code not in {clock.code for clock in table.clocks}:
        return  # the rules of the visit's day have no such clock
    clock = table.clock(code)
    for _moment in clocks.ring(session, table, file, code, due, terms=terms(session, file)):
        text = f"{clock.code.label}：{clock.then}"
        note(session, file, A.FALL_OVERDUE, actor=SYSTEM, on=on, text=text, late=True)
