"""What waits for the township, and what it said."""

from collections.abc import Collection, Mapping

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.columns import among
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileState
from services.casework.reviews.models import Review
from services.casework.reviews.policy import policy


def waiting(actor: Actor) -> SelectOfScalar[Identification]:
    """The files that the actor's township has to review, or whose review the county sees."""
    return select(Identification).where(
        policy.visible(actor, "reviews", Identification),
        col(Identification.state) == FileState.REVIEW,
    )


def latest(session: Session, files: Collection[str]) -> Mapping[str, Review]:
    """File → what its township said last."""
    rows = session.exec(select(Review).where(among(Review.file, files)).order_by(col(Review.id)))
    return {row.file: row for row in rows}
