"""Decisions about the monthly bulletin (D13): who may be named, the hash."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def may_be_named(explained: bool, reply_due: date, on: date) -> bool:
    """Who is to be named is heard first, or has let the limit pass (D13)."""
    return explained or on > reply_due


def canonical(content: dict[str, Any]) -> str:
    """The one text of a content: sorted keys, no spaces, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 of the text in UTF-8, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def demands(behind: Mapping[str, int], overdue: int) -> str:
    """What the office asks for (section 6), until it writes its own text: nobody is asked for what
    nobody owes. `behind`: how many of a tier are late or missing; `overdue`: departments with overdue
    orders.
    """
    lines = []
    if tiers := "、".join(f"{tier}（{count}个）" for tier, count in behind.items() if count):
        lines.append(f"未报、迟报的{tiers}要查明原因，未报的尽快补报，下月起按时上报。")
    if overdue:
        lines.append(f"有逾期交办单的部门（{overdue}个）要明确专人和完成日期，报牵头部门。")
    lines.append("各级要坚持有情况随时报、无情况零报告，不得瞒报、虚报、谎报。")
    return "\n".join(f"{number}.{line}" for number, line in enumerate(lines, start=1))
