"""A green channel is asked for, agreed to the same day, and its measures are entered. Nobody here
commits.
"""

from datetime import date

from sqlmodel import Session

from kit.actor import SYSTEM, Actor
from kit.clock import local_date
from kit.dates import show_day
from kit.deadlines import Due
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.packs import pack_of
from kit.procedure import clocks
from kit.sentences import ended
from schemas.casework import (
    GreenChannelAgreed,
    GreenChannelOverdue,
    GreenMeasureTaken,
    RecoveryDecided,
)
from services.casework.green_channel import queries
from services.casework.green_channel.forms import AnswerForm, MeasureForm, OpenForm, RecoveryForm
from services.casework.green_channel.models import GreenChannel, GreenMeasure
from services.casework.green_channel.policy import policy
from services.casework.green_channel.rules import page_of
from services.casework.identification import commands as files
from services.casework.identification.deadlines import FILE_CLOCK
from services.casework.identification.models import Identification
from services.casework.identification.procedure import BACKFILL_LIMIT, procedure_of, table_of, terms
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileClock as C

ENABLED, CAUSES = "green_channel.enabled", "green_channel.eligible_causes"


def open_green_channel(
    session: Session, file_id: str, form: OpenForm, *, actor: Actor, on: date
) -> GreenChannel:
    """The township's clerk asks for it; a leader answers the same day."""
    file = files.take(session, file_id)
    policy.require(actor, "open_green_channel", file)
    _demand_possible(session, file)
    form.demand_whole()
    held = pack_of(session, file.pack)
    if form.cause not in held.green_channel.eligible_causes:
        causes = "、".join(cause.label for cause in held.green_channel.eligible_causes)
        raise Refused(
            f"绿色通道只用于{causes}（政策包{held.name}，依据{held.source(CAUSES)}）。",
            field="cause",
        )
    if any(row.agreed is None and row.opened_on == on for row in queries.of_file(session, file.id)):
        raise Conflict("今天已经提出，请等乡镇领导同意。")
    row = GreenChannel(
        file=file.id,
        village=file.village,
        township=file.township,
        cause=form.cause,
        facts=form.facts,
        attested_by=form.attested_by,
        opened_on=on,
        opened_by=actor.label,
        opened_account=actor.account,
    )
    session.add(row)
    facts = ended(form.facts)
    said = f"提出走绿色通道（{form.cause.label}）：{facts}群众认可由{form.attested_by}证明"
    files.note(session, file, actor=actor, on=on, text=said, paper=page_of(file.id))
    return row


def _demand_possible(session: Session, file: Identification) -> None:
    """`Refused` where the pack has no green channel; `Conflict` when the file is in it, or decided."""
    held = pack_of(session, file.pack)
    if not held.green_channel.enabled:
        raise Refused(
            f"适用的规定没有绿色通道（政策包{held.name}，依据{held.source(ENABLED)}），请按程序办理。"
        )
    if file.green_on is not None:
        raise Conflict(f"这一户{show_day(file.green_on)}已经走绿色通道，请补办程序。")
    procedure_of(held, file.channel, green=True).require(file, A.GREEN)


def agree_green_channel(
    session: Session, channel_id: str, form: AnswerForm, *, actor: Actor, on: date
) -> GreenChannel:
    """The township's leader agrees, on the day of the asking, or does not; then the household goes its
    way as before.
    """
    row, file = _take(session, channel_id)
    policy.require(actor, "agree_green_channel", row)
    if row.answered_on is not None:
        raise Conflict("这次绿色通道已经答复，不用再办。")
    if row.opened_on != on:
        raise Conflict(
            f"绿色通道要在提出的当天（{show_day(row.opened_on)}）同意。仍要走的，请乡镇重新提出。"
        )
    _demand_possible(session, file)
    form.demand_reason()
    row.agreed, row.reason = form.agrees, None if form.agrees else form.reason
    row.answered_on, row.answered_by, row.answered_account = on, actor.label, actor.account
    session.add(row)
    if form.agrees:
        _begin(session, file, row, actor=actor, on=on)
    else:
        text = f"不同意走绿色通道：{form.reason}"
        files.note(session, file, actor=actor, on=on, text=text, paper=page_of(file.id))
    return row


