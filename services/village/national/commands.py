"""An export of the national system comes, is confirmed by a person, or is left. Nobody here commits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, delete, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.locks import hold
from kit.database.upsert import upsert
from kit.errors import Conflict
from kit.messaging.outbox import emit
from kit.messaging.parts import in_parts
from kit.seal import seal
from rulebook.national import Export, Household
from rulebook.national.difference import Changed
from schemas.casework import HouseholdIdentified, NationalCompared
from schemas.values import NationalWords
from schemas.village import NationalHousehold, NationalImported
from services.village.changes import commands as changes_commands
from services.village.national import queries
from services.village.national.models import Identified, NationalEntry, NationalImport, NationalRow
from services.village.national.policy import policy
from services.village.national.rules import (
    ImportState,
    entry_of,
    fingerprint,
    member_of,
    monitoring_of,
)
from services.village.persons.commands import PERSONS
from services.village.register import commands as register_commands
from services.village.register import queries as register_queries
from services.village.service import county


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
    before = queries.entries(session)
    if fingerprint(compared.difference) != shown:
        raise Conflict("登记册刚刚有变动，请重新核对后再确认。")
    if compared.drafts:
        register_commands.register_households(session, compared.drafts, actor=actor, on=on)
        _note_changes(session, compared.difference.changed, actor, on)
    there = _remember(session, compared.there, on)
    _end(session, one, ImportState.TAKEN, actor, on)
    _tell(session, one, there, before, queries.gone_ids(session, compared), on)
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


def record_identified(session: Session, event: HouseholdIdentified) -> None:
    """The county decided: the register says so from now on. Who is in no register comes into it by
    himself, and has no entry before.
    """
    household = event.household and register_queries.known_household(session, event.household)
    if not household:
        return
    row = {"household": household.id, "category": event.category, "causes": list(event.causes)}
    upsert(session, Identified, [row | {"on": event.on}], "household")
    if household.stratum is not event.category:
        household.stratum = event.category
        register_commands.tell_registered(session, household)


def record_compared(session: Session, event: NationalCompared) -> None:
    """The register of monitored households has it too."""
    if one := session.get(NationalImport, event.imported):
        one.compared_on, one.differing = event.on, event.differing


def _note_changes(session: Session, changed: Sequence[Changed], actor: Actor, on: date) -> None:
    """Who is named in a household that was there before, and who is not any more."""
    moved = {one.there.number: one for one in changed if one.joined or one.left}
    for number, row in register_queries.by_number(session, moved).items():
        one = moved[number]
        changes_commands.note_export(
            session,
            row.id,
            named=list(map(member_of, one.joined)),
            unnamed=list(map(member_of, one.left)),
            actor=actor,
            on=on,
        )


def _tell(
    session: Session,
    one: NationalImport,
    there: Mapping[str, Household],
    before: Mapping[str, NationalEntry],
    gone: Sequence[str],
    on: date,
) -> None:
    """Of whoever is monitored there, or was when the last export came."""
    said = tuple(
        NationalHousehold(
            household=id,
            **monitoring_of(household),
            sealed=seal(session, NationalWords(number=household.number)),
        )
        for id, household in there.items()
        if household.monitored or (id in before and "category" in before[id].entry)
    )
    event = NationalImported(
        county=county(session), imported=one.id, on=on, households=said, gone=tuple(gone)
    )
    emit(session, *in_parts(event, "households"))


def _remember(session: Session, there: Iterable[Household], on: date) -> Mapping[str, Household]:
    """By our id."""
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
    return {ours[number].id: household for number, household in said.items() if number in ours}


def _end(session: Session, one: NationalImport, state: ImportState, actor: Actor, on: date) -> None:
    one.state, one.decided_on, one.decided_by = state, on, actor.label
    session.execute(delete(NationalRow).where(col(NationalRow.of) == one.id))
