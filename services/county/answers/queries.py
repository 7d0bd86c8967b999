"""Sources that a decision has to answer, and those that came after it."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from kit import directory
from kit.dates import show_day
from schemas.codes import CaseDecision, DirectoryKind, Role, Tier
from services.county.cases import queries as cases_queries
from services.county.cases.models import Case, Source, SourceStage
from services.county.directory import queries as directory_queries


def standing(session: Session, case: Case) -> list[Source]:
    """The case's sources that nobody struck out: a decision answers each of them."""
    return [
        source
        for source in cases_queries.sources(session, case.id)
        if source.stage is not SourceStage.STRUCK_OUT
    ]


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


def unsigned_alone(session: Session, case: Case) -> str:
    """Of a case none of whose sources has come to the county, who has to sign for them: 帮扶单位（单位1）
    2026年9月24日，由单位1的帮扶单位主要领导签发. Empty: there is something to decide about.
    """
    waiting = standing(session, case)
    if any(source.stage is SourceStage.AT_COUNTY for source in waiting):
        return ""
    names = called(session, waiting)
    return "；".join(
        f"{names[source.finding]}，由{_signer(session, source)}签发" for source in waiting
    )


def _signer(session: Session, source: Source) -> str:
    """Who signs a village's list or a unit's, also where it ended: its successor's head, or the
    county's leader.
    """
    if source.tier is Tier.UNIT:
        kind, place, head = DirectoryKind.UNIT, source.reporter, Role.UNIT_HEAD
    else:
        place = directory_queries.township_or_self(source.reporter)
        kind, head = DirectoryKind.TOWNSHIP, Role.TOWNSHIP_HEAD
    entry = directory.entry(session, kind, place)
    heir = entry.successor if entry and entry.successor else place
    if not directory.exists(session, kind, heir) and heir != place:
        return Role.COUNTY_LEADER.label
    return f"{directory_queries.name_of(session, heir)}的{head.label}"


def called(session: Session, sources: Iterable[Source]) -> dict[str, str]:
    """Finding → what a source is called: 县级督导（第一督导组）9月24日."""
    sources = list(sources)
    names = directory_queries.names(session, [source.reporter for source in sources])
    return {
        source.finding: f"{source.tier.label}（{names[source.reporter]}）"
        f"{show_day(source.received_on)}"
        for source in sources
    }
