"""An export of the national system comes, is confirmed by a person, or is left. Nobody here commits."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, delete, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.locks import hold
from kit.database.upsert import upsert
from kit.errors import Conflict
from rulebook.national import Export, Household
from services.village.national import queries
from services.village.national.models import NationalEntry, NationalImport, NationalRow
from services.village.national.policy import policy
from services.village.national.rules import ImportState, entry_of, fingerprint
from services.village.persons.commands import PERSONS
from services.village.register import commands as register_commands
from services.village.register import queries as register_queries


def receive(
    session: Session, export: Export, *, file: str, title: str, actor: Actor, on: date
) -> NationalImport:
    """It waits to be confirmed; one that waited before is left."""
    policy.require(actor, "take_national")
    hold(session, PERSONS)
    waiting = select(NationalImport).where(NationalImport.state == ImportState.WAITING)
    for earlier in session.exec(waiting).all():
        _end(session, earlier, ImportState.LEFT, actor, on)
    one = NationalImport(
        file=file,
        title=title,
        year=export.year,
        unread=sorted(export.unread),
        came_on=on,
        by=actor.label,
    )
    session.add(one)
    session.flush()
    session.add_all(
        NationalRow(of=one.id, entry=entry_of(household)) for household in export.households
    )
    session.flush()
    return one


def confirm_national(
    session: Session, id: str, *, shown: str, actor: Actor, on: date
) -> NationalImport:
    """The register takes over what a person has looked at: `shown`, its fingerprint. What has to be
    decided first stays as it is.
    """
    policy.require(actor, "confirm_national")
    hold(session, PERSONS)
    one = _waiting(session, id)
    compared = queries.compared(session, one)
    if fingerprint(compared.difference) != shown:
        raise Conflict("登记册刚刚有变动，请重新核对后再确认。")
    if compared.drafts:
        register_commands.register_households(session, compared.drafts, actor=actor, on=on)
    _remember(session, compared.there, on)
    _end(session, one, ImportState.TAKEN, actor, on)
    return one


def leave_national(session: Session, id: str, *, actor: Actor, on: date) -> NationalImport:
    """It is not taken."""
    policy.require(actor, "leave_national")
    one = _waiting(session, id)
    _end(session, one, ImportState.LEFT, actor, on)
    return one


def _waiting(session: Session, id: str) -> NationalImport:
    one = queries.national_import(session, id)
    session.refresh(one, with_for_update=True)
    if one.state is not ImportState.WAITING:
        raise Conflict(f"这次导入{one.state.label}，不用再确认。")
    return one


def _remember(session: Session, there: Iterable[Household], on: date) -> None:
    said = {household.number: household for household in there}
    ours = register_queries.by_number(session, said)
    rows: list[dict[str, Any]] = [
        {"household": ours[number].id, "entry": entry_of(household), "on": on}
        for number, household in said.items()
        if number in ours
    ]
    known = among(NationalEntry.household, [row["household"] for row in rows])
    session.execute(delete(NationalEntry).where(known))
    upsert(session, NationalEntry, rows, "household")


def _end(session: Session, one: NationalImport, state: ImportState, actor: Actor, on: date) -> None:
    one.state, one.decided_on, one.decided_by = state, on, actor.label
    session.execute(delete(NationalRow).where(col(NationalRow.of) == one.id))
