"""Keeps the copies of casework's files; whoever is identified enters the ledger. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from schemas.casework import (
    GreenChannelOverdue,
    HouseholdCompared,
    HouseholdIdentified,
    HouseholdNotAdmitted,
    HouseholdReviewed,
    HouseholdsAssessed,
    IdentificationEnded,
    IdentificationOpened,
    ObjectionAnswered,
    ObjectionReceived,
)
from services.county.identification.models import IdentificationFile
from services.county.ledger import commands as ledger_commands

CARRIED, NO_QUORUM = "CARRIED", "NO_QUORUM"


def open_file(session: Session, event: IdentificationOpened) -> None:
    file = _file(session, event.identification)
    file.number, file.village, file.household = event.number, event.village, event.household
    file.channel, file.case = event.channel, event.case
    file.opened_on, file.total_due = event.on, event.total_due


def assess(session: Session, event: HouseholdsAssessed) -> None:
    """Told again when the sheet was mended."""
    for line in event.households:
        file = _file(session, line.identification)
        file.carried, file.quorum = line.outcome == CARRIED, line.outcome != NO_QUORUM


def object_to(session: Session, event: ObjectionReceived) -> None:
    """Of a household that ought to stand on a notice there is no file yet."""
    if event.identification:
        file = _file(session, event.identification)
        file.objections = [*dict.fromkeys([*file.objections, event.objection])]


def answer_objection(session: Session, event: ObjectionAnswered) -> None:
    if event.identification:
        file = _file(session, event.identification)
        file.objections = [one for one in file.objections if one != event.objection]
        file.upheld = file.upheld or event.upheld


def compare(session: Session, event: HouseholdCompared) -> None:
    _file(session, event.identification).doubts = len(event.doubts)


def review(session: Session, event: HouseholdReviewed) -> None:
    _file(session, event.identification).agreed = event.agreed


def identify(session: Session, event: HouseholdIdentified) -> None:
    """Monitored from this day on: ledger and bulletin count the household (F-03)."""
    file = _settle(session, event.identification, event.on)
    ledger_commands.enter_identified(session, event, file.channel.label if file.channel else None)


def refuse(session: Session, event: HouseholdNotAdmitted) -> None:
    _settle(session, event.identification, event.on)


def end(session: Session, event: IdentificationEnded) -> None:
    """Without a decision of the county: given up, or a natural decrease."""
    _settle(session, event.identification, event.on)


def fall_behind(session: Session, event: GreenChannelOverdue) -> None:
    """Help came first and its procedure was not made up: a lead for the meeting, no verdict (B-34)."""
    _file(session, event.identification).green_overdue = True


def _settle(session: Session, id: str, on: date) -> IdentificationFile:
    file = _file(session, id)
    file.decided_on = file.decided_on or on
    return file


def _file(session: Session, id: str) -> IdentificationFile:
    """The copy, locked; made by whatever is heard first of the file."""
    file = session.get(IdentificationFile, id, with_for_update=True)
    if file is None:
        file = IdentificationFile(id=id)
        session.add(file)
        session.flush()
    return file
