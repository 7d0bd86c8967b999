"""What is answered of an entry that is a double, or was mended."""

from pydantic import BaseModel
from sqlmodel import Session

from services.village.duplicates import queries
from services.village.register.models import Household


class ClaimOut(BaseModel):
    """A person who is in other households too, by their ids."""

    person: int
    name: str
    others: list[str]


class DoubleOut(BaseModel, from_attributes=True):
    """`duplicate_of`: the id of the other entry of the same person."""

    id: str
    number: str | None
    village: str
    duplicate_of: str | None
    claims: list[ClaimOut] = []


def double(session: Session, household: Household) -> DoubleOut:
    """With the persons that somebody has to place."""
    shown = DoubleOut.model_validate(household)
    shown.claims = [
        ClaimOut(
            person=claim.person.id or 0,
            name=claim.name,
            others=[other.id for other in claim.others],
        )
        for claim in queries.claims(session, household)
    ]
    return shown
