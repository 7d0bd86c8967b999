"""One case a household: to whose case a finding belongs, and what happens when it reaches the
county.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, and_, col, func, or_, select

from kit.actor import SYSTEM, Actor
from kit.database.columns import among
from kit.dates import show_day
from kit.errors import Conflict, NotFound, Refused
from kit.messaging.inbox import origin
from kit.messaging.outbox import emit
from kit.packs import pack
from kit.procedure import clocks
from rulebook.months import month_of
from schemas.codes import CaseDecision, Severity, Tier
from schemas.county import CaseJoined, CaseNotQualified, CaseOpened
from services.county.cases import queries
from services.county.cases.models import Case, CaseEntry, MatchedBy, Source, SourceStage
from services.county.cases.policy import policy
from services.county.cases.procedure import CASE, A, terms
from services.county.cases.rules import NO_SOURCE_REASON, VOID_REASON, case_number, number_series
from services.county.commands import heard_on
from services.county.directory import queries as directory_queries
from services.county.locks import hold_cases
from services.county.missed_discoveries import commands as missed_discoveries_commands
from services.county.register import queries as register_queries
from services.county.register.models import Household
from services.county.service import county


def record_entry(
    session: Session, case: Case, on: date, text: str, by: Actor | str = SYSTEM
) -> None:
    """Append to the case's timeline."""
    author = by if isinstance(by, str) else by.label if by is not SYSTEM else ""
    session.add(CaseEntry(case=case.id, on=on, what=text, by=author, origin=origin(session)))


def locked(session: Session, case_id: str) -> Case:
    """The case, to be changed; `NotFound` when there is none."""
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound(queries.NO_CASE)
    return case


def match(session: Session, source: Source) -> None:
    """Say whose household the source is about: by ID number, else by the register's own id (N-13,
    GT-17); of a void entry that is the one that it was merged into (F-04).

    A unit or a team may name somebody who is in no register: that is left for a person.
    """
    source.household = register_queries.present(session, source.household)
    household = queries.household_of_id_number(session, source)
    if household:
        source.household, source.matched_by = household, MatchedBy.ID_NUMBER
    elif (
        source.on_register or source.tier == Tier.VILLAGE or _registered(session, source.household)
    ):
        source.matched_by = MatchedBy.HOUSEHOLD
    if source.matched_by is None or source.case is not None:
        return
    if case := queries.open_case(session, source.household):
        _join(session, source, case)


def bring_to_county(session: Session, source: Source, on: date) -> Case | None:
    """The finding is at the county: into its household's open case, or into a new one. None: a
    person must match it.
    """
    hold_cases(session)
    source.stage, source.at_county_on, source.signed_origin = (
        SourceStage.AT_COUNTY,
        on,
        origin(session),
    )
    session.add(source)
    if source.matched_by is None:
        source.unmatched = True
        return None
    return _take_up(session, source, on)


def rejoin(session: Session, households: Collection[str], hashes: Collection[str]) -> None:
    """Households came into the register: findings that waited for them find their case."""
    statement = select(Source).where(
        col(Source.matched_by).is_(None),
        or_(among(Source.household, households), among(Source.id_hash, hashes)),
    )
    if session.exec(statement).first() is None:
        return
    hold_cases(session)
    for source in session.exec(statement.with_for_update()).all():
        source.keep(heard_on(session, source.received_on))
        match(session, source)
        if source.matched_by and source.unmatched and source.at_county_on:
            source.unmatched = False
            _take_up(session, source, source.at_county_on)
        missed_discoveries_commands.weigh(
            session, [source.household], source.month, source.received_on
        )


def attach_source(
    session: Session,
    finding: str,
    *,
    case: str | None = None,
    household: str | None = None,
    reason: str | None = None,
    actor: Actor,
    on: date,
) -> Case:
    """A person says whose an unmatched finding is: a case's, a registered household's, or with a
    `reason` somebody's who stands in no register. `detach_source` takes it back.
    """
    hold_cases(session)
    source = _source(session, finding)
    policy.require(actor, "attach_source", source)
    if not source.unmatched:
        raise Conflict("这条来源已经归入一户，不用再确认。")
    joined = locked(session, case) if case is not None else None
    if joined is not None and joined.closed_on is not None:
        raise Conflict("这条风险线索已经办结，请选这一户，另行登记。")
    _demand_whose(session, joined, household, reason)
    source.keep(on)
    source.unmatched, source.matched_by = False, MatchedBy.PERSON
    source.named_household = source.household
    if joined is not None:
        source.household = joined.household
        _join(session, source, joined, by=actor, on=on)
        _tell_findings(session, joined, on, source.finding)
    else:
        source.household = register_queries.present(session, household or source.household)
        joined = _take_up(session, source, on, by=actor)
    said = f"：{reason.strip()}" if reason and reason.strip() else ""
    text = f"人工确认{_who(session, source)}反映的“{source.head_name}”是这一户{said}"
    record_entry(session, joined, on, text, actor)
    missed_discoveries_commands.weigh(session, [source.household], source.month, on)
    return joined


