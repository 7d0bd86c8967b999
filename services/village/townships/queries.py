"""What a township has signed and what waits for it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.village.lists.models import VillageList
from services.village.lists.queries import lists
from services.village.townships.models import TownshipSignature


def unsigned_lists(session: Session, month: str, township: str) -> list[VillageList]:
    return [sent for sent in lists(session, month, township=township) if sent.signature is None]


def signatures(session: Session, month: str, township: str) -> Sequence[TownshipSignature]:
    return session.exec(
        select(TownshipSignature)
        .where(TownshipSignature.month == month, TownshipSignature.township == township)
        .order_by(col(TownshipSignature.supplement))
    ).all()
