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


def judged(trial: Trial, answers: bool) -> Iterator[Finding]:
    """All there is to say of one trial; what is wrong with a reply is said as dispatch says it. Right
    is only what was tried. `answers`: whether the system has answered anything at all.
    """
    name = f"{trial.issued.number} {trial.title}"
    wrong = [*_unread(trial), *_behaviour(trial)]
    for sentence in dict.fromkeys(wrong):
        yield Finding(False, f"{name}：{sentence}")
    if wrong:
        return
    for good, sentence in _right(trial, answers):
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
    if trial.refused and trial.sent > 1:
        yield f"回复被拒绝后又发了{trial.sent - 1}次：拒绝后状态没有变，同一编号、换了编号都不要再发。"
    elif accepted > 1:
        yield f"收到{accepted}条编号不同的签收：重复的消息只答复一次。"


def _right(trial: Trial, answers: bool) -> Iterator[tuple[bool | None, str]]:
    if not trial.accepted:
        yield (
            (True, "不用答复，也没有答复，对。")
            if answers
            else (None, "没有试到：什么都没有答复，看不出贵单位的系统收到了没有。")
        )
        return
    returned = trial.those(OrderReturnedByDepartment)
    if trial.refused:
        yield True, f"{'退回' if returned else '签收'}被拒绝，没有再发，对。"
        return
    yield True, "已退回，对。" if returned else "已签收，对。"
    reports = trial.those(OrderReportedByDepartment)
    if trial.doubted and trial.doubted_after is None and (reports or returned):
        yield None, "没有试到：没有反馈“已解决”，就没有退回再办。"
    elif trial.doubted and reports and not trial.doubt_answered:
        yield None, "没有试到：退回再办以后还没有再次反馈。"
    elif reports:
        yield True, "已反馈办理结果，对。"
    elif not returned:
        yield None, "还没有反馈办理结果；要由经办人办理的，办理后再看。"
