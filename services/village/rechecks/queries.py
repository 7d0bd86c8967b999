"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from kit.errors import NotFound
from services.village.rechecks.models import CountyRecheck
from services.village.scopes import Scope


def rechecks(session: Session, scope: Scope, *, answered: bool = False) -> Sequence[CountyRecheck]:
    statement = select(CountyRecheck).where(col(CountyRecheck.village).startswith(scope.prefix))
    if not answered:
        statement = statement.where(col(CountyRecheck.answered_on).is_(None))
    return session.exec(statement.order_by(col(CountyRecheck.due))).all()


def open_recheck(session: Session, case: str, *, lock: bool = False) -> CountyRecheck:
    statement = (
        select(CountyRecheck)
        .where(CountyRecheck.case == case)
        .order_by(
            col(CountyRecheck.answered_on).is_(None).desc(), col(CountyRecheck.asked_on).desc()
        )
        .limit(1)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).one_or_none()
    if found is None:
        raise NotFound("县里没有退回过这个案件,不用复核答复。")
    return found
