"""Units and helpers are named, households assigned and handed over."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.locks import hold
from kit.directory import Entry
from kit.errors import Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.codes import DirectoryKind
from schemas.unit import HelperNamed, HouseholdAssigned, UnitNamed
from schemas.values import Name
from services.unit.directory import commands as directory
from services.unit.directory.models import Household
from services.unit.directory.queries import why_void
from services.unit.organisation import queries
from services.unit.organisation.forms import AssignmentRow, HelperRow, Taken, UnitRow
from services.unit.organisation.models import Assignment, Helper, Transfer, Unit
from services.unit.organisation.policy import policy


def name_units(session: Session, rows: Sequence[UnitRow], *, actor: Actor) -> Taken:
    """Enter or rename helping units."""
    policy.require(actor, "name_units")
    known = {unit.code: unit for unit in queries.units(session)}
    changed = [row for row in rows if row.unit not in known or known[row.unit].name != row.name]
    for row in changed:
        known[row.unit] = session.merge(Unit(code=row.unit, name=row.name))
    named = {entry.code: entry for entry in queries.entries(session)} if changed else {}
    fresh = Entry(DirectoryKind.UNIT, "", "")
    _tell(
        session,
        *(
            _unit_named(replace(named.get(row.unit, fresh), code=row.unit, name=row.name))
            for row in changed
        ),
    )
    return Taken(len(changed), len(rows) - len(changed))


def name_again(session: Session, units: Sequence[Entry]) -> None:
    """Tell of units that ended, or did not after all (F-15)."""
    _tell(session, *map(_unit_named, units))


def _unit_named(unit: Entry) -> UnitNamed:
    return UnitNamed(
        unit=unit.code, name=unit.name, last_month=unit.last_month, successor=unit.successor
    )


def name_helpers(session: Session, rows: Sequence[HelperRow], *, actor: Actor) -> Taken:
    """Enter helpers, or what changed of them. A helper's code stays with its unit."""
    changed = []
    for row in rows:
        policy.require(actor, "name_helpers", row)
        queries.unit(session, row.unit)
        known = session.get(Helper, row.helper)
        if known:
            policy.require(actor, "name_helpers", known)
        if known and known.unit != row.unit:
            raise Refused(
                f"编号{row.helper}是{known.unit}的{known.name}，不能再给{row.unit}；请另编一个编号。"
            )
        if known is None and (gone := queries.ended(session).get(row.unit)):
            raise Refused(f"{gone}，请登记到现在的单位。")
        if known is None or (known.name, known.phone) != (row.name, row.phone):
            left_on = known.left_on if known else None
            session.merge(
                Helper(
                    code=row.helper, unit=row.unit, name=row.name, phone=row.phone, left_on=left_on
                )
            )
            changed.append(row)
    _tell(session, *(_helper_named(session, row.helper, row) for row in changed))
    return Taken(len(changed), len(rows) - len(changed))


def move_helpers(session: Session, helpers: Sequence[Helper], unit: str) -> None:
    """Their unit has ended, or is there again: they go on at another one, with their households."""
    for helper in helpers:
        helper.unit = unit
        session.add(helper)
    session.flush()
    _tell(session, *(_helper_named(session, helper.code, helper) for helper in helpers))
    codes = [helper.code for helper in helpers]
    _announce(session, session.exec(select(Assignment).where(among(Assignment.helper, codes))))


def _helper_named(session: Session, code: str, row: HelperRow | Helper) -> HelperNamed:
    sealed = seal(session, Name(name=row.name, phone=row.phone))
    return HelperNamed(helper=code, unit=row.unit, sealed=sealed)


def assign_households(
    session: Session, rows: Sequence[AssignmentRow], *, actor: Actor, on: date
) -> Taken:
    """Give each household its one helper. A number that the register does not know yet waits for
    it.
    """
    hold(session, "unit.assignments")
    for code in {row.helper for row in rows}:
        policy.require(actor, "assign_households", queries.helper(session, code))
    known = _Known(session, rows)
    changed = [
        assignment
        for assignment in (_assign(session, known, row, actor, on) for row in rows)
        if assignment
    ]
    _announce(session, changed)
    return Taken(len(changed), len(rows) - len(changed))


