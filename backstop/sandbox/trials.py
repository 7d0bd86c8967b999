"""The invented orders: one of each kind that a department's own system meets."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from aiokafka import ConsumerRecord

from kit.seal import seal_for
from rulebook.ids import make_id
from schemas.codes import (
    GapItem,
    OrderChange,
    OrderClock,
    OrderPart,
    OrderState,
    ReplyResult,
    RiskCause,
)
from schemas.department import TRIAL, TRIAL_REFUSED, DepartmentReply, OrderReportedByDepartment
from schemas.dispatch import DepartmentOrderIssued, DepartmentOrderState, StatedClock
from schemas.values import NeedWords
from services.dispatch.departments.models import DepartmentKey
from services.dispatch.orders.procedure import ORDER, TURNS
from services.dispatch.systems.rules import Letter

TAKEN = f"{TRIAL}0000"
ACCEPT_DAYS, REPORT_DAYS = 1, 21  # invented, like all of it


@dataclass
class Trial:
    """One invented order, how it stands, and what came back.

    `accepted`: a right system accepts it. `doubted`: the village says once that nothing came.
    `refused`: dispatch refuses every reply to it. `twice`: its message comes twice. `more`: fields
    that the contract does not know yet. `key`: place of the key that seals it. `doubted_after`: how
    many reports had come when the doubt was sent; None: it was not.
    """

    title: str
    issued: DepartmentOrderIssued
    accepted: bool = True
    doubted: bool = False
    refused: bool = False
    twice: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    key: int = 0
    version: int = 0
    state: OrderState = OrderState.ISSUED
    result: ReplyResult | None = None
    expected_on: date | None = None
    doubted_after: int | None = None
    replies: list[tuple[ConsumerRecord, Letter]] = field(default_factory=list)

    @property
    def said(self) -> dict[str, DepartmentReply]:
        """What was said, by the reply's id: a twin counts once."""
        return {
            letter.reply: letter.says
            for _, letter in self.replies
            if isinstance(letter.says, DepartmentReply)
        }

    def those(self, kind: type[DepartmentReply]) -> int:
        return sum(isinstance(says, kind) for says in self.said.values())

    @property
    def sent(self) -> int:
        """How many replies came that can be read, those sent again with their id included."""
        return sum(bool(letter.says) for _, letter in self.replies)

    @property
    def doubt_answered(self) -> bool:
        """Whether the doubt was sent, and a report came after it."""
        after = self.doubted_after
        return after is not None and self.those(OrderReportedByDepartment) > after

    @property
    def done(self) -> bool:
        """Whether nothing more is waited for."""
        if not self.accepted or self.refused:
            return bool(self.said) or not self.accepted
        if self.state in (OrderState.RETURNED, OrderState.ANSWERED):
            return True
        reported = bool(self.those(OrderReportedByDepartment))
        return self.doubt_answered if self.doubted else reported


def trials(
    department: str, county: str, keys: Sequence[DepartmentKey], on: date
) -> Iterator[Trial]:
    """`county`: 12 digits; `keys`: the one in force first; with a rotation open, one order is sealed
    with the next.
    """
    village = f"{county[:6]}999999"
    numbers = iter(range(1, 100))

    def issued(gap_item: GapItem, *, key: int = 0, ids: str = TAKEN, **more: Any) -> Any:
        more |= {"village": village}
        return _issued(department, keys[key], on, next(numbers), gap_item, ids, **more)

    yield Trial("普通交办单", issued(GapItem.HOUSING_UNSAFE))
    yield Trial("紧急交办单", issued(GapItem.RESETTLEMENT, urgent=True))
    yield Trial("个人事项（有当事人）", issued(GapItem.MEDICAL_COST))
    yield Trial(
        "日期暂定的交办单", issued(GapItem.JOB, provisional=(OrderClock.REPORT, OrderClock.SOLVE))
    )
    yield Trial("配合办理的交办单", issued(GapItem.WATER_UNSAFE, lead=False), accepted=False)
    yield Trial("同一条消息送到两次", issued(GapItem.SCHOOL_COST), twice=True)
    yield Trial(
        "有以后新增的字段和代码",
        issued(GapItem.OTHER),
        more={"later": {"added": ["以后新增"]}, "gap_item": "ADDED_LATER"},
    )
    yield Trial("村里核实未落实，退回再办", issued(GapItem.LIVING_COST), doubted=True)
    yield Trial("回复被拒绝", issued(GapItem.FUND, ids=TRIAL_REFUSED), refused=True)
    if len(keys) > 1:
        yield Trial("用新密钥封存的交办单", issued(GapItem.INDUSTRY, key=1), key=1)


def _issued(
    department: str,
    key: DepartmentKey,
    on: date,
    number: int,
    gap_item: GapItem,
    ids: str,
    *,
    lead: bool = True,
    **more: Any,
) -> DepartmentOrderIssued:
    report = on + timedelta(days=REPORT_DAYS)
    words = NeedWords(
        head_name="试用户",
        id_number=make_id("990121", date(1970, 1, number), 1),
        person_name="试用人",
        person_id_number=make_id("990121", date(2010, 1, number), 1),
        village_name="试用村",
        phone="16000000000",
        risk_point="试用，不是真实情况",
        contact="试用联系人",
    )
    return DepartmentOrderIssued(
        department=department,
        order=ids + secrets.token_hex(4),
        number=f"SY-{on:%Y%m%d}-{number:04}",
        gap_item=gap_item,
        cause=RiskCause.OTHER,
        question=f"【试用】请核实{gap_item.label}",
        lead=lead,
        issued_on=on,
        accept_due=on + timedelta(days=ACCEPT_DAYS),
        return_due=on + timedelta(days=ACCEPT_DAYS),
        report_due=report,
        solve_due=report,
        trial=True,
        sealed=seal_for(key.kid, key.key, words),
        **more,
    )


def stated(trial: Trial, change: OrderChange, on: date) -> DepartmentOrderState:
    """As dispatch tells it."""
    order, now = trial.issued, ORDER.states[trial.state]
    clocks = [OrderClock(clock.code) for clock in now.clocks]
    days = {OrderClock.ACCEPT: order.accept_due, OrderClock.REPORT: order.report_due}
    asked = on + timedelta(days=ACCEPT_DAYS)
    days |= dict.fromkeys((OrderClock.DECIDE, OrderClock.CONFIRM, OrderClock.CLOSE), asked)
    return DepartmentOrderState(
        department=order.department,
        order=order.order,
        number=order.number,
        version=trial.version,
        part=OrderPart.LEAD if order.lead else OrderPart.CO_HANDLER,
        state=trial.state,
        turn=TURNS[now.owner] if now.owner else None,
        clocks=tuple(
            StatedClock(
                clock=clock,
                due=days.get(clock, order.solve_due),
                overdue=False,
                provisional=clock in order.provisional,
            )
            for clock in clocks
        ),
        return_due=order.return_due if trial.state is OrderState.ISSUED else None,
        result=trial.result,
        expected_on=trial.expected_on,
        change=change,
        on=on,
    )
