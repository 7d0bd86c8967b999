"""The month's bulletin, on one list at a time: the office drafts it and decides whom it names, the
leader decides about the office and issues it; who is proposed to be named may explain (F-01, F-09).
"""

from datetime import date, timedelta

from sqlmodel import Session, col, select

from kit import directory
from kit.actor import Actor
from kit.database.rows import named
from kit.dates import show_day, show_month
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role, Timeliness
from services.county.bulletin import queries
from services.county.bulletin.models import (
    Bulletin,
    BulletinName,
    BulletinState,
    NameKind,
    NameState,
)
from services.county.bulletin.policy import policy
from services.county.months.queries import plan_of_month
from services.county.reporters.models import Duty, ReporterKind, ReporterMonth
from services.county.reporters.queries import own_dates
from services.county.statistics.queries.reporting import state_label

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
    owed = {row.month: row for row in own_dates(session, Duty.BULLETIN)}
    open_names = _open_names(session)
    if actor.role is Role.COUNTY_CLERK:
        own = [*_to_draft(session, owed, on), *_to_decide(session, owed, open_names, on)]
    else:
        own = _of_leader(session, owed, open_names) if actor.role is Role.COUNTY_LEADER else []
    return [*own, *_to_explain(session, actor, open_names, on)]


Names = list[tuple[BulletinName, Bulletin]]
Owed = dict[str, ReporterMonth]  # month → the office's own date


def _open_names(session: Session) -> Names:
    """Names of drafts that nobody has decided about, of every month."""
    statement = (
        select(BulletinName, Bulletin)
        .join(Bulletin, col(Bulletin.month) == BulletinName.month)
        .where(Bulletin.state == BulletinState.DRAFTED, BulletinName.state == NameState.OPEN)
    )
    return list(session.exec(statement.order_by(col(Bulletin.month), col(BulletinName.code))))


def _drafts(session: Session) -> list[Bulletin]:
    drafted = select(Bulletin).where(Bulletin.state == BulletinState.DRAFTED)
    return list(session.exec(drafted.order_by(col(Bulletin.month))))


def _to_draft(session: Session, owed: Owed, on: date) -> list[Task]:
    """From the cut-off, if it did not draft itself (F-51: not before anything can be done)."""
    return [
        _task(f"起草{show_month(month)}通报", month, row, [row], kind="bulletin")
        for month, row in owed.items()
        if not queries.is_drafted(session, month)
        and plan_of_month(session, month).bulletin_on <= on
    ]


def _to_decide(session: Session, owed: Owed, open_names: Names, on: date) -> list[Task]:
    """One a draft: of the names that the office decides, those that were heard."""
    tasks = []
    for drafted in _drafts(session):
        month = drafted.month
        names = [
            name
            for name, bulletin in open_names
            if bulletin.month == month and queries.decides(name) is Role.COUNTY_CLERK
        ]
        heard = [name for name in names if queries.is_heard(session, name, drafted, on)]
        if not names:
            continue
        row = owed.get(month)
        title, first = (
            f"审定{show_month(month)}通报点名",
            show_day(drafted.reply_due + timedelta(1)),
        )
        if heard:
            tasks.append(_task(title, month, row, [*heard, row], "decide", "", len(heard)))
        else:
            note = f"{len(names)}条在等对方说明，{first}起可以审定"
            tasks.append(_task(f"{show_month(month)}通报", month, row, [row], "bulletin", note))
    return tasks


def _of_leader(session: Session, owed: Owed, open_names: Names) -> list[Task]:
    """The office has decided about all others: what names the office itself, then the signature."""
    tasks = []
    for drafted in _drafts(session):
        month = drafted.month
        names = [name for name, bulletin in open_names if bulletin.month == month]
        own = [name for name in names if queries.decides(name) is Role.COUNTY_LEADER]
        date_ = owed.get(month) if len(own) == len(names) else None
        if own:
            title = f"审定{show_month(month)}通报点名：牵头部门"
            tasks.append(_task(title, month, owed.get(month), [*own, date_], "decide"))
        elif not names:
            title = f"签发{show_month(month)}通报"
            tasks.append(_task(title, month, date_, [drafted, date_], "sign"))
    return tasks


def _task(
    title: str,
    month: str,
    row: ReporterMonth | None,
    objects: list[Bulletin | BulletinName | ReporterMonth | None],
    kind: str,
    note: str = "",
    count: int | None = None,
) -> Task:
    """`row`: the office's own date, until when the bulletin is owed."""
    is_late = row is not None and row.timeliness is Timeliness.MISSING
    late = state_label(ReporterKind.OFFICE, Timeliness.MISSING) if is_late else ""
    return Task(
        title,
        f"/county/bulletins/{month}",
        row.due if row else None,
        "，".join(filter(None, [note, late])),
        kind=kind,
        count=count,
        objects=tuple(str(named(about)) for about in objects if about),
    )


def _to_explain(session: Session, actor: Actor, open_names: Names, on: date) -> list[Task]:
    """Drafts that propose to name the actor's place and wait for its word."""
    return [
        Task(
            f"{show_month(bulletin.month)}通报拟点名{name.label}，可以说明情况",
            f"/county/bulletins/{bulletin.month}",
            bulletin.reply_due,
            kind="explain",
            objects=(str(named(name)),),
        )
        for name, bulletin in open_names
        if _explains(session, actor, name) and not queries.is_heard(session, name, bulletin, on)
    ]


def _explains(session: Session, actor: Actor, name: BulletinName) -> bool:
    """One role, though others may; of a group that ended and joined none its village's clerk."""
    if name.kind is NameKind.GROUP and actor.role is Role.VILLAGE_CLERK:
        return name.code in directory.answers_for(session, actor, DirectoryKind.GROUP)
    return EXPLAINS.get(name.kind) is actor.role and policy.may(actor, "explain_own", name)
