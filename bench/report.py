"""From the JSON files of bench/results/ to its README.md and plots; `python -m bench.report` writes
them anew.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import plots
from bench.contest import AGAINST, RESULTS, Figure, Goal

# The figures that issue "Speed" asks for, in its order; what is not there is named as not measured.
EXPECTED = ("consume", "relay", "one-hop", "two-hops", "imports", "flow", "memory", "start")
MET = {True: "yes", False: "no", None: "–"}
INTRODUCTION = """# Speed, measured

Written by `make bench` from the JSON files beside it; `python -m bench.report` writes it anew. What each figure means, where
its clock starts and stops, and what its contestants do stands at the top of `bench/<figure>.py`.

Contestants take turns within one run. Ratios are paired: both of the same round; shown is the median of the rounds, with the
lowest and the highest. A goal is met when the median meets it. What arrived is counted in every round.

Whether a change made something slower is another question: `make bench AGAINST=<revision> ARGS="consume relay"` takes the figures
of both revisions by turns, each in an environment of its own, and writes the paired ratios and the machine's own noise into
`against.json` (`bench/against.py`).
"""


@dataclass(frozen=True)
class Row:
    """One line of the table, as text; `met` is None where there is no goal. Title and medians stand
    in a figure's first.
    """

    figure: str
    what: str
    goal: str
    measured: str
    met: bool | None
    medians: str


def read(folder: Path) -> list[tuple[Figure, dict[str, Any]]]:
    """The figures that are there, in the order of the table, each with its machine."""
    figures = {}
    for path in set(folder.glob("*.json")) - {folder / AGAINST}:
        kept = json.loads(path.read_text(encoding="utf-8"))
        goals = [Goal(**goal) for goal in kept["goals"]]
        figure = Figure(
            kept["name"], kept["title"], kept["unit"], kept["rounds"], goals, kept["more"]
        )
        figures[figure.name] = figure, kept["machine"]
    order = [*EXPECTED, *sorted(figures.keys() - set(EXPECTED))]
    return [figures[name] for name in order if name in figures]


def rows(figures: Iterable[Figure]) -> list[Row]:
    return [row for figure in figures for row in _rows_of(figure)]


def _rows_of(figure: Figure) -> Iterable[Row]:
    if not figure.goals:
        spreads = " · ".join(f"{name}: {spread(values)}" for name, values in figure.rounds.items())
        yield Row(figure.title, figure.unit, "report", spreads, None, "")
    medians = " · ".join(
        f"{name} {_shown(median(values))}" for name, values in figure.rounds.items()
    )
    for number, goal in enumerate(figure.goals):
        ratios, unit = figure.ratios(goal), "" if goal.to else f" {figure.unit}"
        bound = f"{'≤' if goal.at_most else '≥'} {goal.bound:g}{unit}"
        beside = ("", "") if number else (figure.title, f"{medians} {figure.unit}")
        yield Row(
            beside[0],
            goal.what,
            bound,
            f"{spread(ratios)}{unit}",
            goal.met(median(ratios)),
            beside[1],
        )


def spread(values: list[float]) -> str:
    """The median, with the lowest and the highest."""
    return f"{_shown(median(values))} ({_shown(min(values))}–{_shown(max(values))})"


def _shown(number: float) -> str:
    """Three digits that count: 0.857, 12.3, 21,400."""
    if not number:
        return "0"
    digits = 2 - len(str(int(abs(number)))) + 1 if abs(number) >= 1 else 3
    return f"{round(number, digits):,.{max(0, digits)}f}"


def markdown(kept: list[tuple[Figure, dict[str, Any]]]) -> str:
    """The whole README."""
    figures = [figure for figure, _ in kept]
    lines = [INTRODUCTION]
    if figures:
        lines += [
            "| Figure | Of what | Goal | Measured | Met | Medians |",
            "|---|---|---|---|---|---|",
        ]
        for row in rows(figures):
            lines.append(
                f"| {row.figure} | {row.what} | {row.goal} | {row.measured} | {MET[row.met]} | {row.medians} |"
            )
        lines.append("")
    if missing := [name for name in EXPECTED if name not in {figure.name for figure in figures}]:
        lines += [f"Not measured yet: {', '.join(missing)}.", ""]
    for figure in figures:
        if figure.more:
            lines.append(f"- {figure.title}: {'; '.join(_more(figure.more))}")
    if any(figure.more for figure in figures):
        lines.append("")
    for name, (_, alternative) in plots.of(figures).items():
        lines += [f"![{alternative}]({name})", ""]
    if figures:
        lines += ["## On what, and when", ""]
        lines += [f"- {machine}: {', '.join(names)}." for machine, names in _machines(kept).items()]
    return "\n".join(lines).rstrip() + "\n"


def _more(more: dict[str, Any]) -> Iterable[str]:
    for name, detail in more.items():
        if isinstance(detail, dict):
            yield f"{name} " + " · ".join(
                f"{key}: {_shown(value)}" for key, value in detail.items()
            )
        elif isinstance(detail, list):
            yield f"{name} {', '.join(map(str, detail))}"
        elif name.endswith("_ms"):
            yield f"{name.removesuffix('_ms').replace('_', ' ')} {_shown(detail)} ms"
        else:
            yield f"{name} {detail}"


def _machines(kept: list[tuple[Figure, dict[str, Any]]]) -> dict[str, list[str]]:
    """Machine with its software -> the figures measured on it, each with its moment (UTC) and
    rounds.
    """
    machines: dict[str, list[str]] = {}
    for figure, on in kept:
        libraries = ", ".join(f"{name} {version}" for name, version in on["libraries"].items())
        machine = (
            f"{on['cpu']}, {on['cores']} cores, {on['memory_gib']:g} GiB, {on['system']}, "
            f"Python {on['python']}, {libraries}"
        )
        rounds = max(map(len, figure.rounds.values()))
        when = f"{on['measured_at'][:16].replace('T', ' ')} UTC, rounds: {rounds}"
        machines.setdefault(machine, []).append(f"`{figure.name}` ({when})")
    return machines


def write(folder: Path = RESULTS) -> None:
    """README.md and the plots beside the JSON files."""
    kept = read(folder)
    (folder / "README.md").write_text(markdown(kept), encoding="utf-8")
    for name, (picture, _) in plots.of([figure for figure, _ in kept]).items():
        (folder / name).write_text(picture, encoding="utf-8")


def show(folder: Path) -> None:
    """The table on a terminal."""
    table = Table("figure", "of what", "goal", "measured", "met", caption=str(folder))
    for figure, _ in read(folder):
        for row in rows([figure]):
            table.add_row(figure.name, row.what, row.goal, row.measured, MET[row.met])
    Console().print(table)


if __name__ == "__main__":
    write()
