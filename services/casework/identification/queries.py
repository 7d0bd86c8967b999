"""Files as somebody sees them; nothing here changes or locks anything."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit import directory
from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import has, name_has
from kit.errors import NotFound
from kit.packs import pack_of
from kit.procedure import Owed, reading
from kit.tasks import Task
from rulebook.total_limit import Overrun, StepTaken, overrun
from schemas.codes import Coded, DirectoryKind, LeadChannel
from services.casework import service
from services.casework.comparisons.models import ComparisonLine
from services.casework.households import queries as households_queries
from services.casework.households.models import Household
from services.casework.identification.forms import FileFilter
from services.casework.identification.models import FileEntry, Identification, Lead, NetworkCase
from services.casework.identification.policy import policy
from services.casework.identification.procedure import (
    CLOCKS,
    WHOLE_LIMITS,
    procedure_of,
    table_of,
    terms,
)
from services.casework.identification.rules import STEP_PAGES, FileAction, FileState

NO_FILE = "没有这份识别档案，请核对编号。"


def overdue(on: date) -> ColumnElement[bool]:
    """The clock of its step has passed its day."""
    return or_(
        *(
            and_(col(Identification.state) == state, getattr(Identification, f"{code}_due") < on)
            for state, (code, _) in CLOCKS.items()
        )
    )


def files(actor: Actor, on: date, asked: FileFilter) -> SelectOfScalar[Identification]:
    """What the actor sees of what is asked for."""
    statement = select(Identification).where(policy.visible(actor, "files", Identification))
    if asked.state:
        statement = statement.where(Identification.state == asked.state)
    if asked.village:
        statement = statement.where(Identification.village == asked.village)
    if asked.overdue is not None:
        late = overdue(on)
        statement = statement.where(late if asked.overdue else ~late)
    if asked.ended is not None:
        over = col(Identification.ended_on).is_not(None)
        statement = statement.where(over if asked.ended else ~over)
    if asked.q:
        named = select(Household.id).where(name_has(col(Household.head_name), asked.q))
        statement = statement.where(
            or_(
                has(col(Identification.number), asked.q),
                name_has(col(Identification.head_name), asked.q),
                col(Identification.household).in_(named),
            )
        )
    return statement


def in_states(session: Session, statement: SelectOfScalar[Identification]) -> dict[FileState, int]:
    """How many of these files are at which step, in the order of the way."""
    counted = select(Identification.state, func.count()).where(
        col(Identification.id).in_(statement.with_only_columns(col(Identification.id)))
    )
    found = dict(session.exec(counted.group_by(Identification.state)).all())
    return {state: found[state] for state in FileState if state in found}


def see(session: Session, actor: Actor, file_id: str) -> Identification:
    """The file, if the actor may see it."""
    stored = session.get(Identification, file_id)
    if stored is None:
        raise NotFound(NO_FILE)
    policy.require(actor, "file", stored)
    return stored


def standing(session: Session, household: str | None, hash_: str | None) -> Identification | None:
    """The household's file that a further lead joins: the one under way, or the last that ended with
    its being monitored.
    """
    whose = []
    if household:
        merged = select(Household.id).where(Household.merged_into == household)
        whose.append(
            or_(
                col(Identification.household) == household,
                col(Identification.household).in_(merged),
            )
        )
    if hash_:
        whose.append(col(Identification.id_hash) == hash_)
    kept = or_(
        col(Identification.ended_on).is_(None), col(Identification.state) == FileState.ADMITTED
    )
    statement = select(Identification).where(or_(*whose), kept)
    order = col(Identification.ended_on).desc().nulls_first(), col(Identification.number).desc()
    return session.exec(statement.order_by(*order)).first()


def history(session: Session, file_id: str) -> Sequence[FileEntry]:
    """Oldest first."""
    statement = select(FileEntry).where(FileEntry.file == file_id)
    return session.exec(statement.order_by(col(FileEntry.id))).all()


def leads(session: Session, file_id: str) -> Sequence[Lead]:
    """Who said that this household may have to be monitored, in the order of their entry."""
    statement = select(Lead).where(Lead.file == file_id)
    return session.exec(statement.order_by(col(Lead.entered_on), col(Lead.id))).all()


@dataclass(frozen=True)
class Timeline:
    """What happened, each with the limits that it set going; and the due days to come."""

    past: list[tuple[FileEntry, reading.Line]]
    coming: list[reading.Line]


def timeline(session: Session, file: Identification, on: date) -> Timeline:
    entries, table = history(session, file.id), table_of(session, file)
    past = [reading.Past(entry.on, entry.action, entry.text, entry.actor) for entry in entries]
    held = terms(session, file)
    lines = reading.timeline(table, file, on, held, past)
    # What was done before a green channel was agreed stood under the limits of then.
    plain = procedure_of(held.pack, file.channel)
    then = reading.timeline(plain, file, on, held, past) if file.green_on else lines
    deeds = [entry.action for entry in entries]
    agreed = deeds.index(FileAction.GREEN) if file.green_on else 0
    behind = [(then if n < agreed else lines)[n] for n in range(len(entries))]
    return Timeline(list(zip(entries, behind, strict=True)), lines[len(entries) :])


def overrun_of(session: Session, file: Identification, on: date) -> Overrun | None:
    """By how much the whole passed its limit until `on` or its end, and why (I-16); of a green channel
    the limit of what is made up afterwards.
    """
    due, whole = file.total_due, "总时限"
    if file.green_on:
        due, whole = file.backfill_due, "补办期限"
    if due is None:
        return None
    moved = [entry for entry in history(session, file.id) if entry.moves]
    over = [entry.on for entry in moved if entry.to_state not in CLOCKS]
    steps = [*_steps(session, file, moved), *_rechecks(session, file)]
    return overrun(due, min(over, default=on), steps, service.calendar(session), whole)


def _steps(
    session: Session, file: Identification, moved: Sequence[FileEntry]
) -> Iterator[StepTaken]:
    """Those that have a limit of their own: each from the day on which the file came to it."""
    table, held = table_of(session, file), terms(session, file)
    came: dict[FileState | None, tuple[Coded, date]] = {}
    for entry in moved:
        begun, started = came.get(entry.from_state, (table.begin[0], file.lead_at))
        if entry.action is FileAction.CONSENT:  # within the limit of the visit
            came[entry.to_state] = begun, started
            continue
        came[entry.to_state] = entry.action, entry.on
        left = table.states.get(entry.from_state) if entry.from_state else None
        key = left.clocks[0].starts.get(begun) if left and left.clocks else None
        if key and key not in WHOLE_LIMITS and entry.from_state:
            due = held.due(key, started, file)
            limit = held.limit(key, file)
            yield StepTaken(entry.from_state.label, started, entry.on, limit, due)


def _rechecks(session: Session, file: Identification) -> Iterator[StepTaken]:
    """Doubts of the comparison that were looked at again."""
    for line in session.exec(select(ComparisonLine).where(ComparisonLine.file == file.id)):
        if line.answered_on and line.rechecked_on:
            yield StepTaken(
                "疑点复核",
                line.answered_on,
                line.rechecked_on,
                due=line.recheck_due,
                is_recheck=True,
            )


@dataclass(frozen=True)
class Line:
    """One file in a list. `days`: since it came to light; `here`: since it came to its step."""

    file: Identification
    head_name: str
    number: str | None  # of the household
    village: str
    days: int
    here: int
    owner: str
    what: str
    due: date | None
    late: bool
    provisional: bool

    @property
    def called(self) -> str:
        """河湾镇石桥村 陈试 SB-990121-202609-0001"""
        return " ".join(filter(None, (self.village, self.head_name, self.file.number)))


def lines(session: Session, rows: Sequence[Identification], on: date) -> list[Line]:
    """A whole page's files with names and what each of them needs now."""
    known = households_queries.known(session, [row.household for row in rows if row.household])
    villages, ended = place_names(session, {row.village for row in rows}), ended_places(session)
    return [
        _line(
            session,
            row,
            known.get(row.household or ""),
            villages[row.village],
            table_of(session, row).owed(row, on, ended),
            on,
        )
        for row in rows
    ]


