"""Somebody comes into a household or leaves it; the register follows. Nobody here commits."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.database.locks import hold
from kit.errors import Conflict, Refused
from kit.seal import id_hash
from services.village.changes import queries
from services.village.changes.forms import ComingForm, LeavingForm
from services.village.changes.models import HouseholdChange
from services.village.changes.policy import policy
from services.village.changes.rules import ChangeKind, impossible
from services.village.persons.commands import PERSONS
from services.village.register import commands as register_commands
from services.village.register import queries as register_queries
from services.village.register.forms import HEAD, HouseholdDraft, MemberDraft
from services.village.register.models import Household

Member = Mapping[str, Any]  # schemas.values.Member


def come(
    session: Session, household: str, form: ComingForm, *, actor: Actor, on: date
) -> HouseholdChange:
    """Born, moved or married in, or come from a household that joins this one."""
    row = _open(session, household, actor)
    _require_possible(form.kind, form.id_number, form.on, on)
    if form.relationship == HEAD:
        raise Refused("这一户已有户主，请填与户主的关系。", field="relationship")
    there = [one.get("id_number") for one in row.members]
    if form.id_number and form.id_number in there:
        raise Refused("这个身份证号码已经是本户成员，请核对。", field="id_number")
    one = form.model_dump(include={"name", "id_number", "id_pending", "relationship"})
    _register(session, row, [*row.members, one], actor, form.on)
    return _note(session, row, form.kind, one, form.on, form.reason, actor=actor, noted_on=on)


def leave(
    session: Session, household: str, form: LeavingForm, *, actor: Actor, on: date
) -> HouseholdChange:
    """Died, moved or married away, or has a household of his own now."""
    row = _open(session, household, actor)
    gone = [one for one in row.members if queries.key(session, one) == form.person]
    if not gone:
        raise Refused("本户没有这个人，请重新选择。", field="person")
    if gone[0] == row.members[0]:
        raise Refused("户主的变动，请先在农户名册里写明新的户主，再来登记。", field="person")
    _require_possible(form.kind, gone[0].get("id_number"), form.on, on)
    _register(session, row, [one for one in row.members if one is not gone[0]], actor, form.on)
    return _note(session, row, form.kind, gone[0], form.on, form.reason, actor=actor, noted_on=on)


def note_export(
    session: Session,
    household: str,
    *,
    named: Sequence[Member],
    unnamed: Sequence[Member],
    actor: Actor,
    on: date,
) -> None:
    """An export of the national system that somebody confirmed says who is there and who is not."""
    row = register_queries.household(session, household)
    for kind, members in ((ChangeKind.NAMED, named), (ChangeKind.UNNAMED, unnamed)):
        for one in members:
            _note(session, row, kind, one, on, None, actor=actor, noted_on=on)


def _open(session: Session, household: str, actor: Actor) -> Household:
    hold(session, PERSONS)
    row = register_queries.household(session, household)
    session.refresh(row)
    policy.require(actor, "record_change", row)
    if row.merged_on or not row.on_register:
        raise Conflict("这一户不在册或已并户，不能登记变动。请先核对。")
    return row


def _require_possible(kind: ChangeKind, number: str | None, on: date, today: date) -> None:
    if why := impossible(kind, number, on, today):
        raise Refused(why, field="on")


def _register(
    session: Session, row: Household, members: Sequence[Member], actor: Actor, on: date
) -> None:
    draft = HouseholdDraft(
        number=row.number,
        village=row.village,
        group=row.group,
        stratum=row.stratum,
        members=[MemberDraft.model_validate(dict(one)) for one in members],
        size=max(1, row.size + len(members) - len(row.members)),
        phone=row.phone,
    )
    register_commands.register_households(session, [draft], actor=actor, on=on)


def _note(
    session: Session,
    row: Household,
    kind: ChangeKind,
    one: Member,
    on: date,
    reason: str | None,
    *,
    actor: Actor,
    noted_on: date,
) -> HouseholdChange:
    number = one.get("id_number")
    change = HouseholdChange(
        household=row.id,
        kind=kind,
        person=one["name"],
        id_hash=id_hash(session, number) if number else None,
        on=on,
        noted_on=noted_on,
        by=actor.label,
        reason=reason,
    )
    session.add(change)
    return change
