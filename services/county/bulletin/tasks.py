"""Who is proposed to be named and may explain; whom the office has to decide about."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.dates import show_month
from kit.tasks import Task
from services.county.bulletin import queries
from services.county.bulletin.models import Bulletin, BulletinName, BulletinState, NameState
from services.county.bulletin.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    return [
        *(_to_decide(session) if policy.may(actor, "approve_name") else []),
        *_to_explain(session, actor, on),
    ]


def _to_decide(session: Session) -> list[Task]:
    waiting = {
        bulletin.month: len(queries.undecided(session, bulletin.month))
        for bulletin in queries.bulletins(session)
        if bulletin.state == BulletinState.DRAFTED
    }
    return [
        Task(
            f"审定{show_month(month)}通报点名",
            f"/county/bulletins/{month}",
            note=f"{number}条",
            kind="decide",
            count=number,
        )
        for month, number in waiting.items()
        if number
    ]


def _to_explain(session: Session, actor: Actor, on: date) -> list[Task]:
    """Drafts that propose to name the actor's place and wait for its word."""
    statement = (
        select(BulletinName, Bulletin)
        .join(Bulletin, col(Bulletin.month) == BulletinName.month)
        .where(
            Bulletin.state == BulletinState.DRAFTED,
            BulletinName.state == NameState.OPEN,
            col(BulletinName.explanation).is_(None),
            policy.visible(actor, "explain_own", BulletinName),
            Bulletin.reply_due >= on,
        )
    )
    return [
        Task(
            f"{show_month(bulletin.month)}通报拟点名{name.label}，可以说明情况",
            f"/county/bulletins/{bulletin.month}",
            bulletin.reply_due,
            kind="explain",
        )
        for name, bulletin in session.exec(statement.order_by(col(BulletinName.code)))
    ]
