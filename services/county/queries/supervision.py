"""What a supervision team sees of its own."""

from sqlmodel import Session, col, select

from services.county.models import Household, Source, SupervisionDraft, Team


def team(session: Session, code: str) -> Team | None:
    return session.get(Team, code)


def teams(session: Session) -> list[Team]:
    return list(session.exec(select(Team).order_by(col(Team.code))))


def drafts(session: Session, team: str, month: str) -> list[SupervisionDraft]:
    """What the team has noted and not yet reported."""
    wanted = select(SupervisionDraft).where(
        SupervisionDraft.team == team,
        SupervisionDraft.month == month,
        col(SupervisionDraft.reported).is_(False),
    )
    return list(session.exec(wanted.order_by(col(SupervisionDraft.id))))


def reported(session: Session, team: str, month: str) -> list[Source]:
    wanted = select(Source).where(Source.reporter == team, Source.month == month)
    return list(session.exec(wanted.order_by(col(Source.received_on), col(Source.finding))))


def households_of_hash(session: Session, hash_: str) -> list[Household]:
    """Households with a person of this ID number's hash."""
    return list(session.exec(select(Household).where(col(Household.hashes).contains([hash_]))))


def households_named(session: Session, village: str, head_name: str) -> list[Household]:
    return list(
        session.exec(
            select(Household).where(Household.village == village, Household.head_name == head_name)
        )
    )
