"""Whose fault it is (BH-01): waiting is only for what other events feel too; what fails again while the
engine answers others is laid aside, whatever way it fails.
"""

import json

import pytest
from sqlalchemy import text

from kit.messaging import consumer
from kit.messaging.dead_letters import BEHIND
from kit.messaging.inbox import BODY
from tests.kit import obstacles, toy

MINE = "NEW.thing = 'bad'"
CLOSES = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1)"
FULL = "RAISE EXCEPTION USING ERRCODE = '53200', MESSAGE = 'out of memory'"
COSTLY = (
    "RAISE EXCEPTION USING ERRCODE = '53400', MESSAGE = 'temporary file size exceeds the limit'"
)
DEADLOCK = "RAISE EXCEPTION USING ERRCODE = '40P01', MESSAGE = 'deadlock detected'"
BROKEN_PAGE = "RAISE EXCEPTION USING ERRCODE = '58030', MESSAGE = 'could not read block'"


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(consumer, "AGAIN", 0.05)
    monkeypatch.setattr(consumer, "LIMIT", text("SET LOCAL statement_timeout = '500ms'"))


def said(thing: str, number: int, **changed: bytes | None) -> tuple[str, dict, dict]:
    return thing, {"thing": thing, "number": number}, changed


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        (CLOSES, "terminating connection"),
        (FULL, "OutOfMemory"),
        (COSTLY, "ConfigurationLimitExceeded"),
        (DEADLOCK, "DeadlockDetected"),
        (BROKEN_PAGE, "IoError"),
        ("PERFORM pg_sleep(60)", "QueryCanceled"),
    ],
)
def test_h_01_what_the_engine_refuses_to_it_alone_again_and_again_is_its_own_fault(
    does, reason, hear, heard, letters, beside
):
    with obstacles.poisoned(beside, "tally", MINE, does):
        hear(*(said(f"t{n}", n) for n in range(8)), said("bad", 1), said("good", 1), said("bad", 2))
    first, behind = letters()
    assert reason in first.reason
    assert (first.key, behind.key, behind.reason) == (b"bad", b"bad", BEHIND)
    assert (heard("good"), [heard(f"t{n}") for n in range(8)]) == ([1], [[n] for n in range(8)])


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep"), OSError("odd")])
def test_h_01_what_fails_in_our_own_process_for_it_alone_is_its_own_fault(
    error, hear, heard, letters, monkeypatch
):
    apply = toy.handlers.apply

    def fails(session, envelopes, prefix):
        if any(b'"bad"' in envelope.body for envelope in envelopes):
            raise error
        apply(session, envelopes, prefix)

    monkeypatch.setattr(toy.handlers, "apply", fails)
    hear(said("good", 1), said("bad", 1), said("good", 2))
    assert [letter.reason for letter in letters()] == [repr(error)]
    assert heard("good") == [1, 2]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            b'{"thing": "bad", "number": 1, "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
            "recursion limit",
        ),
        (json.dumps({"thing": "x" * BODY, "number": 1}).encode(), f"{BODY} at most"),
        (b'{"thing": "bad", "number": ' + b"9" * 400_000 + b"}", "not a valid Counted"),
    ],
)
def test_h_01_what_no_event_is_like_is_laid_aside_before_the_engine_sees_it(
    body, reason, hear, heard, letters
):
    hear(said("good", 1), ("bad", body, {}), said("good", 2))
    [letter] = letters()
    assert reason in letter.reason
    assert len(letter.reason) < 2_100
    assert heard("good") == [1, 2]


def test_h_01_a_key_longer_than_an_index_takes_is_laid_aside_without_it(hear, heard, letters):
    hear(("k" * 9_000, b"{", {}), said("good", 1))
    [letter] = letters()
    assert (letter.key, heard("good")) == (None, [1])


def test_h_01_a_record_that_cannot_be_laid_aside_is_passed_over_with_its_place_kept(
    hear, heard, letters, beside
):
    refuses = "RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'not this one'"
    with obstacles.poisoned(beside, "dead_letter", "NEW.value IS NOT NULL", refuses):
        hear(said("bad", -1), said("good", 1))
    [letter] = letters()
    assert (letter.key, letter.reason) == (b"bad", "Refused('小于零')")
    assert (list(letter.names), letter.offset) == ([], 0)
    assert heard("good") == [1]


def test_h_01_a_letter_that_closes_the_connection_each_time_leaves_its_place(
    hear, heard, letters, beside
):
    with obstacles.poisoned(beside, "dead_letter", "NEW.value IS NOT NULL", CLOSES):
        hear(said("bad", -1), said("good", 1))
    assert [(letter.key, list(letter.names)) for letter in letters()] == [(b"bad", [])]
    assert heard("good") == [1]
