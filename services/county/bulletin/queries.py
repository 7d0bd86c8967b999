"""The bulletin: figures at the cut-off, and whom the draft proposes to name."""

import json
from datetime import date, timedelta

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import NotFound
from rulebook.month_plan import MonthPlan
from rulebook.months import previous_month, start_of
from rulebook.packs import Pack
from services.county.bulletin.models import Bulletin, BulletinName, Erratum, NameKind, NameState
from services.county.bulletin.policy import policy
from services.county.bulletin.rules import fingerprint
from services.county.bulletin.views import (
    BulletinFile,
    BulletinLine,
    BulletinOut,
    ErratumOut,
    EventBehind,
    NameOut,
    NameShown,
)
from services.county.directory.queries import name_of
from services.county.figures import Figures, Place
from services.county.months.queries import plan_of_month
from services.county.proposed_names.queries import label
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.service import book, county
from services.county.statistics.queries import households, office, orders, quality, reporting

NOT_DRAFTED = "这个月的通报还没有起草；到通报日零时自动起草。"


def bulletin(session: Session, month: str) -> Bulletin:
    """The month's; `NotFound` when there is none."""
    bulletin = session.get(Bulletin, month)
    if bulletin is None:
        raise NotFound(NOT_DRAFTED)
    return bulletin


def bulletins(session: Session) -> list[Bulletin]:
    """Latest first."""
    return list(session.exec(select(Bulletin).order_by(col(Bulletin.month).desc())))


def is_drafted(session: Session, month: str) -> bool:
    return session.get(Bulletin, month) is not None


def cut_off_day(session: Session, month: str) -> date:
    """The bulletin day, at whose first instant the draft is made."""
    try:
        return plan_of_month(session, month).bulletin_on
    except (ValueError, LookupError):
        raise NotFound(f"没有“{month}”这个月，月份请写成2026-09这样的格式。") from None


def is_unchanged(session: Session, month: str) -> bool:
    """Whether the issued text is still the one its hash was made of, and shows the figures kept
    beside it.
    """
    stored = bulletin(session, month)
    if stored.snapshot is None:
        return True
    return (
        fingerprint(stored.snapshot) == stored.sha256
        and Figures.model_validate(json.loads(stored.snapshot)["figures"]) == stored.figures
    )


def proposed_names(session: Session, month: str) -> list[BulletinName]:
    """Those the draft proposes to name, by kind and code."""
    statement = select(BulletinName).where(BulletinName.month == month)
    order = list(NameKind)
    return sorted(session.exec(statement), key=lambda name: (order.index(name.kind), name.code))


def errata(session: Session, month: str) -> list[Erratum]:
    return list(
        session.exec(select(Erratum).where(Erratum.month == month).order_by(col(Erratum.number)))
    )


def undecided(session: Session, month: str) -> list[BulletinName]:
    return [name for name in proposed_names(session, month) if name.state == NameState.OPEN]


def figures(session: Session, plan: MonthPlan, rules: Pack) -> Figures:
    """Sections 1 to 4 and the office's own dates, as of the cut-off (the bulletin day's first
    instant).
    """
    month, calendar, decimals = plan.month, book(session).calendar, rules.statistics.rate_decimals
    before = previous_month(month)
    since = plan_of_month(session, before).bulletin_on
    as_of = plan.bulletin_on - timedelta(1)
    return Figures(
        county=Place(code=county(session), name=name_of(session, county(session))),
        month=month,
        cut_off=start_of(plan.bulletin_on),
        pack=rules.ref,
        totals=households.totals(session, rules, month),
        tiers=reporting.tiers(session, month, as_of, decimals),
        dispatch=orders.dispatch(session, calendar, since, as_of, decimals),
        quality=quality.quality(session, month, since, as_of),
        office=office.own_dates(session, month, before, since, as_of),
    )


def event_behind(
    session: Session, actor: Actor, month: str, kind: ReporterKind, code: str
) -> tuple[str, EventBehind]:
    """What a figure or a name rests on: whose it is, and the reporter's month."""
    row = session.get(ReporterMonth, (month, kind, code))
    if row is None:
        raise NotFound("这个月没有这个上报主体。")
    return label(session, row), policy.show(actor, "event_behind", row, EventBehind)


def seen(session: Session, month: str, actor: Actor) -> BulletinFile:
    """The bulletin as the actor may see it: county roles all; others the issued one, and proposals
    about themselves.
    """
    stored = bulletin(session, month)
    shown = policy.show(actor, "bulletin", stored, BulletinOut)
    return BulletinFile(
        **shown.model_dump(exclude_unset=True),
        state_label=stored.state.label,
        names=[
            NameShown(
                **shown_name(actor, name).model_dump(exclude_unset=True),
                kind_label=name.kind.label,
                state_label=name.state.label,
                timeliness_label=name.timeliness.label,
            )
            for name in proposed_names(session, month)
            if policy.may(actor, "bulletin_name", name)
        ],
        errata=[ErratumOut.model_validate(erratum) for erratum in errata(session, month)],
    )


def shown_name(actor: Actor, name: BulletinName) -> NameOut:
    return policy.show(actor, "bulletin_name", name, NameOut)


def listed(session: Session, actor: Actor) -> list[BulletinLine]:
    """Bulletins the actor may open, latest first."""
    statement = select(Bulletin).where(policy.visible(actor, "bulletins", Bulletin))
    rows = session.exec(statement.order_by(col(Bulletin.month).desc()))
    return [BulletinLine.model_validate(row) for row in rows]
