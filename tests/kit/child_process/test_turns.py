"""G-01: however much one account sends, the others wait for what is at work and for nothing else."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Lock

from kit.child_process.turns import Turns
from tests.helpers.waiting import eventually


class Work:
    """Pieces of work that end when they are told to; `begun` in their order."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._ends: dict[str, Event] = {}
        self._lock = Lock()

    def piece(self, name: str) -> Callable[[], str]:
        end = self._ends[name] = Event()

        def work() -> str:
            with self._lock:
                self.begun.append(name)
            assert end.wait(60)
            return name

        return work

    def end(self, name: str) -> None:
        self._ends[name].set()


def submitted(turns: Turns[str], work: Work, *names: str) -> dict[str, Future[str]]:
    """The first letter of a name is the account."""
    return {name: turns.submit(name[0], work.piece(name)) for name in names}


def test_g_01_no_account_has_both_children_while_others_wait():
    turns, work = Turns[str](2), Work()
    futures = submitted(turns, work, "a1", "a2", "a3", "b1", "c1", "b2")
    eventually(lambda: sorted(work.begun) == ["a1", "b1"])
    work.end("a1")
    eventually(lambda: work.begun[2:] == ["c1"])  # though a2 came before
    work.end("b1")
    eventually(lambda: work.begun[3:] == ["a2"])
    for name in ("c1", "a2", "b2", "a3"):
        work.end(name)
    assert [future.result(60) for future in futures.values()] == [*futures]


def test_g_01_who_comes_later_is_served_before_a_second_file_of_the_same():
    turns, work = Turns[str](1), Work()
    submitted(turns, work, "a1", "a2")
    eventually(lambda: work.begun == ["a1"])
    submitted(turns, work, "b1")
    work.end("a1")
    eventually(lambda: work.begun == ["a1", "b1"])
    work.end("b1")
    eventually(lambda: work.begun == ["a1", "b1", "a2"])
    work.end("a2")


def test_what_is_cancelled_while_it_waits_is_never_begun():
    turns, work = Turns[str](1), Work()
    futures = submitted(turns, work, "a1", "a2", "a3")
    eventually(lambda: work.begun == ["a1"])
    assert futures["a2"].cancel()
    work.end("a1")
    work.end("a3")
    assert futures["a3"].result(60) == "a3"
    assert work.begun == ["a1", "a3"]


def test_what_fails_gives_up_its_place():
    turns = Turns[str](1)

    def fail() -> str:
        raise ValueError("甲")

    assert isinstance(turns.submit("a", fail).exception(60), ValueError)
    assert turns.submit("a", lambda: "after").result(60) == "after"
