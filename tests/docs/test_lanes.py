"""Which lane a test runs in (F-54): a quick one for what one writes, and no time slept away there."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import pytest_collection_modifyitems

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("fixtures", "lane"),
    [
        ({"session", "clock", "village_sessions"}, "fast"),
        ({"client"}, None),
        ({"postgres", "blank"}, None),
        ({"engines", "sessions"}, None),
        ({"own_engines"}, None),
        ({"engines", "tool"}, "slow"),
        ({"recipes"}, "slow"),
    ],
)
def test_f_54_a_lane_follows_from_what_a_test_uses(fixtures, lane):
    marks: list[str] = []
    item = SimpleNamespace(fixturenames=fixtures, add_marker=marks.append)
    pytest_collection_modifyitems([item])
    assert marks == ([lane] if lane else [])


def test_f_54_no_test_sleeps_for_seconds():
    """It looks again and again (`tests/helpers/waiting.py`), so that a busy machine fails nothing;
    what must be seen *not* to happen is given at most two seconds.
    """
    asleep = [
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("test_*.py")
        if "sleep" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("sleep")
        and not (isinstance(node.args[0], ast.Constant) and node.args[0].value <= 2)
    ]
    assert asleep == ["kit/test_relay.py"]  # a line that was cut carries nothing any more
