"""The register as data checks read it, and of whom all of them can be asked."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from rulebook.national import Household as NationalHousehold
from schemas.codes import Stratum
from services.village.national.queries import checkable, entries
from services.village.register.models import Household

MONITORED = (Stratum.UNSTABLE_EX_POOR, Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP)


def number_of(household: Household) -> str:
    """What a finding of another household calls it; one without a number tells nobody's name."""
    return household.number or f"（无编号{household.id[-8:]}）"


def as_national(session: Session, households: Sequence[Household]) -> list[NationalHousehold]:
    """In their order, each with a number."""
    rows = zip(households, checkable(session, households), strict=True)
    return [replace(entry, number=number_of(household)) for household, entry in rows]


def fully_known(session: Session, households: Sequence[Household]) -> set[str]:
    """Ids of those whom every check can be asked of: an export named them, or somebody brought in what
    it asks for. Of a monitored one only an export says since when, why and how it is helped.
    """
    named = entries(session, [household.id for household in households])
    return {
        household.id
        for household in households
        if household.id in named or (household.facts and household.stratum not in MONITORED)
    }


def may_be_late(household: Household, full: set[str]) -> bool:
    """Whether it can be said since when it is monitored, or that it is not."""
    return household.id in full or household.stratum not in MONITORED