def _begin(
    session: Session, file: Identification, row: GreenChannel, *, actor: Actor, on: date
) -> None:
    """From now on the limit of what is made up stands in the place of the total, also for the step
    that the file is at, where that has no limit of its own.
    """
    step, total = table_of(session, file).state_of(file).clocks[:1], file.total_due
    FILE_CLOCK.cancel(session, f"{file.id}/{C.TOTAL}")
    file.green_on, file.total_due, file.urgent = on, None, True
    due = terms(session, file).due(BACKFILL_LIMIT, on, file)
    running = table_of(session, file).state_of(file).clocks[0]
    as_whole = not step or step[0].due(file) in (None, total)
    dues = {running.code: due} if as_whole else {}
    files.advance(
        session,
        file,
        A.GREEN,
        actor=actor,
        on=on,
        text="先行落实帮扶，程序补办",
        paper=page_of(file.id),
        dues=dues,
    )
    emit(
        session,
        GreenChannelAgreed(
            identification=file.id,
            household=file.household,
            id_hash=file.id_hash,
            village=file.village,
            case=file.case,
            cause=row.cause,
            due=due,
            pack=file.pack,
            on=on,
        ),
    )


def _take(session: Session, channel_id: str) -> tuple[GreenChannel, Identification]:
    """With its file, which is locked until the transaction ends."""
    row = queries.stored(session, channel_id)
    file = files.take(session, row.file)
    session.refresh(row)
    return row, file


def record_measure(
    session: Session, channel_id: str, form: MeasureForm, *, actor: Actor, on: date
) -> GreenMeasure:
    """Help that came first; it stands marked whatever the county decides."""
    row, file = _take(session, channel_id)
    policy.require(actor, "record_measure", row)
    _demand_help(row, file, form, on)
    measure = GreenMeasure(
        channel=row.id,
        file=file.id,
        village=file.village,
        township=file.township,
        what=form.what,
        by=form.by,
        order_number=form.order_number,
        on=form.on,
        entered_on=on,
        entered_by=actor.label,
        entered_account=actor.account,
    )
    session.add(measure)
    text = f"绿色通道先行帮扶：{form.what}（{form.by}）"
    files.note(session, file, actor=actor, on=form.on, text=text, paper=page_of(file.id))
    emit(
        session,
        GreenMeasureTaken(
            measure=measure.id,
            identification=file.id,
            household=file.household,
            village=file.village,
            what=form.what,
            on=form.on,
        ),
    )
    return measure


def _demand_help(row: GreenChannel, file: Identification, form: MeasureForm, on: date) -> None:
    if not row.agreed or row.answered_on is None:
        raise Conflict("绿色通道还没有同意，不能登记先行帮扶。")
    if file.ended_on is not None:
        raise Conflict("这份识别档案已经办完，不再登记先行帮扶。")
    if not row.answered_on <= form.on <= on:
        raise Refused(
            f"落实日期应在{show_day(row.answered_on)}同意以后，不能晚于今天。", field="on"
        )


def fall_overdue(session: Session, due: Due) -> None:
    """The procedure was not made up in time: a lead for the office, and a matter of the meeting."""
    file = files.take(session, due.about)
    table, on = table_of(session, file), local_date(due.at)
    clock = table.clock(C.BACKFILL)
    for _moment in clocks.ring(session, table, file, C.BACKFILL, due, terms=terms(session, file)):
        (row,) = [row for row in queries.of_file(session, file.id) if row.agreed]
        row.overdue_on = on
        session.add(row)
        text = f"{clock.code.label}：{clock.then}"
        files.note(session, file, A.FALL_OVERDUE, actor=SYSTEM, on=on, text=text, late=True)
        assert file.green_on is not None
        emit(
            session,
            GreenChannelOverdue(
                identification=file.id,
                number=file.number,
                household=file.household,
                village=file.village,
                agreed_on=file.green_on,
                on=on,
            ),
        )


def decide_recovery(
    session: Session, channel_id: str, form: RecoveryForm, *, actor: Actor, on: date
) -> GreenChannel:
    """After a false statement a person decides whether aid is claimed back; otherwise it stands."""
    row, file = _take(session, channel_id)
    policy.require(actor, "decide_recovery", row)
    if row.recovers is not None:
        raise Conflict("是否追回已经决定，不用再办。")
    if session.exec(queries.recoverable(actor).where(GreenChannel.id == row.id)).first() is None:
        raise Refused("只有因申报情况不实而不予纳入的，才能决定追回；其他的帮扶照旧。")
    row.recovers, row.recovery_reason = form.recovers, form.reason
    row.recovery_on, row.recovery_by, row.recovery_account = on, actor.label, actor.account
    session.add(row)
    text = f"先行帮扶{'追回' if form.recovers else '不追回'}：{form.reason}"
    files.note(session, file, actor=actor, on=on, text=text, paper=page_of(file.id))
    emit(
        session,
        RecoveryDecided(
            identification=file.id,
            household=file.household,
            village=file.village,
            recovers=form.recovers,
            reason=form.reason,
            on=on,
        ),
    )
    return row
