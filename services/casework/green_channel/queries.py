"""Green channels as somebody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.errors import NotFound
from kit.packs import pack_of
from schemas.codes import NotAdmittedReason
from services.casework.decisions.models import Decision
from services.casework.decisions.rules import Verdict
from services.casework.green_channel.forms import GreenFilter
from services.casework.green_channel.models import GreenChannel, GreenMeasure
from services.casework.green_channel.policy import policy
from services.casework.green_channel.rules import DONE, NOT_ADMITTED, Part
from services.casework.identification import queries as files
from services.casework.identification.models import Identification
from services.casework.identification.procedure import BEFORE_DECISION, CLOCKS


def of_file(session: Session, file: str) -> Sequence[GreenChannel]:
    """Each asking, in its order; the last one counts."""
    statement = select(GreenChannel).where(GreenChannel.file == file)
    return session.exec(statement.order_by(col(GreenChannel.id))).all()


def concerns(session: Session, file: Identification) -> bool:
    """Whether there is a green channel to look at, or one could be asked for now."""
    enabled = pack_of(session, file.pack).green_channel.enabled
    return (enabled and file.state in BEFORE_DECISION) or bool(of_file(session, file.id))


def waiting(actor: Actor, on: date) -> SelectOfScalar[GreenChannel]:
    """What was asked for today and waits for the actor's answer."""
    return select(GreenChannel).where(
        policy.visible(actor, "agree_green_channel", GreenChannel),
        col(GreenChannel.agreed).is_(None),
        GreenChannel.opened_on == on,
    )


def rows(actor: Actor, asked: GreenFilter, on: date) -> SelectOfScalar[GreenChannel]:
    """Those agreed to; of one part, or all."""
    statement = select(GreenChannel).where(
        policy.visible(actor, "green_channels", GreenChannel), col(GreenChannel.agreed).is_(True)
    )
    return statement.where(_in(asked.part, on)) if asked.part else statement


def _in(part: Part, on: date) -> ColumnElement[bool]:
    """The files of a part."""
    state, due = col(Identification.state), col(Identification.backfill_due)
    which = {
        Part.OPEN: state.in_(CLOCKS) & (due >= on),
        Part.OVERDUE: state.in_(CLOCKS) & (due < on),
        Part.NOT_ADMITTED: state.in_(NOT_ADMITTED),
        Part.DONE: state.in_(DONE),
    }[part]
    return col(GreenChannel.file).in_(select(Identification.id).where(which))


def counts(session: Session, actor: Actor, on: date) -> dict[Part, int]:
    """How many stand in each part."""
    asked = {part: rows(actor, GreenFilter(part=part), on) for part in Part}
    return {
        part: session.exec(select(func.count()).select_from(statement.subquery())).one()
        for part, statement in asked.items()
    }


def recoverable(actor: Actor) -> SelectOfScalar[GreenChannel]:
    """Aid stands whatever the county decides; only after a false statement somebody decides whether it
    is claimed back, and has not yet.
    """
    false = select(Decision.file).where(
        Decision.verdict == Verdict.NOT_ADMIT, Decision.reason == NotAdmittedReason.FALSE
    )
    return select(GreenChannel).where(
        policy.visible(actor, "decide_recovery", GreenChannel),
        col(GreenChannel.agreed).is_(True),
        col(GreenChannel.recovers).is_(None),
        col(GreenChannel.file).in_(false),
    )


def measures(session: Session, channel: str) -> Sequence[GreenMeasure]:
    """In the order of their days."""
    statement = select(GreenMeasure).where(GreenMeasure.channel == channel)
    return session.exec(statement.order_by(col(GreenMeasure.on), col(GreenMeasure.id))).all()


def stored(session: Session, channel_id: str) -> GreenChannel:
    """`NotFound` where there is none."""
    row = session.get(GreenChannel, channel_id)
    if row is None:
        raise NotFound("没有这次绿色通道，请核对编号。")
    return row


@dataclass(frozen=True)
class GreenLine:
    """A household of the list. `reason`: why it ended without being admitted."""

    row: GreenChannel
    line: files.Line
    measures: int

    @property
    def reason(self) -> str:
        return self.line.file.reason or ""


def lines(session: Session, found: Sequence[GreenChannel], on: date) -> list[GreenLine]:
    """A whole page of the list."""
    whose = [row.file for row in found]
    stored_files = session.exec(
        select(Identification).where(col(Identification.id).in_(whose))
    ).all()
    named = {line.file.id: line for line in files.lines(session, stored_files, on)}
    counted = select(GreenMeasure.file, func.count()).where(col(GreenMeasure.file).in_(whose))
    done = dict(session.exec(counted.group_by(col(GreenMeasure.file))).all())
    return [GreenLine(row, named[row.file], done.get(row.file, 0)) for row in found]
