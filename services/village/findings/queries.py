"""Findings of a month, of a household, and those that wait for somebody."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from kit.database.rows import existing
from services.village.findings.models import Finding
from services.village.findings.rules import Stage


def finding(session: Session, id: str) -> Finding:
    return existing(session, Finding, id, "没有这条摸排记录。请从名单里选择。")


def finding_about(session: Session, month: str, household: str) -> Finding | None:
    """The one finding of a household in a month (D5)."""
    return session.exec(
        select(Finding).where(Finding.month == month, Finding.household == household)
    ).one_or_none()


def findings(
    session: Session, month: str, prefix: str = "", *, visible: ColumnElement[bool] | None = None
) -> Sequence[Finding]:
    """Those in the villages whose code begins with `prefix` that nobody took back."""
    statement = select(Finding).where(
        Finding.month == month,
        col(Finding.village).startswith(prefix),
        Finding.stage != Stage.WITHDRAWN,
        true() if visible is None else visible,
    )
    return session.exec(statement.order_by(Finding.village, col(Finding.group), Finding.id)).all()


def unsent(session: Session, month: str, village: str) -> list[Finding]:
    """What the village's next list will carry."""
    return [finding for finding in findings(session, month, village) if finding.supplement is None]


def to_review(session: Session, month: str, village: str) -> list[Finding]:
    """What keeps the village's list back: nobody has looked at it (N-07)."""
    return [
        finding for finding in unsent(session, month, village) if finding.village_agreed is None
    ]


def findings_of_list(session: Session, village: str, month: str, supplement: int) -> list[Finding]:
    return [
        finding for finding in findings(session, month, village) if finding.supplement == supplement
    ]


def urgent_unsigned(session: Session, prefix: str) -> Sequence[Finding]:
    return session.exec(
        select(Finding)
        .where(
            col(Finding.village).startswith(prefix),
            col(Finding.urgent_on).is_not(None),
            col(Finding.urgent_signed_on).is_(None),
            col(Finding.supplement).is_(None),
            Finding.stage != Stage.WITHDRAWN,
            col(Finding.village_agreed).is_not(False),
            col(Finding.township_agreed).is_not(False),
        )
        .order_by(Finding.id)
    ).all()


def history_of(session: Session, household: str) -> Sequence[Finding]:
    return session.exec(
        select(Finding).where(Finding.household == household).order_by(col(Finding.month).desc())
    ).all()
