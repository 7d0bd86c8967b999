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
    ClockOwner,
    GapItem,
    OrderChange,
    OrderClock,
    OrderPart,
    OrderState,
    RiskCause,
)
from schemas.department import (
    TRIAL,
    TRIAL_REFUSED,
    DepartmentReply,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from schemas.dispatch import DepartmentOrderIssued, DepartmentOrderState, StatedClock
from schemas.values import NeedWords
from services.dispatch.departments.models import DepartmentKey
from services.dispatch.systems.rules import Letter

TAKEN = f"{TRIAL}0000"
ACCEPT_DAYS, REPORT_DAYS = 1, 21  # invented, like all of it
DEPARTMENTS = (OrderState.ISSUED, OrderState.ACCEPTED, OrderState.UNDER_WAY)
CLOCKS = {
    OrderState.ISSUED: OrderClock.ACCEPT,
    OrderState.ACCEPTED: OrderClock.REPORT,
    OrderState.UNDER_WAY: OrderClock.SOLVE,
}


@dataclass
class Trial:
    """One invented order, how it stands, and what came back.

    `accepted`: a right system accepts it. `doubted`: the village says once that nothing came.
    `refused`: dispatch refuses every reply to it. `twice`: its message comes twice. `more`: fields
    that the contract does not know yet. `key`: place of the key that seals it.
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
    def done(self) -> bool:
        """Whether nothing more is waited for."""
        if not self.accepted or self.refused:
            return bool(self.said) or not self.accepted
        reports = 2 if self.doubted else 1
        return bool(
            self.those(OrderReturnedByDepartment)
            or self.those(OrderReportedByDepartment) >= reports
        )


def trials(department: str, keys: Sequence[DepartmentKey], on: date) -> Iterator[Trial]:
    """`keys`: the one in force first; with a rotation open, one order is sealed with the next."""
    numbers = iter(range(1, 100))

    def issued(gap_item: GapItem, *, key: int = 0, ids: str = TAKEN, **more: Any) -> Any:
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
        village="990121999999",
        issued_on=on,
        accept_due=on + timedelta(days=ACCEPT_DAYS),
        return_due=on + timedelta(days=ACCEPT_DAYS),
        report_due=report,
        solve_due=report,
        trial=True,
        sealed=seal_for(key.kid, key.key, words),
        **more,
    )


def stated(trial: Trial, change: OrderChange, part: OrderPart, on: date) -> DepartmentOrderState:
    order, clock = trial.issued, CLOCKS.get(trial.state)
    due = order.accept_due if clock is OrderClock.ACCEPT else order.solve_due
    running = (StatedClock(clock=clock, due=due, overdue=False),) if clock else ()
    closed = trial.state is OrderState.CLOSED
    theirs = ClockOwner.DEPARTMENT if trial.state in DEPARTMENTS else ClockOwner.OFFICE
    return DepartmentOrderState(
        department=order.department,
        order=order.order,
        number=order.number,
        version=trial.version,
        part=part,
        state=trial.state,
        turn=None if closed else theirs,
        clocks=() if part is OrderPart.NONE else running,
        return_due=order.return_due if trial.state is OrderState.ISSUED else None,
        change=change,
        on=on,
    )