class _Known:
    """What stands in the database of a set's households, read once."""

    def __init__(self, session: Session, rows: Sequence[AssignmentRow]) -> None:
        ids = [row.household for row in rows if row.household]
        numbers = [row.number for row in rows if row.number]
        register = list(
            session.exec(
                select(Household).where(among(Household.id, ids) | among(Household.number, numbers))
            )
        )
        self.void = {row.id: row for row in register if row.merged_into}
        self.number_of = {household.id: household.number for household in register}
        self.id_of = {household.number: household.id for household in register if household.number}
        ids += self.id_of.values()
        numbers += [number for number in self.number_of.values() if number]
        assignments = list(
            session.exec(
                select(Assignment)
                .where(among(Assignment.household, ids) | among(Assignment.number, numbers))
                .with_for_update()
            )
        )
        self.by_household: dict[str, Assignment] = {}
        self.by_number: dict[str, Assignment] = {}
        for assignment in assignments:
            self.keep(assignment)

    def keep(self, assignment: Assignment) -> None:
        if assignment.household:
            self.by_household[assignment.household] = assignment
        if assignment.number:
            self.by_number[assignment.number] = assignment


def _assign(
    session: Session, known: _Known, row: AssignmentRow, actor: Actor, on: date
) -> Assignment | None:
    """The assignment when it is new or changed."""
    household = row.household or known.id_of.get(row.number or "")
    number = row.number or known.number_of.get(household or "")
    if not household and not number:
        raise Refused("结对关系要写明是哪一户：户编号或系统里的户。")
    if void := known.void.get(household or ""):
        raise Refused(f"{why_void(session, void)}，请与那一户结对。")
    assignment = known.by_household.get(household or "") or known.by_number.get(number or "")
    if assignment is None:
        assignment = Assignment(
            household=household,
            number=number,
            helper=row.helper,
            head_name=row.head_name,
            village_name=row.village_name,
        )
        session.add(assignment)
    elif (assignment.helper, assignment.household, assignment.number) == (
        row.helper,
        household or assignment.household,
        number or assignment.number,
    ):
        return None
    else:
        if assignment.helper != row.helper:
            policy.require(actor, "assign_households", queries.helper(session, assignment.helper))
            _note_transfer(session, assignment, row.helper, "结对关系重新登记", actor, on)
        assignment.household = assignment.household or household
        assignment.number = assignment.number or number
    known.keep(assignment)
    return assignment


def _note_transfer(
    session: Session, assignment: Assignment, to: str, reason: str, actor: Actor, on: date
) -> None:
    session.add(
        Transfer(
            assignment=assignment.id,
            before=assignment.helper,
            after=to,
            on=on,
            reason=reason,
            by=actor.label,
        )
    )
    assignment.helper = to


def transfer_helper(
    session: Session, leaves: str, to: str, *, reason: str, actor: Actor, on: date
) -> int:
    """All households of a helper go to another; who was expected this month stays on record.
    Returns how many.
    """
    leaving, taking = queries.helper(session, leaves), queries.helper(session, to)
    for helper in (leaving, taking):
        policy.require(actor, "transfer_helper", helper)
    if gone := queries.ended(session).get(taking.unit):
        raise Refused(f"{gone}，请选现在还在的单位的帮扶责任人。", field="to")
    if leaves == to:
        raise Refused("移交给同一个人没有意义，请另选一位帮扶责任人。", field="to")
    if not reason.strip():
        raise Refused("请写明移交原因，例如“调离本单位”。", field="reason")
    moved = list(
        session.exec(
            select(Assignment)
            .where(Assignment.helper == leaves)
            .order_by(col(Assignment.id))
            .with_for_update()
        )
    )
    for assignment in moved:
        _note_transfer(session, assignment, to, reason.strip(), actor, on)
    leaving.left_on, taking.left_on = on, None
    session.add_all([leaving, taking])
    _announce(session, moved)
    return len(moved)


def _tell(session: Session, *events: UnitNamed | HelperNamed) -> None:
    """To the others, and to our own directory."""
    emit(session, *events)
    directory.own.keep(session, *events)


def _announce(session: Session, assignments: Iterable[Assignment]) -> None:
    """Tell who helps whom, as far as the register knows the household."""
    assigned = [assignment for assignment in assignments if assignment.household]
    unit_of = dict(session.exec(select(Helper.code, Helper.unit)).all()) if assigned else {}
    emit(
        session,
        *(
            HouseholdAssigned(
                household=assignment.household or "",
                helper=assignment.helper,
                unit=unit_of[assignment.helper],
            )
            for assignment in assigned
        ),
    )
