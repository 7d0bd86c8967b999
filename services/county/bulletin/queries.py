"""The bulletin: figures at the cut-off, and whom the draft proposes to name."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import NotFound
from kit.packs import pack_of
from kit.policy import mandates
from rulebook.month_plan import MonthPlan
from rulebook.months import previous_month, start_of
from rulebook.packs import Pack
from schemas.codes import DirectoryKind, Role, Timeliness
from services.county.bulletin.models import (
    Bulletin,
    BulletinName,
    Erratum,
    NamedFor,
    NameKind,
    NameState,
)
from services.county.bulletin.policy import policy
from services.county.bulletin.rules import fingerprint, may_be_named
from services.county.bulletin.views import (
    BulletinFile,
    BulletinLine,
    BulletinOut,
    ErratumOut,
    EventBehind,
    NameOut,
    NameShown,
)
from services.county.directory.queries import name_of, nobody_to_ask
from services.county.figures import Figures, Place
from services.county.months.queries import pack_of_month, plan_of_month
from services.county.proposed_names.queries import label
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.service import book, county
from services.county.statistics.queries import households, office, orders, quality, reporting

# Who may end, and whom nobody can be asked about then.
ENDS = {
    NameKind.GROUP: DirectoryKind.GROUP,
    NameKind.VILLAGE: DirectoryKind.VILLAGE,
    NameKind.TOWNSHIP: DirectoryKind.TOWNSHIP,
    NameKind.UNIT: DirectoryKind.UNIT,
    NameKind.TEAM: DirectoryKind.TEAM,
    NameKind.DEPARTMENT: DirectoryKind.DEPARTMENT,
}
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


def reply_due(session: Session, month: str, drafted_on: date) -> date:
    """Until when those who are to be named may explain."""
    rules = pack_of_month(session, month)
    return rules.due(drafted_on, rules.monthly.naming_reply_limit, book(session).calendar)


def bulletin_due(session: Session, month: str) -> date:
    """Until when the office owes it: from its draft, before that from its cut-off (B-01)."""
    rules, drafted = pack_of_month(session, month), session.get(Bulletin, month)
    since = drafted.drafted_on if drafted else plan_of_month(session, month).bulletin_on
    heard = reply_due(session, month, since)
    return rules.due(heard, rules.bulletin.issue_limit, book(session).calendar)


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


def named_for(kind: NameKind, timeliness: NamedFor) -> str:
    """As it is printed; the office's own delay in its own words."""
    if kind is NameKind.OFFICE:
        return reporting.state_label(ReporterKind.OFFICE, Timeliness(timeliness))
    return timeliness.label


def mandate(session: Session, bulletin: Bulletin) -> str:
    """Who issues it: of the leading group, or the office by its mandate (J-03, F-14)."""
    alone = mandates.of(session, bulletin)
    return "；".join([pack_of(session, bulletin.pack).issuer, *map(str, alone)])


def errata(session: Session, month: str) -> list[Erratum]:
    return list(
        session.exec(select(Erratum).where(Erratum.month == month).order_by(col(Erratum.number)))
    )


def undecided(session: Session, month: str) -> list[BulletinName]:
    return [name for name in proposed_names(session, month) if name.state == NameState.OPEN]


def decides(name: BulletinName) -> Role:
    """Who has to decide about a name: the office, about itself the leader."""
    return Role.COUNTY_LEADER if name.kind is NameKind.OFFICE else Role.COUNTY_CLERK


def is_heard(session: Session, name: BulletinName, drafted: Bulletin, on: date) -> bool:
    """Whether it can be decided whether this one is named: it explained itself, let the limit pass
    (D13), or there is nobody to be asked.
    """
    explained = name.explanation is not None
    return may_be_named(explained, drafted.reply_due, on) or bool(why_unasked(session, name))


def why_unasked(session: Session, name: BulletinName) -> str:
    """Why nobody is asked before it is decided; empty: somebody is."""
    if name.kind is NameKind.OFFICE:
        return "这一条点到牵头部门自己，由县领导直接审定。"
    kind = ENDS.get(name.kind)
    if kind is None or not nobody_to_ask(session, kind, name.code):
        return ""
    return "已撤销，没有并入单位，没有人能说明情况，由牵头部门直接审定。"


def standing(session: Session, name: BulletinName, drafted: Bulletin, on: date) -> str:
    """What an open name waits for, and what can be done about it now."""
    if name.state is not NameState.OPEN:
        return ""
    if name.explanation and name.kind is not NameKind.OFFICE:
        return "已说明，等牵头部门审定。"
    if reason := why_unasked(session, name):
        return reason
    if is_heard(session, name, drafted, on):
        return f"{show_day(drafted.reply_due)}以前没有说明，等牵头部门审定。"
    return (
        f"等对方说明，{show_day(drafted.reply_due)}截止。对方一说明，或者从"
        f"{show_day(drafted.reply_due + timedelta(1))}起，就可以审定；现在可以代为登记电话说明，"
        "也可以写明原因不点名。"
    )


def waits_for(names: Sequence[BulletinName]) -> str:
    """Whose turn it is with a draft, in a sentence. `names`: those that are open."""
    office = sum(decides(name) is Role.COUNTY_CLERK for name in names)
    if office and office < len(names):
        return (
            f"还有{office}条点名等牵头部门审定，另有牵头部门自己的点名由县领导审定，"
            "都审定完以后由县领导签发。"
        )
    if office:
        return f"还有{office}条点名等牵头部门审定，审定完以后由县领导签发。"
    if names:
        return "只剩牵头部门自己的点名，由县领导审定后签发。"
    return "点名都已审定，等县领导签发。"


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
                explained_account=name.explained_account,
                kind_label=name.kind.label,
                state_label=name.state.label,
                timeliness_label=named_for(name.kind, name.timeliness),
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
