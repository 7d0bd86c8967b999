"""What a township has signed and what waits for it."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from services.village.findings.models import Finding
from services.village.findings.queries import findings_of_list
from services.village.lists.models import VillageList
from services.village.lists.queries import unsigned
from services.village.townships.models import TownshipSignature


def unsigned_lists(session: Session, month: str, township: str) -> list[VillageList]:
    return [sent for sent in unsigned(session, township) if sent.month == month]


def urgent_in(session: Session, lists: Iterable[VillageList]) -> list[Finding]:
    """Urgent ones that nobody signed alone before their list was sent: they are urgent still."""
    return [
        finding
        for sent in lists
        for finding in findings_of_list(session, sent.village, sent.month, sent.supplement)
        if finding.urgent_on and not finding.already_reported and not finding.struck_out
    ]


def signatures(session: Session, month: str, township: str) -> Sequence[TownshipSignature]:
    return session.exec(
        select(TownshipSignature)
        .where(TownshipSignature.month == month, TownshipSignature.township == township)
        .order_by(col(TownshipSignature.supplement))
    ).all()
