"""`backstop dead-letters list` and `show`: counted by kind, filtered, a page at a time; and nothing that
others wrote acts on the operator's terminal.
"""

from collections.abc import Callable
from contextlib import nullcontext

import pytest
from aiokafka import ConsumerRecord
from pydantic import ValidationError
from typer.testing import CliRunner

from backstop.cli import app
from backstop.cli import dead_letters as command
from backstop.cli.dead_letters import PAGE
from kit.messaging.dead_letters import BEHIND, KEPT, bury, bury_of_others, why
from kit.messaging.inbox import Unreadable
from kit.visible import visible
from schemas.department import OrderAcceptedByDepartment

NAMES = ("village", "unit", "county", "dispatch")
REPLIES = "backstop.department.{}.replies"
ACTS = "[/boom]\x1b[31m\x1b]0;title\x07\nnew line\u202egnol\u200b\x00\x9b2J"


def record(topic: str, offset: int, key: str = "k", **changed: bytes) -> ConsumerRecord:
    headers = {"ce_type": OrderAcceptedByDepartment.type.encode()} | changed
    return ConsumerRecord(
        topic, 0, offset, 0, 0, key.encode(), b"{", None, 0, 0, tuple(headers.items())
    )


@pytest.fixture
def run(sessions_of, monkeypatch) -> Callable[..., str]:
    """`run("list", …)`: what the command prints."""
    monkeypatch.setattr(
        command, "sessions_of", lambda service, home: nullcontext(sessions_of(service.name))
    )
    monkeypatch.setattr(command.console, "width", 400)

    def of(*words: str) -> str:
        answer = CliRunner().invoke(app, ["dead-letters", *words])
        assert answer.exit_code == 0, (answer.output, answer.exception)
        return answer.output

    return of


@pytest.fixture
def letters(sessions_of) -> None:
    """200 refused replies of one department, three of another, one letter of the county's own with
    two behind it.
    """
    with sessions_of("dispatch").begin() as session:
        for offset in range(200):
            bury_of_others(session, record(REPLIES.format("housing"), offset), Unreadable("no id"))
        for offset in range(3):
            bury_of_others(session, record(REPLIES.format("water"), offset), Unreadable("no id"))
        bury(session, record("backstop.county", 7), Unreadable("torn"))
        bury(session, record("backstop.county", 8), BEHIND)
        bury(session, record("backstop.county", 9), BEHIND)


def rows(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if "backstop." in line]


def test_h_05_one_row_a_kind_and_sender_with_its_number_and_its_ends(run, letters):
    shown = run("list")
    assert len(rows(shown)) == 4
    [housing] = [row for row in rows(shown) if "housing" in row]
    assert f"200（只计数 {200 - KEPT}）" in housing
    assert "backstop.department.housing.replies:0:0 " in housing
    assert "backstop.department.housing.replies:0:199 " in housing
    [behind] = [row for row in rows(shown) if "Behind" in row]
    assert "backstop.county:0:8 " in behind
    assert "backstop.county:0:9 " in behind


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (("--service", "dispatch"), 4),
        (("--service", "county"), 0),
        (("--topic", "backstop.county"), 2),
        (("--kind", "Behind"), 1),
        (("--kind", OrderAcceptedByDepartment.type), 4),
        (("--department", "water"), 1),
        (("--department", "wat"), 0),
        (("--department", "housing", "--each"), KEPT),
        (("--topic", "backstop.county", "--each"), 3),
    ],
)
def test_h_05_the_list_is_filtered(run, letters, filters, found):
    assert len(rows(run("list", *filters))) == found


def test_h_05_the_list_comes_a_page_at_a_time(run, sessions_of):
    with sessions_of("county").begin() as session:
        for offset in range(PAGE + 20):
            bury(session, record("backstop.village", offset), Unreadable("torn"))
    first, second = run("list", "--each"), run("list", "--each", "--page", "2")
    assert (len(rows(first)), len(rows(second))) == (PAGE, 20)
    assert "--page 2" in first
    assert "下一页" not in second
    assert "没有死信" in run("list", "--page", "9")


def test_g_08_what_others_wrote_is_escaped_in_list_and_show(run, sessions_of):
    with sessions_of("county").begin() as session:
        wicked = record("backstop.village", 1, ACTS, ce_type=ACTS.encode(), **{ACTS: ACTS.encode()})
        wicked.value = ACTS.encode()
        bury(session, wicked, Unreadable(ACTS))
    shown = [run("list"), run("list", "--each"), run("show", "county", "backstop.village:0:1")]
    for words in shown:
        assert not [letter for letter in words if not letter.isprintable() and letter != "\n"]
    assert all("[/boom]" in words for words in shown)
    assert shown[2].count("\n") == 4  # two headers, the body, the reason


def test_g_08_a_reason_is_one_line_that_acts_on_no_log():
    reason = why(Unreadable(ACTS))
    assert reason.isprintable()
    with pytest.raises(ValidationError) as invalid:
        OrderAcceptedByDepartment.model_validate_json(b"\x1b[31m\n")
    assert why(invalid.value).isprintable()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("河湾镇 housing　“x”", "河湾镇 housing　“x”"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\u2028\u202e\u2066\ufeff\u00ad", "\\u2028\\u202e\\u2066\\ufeff\\xad"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_g_08_what_is_no_printed_character_is_shown_as_its_escape(words, shown):
    assert visible(words) == shown
