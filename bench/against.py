"""`make bench AGAINST=<revision>`: this tree beside another revision, on this machine and in one run.

Each takes a figure by its own `python -m bench --quick`, in an environment of its own, by turns:
before, after; after, before; …, and before once more. Shown are the paired ratios after ÷ before,
and before ÷ before of neighbours: what the machine does by itself. The contestants that have no
code of ours are shown as well: they should not have changed.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench import report
from bench.__main__ import PLACED
from bench.contest import AGAINST, RESULTS, Figure, machine

ROOT = RESULTS.parents[1]
FEWEST = 3  # pairs
Take = Callable[[], list[Figure]]


@dataclass(frozen=True)
class Comparison:
    """A contestant's median of each run, in `unit`; of `before` there is one run more."""

    figure: str
    contestant: str
    unit: str
    before: list[float]
    after: list[float]

    @property
    def ratios(self) -> list[float]:
        return [after / before for before, after in zip(self.before, self.after, strict=False)]

    @property
    def noise(self) -> list[float]:
        return [second / first for first, second in pairwise(self.before)]

    @property
    def changed(self) -> bool:
        """By more than the noise, in either direction."""
        widest = max(max(ratio, 1 / ratio) for ratio in self.noise)
        return not 1 / widest <= median(self.ratios) <= widest


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.against", description=__doc__)
    parser.add_argument("revision", help="what to compare with")
    parser.add_argument("figures", nargs="*", help=f"all of {', '.join(PLACED)} when none is named")
    parser.add_argument("--pairs", type=int, default=FEWEST, help=f"at least {FEWEST}")
    chosen = parser.parse_args()
    if chosen.pairs < FEWEST:
        parser.error(f"fewer than {FEWEST} pairs say nothing")
    comparisons: list[Comparison] = []
    with tree_of(chosen.revision) as tree:
        commit = _git(tree, "rev-parse", "HEAD")
        for figure in chosen.figures or PLACED:
            takes = {"before": partial(take, tree, figure), "after": partial(take, ROOT, figure)}
            comparisons += compare(takes, chosen.pairs)
    keep(comparisons, commit)
    show(comparisons)


@contextmanager
def tree_of(revision: str, root: Path = ROOT) -> Iterator[Path]:
    """A work tree of `revision` with what its own lock names, by the Python that runs this; gone
    afterwards.
    """
    python = Path(
        sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}"
    )
    with TemporaryDirectory(prefix="against-") as folder:
        tree = Path(folder) / "tree"
        _git(root, "worktree", "add", "--quiet", "--detach", str(tree), revision)
        try:
            subprocess.run(["make", ".venv/ready", f"PYTHON={python}"], cwd=tree, check=True)
            yield tree
        finally:
            _git(root, "worktree", "remove", "--force", str(tree))


def take(tree: Path, figure: str) -> list[Figure]:
    """One quick run of the bench of `tree`: it keeps its results in a temporary folder, so the one
    it is given is ours.
    """
    with TemporaryDirectory(prefix="against-") as folder:
        done = subprocess.run(
            [tree / ".venv/bin/python", "-m", "bench", "--quick", figure],
            cwd=tree,
            env=os.environ | {"TMPDIR": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{done.stdout}\n{figure} failed in {tree}")
        kept = {path.parent for path in Path(folder).glob("*/*.json")}
        return [measured for results in kept for measured, _ in report.read(results)]


def compare(takes: Mapping[str, Take], pairs: int) -> list[Comparison]:
    """Take turns, and compare every contestant that both know."""
    runs: dict[str, list[list[Figure]]] = {"before": [], "after": []}
    for side in turns(pairs):
        runs[side].append(takes[side]())
        print(" ", side, *map(_line, runs[side][-1]), flush=True)
    before, after = ([_medians(figures) for figures in runs[side]] for side in ("before", "after"))
    units = {figure.name: figure.unit for figure in runs["before"][0]}
    return [
        Comparison(*key, units[key[0]], [run[key] for run in before], [run[key] for run in after])
        for key in before[0]
        if key in after[0]
    ]


def turns(pairs: int) -> Iterator[str]:
    """Who begins changes from pair to pair."""
    for number in range(pairs):
        yield from ("after", "before") if number % 2 else ("before", "after")
    yield "before"


def _medians(figures: Sequence[Figure]) -> dict[tuple[str, str], float]:
    return {
        (figure.name, contestant): median(rounds)
        for figure in figures
        for contestant, rounds in figure.rounds.items()
    }


def _line(figure: Figure) -> str:
    medians = (f"{name} {median(values):,.4g}" for name, values in figure.rounds.items())
    return f"{figure.name}: {', '.join(medians)} {figure.unit}"


def keep(comparisons: Sequence[Comparison], commit: str, folder: Path = RESULTS) -> None:
    record = {
        "before": commit,
        "after": _git(ROOT, "describe", "--always", "--dirty"),
        "comparisons": [
            asdict(comparison)
            | {
                "ratios": comparison.ratios,
                "noise": comparison.noise,
                "changed": comparison.changed,
            }
            for comparison in comparisons
        ],
        "machine": machine(),
    }
    (folder / AGAINST).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def show(comparisons: Sequence[Comparison]) -> None:
    table = Table("figure", "of what", "after ÷ before", "before ÷ before", "more than the noise")
    for comparison in comparisons:
        table.add_row(
            comparison.figure,
            comparison.contestant,
            report.spread(comparison.ratios),
            report.spread(comparison.noise),
            report.MET[comparison.changed],
        )
    Console().print(table)


def _git(tree: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=tree, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