def _line(
    session: Session,
    file: Identification,
    household: Household | None,
    village: str,
    owed: Owed | None,
    on: date,
) -> Line:
    until = file.ended_on or on
    due = owed.due if owed else None
    return Line(
        file,
        household.head_name if household else file.head_name,
        household.number if household else None,
        village,
        (until - file.found_on).days,
        (until - file.stage_since).days,
        owed.owner.label if owed else "",
        owed.what if owed else "",
        due,
        bool(owed and owed.late),
        due is not None and terms(session, file).is_provisional(due),
    )


def place_names(session: Session, villages: Collection[str]) -> dict[str, str]:
    """Village code → name, with its township's."""
    return directory.full_names(session, DirectoryKind.VILLAGE, villages)


def villages(session: Session, actor: Actor) -> dict[str, str]:
    """The villages whose households the actor may enter leads of or sees files of."""
    seen = {entry.code: entry for entry in directory.entries(session, DirectoryKind.VILLAGE)}
    reach = actor.scope.prefix or ""
    theirs = [code for code in seen if code.startswith(reach)]
    return dict(sorted(place_names(session, theirs).items()))


def found(session: Session, actor: Actor, q: str) -> SelectOfScalar[Household]:
    """Households of the actor's places that a search finds."""
    statement = select(Household).where(
        households_queries.matching(session, q),
        households_queries.NOT_VOID,
        policy.visible(actor, "leads", Household),
    )
    return statement.order_by(col(Household.village), col(Household.head_name), col(Household.id))


