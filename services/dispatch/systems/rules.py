"""A letter of a department's system, and in which words it is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas.codes import ReplyRefusal, ReplyTaken
from schemas.department import (
    TRIAL_REFUSED,
    ComparisonAnsweredByDepartment,
    DepartmentReply,
    OrdersRequested,
)
from schemas.event import Event

Says = DepartmentReply | ComparisonAnsweredByDepartment | OrdersRequested
LONGEST = 65_536  # bytes of a reply
MOST = 20  # contents of one id that are answered each with a row of its own
REQUEST_EVERY = timedelta(minutes=1)
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
ECHO = re.compile(r"[!-~]{1,100}")  # what of a sender's own text is safe to say back to him
PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|1[0-9]{10})(?![0-9A-Za-z])")
WRONG: Mapping[str, str] = {
    "missing": "没有填",
    "date_from_datetime_parsing": "请写成2026-12-20这样的日期",
    "date_parsing": "请写成2026-12-20这样的日期",
    "date_type": "请写成2026-12-20这样的日期",
    "int_type": "请写成整数（金额以分计）",
    "int_from_float": "请写成整数（金额以分计）",
    "bool_type": "请写true或false",
    "string_type": "请写成文本",
    "string_too_long": "最多{max_length}字",
    "string_too_short": "没有填",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "model_type": "要是一个JSON对象，不能是列表、文本或null",
}
AGAIN = "请改正后换一个编号重发。"


class Wrong(Exception):
    """Why a letter is not taken: a code for its system, a sentence for its people."""

    def __init__(self, code: ReplyRefusal, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True)
class Letter:
    """A record as it was read, whatever was wrong with it.

    `reply`: its id in one way of writing, `reply_id` as it was sent, both its place where it has
    none; `order`: empty where none can be read; `at`: its receipt, aware; `says`: None when `wrong`.
    """

    department: str
    reply: str
    reply_id: str
    type: str
    order: str
    contents: str
    at: datetime
    says: Says | None = None
    wrong: Wrong | None = None


def practised(order: str) -> ReplyTaken:
    """How a reply to an invented order is taken (`backstop departments sandbox`): nothing is done."""
    if order.startswith(TRIAL_REFUSED):
        sentence = "试用：这条回复按现在的状态不能受理，请看最新的状态，不用重发。"
        raise Wrong(ReplyRefusal.WRONG_STATE, sentence)
    return ReplyTaken.TAKEN


def echo(text: str) -> str:
    """What a sender wrote, as far as it can be said back on a topic; empty: it cannot, as somebody's
    number cannot.
    """
    return text if ECHO.fullmatch(text) and not PERSONAL.search(text) else ""


def order_id(*written: object) -> str:
    """The first that is written like an order's id; empty: none is."""
    return next((text for text in written if isinstance(text, str) and UUID.fullmatch(text)), "")


def source(county: str, department: str) -> str:
    """What a department's events have as their source: the whole of it, not its ending (BH-09)."""
    return f"/backstop/{county}/department/{department}"


def wrong_fields(event: type[Event], errors: list[Any]) -> str:
    """What is wrong with the fields of a body, without what was written there."""
    sentences = dict.fromkeys(
        f"{'.'.join(map(str, error['loc'])) or '内容'}{_why(event, error)}" for error in errors
    )
    return f"{'；'.join(sentences)}。{AGAIN}"


def _why(event: type[Event], error: Mapping[str, Any]) -> str:
    if error["type"] == "enum":
        return f"只能是{_codes(event, str(error['loc'][0]))}"
    return WRONG.get(error["type"], "不符合接口约定").format_map(error.get("ctx", {}))


def _codes(event: type[Event], field: str) -> str:
    """Those that it may hold, each with its label."""
    codes: Any = event.model_fields[field].annotation
    return "、".join(f"{code.value}（{code.label}）" for code in codes)
