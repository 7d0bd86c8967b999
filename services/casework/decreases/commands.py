"""Records natural decreases, at once and with the reason. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.monitored import DecreaseWords, HouseholdLapsed, Standing
from services.casework.decreases import queries, rules
from services.casework.decreases.forms import DecreaseForm
from services.casework.decreases.models import Decreased
from services.casework.identification.commands import advance, take
from services.casework.identification.rules import FileAction
from services.casework.monitored import commands as register
from services.casework.monitored.models import Monitored


def record(session: Session, id: str, form: DecreaseForm, *, actor: Actor, on: date) -> Monitored:
    """The household lapses on that day, with whatever file it has under way; who moved away stays
    until the other county has taken over.
    """
    row = queries.taken(session, actor, id)
    form.demand_whole()
    _demand_there(row.standing, row.lapsed_on)
    _demand_day(form.on, row.left_on or row.identified_on, on)
    into = queries.merged_into(session, row, form.into) if form.into else None
    session.add(
        Decreased(
            monitored=row.id,
            decrease=form.decrease,
            on=form.on,
            into=into,
            receiver=form.receiver,
            text=form.words,
            entered_on=on,
            by=actor.label,
            account=actor.account,
        )
    )
    row.decrease = form.decrease
    if rules.ends_now(form.decrease, form.receiver):
        _lapse(session, row, form, into, actor=actor, on=on)
    else:
        row.left_on = form.on
        register.list_row(session, row)
    return row


def _lapse(
    session: Session,
    row: Monitored,
    form: DecreaseForm,
    into: str | None,
    *,
    actor: Actor,
    on: date,
) -> None:
    """Its open file ends first: the row follows it."""
    file = take(session, row.file) if row.file else None
    if file and file.ended_on is None:
        reason = f"{form.decrease.label}：{form.words}"
        advance(session, file, FileAction.LAPSE, actor=actor, on=on, text=reason, reason=reason)
    row.standing, row.since = Standing.LAPSED, form.on
    row.lapsed_on, row.decrease = form.on, form.decrease
    register.list_row(session, row)
    emit(
        session,
        HouseholdLapsed(
            monitored=row.id,
            household=row.household,
            village=row.village,
            decrease=form.decrease,
            on=form.on,
            into=into,
            sealed=seal(session, DecreaseWords(text=form.words)),
        ),
    )


def _demand_there(standing: Standing, lapsed_on: date | None) -> None:
    """`Conflict` unless the household is one that is identified, being identified or eliminated."""
    if standing is Standing.LAPSED:
        when = f"{show_day(lapsed_on)}" if lapsed_on else "此前"
        raise Conflict(f"这一户{when}已登记自然减少，不能再登记。")
    if standing is Standing.NONE:
        raise Conflict("这一户没有纳入监测，也不在识别中，不用登记自然减少。")


def _demand_day(on: date, since: date | None, today: date) -> None:
    """`Refused` for a day to come, or before the household was identified or left."""
    if on > today:
        raise Refused(f"日期不能晚于今天（{show_day(today)}），请改。", field="on")
    if since and on < since:
        raise Refused(f"日期不能早于{show_day(since)}（识别或者迁出的日期），请改。", field="on")
