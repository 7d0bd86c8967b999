"""The bulletin: figures at the cut-off, and whom the draft proposes to name."""

import json
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from kit.actor import Actor
from kit.errors import Forbidden, NotFound
from kit.tasks import Task
from kit.web import show_month
from rulebook.month_plan import MonthPlan
from rulebook.months import check_month, previous_month, start_of
from rulebook.packs import Pack
from schemas.codes import Role
from services.county.bulletin.models import (
    Bulletin,
    BulletinName,
    BulletinState,
    Erratum,
    NameKind,
    NameState,
)
from services.county.bulletin.rules import explainers, fingerprint
from services.county.directory.queries import name_of
from services.county.orders import queries as orders_queries
from services.county.proposed_names.queries import label
from services.county.reporters.models import ReporterMonth
from services.county.service import book, county
from services.county.statistics import queries as statistics_queries

WHOLE = (Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.ADMINISTRATOR, Role.SYSTEM)  # who sees drafts
OFFICE = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)


def bulletin(session: Session, month: str, *, lock: bool = False) -> Bulletin:
    """The month's bulletin, its row locked when it is to change; `NotFound` otherwise."""
    found = session.get(Bulletin, month, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("这个月的通报还没有起草;到通报日零时自动起草。")
    return found


def bulletins(session: Session) -> list[Bulletin]:
    """Latest first."""
    return list(session.exec(select(Bulletin).order_by(col(Bulletin.month).desc())))


def is_drafted(session: Session, month: str) -> bool:
    return session.get(Bulletin, month) is not None


def cut_off_day(session: Session, month: str) -> date:
    """The bulletin day, at whose first instant the draft is made."""
    try:
        return book(session).plan(county(session), check_month(month)).bulletin_on
    except (ValueError, LookupError):
        raise NotFound(f"没有“{month}”这个月,月份请写成2026-09这样的格式。") from None


def is_unchanged(session: Session, month: str) -> bool:
    """Whether the issued text is still the one its hash was made of, and shows the figures kept
    beside it.
    """
    found = bulletin(session, month)
    if found.snapshot is None:
        return True
    return (
        fingerprint(found.snapshot) == found.sha256
        and json.loads(found.snapshot)["figures"] == found.figures
    )


def proposed_names(session: Session, month: str) -> list[BulletinName]:
    """Those the draft proposes to name, by kind and code."""
    wanted = select(BulletinName).where(BulletinName.month == month)
    order = list(NameKind)
    return sorted(session.exec(wanted), key=lambda name: (order.index(name.kind), name.code))


def proposed_name(session: Session, name_id: str, *, lock: bool = False) -> BulletinName:
    found = session.get(BulletinName, name_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("点名清单里没有这一条。")
    return found


def errata(session: Session, month: str) -> list[Erratum]:
    return list(
        session.exec(select(Erratum).where(Erratum.month == month).order_by(col(Erratum.number)))
    )


def undecided(session: Session, month: str) -> list[BulletinName]:
    return [name for name in proposed_names(session, month) if name.state == NameState.OPEN]


def figures(session: Session, plan: MonthPlan, rules: Pack) -> dict[str, Any]:
    """Sections 1 to 4 and the office's own dates, as of the cut-off (the bulletin day's first
    instant).
    """
    month, calendar, decimals = plan.month, book(session).calendar, rules.statistics.rate_decimals
    before = previous_month(month)
    since = book(session).plan(county(session), before).bulletin_on
    as_of = plan.bulletin_on - timedelta(1)
    return {
        "county": {"code": county(session), "name": name_of(session, county(session))},
        "month": month,
        "cut_off": start_of(plan.bulletin_on).isoformat(),
        "pack": rules.ref,
        "totals": statistics_queries.totals(session, rules, month),
        "tiers": statistics_queries.tiers(session, month, as_of, decimals),
        "dispatch": orders_queries.dispatch(session, calendar, since, as_of, decimals),
        "quality": statistics_queries.quality(session, month, since, as_of),
        "office": statistics_queries.office(session, month, before, since, as_of),
    }


def event_behind(session: Session, month: str, kind: str, code: str) -> dict[str, Any]:
    """What a figure or a name rests on: the reporter's month with the event's source and id."""
    row = session.get(ReporterMonth, (month, kind, code))
    if row is None:
        raise NotFound("这个月没有这个上报主体。")
    return row.model_dump() | {"label": label(session, row)}


def seen(session: Session, month: str, actor: Actor) -> dict[str, Any]:
    """The bulletin as the actor may see it: county roles all; others the issued one, and proposals
    about themselves.
    """
    found = bulletin(session, month)
    proposed = [name for name in proposed_names(session, month) if _concerns(actor, name, found)]
    issued = found.state == BulletinState.ISSUED
    if not (issued or actor.role in WHOLE or proposed):
        raise Forbidden("本期通报还没有签发。")
    hidden = set() if issued or actor.role in WHOLE else {"figures", "demands"}
    return found.model_dump(exclude=hidden | {"snapshot"}) | {
        "state_label": found.state.label,
        "names": [
            name.model_dump()
            | {
                "kind_label": name.kind.label,
                "state_label": name.state.label,
                "timeliness_label": name.timeliness.label,
            }
            for name in proposed
        ],
        "errata": [one.model_dump() for one in errata(session, month)],
    }


def to_explain(session: Session, actor: Actor, on: date) -> list[Task]:
    """Drafts that propose to name the actor's place and wait for its word; for its desk."""
    wanted = (
        select(BulletinName, Bulletin)
        .join(Bulletin, col(Bulletin.month) == BulletinName.month)
        .where(
            Bulletin.state == BulletinState.DRAFTED,
            BulletinName.state == NameState.OPEN,
            col(BulletinName.explanation).is_(None),
            or_(col(BulletinName.code) == actor.place, col(BulletinName.parent) == actor.place),
            Bulletin.reply_due >= on,
        )
    )
    return [
        Task(
            f"{show_month(of.month)}通报拟点名{name.label},可以说明情况",
            f"/county/bulletins/{of.month}",
            of.reply_due,
        )
        for name, of in session.exec(wanted.order_by(col(BulletinName.code)))
        if (actor.role, actor.place) in explainers(name.kind, name.code, name.parent)
    ]


def to_decide(session: Session) -> list[Task]:
    """Proposed names that wait for the office's word."""
    waiting = {
        one.month: len(undecided(session, one.month))
        for one in bulletins(session)
        if one.state == BulletinState.DRAFTED
    }
    return [
        Task(f"审定{show_month(month)}通报点名", f"/county/bulletins/{month}", None, f"{number}条")
        for month, number in waiting.items()
        if number
    ]


def _concerns(actor: Actor, name: BulletinName, of: Bulletin) -> bool:
    """Proposals are shown to the office and to those they are about; once issued, the approved ones
    to everybody.
    """
    if actor.role in WHOLE or (actor.role, actor.place) in explainers(
        name.kind, name.code, name.parent
    ):
        return True
    return of.state == BulletinState.ISSUED and name.state == NameState.APPROVED


def listed(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Bulletins the actor may open, latest first."""
    kept = [
        one
        for one in bulletins(session)
        if one.state == BulletinState.ISSUED
        or actor.role in WHOLE
        or any(_concerns(actor, name, one) for name in proposed_names(session, one.month))
    ]
    return [
        one.model_dump(
            include={"month", "state", "cut_off", "drafted_on", "reply_due", "issued_on", "sha256"}
        )
        for one in kept
    ]
