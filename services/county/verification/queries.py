"""Where the office has to go: the trips to households that wait for a visit."""

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.policy.purpose import veil_of
from services.county.cases.models import Case, Source
from services.county.cases.queries import sources, undecided
from services.county.register.models import Household
from services.county.verification.policy import policy


@dataclass(frozen=True)
class Stop:
    """One household of a trip."""

    case: Case
    household: Household | None
    sources: list[Source]
    phone: str | None


@dataclass(frozen=True)
class Trip:
    """The households to visit in one village."""

    township: str
    village: str
    due: date
    stops: list[Stop] = field(default_factory=list)


def trips(session: Session, actor: Actor, month: str | None = None) -> list[Trip]:
    """Verification visits still to be made, grouped by township and village (N-13)."""
    waiting = [case for case in undecided(session) if policy.may(actor, "trips", case)]
    grouped: dict[tuple[str, str], Trip] = {}
    for case in sorted(
        waiting, key=lambda row: (row.township, row.village, row.verify_due, row.number)
    ):
        if month and case.month != month:
            continue
        trip = grouped.setdefault(
            (case.township, case.village), Trip(case.township, case.village, case.verify_due)
        )
        trip.stops.append(_stop(session, actor, case))
    return list(grouped.values())


def _stop(session: Session, actor: Actor, case: Case) -> Stop:
    household, told = session.get(Household, case.household), sources(session, case.id)
    phone = (household and household.phone) or (told[0].phone if told else None)
    veil = veil_of(policy, actor, case, telephone="trip_telephones")
    return Stop(case, household, told, veil.phone(phone))
