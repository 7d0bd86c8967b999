"""When something came: our own clock says it, or, for a paper that came earlier, whoever received it
(补录). The one rule for every door.
"""

from collections.abc import Collection
from datetime import date

from kit.actor import Actor
from kit.errors import Refused
from kit.forms.fields import Form, field, text
from schemas.codes import Role
from schemas.values import Receipt


class Receiving(Form):
    """The part of a form that says when its paper came; empty: today."""

    received_on: date | None = field("收到日期", None, hint="纸质表早已收到、现在补录的才填")
    reason: str | None = text("补录原因", None, hint="例如：纸质表9月20日收到")
    written_on: date | None = field("表上日期", None)

    def receipt(self, today: date, *, actor: Actor, receivers: Collection[Role]) -> Receipt:
        return receive(
            today,
            self.received_on,
            self.reason,
            written_on=self.written_on,
            actor=actor,
            receivers=receivers,
        )


def receive(
    today: date,
    received_on: date | None = None,
    reason: str | None = None,
    *,
    written_on: date | None = None,
    actor: Actor,
    receivers: Collection[Role],
) -> Receipt:
    """The receipt of what is handed over today. An earlier day (`received_on`) may be entered by
    `receivers` alone, those to whom the paper was given, and with a reason; `Refused` otherwise.
    The date on the paper, `written_on`, is kept beside it and decides nothing.
    """
    if received_on is None or received_on == today:
        return Receipt(on=today, written_on=written_on)
    actor.require(*receivers, deed="补录收到日期")
    if received_on > today:
        raise Refused("补录的收到日期不能晚于今天，请改正。")
    if not (reason or "").strip():
        raise Refused("补录要写明原因（例如“纸质表9月20日收到”）。")
    return Receipt(
        on=received_on, written_on=written_on, entered_on=today, reason=(reason or "").strip()
    )
