"""Sources that a decision has to answer, and those that came after it."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from kit.dates import show_day
from schemas.codes import CaseDecision
from services.county.cases.models import Case, Source, SourceStage
from services.county.directory import queries as directory_queries


def late(session: Session, case: str | None = None) -> list[tuple[Source, Case]]:
    """Sources at the county that came after their case was verified and nobody has answered, the
    oldest first; of one case, or of all.
    """
    statement = (
        select(Source, Case)
        .join(Case, col(Case.id) == Source.case)
        .where(
            Case.decision == CaseDecision.VERIFIED,
            Source.stage == SourceStage.AT_COUNTY,
            col(Source.answered_on).is_(None),
        )
        .order_by(col(Source.at_county_on), col(Source.finding))
    )
    if case is not None:
        statement = statement.where(Case.id == case)
    return [(source, about) for source, about in session.exec(statement)]


def called(session: Session, sources: Iterable[Source]) -> dict[str, str]:
    """Finding → what a source is called: 县级督导（第一督导组）9月24日."""
    sources = list(sources)
    names = directory_queries.names(session, [source.reporter for source in sources])
    return {
        source.finding: f"{source.tier.label}（{names[source.reporter]}）"
        f"{show_day(source.received_on)}"
        for source in sources
    }
