"""Two revisions compared: by turns, in pairs, and against what the machine does by itself."""

import subprocess
from pathlib import Path

import pytest

from bench.against import Comparison, compare, tree_of, turns
from bench.contest import Figure


def test_who_begins_changes_and_before_comes_once_more():
    assert list(turns(3)) == ["before", "after", "after", "before", "before", "after", "before"]


def test_runs_are_paired_by_the_median_of_their_rounds():
    runs = {"before": iter([100, 200, 50, 100]), "after": iter([90, 180, 60])}

    def take(who: str) -> list[Figure]:
        middle = next(runs[who])
        rounds = {"ours": [middle, 1.0, 1000.0]}
        extra = {"only after": [1.0]} if who == "after" else {}
        return [Figure("relay", "relay", "events/s", rounds | extra)]

    (found,) = compare({"before": lambda: take("before"), "after": lambda: take("after")}, 3)
    assert (found.figure, found.contestant, found.unit) == ("relay", "ours", "events/s")
    assert found.ratios == [0.9, 0.9, 1.2]
    assert found.noise == [2, 0.25, 2]
    assert not found.changed


@pytest.mark.parametrize(("after", "changed"), [(105, False), (85, True), (96, False), (120, True)])
def test_noise_counts_in_both_directions(after: float, changed: bool):
    assert Comparison("x", "ours", "ms", [100, 100, 110, 110], [after] * 3).changed is changed


def test_the_other_revision_has_an_environment_of_its_own_and_is_gone_afterwards(tmp_path: Path):
    def git(*words: str) -> str:
        name = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        return subprocess.check_output(["git", *name, *words], cwd=tmp_path, text=True)

    git("init", "--quiet")
    for text in ("old", "new"):
        (tmp_path / "Makefile").write_text(f".venv/ready:\n\tmkdir .venv && echo {text} > $@\n")
        git("add", "Makefile")
        git("commit", "--quiet", "--message", text)
    with tree_of("HEAD~1", tmp_path) as tree:
        assert (tree / ".venv/ready").read_text() == "old\n"
        assert not (tmp_path / ".venv").exists()
    assert not tree.exists()
    assert len(git("worktree", "list").splitlines()) == 1