def earlier(actor: Actor) -> SelectOfScalar[NetworkCase]:
    """Cases verified before the change of which nobody has decided yet."""
    return select(NetworkCase).where(
        policy.visible(actor, "earlier_cases", NetworkCase),
        col(NetworkCase.earlier).is_(True),
        col(NetworkCase.decided_on).is_(None),
    )


def ended_places(session: Session) -> set[str]:
    """Villages and townships that ended with none to answer for them: what is open there is the
    office's.
    """
    gone: set[str] = set()
    for kind in (DirectoryKind.VILLAGE, DirectoryKind.TOWNSHIP):
        ended = directory.ended(session, kind)
        there = {entry.code for entry in directory.entries(session, kind)} if ended else set()
        gone |= {entry.code for entry in ended if entry.successor not in there}
    return gone


def owed_by(session: Session, actor: Actor, on: date) -> list[tuple[Identification, Task]]:
    """The open files that are the actor's turn, each with its task."""
    ended = ended_places(session)
    statement = select(Identification).where(
        policy.visible(actor, "files", Identification),
        col(Identification.ended_on).is_(None),
        or_(*_turns(session, actor, ended)),
    )
    owed = [
        (file, _task(session, file, actor, on, ended))
        for file in session.exec(statement.order_by(col(Identification.number)))
    ]
    return [(file, task) for file, task in owed if task]


def _turns(session: Session, actor: Actor, ended: Collection[str]) -> Iterator[ColumnElement[bool]]:
    """Where a file may be the turn of somebody in this role, by the ways that open files go."""
    open_ = select(Identification.pack, Identification.channel).where(
        col(Identification.ended_on).is_(None)
    )
    for ref, channel in session.exec(open_.distinct()).all():
        states = procedure_of(pack_of(session, ref), LeadChannel(channel)).states_owed_by(
            actor.role
        )
        on_the_way = and_(col(Identification.pack) == ref, col(Identification.channel) == channel)
        yield and_(on_the_way, col(Identification.state).in_(states))
    yield or_(among(Identification.village, ended), among(Identification.township, ended))


def _task(
    session: Session, file: Identification, actor: Actor, on: date, ended: Collection[str]
) -> Task | None:
    return reading.task(
        table_of(session, file),
        file,
        actor,
        on,
        title=file.number,
        href=STEP_PAGES.get(file.state, "/casework/files/{id}").format(id=file.id),
        urgent=file.urgent,
        terms=terms(session, file),
        ended=ended,
    )
