"""Findings of a month, of a household, and those that wait for somebody."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.database.rows import existing
from kit.database.searching import begins
from services.village.findings.forms import FindingDraft
from services.village.findings.models import Finding, FindingVersion
from services.village.findings.rules import Place, Stage, Step
from services.village.register import queries as register_queries


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
        begins(col(Finding.village), prefix),
        Finding.stage != Stage.WITHDRAWN,
        true() if visible is None else visible,
    )
    return session.exec(statement.order_by(Finding.village, col(Finding.group), Finding.id)).all()


def waiting(session: Session, prefix: str, *steps: Step) -> list[Finding]:
    """Those of every month that wait for one of these steps, the earliest month first."""
    statement = select(Finding).where(
        begins(col(Finding.village), prefix),
        col(Finding.stage).not_in((Stage.AT_COUNTY, Stage.WITHDRAWN)),
    )
    open_findings = session.exec(statement.order_by(Finding.month, Finding.id)).all()
    return [finding for finding in open_findings if finding.waits_for in steps]


def reported(session: Session, village: str, group: str) -> SelectOfScalar[Finding]:
    """A statement: what a group's leader reported and did not take back, of every month."""
    return select(Finding).where(
        Finding.village == village,
        Finding.group == group,
        col(Finding.from_group).is_(True),
        Finding.stage != Stage.WITHDRAWN,
    )


def versions(session: Session, finding: str) -> Sequence[FindingVersion]:
    """What it said before, the oldest first."""
    statement = select(FindingVersion).where(FindingVersion.finding == finding)
    return session.exec(statement.order_by(FindingVersion.id)).all()


def unsent(session: Session, month: str, village: str) -> list[Finding]:
    """What the village's next list will carry."""
    return [finding for finding in findings(session, month, village) if finding.supplement is None]


def by_place(findings: Iterable[Finding]) -> dict[Place, list[Finding]]:
    """With whom they are; places without any are left out."""
    findings = list(findings)
    places = {place: [one for one in findings if one.place is place] for place in Place}
    return {place: there for place, there in places.items() if there}


def to_review(session: Session, month: str, village: str) -> list[Finding]:
    """What keeps the village's list back: nobody has looked at it (N-07). An urgent one waits for
    the township's head and keeps nothing back.
    """
    return [
        finding for finding in unsent(session, month, village) if finding.waits_for is Step.REVIEW
    ]


def findings_of_list(session: Session, village: str, month: str, supplement: int) -> list[Finding]:
    return [
        finding for finding in findings(session, month, village) if finding.supplement == supplement
    ]


def urgent_unsigned(session: Session, prefix: str) -> list[Finding]:
    return waiting(session, prefix, Step.URGENT)


def history_of(session: Session, household: str) -> Sequence[Finding]:
    return session.exec(
        select(Finding).where(Finding.household == household).order_by(col(Finding.month).desc())
    ).all()


def group_of_draft(session: Session, draft: FindingDraft) -> str | None:
    """Where the household lives that is to be reported: what a grid worker's place is held against."""
    if draft.household is not None:
        return register_queries.household(session, draft.household).group
    return draft.newcomer.group if draft.newcomer else None