def _demand_whose(
    session: Session, joined: Case | None, household: str | None, reason: str | None
) -> None:
    if joined is not None and household is not None:
        raise Refused("农户和风险线索只选一个。", field="target")
    if household is not None and not _registered(session, household):
        raise Refused("农户名册里没有这一户，请重新查找。", field="target")
    if joined is None and household is None and not (reason or "").strip():
        raise Refused("不在农户名册的，请写明为什么认定是新的一户。", field="reason")


def detach_source(session: Session, finding: str, *, actor: Actor, on: date) -> Source:
    """What a person joined is taken back, until the next step: a decision of the case. A case that
    no other source stands behind ends with it, and keeps its number.
    """
    hold_cases(session)
    source = _source(session, finding)
    policy.require(actor, "detach_source", source)
    if source.case is None or source.matched_by is not MatchedBy.PERSON:
        raise Conflict("这条来源不是人工确认的，不能撤回归并。")
    case = locked(session, source.case)
    if not may_be_detached(source, case):
        raise Conflict("这条线索已经作出决定，不能再撤回归并；请按决定办理。")
    joined = case.household
    record_entry(session, case, on, f"撤回归并：{_who(session, source)}{source.head_name}", actor)
    source.keep(on)
    source.case, source.matched_by, source.unmatched = None, None, True
    source.household, source.named_household = source.named_household or joined, None
    session.add(source)
    session.flush()
    if not _end_empty(session, case, source, on, VOID_REASON):
        _tell_findings(session, case, on)
    missed_discoveries_commands.weigh(session, [joined, source.household], source.month, on)
    return source


def may_be_detached(source: Source, case: Case) -> bool:
    """Whether a person joined the source, and no decision has taken it up yet."""
    if source.matched_by is not MatchedBy.PERSON or case.closed_on is not None:
        return False
    if case.decision is CaseDecision.VERIFIED:
        return source.answered_on is None
    return case.decision is CaseDecision.OPEN


def note_struck_out(session: Session, source: Source, on: date) -> None:
    """The source was struck out on its way; an undecided case that had only it is void."""
    if source.case is None:
        return
    case = locked(session, source.case)
    record_entry(session, case, on, source.struck_out or "")
    if _end_empty(session, case, source, on, NO_SOURCE_REASON):
        record_entry(session, case, on, f"这条线索作废：{NO_SOURCE_REASON}")


def _end_empty(session: Session, case: Case, source: Source, on: date, reason: str) -> bool:
    """Whether nothing stands behind the undecided case since `source` left it: then it is void, and
    whoever found something is told.
    """
    session.flush()
    stages = {left.stage for left in queries.sources(session, case.id)}
    if stages - {SourceStage.STRUCK_OUT} or A.TAKE_APART not in CASE.allowed(case):
        return False
    case.keep(on)
    clocks.enter(session, CASE, case, A.TAKE_APART, on=on, terms=terms(session, case))
    case.closed_on, case.reason, case.version = on, reason, case.version + 1
    emit(
        session,
        CaseNotQualified(
            case=case.id,
            household=case.household,
            village=case.village,
            on=on,
            reason=reason,
            findings=(source.finding,),
            void=True,
        ),
    )
    return True


def take_up_unanswered(session: Session, case: Case, on: date) -> None:
    """The case was closed while a finding that had come after its decision had no answer: that is a
    new finding, and opens a new case, whose limit has run since it came.
    """
    hold_cases(session)
    unanswered = [
        source
        for source in queries.sources(session, case.id)
        if source.stage is SourceStage.AT_COUNTY and source.answered_on is None
    ]
    for source in unanswered:
        source.keep(on)
        source.case = None
    session.flush()
    if not unanswered:
        return
    fresh = _take_up(session, min(unanswered, key=lambda row: row.at_county_on or on), on)
    for source in unanswered:
        said = f"{_who(session, source)}{show_day(source.at_county_on)}到县的来源，办结时还没有答复"
        record_entry(session, case, on, f"{said}，转入{fresh.number}")
        record_entry(session, fresh, on, f"{said}，从{case.number}转来")


def _source(session: Session, finding: str) -> Source:
    source = session.get(Source, finding, with_for_update=True, populate_existing=True)
    if source is None:
        raise NotFound("没有这条来源。")
    return source


