"""docs/departments.md shows every message of the departments' border as it is, and every code."""

import json
import re
from pathlib import Path

from backstop import asyncapi, contracts
from schemas.codes import OrderClock, OrderPart, OrderState, ReplyRefusal, ReplyResult, ReplyTaken

PAGE = (Path(__file__).parents[2] / "docs/departments.md").read_text(encoding="utf-8")
KNOWN = contracts.contracts()
SHOWN = dict(re.findall(r"^```json (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))


def test_h_06_the_page_shows_every_message_by_its_golden_example():
    headers = json.loads(SHOWN.pop("headers"))
    assert headers == asyncapi.headers(KNOWN["department.order.accepted.v1"])
    assert SHOWN.keys() == {name for name, event in KNOWN.items() if "{" in event.topic}
    for name, text in SHOWN.items():
        assert json.loads(text) == contracts.example(KNOWN[name]), name


def test_h_06_the_page_says_what_every_code_means():
    for codes in (OrderState, OrderPart, OrderClock, ReplyResult, ReplyTaken):
        for code in codes:
            assert f"`{code.value}` {code.label}" in PAGE, code
    for code in ReplyRefusal:
        assert f"| `{code.value}` | {code.label} |" in PAGE, code
