"""Visits, calls and vain attempts (N-09, N-10)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, not_, select

from kit.actor import Actor
from kit.database.columns import among
from kit.dates import show_month
from kit.errors import Refused
from kit.ids import new_id
from kit.messaging.outbox import emit
from schemas.unit import VisitRecorded
from schemas.values import Since
from services.unit.directory.models import Household
from services.unit.directory.queries import why_void
from services.unit.findings.commands import add_words, note_risks
from services.unit.months.models import Month
from services.unit.organisation import queries as organisation_queries
from services.unit.organisation.forms import Taken
from services.unit.organisation.models import Helper
from services.unit.visits import rules
from services.unit.visits.models import Visit
from services.unit.visits.policy import policy
from services.unit.visits.rules import VisitNote


def visit_objections(
    session: Session, notes: Sequence[VisitNote], *, actor: Actor, on: date
) -> list[list[str]]:
    """For each note why it cannot be taken from this actor; an empty list when it can."""
    months = set(session.exec(select(Month.month)))
    helpers = set(
        session.exec(select(Helper.code).where(among(Helper.code, {note.helper for note in notes})))
    )
    households = {row.id: row for row in session.exec(select(Household).where(_noted(notes)))}
    strange = _not_his(session, notes, actor)
    recorded = {_key(visit): visit for visit in _recorded(session, notes)}
    objections = []
    for note in notes:
        reasons = rules.objections(note, on)
        if note.month not in months and note.on <= on:
            reasons.append(f"{show_month(note.month)}没有开放填报，请核对走访时间")
        if note.helper not in helpers:
            reasons.append(f"没有编号为“{note.helper}”的帮扶责任人")
        household = households.get(note.household)
        if household is None:
            reasons.append("没有找到这户，请核对")
        elif gone := why_void(session, household):
            reasons.append(f"{gone}，请登记那一户")
        if note.household in strange:
            reasons.append(policy["visit_household"].otherwise or "")
        if (before := recorded.get(note.key)) and before.at_risk and not note.at_risk:
            reasons.append(
                "这次走访已报有风险，不能改成没有；登记错了的，请在风险情况里撤回并写明理由"
            )
        objections.append(reasons)
    return objections


def record_visits(session: Session, notes: Sequence[VisitNote], *, actor: Actor, on: date) -> Taken:
    """Record a set of visits; the same visit (household, helper, day, mode) again changes nothing,
    corrects it, or says more of its risk.

    A risk seen on one becomes the unit's finding of that household and month.
    """
    _require_recorder(session, notes, actor)
    for reasons in visit_objections(session, notes, actor=actor, on=on):
        if reasons:
            raise Refused("；".join(reasons) + "。")
    _lock_households(session, notes)
    unit_of = dict(session.exec(select(Helper.code, Helper.unit)).all())
    recorded = {_key(visit): visit for visit in _recorded(session, notes)}
    fresh, again = [], []
    for note in {note.key: note for note in notes}.values():
        before = recorded.get(note.key)
        row = _row(note, unit_of[note.helper], before, actor, on)
        if before is None or any(getattr(before, name) != row[name] for name in SAID):
            fresh.append((note, row))
        elif note.at_risk:
            again.append((note, unit_of[note.helper]))
    told_more = add_words(session, again, actor=actor, on=on)
    if not fresh:
        return Taken(told_more, len(notes) - told_more)
    statement = insert(Visit)
    update = {name: statement.excluded[name] for name in (*SAID, "recorded_by", "recorded_on")}
    session.execute(
        statement.on_conflict_do_update(constraint="uq_visit_once", set_=update),
        [row for _, row in fresh],
    )
    for before in recorded.values():
        session.expire(before)
    emit(session, *(_said(row) for _, row in fresh))
    risks = [(note, unit_of[note.helper]) for note, _ in fresh if note.at_risk]
    note_risks(session, risks, actor=actor, on=on)
    taken = len(fresh) + told_more
    return Taken(taken, len(notes) - taken)


# What a visit says; sent again with anything of it changed, it is a correction.
SAID = ("tries", "living", "production", "income", "at_risk", "causes", "since_day", "since_about")


def _row(note: VisitNote, unit: str, before: Visit | None, actor: Actor, on: date) -> dict:
    tries = max(note.tries, before.tries) if before else note.tries
    return {
        "id": before.id if before else new_id(),
        "household": note.household,
        "helper": note.helper,
        "unit": unit,
        "month": note.month,
        "on": note.on,
        "mode": note.mode,
        "reached": note.reached,
        "tries": tries,
        "living": note.living,
        "production": note.production,
        "income": note.income,
        "at_risk": note.at_risk,
        "causes": list(note.causes),
        "since_day": note.since.day,
        "since_about": note.since.about,
        "recorded_by": actor.label,
        "recorded_on": on,
    }


def _said(row: dict) -> VisitRecorded:
    return VisitRecorded(
        visit=row["id"],
        household=row["household"],
        helper=row["helper"],
        unit=row["unit"],
        month=row["month"],
        on=row["on"],
        mode=row["mode"],
        reached=row["reached"],
        at_risk=row["at_risk"],
        causes=tuple(row["causes"]),
        since=Since(day=row["since_day"], about=row["since_about"]),
        recorded_on=row["recorded_on"],
    )


def _require_recorder(session: Session, notes: Sequence[VisitNote], actor: Actor) -> None:
    """A helper for himself, the unit's clerk for its helpers, the county's clerk for whoever
    phoned; of households that are theirs as the assignment is stored.
    """
    for code in {note.helper for note in notes}:
        policy.require(actor, "record_visits", organisation_queries.helper(session, code))
    for strange in _not_his(session, notes, actor):
        policy.require(actor, "visit_household", session.get(Household, strange))


def _not_his(session: Session, notes: Sequence[VisitNote], actor: Actor) -> set[str]:
    """Households of these notes that are not the actor's to visit."""
    his = policy.visible(actor, "visit_household", Household)
    return set(session.exec(select(Household.id).where(_noted(notes), not_(his))))


def _noted(notes: Sequence[VisitNote]) -> ColumnElement[bool]:
    return among(Household.id, {note.household for note in notes})


def _recorded(session: Session, notes: Sequence[VisitNote]) -> list[Visit]:
    households, days = {note.household for note in notes}, {note.on for note in notes}
    return list(
        session.exec(
            select(Visit).where(among(Visit.household, households), col(Visit.on).in_(days))
        )
    )


def _key(visit: Visit) -> tuple[str, str, date, str, bool]:
    return visit.household, visit.helper, visit.on, visit.mode, visit.reached


def _lock_households(session: Session, notes: Sequence[VisitNote]) -> None:
    """Whoever writes about a household holds its row: its events leave in the order of their
    commits.
    """
    session.exec(
        select(Household.id).where(_noted(notes)).order_by(Household.id).with_for_update()
    ).all()