def _take_up(session: Session, source: Source, on: date, by: Actor = SYSTEM) -> Case:
    case, before = queries.open_and_last(session, source.household)
    if source.case and source.answered_on:  # a decision answered it before its head had signed
        case = locked(session, source.case)
    if case is None:
        return _open(session, source, before, on, by)
    if source.case != case.id:
        _join(session, source, case, by=by, on=on)
    else:
        record_entry(session, case, on, f"{_who(session, source)}的名单已签发到县", by)
    if source.severity == Severity.URGENT and not case.urgent:
        case.keep(on)
        case.urgent = True
    _tell_findings(session, case, on, source.finding)
    return case


def _tell_findings(session: Session, case: Case, on: date, joined: str | None = None) -> None:
    """Whoever found something is told to which case it belongs, that was there before (F-08)."""
    session.flush()
    emit(
        session,
        CaseJoined(
            case=case.id,
            number=case.number,
            household=case.household,
            village=case.village,
            on=on,
            joined=joined,
            findings=tuple(source.finding for source in queries.standing(session, case.id)),
        ),
    )


def _open(session: Session, source: Source, before: Case | None, on: date, by: Actor) -> Case:
    came = source.at_county_on or on  # its limit (T-10) and its month run from here
    household = session.get(Household, source.household)
    village = household.village if household else source.village
    case = Case(
        number=_next_number(session, month_of(on)),
        month=month_of(came),
        household=source.household,
        village=village,
        township=directory_queries.township_or_self(village),
        opened_on=on,
        pack=pack(session, came).ref,
        urgent=source.severity == Severity.URGENT,
        verify_due=came,  # until its clock begins, below
        previous=before.id if before else None,
    )
    clocks.begin(session, CASE, case, on=came, terms=terms(session, case))
    session.add(case)
    session.flush()
    sources = _waiting(session, source)
    record_entry(session, case, on, "登记" + (f"（上一条 {before.number}）" if before else ""), by)
    for waiting in sources:
        _join(session, waiting, case, on=waiting.at_county_on or on)
    emit(
        session,
        CaseOpened(
            case=case.id,
            number=case.number,
            household=case.household,
            village=case.village,
            on=on,
            urgent=case.urgent,
            tiers=tuple(dict.fromkeys(waiting.tier for waiting in sources)),
            findings=tuple(
                waiting.finding for waiting in sources if waiting.stage != SourceStage.STRUCK_OUT
            ),
        ),
    )
    return case


def _waiting(session: Session, source: Source) -> Sequence[Source]:
    """This source, what other tiers have already said of the household without opening a case, and
    what a closed case left: without an answer, or without a signature and an answer.
    """
    entries = register_queries.entries_of(session, source.household)
    household, stage = col(Source.household).in_(entries), col(Source.stage)
    closed = select(Case.id).where(
        col(Case.household).in_(entries), col(Case.closed_on).is_not(None)
    )
    unanswered = and_(stage == SourceStage.SUBMITTED, col(Source.answered_on).is_(None))
    unsigned = and_(col(Source.case).in_(closed), unanswered)
    alone = col(Source.case).is_(None)
    listed = and_(alone, col(Source.month) == source.month)
    at_county = and_(alone, stage == SourceStage.AT_COUNTY, col(Source.unmatched).is_(False))
    named = col(Source.finding) == source.finding
    statement = select(Source).where(household, or_(named, listed, unsigned, at_county))
    return session.exec(statement.order_by(col(Source.received_on), col(Source.finding))).all()


def _join(
    session: Session, source: Source, case: Case, *, by: Actor = SYSTEM, on: date | None = None
) -> None:
    if source.case and (closed := session.get(Case, source.case)):
        text = f"{_who(session, source)}的来源转入新的风险线索{case.number}"
        record_entry(session, closed, on or source.received_on, text, by)
    source.case = case.id
    session.add(source)
    causes = "、".join(cause.label for cause in source.causes)
    struck = f"；{source.struck_out}" if source.stage == SourceStage.STRUCK_OUT else ""
    record_entry(
        session,
        case,
        on or source.received_on,
        f"{_who(session, source)}上报：{causes}{struck}",
        by,
    )
    if case.decision == CaseDecision.OPEN and source.severity == Severity.URGENT:
        case.urgent = True


def _who(session: Session, source: Source) -> str:
    return f"{source.tier.label}（{directory_queries.name_of(session, source.reporter)}）"


def _registered(session: Session, household: str) -> bool:
    return session.get(Household, household) is not None


def _next_number(session: Session, month: str) -> str:
    series = number_series(county(session), month)
    last = session.exec(
        select(func.max(func.right(Case.number, 4))).where(
            or_(*(col(Case.number).startswith(start) for start in series))
        )
    ).one()
    return case_number(county(session), month, int(last or 0) + 1)
