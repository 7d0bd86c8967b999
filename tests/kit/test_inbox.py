"""The inbox's promise: each event (its source and id) changes a service once, however often and
however it comes.
"""

from uuid import uuid4

import pytest

from tests.kit import toy

HERE, ELSEWHERE = b"/backstop/990121000000/toy", b"/backstop/990122000000/toy"


@pytest.fixture
def batches(monkeypatch) -> list[int]:
    """How many events each transaction was given."""
    sizes, apply = list[int](), toy.handlers.apply

    def counted(session, envelopes, prefix):
        envelopes = list(envelopes)
        sizes.append(len(envelopes))
        apply(session, envelopes, prefix)

    monkeypatch.setattr(toy.handlers, "apply", counted)
    return sizes


def said(number: int, id: str, source: bytes = HERE) -> tuple[str, dict, dict]:
    return "a", {"thing": "a", "number": number}, {"ce_id": id.encode(), "ce_source": source}


def test_an_event_that_comes_again_changes_nothing(hear, heard):
    first = str(uuid4())
    hear(said(1, first))
    hear(said(1, first), said(2, str(uuid4())))
    assert heard("a") == [1, 2]


def test_twins_inside_one_batch_change_it_once(hear, heard, batches):
    first, second = str(uuid4()), str(uuid4())
    hear(said(1, first), said(1, first), said(2, second), said(1, first), said(2, second))
    assert batches == [5]
    assert heard("a") == [1, 2]


def test_the_same_id_from_another_source_is_another_event(hear, heard, batches):
    same = str(uuid4())
    hear(said(1, same), said(2, same, ELSEWHERE), said(1, same), said(2, same, ELSEWHERE))
    assert batches == [4]
    assert heard("a") == [1, 2]
    hear(said(2, same, ELSEWHERE), said(1, same))
    assert heard("a") == [1, 2]


def test_an_id_written_another_way_is_the_same(hear, heard):
    same = str(uuid4())
    hear(
        said(1, same),
        said(1, same.upper()),
        said(1, f"urn:uuid:{same}"),
        said(1, same.replace("-", "")),
    )
    assert heard("a") == [1]
