"""The register as the national system has it, and exports that wait."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, select

from kit.database.columns import among
from rulebook import national
from services.village import directory
from services.village.national.models import NationalEntry
from services.village.national.rules import FACTS, MONITORED, known, person_of
from services.village.register.models import Household
from services.village.service import county


def entries(session: Session, households: Iterable[str]) -> dict[str, NationalEntry]:
    """What the last export said of them, by household."""
    statement = select(NationalEntry).where(among(NationalEntry.household, households))
    return {entry.household: entry for entry in session.exec(statement)}


def checkable(session: Session, households: Sequence[Household]) -> list[national.Household]:
    """The register's entries, in their order, as `rulebook.checks` and `rulebook.national` read them;
    what is monitored stands in them as the last export said it.
    """
    names = directory.names(session)
    said = entries(session, [household.id for household in households])
    return [
        national.Household(
            county=names[county(session)],
            township=names[household.village[:9] + "000"],
            village=names[household.village],
            number=household.number or "",
            phone=household.phone,
            members=tuple(map(person_of, household.members)),
            **known(household.facts, FACTS, person=False),
            **known(_monitored(said.get(household.id)), MONITORED, person=False),
        )
        for household in households
    ]


def _monitored(entry: NationalEntry | None) -> dict:
    return entry.entry if entry else {}
