"""Who is proposed to be named and may explain, whom the office has to decide about, and the bulletin
that waits for its signature (F-09).
"""

from datetime import date

from sqlmodel import Session, col, select

from kit import directory
from kit.actor import Actor
from kit.database.rows import named
from kit.dates import show_month
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role
from services.county.bulletin.models import (
    Bulletin,
    BulletinName,
    BulletinState,
    NameKind,
    NameState,
)
from services.county.bulletin.policy import policy
from services.county.bulletin.rules import may_be_named

# Who explains for whom is named: one role, though others may.
EXPLAINS = {
    NameKind.GROUP: Role.GROUP_LEADER,
    NameKind.VILLAGE: Role.VILLAGE_CLERK,
    NameKind.TOWNSHIP: Role.TOWNSHIP_CLERK,
    NameKind.UNIT: Role.UNIT_CLERK,
    NameKind.TEAM: Role.SUPERVISOR,
    NameKind.DEPARTMENT: Role.DEPARTMENT_CLERK,
}


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    return [
        *(_to_decide(session, on) if actor.role is Role.COUNTY_CLERK else []),
        *(_to_issue(session) if actor.role is Role.COUNTY_LEADER else []),
        *_to_explain(session, actor, on),
    ]


def _undecided(session: Session) -> list[tuple[BulletinName, Bulletin]]:
    """Names of drafts that nobody has decided about, of every month."""
    statement = (
        select(BulletinName, Bulletin)
        .join(Bulletin, col(Bulletin.month) == BulletinName.month)
        .where(Bulletin.state == BulletinState.DRAFTED, BulletinName.state == NameState.OPEN)
    )
    return list(session.exec(statement.order_by(col(Bulletin.month), col(BulletinName.code))))


def _is_heard(name: BulletinName, bulletin: Bulletin, on: date) -> bool:
    """Explained, or the limit has passed; the office itself has nobody else to wait for."""
    return name.kind is NameKind.OFFICE or may_be_named(
        name.explanation is not None, bulletin.reply_due, on
    )


def _to_decide(session: Session, on: date) -> list[Task]:
    waiting: dict[str, list[BulletinName]] = {}
    for name, bulletin in _undecided(session):
        if _is_heard(name, bulletin, on):
            waiting.setdefault(bulletin.month, []).append(name)
    return [
        Task(
            f"审定{show_month(month)}通报点名",
            f"/county/bulletins/{month}",
            note=f"{len(names)}条",
            kind="decide",
            count=len(names),
            objects=tuple(str(named(name)) for name in names),
        )
        for month, names in waiting.items()
    ]


def _to_issue(session: Session) -> list[Task]:
    """All names are decided: the bulletin is the leader's to sign."""
    waiting = {bulletin.month for _, bulletin in _undecided(session)}
    drafted = select(Bulletin).where(Bulletin.state == BulletinState.DRAFTED)
    return [
        Task(
            f"签发{show_month(bulletin.month)}通报",
            f"/county/bulletins/{bulletin.month}",
            kind="sign",
            objects=(str(named(bulletin)),),
        )
        for bulletin in session.exec(drafted.order_by(col(Bulletin.month)))
        if bulletin.month not in waiting
    ]


def _to_explain(session: Session, actor: Actor, on: date) -> list[Task]:
    """Drafts that propose to name the actor's place and wait for its word."""
    return [
        Task(
            f"{show_month(bulletin.month)}通报拟点名{name.label}，可以说明情况",
            f"/county/bulletins/{bulletin.month}",
            bulletin.reply_due,
            kind="explain",
            objects=(str(named(name)),),
        )
        for name, bulletin in _undecided(session)
        if _explains(session, actor, name) and not _is_heard(name, bulletin, on)
    ]


def _explains(session: Session, actor: Actor, name: BulletinName) -> bool:
    """One role, though others may; of a group that ended and joined none its village's clerk."""
    if name.kind is NameKind.GROUP and actor.role is Role.VILLAGE_CLERK:
        return name.code in directory.answers_for(session, actor, DirectoryKind.GROUP)
    return EXPLAINS.get(name.kind) is actor.role and policy.may(actor, "explain_own", name)
