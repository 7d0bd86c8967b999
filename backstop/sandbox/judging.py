"""What was right and what was wrong in a system's answers to trial orders, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from backstop.sandbox.trials import Trial
from schemas.department import (
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)


@dataclass(frozen=True)
class Finding:
    """`good`: right or wrong; None: not seen, which a person may still do."""

    good: bool | None
    sentence: str


def judged(trial: Trial) -> Iterator[Finding]:
    """All there is to say of one trial; what is wrong with a reply is said as dispatch says it."""
    name = f"{trial.issued.number} {trial.title}"
    wrong = [*_unread(trial), *_behaviour(trial)]
    for sentence in dict.fromkeys(wrong):
        yield Finding(False, f"{name}：{sentence}")
    if wrong:
        return
    for good, sentence in _right(trial):
        yield Finding(good, f"{name}：{sentence}")


def _unread(trial: Trial) -> Iterator[str]:
    for record, letter in trial.replies:
        if letter.wrong:
            yield f"回复{letter.reply_id}不能受理：{letter.wrong.sentence}"
        elif (record.key or b"").decode(errors="replace") != trial.issued.order:
            yield "记录的键（key）要写交办单的order，否则几条回复可能乱了次序。"


def _behaviour(trial: Trial) -> Iterator[str]:
    accepted, returned = (
        trial.those(OrderAcceptedByDepartment),
        trial.those(OrderReturnedByDepartment),
    )
    if not trial.accepted:
        if trial.said:
            yield "配合办理的交办单（lead为false）不用答复，却收到了回复。"
        return
    if not (accepted or returned):
        yield "没有收到签收或退回。"
    if accepted > 1:
        again = "回复被拒绝、状态没有变，不要再发。" if trial.refused else "重复的消息只答复一次。"
        yield f"收到{accepted}条编号不同的签收：{again}"


def _right(trial: Trial) -> Iterator[tuple[bool | None, str]]:
    if not trial.accepted:
        yield True, "不用答复，也没有答复，对。"
        return
    yield True, "已退回，对。" if trial.those(OrderReturnedByDepartment) else "已签收，对。"
    if trial.refused or trial.those(OrderReturnedByDepartment):
        return
    reports = trial.those(OrderReportedByDepartment)
    if not reports:
        yield None, "还没有反馈办理结果；要由经办人办理的，办理后再看。"
    elif trial.doubted and reports == 1:
        yield None, "已反馈；退回再办以后还没有再次反馈。"
    else:
        yield True, "已反馈办理结果，对。"
