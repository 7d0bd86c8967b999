"""Two pictures from the figures, as SVG written by hand: every goal beside what was found, and the
flow by its processes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log2
from statistics import median

from bench.contest import Figure, Goal

SHADES = ("#0b7285", "#66b2c2", "#b9dce3")
INK, PALE, LINE, MET, MISSED = "#1f2933", "#616e7c", "#d9dee4", "#0b7285", "#c92a2a"
FONT = "font-family='system-ui, -apple-system, Segoe UI, Noto Sans, sans-serif'"
NAMES = {
    "one-hop": "one hop p50",
    "two-hops": "two hops p50",
    "start": "backstop up",
    "memory": "memory",
}


def of(figures: Sequence[Figure]) -> dict[str, tuple[str, str]]:
    """File name -> SVG, and what it shows in words."""
    plots = {}
    if any(figure.goals for figure in figures):
        plots["goals.svg"] = goals(figures), "Every goal, and how far each round was from it"
    if flow := next((figure for figure in figures if figure.name == "flow"), None):
        plots["flow.svg"] = bars(flow), "Events a second by partitions and processes"
    return plots


@dataclass(frozen=True)
class Scale:
    """Times better than the goal, as powers of two from `low` to `high`, across the picture."""

    low: int
    high: int
    left: int = 250
    width: int = 470

    def __call__(self, times: float) -> float:
        return self.left + self.width * (log2(times) - self.low) / (self.high - self.low)


def goals(figures: Iterable[Figure]) -> str:
    """One line a goal: how many times better than it each round was, on a scale of powers of
    two.
    """
    lines = [(figure, goal) for figure in figures for goal in figure.goals]
    ratios = [ratio for line in lines for ratio in _better(*line)]
    x = Scale(min(-1, floor(log2(min(ratios)))), max(1, ceil(log2(max(ratios)))))
    top, step = 64, 34
    bottom = top + step * len(lines)
    parts = [
        *_heading(
            "Against the goals",
            "right of the line: better than the goal; dots are rounds, the bar is their median",
        ),
        *_powers(x, top, bottom),
    ]
    for number, (figure, goal) in enumerate(lines):
        parts += _goal(figure, goal, x, top + step * number + step / 2)
    return _picture(x.left + x.width + 40, bottom + 44, parts)


def _powers(x: Scale, top: float, bottom: float) -> Iterator[str]:
    """An upright line for each power of two, with its name below."""
    for power in range(x.low, x.high + 1):
        at, colour = x(2**power), PALE if power else INK
        yield _line(at, top, at, bottom, LINE if power else INK, 1 if power else 1.5)
        label = "goal" if power == 0 else f"{2**power}×" if power > 0 else f"1/{2**-power}"
        yield _text(at, bottom + 18, label, colour, 11, anchor="middle")


def _goal(figure: Figure, goal: Goal, x: Scale, y: float) -> Iterator[str]:
    """One goal's line: its name, what was found, a dot a round and a bar at their median."""
    ratios, middle = _better(figure, goal), median(figure.ratios(goal))
    colour = MET if goal.met(middle) else MISSED
    name = f"{NAMES.get(figure.name, figure.name)}: {goal.what}"
    yield _text(x.left - 16, y - 2, name, size=12, anchor="end")
    unit = "" if goal.to else f" {figure.unit}"
    bound = f"{middle:.3g}, goal {'≤' if goal.at_most else '≥'} {goal.bound:g}{unit}"
    yield _text(x.left - 16, y + 12, bound, PALE, 11, anchor="end")
    yield _line(x(min(ratios)), y, x(max(ratios)), y, colour, 2, opacity=0.35)
    for ratio in ratios:
        yield f"<circle cx='{x(ratio):.1f}' cy='{y:.1f}' r='4' fill='{colour}' fill-opacity='0.45'/>"
    yield (
        f"<rect x='{x(median(ratios)) - 2:.1f}' y='{y - 9:.1f}' width='4' height='18' rx='1' fill='{colour}'/>"
    )


def _better(figure: Figure, goal: Goal) -> list[float]:
    """How many times better than the goal each round was."""
    return [
        goal.bound / ratio if goal.at_most else ratio / goal.bound for ratio in figure.ratios(goal)
    ]


@dataclass(frozen=True)
class Height:
    """Values from 0 up to `upper`, between `bottom` and `top` of the picture."""

    upper: float
    top: int = 96
    bottom: int = 286

    def __call__(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.upper


def bars(figure: Figure) -> str:
    """A group a setting: the whole chain with a dot for each round, and beside it each leg's
    median.
    """
    groups = {
        name: [median(values), *(leg[name] for leg in figure.more.values())]
        for name, values in figure.rounds.items()
    }
    highest = max(max(values) for values in [*figure.rounds.values(), *groups.values()])
    tick = _step(highest / 4)
    y, left, width = Height(tick * ceil(highest / tick)), 64, 170
    right = left + width * len(groups)
    parts = [
        *_heading(
            "Events a second through all services",
            "by partitions a topic, and processes of county and of dispatch; dots are rounds",
        ),
        *_legend(["whole chain", *figure.more], left),
        *_levels(y, tick, left, right),
    ]
    for number, (name, group) in enumerate(groups.items()):
        parts += _group(name, group, figure.rounds[name], left + width * (number + 0.5), y)
    return _picture(right + 30, y.bottom + 40, parts)


def _legend(names: Sequence[str], left: int) -> Iterator[str]:
    for number, (name, colour) in enumerate(zip(names, SHADES, strict=False)):
        at = left + 150 * number
        yield f"<rect x='{at}' y='60' width='11' height='11' rx='2' fill='{colour}'/>"
        yield _text(at + 17, 70, name, size=12)


def _levels(y: Height, tick: float, left: int, right: int) -> Iterator[str]:
    """A level line for each tick, with its number beside."""
    for number in range(round(y.upper / tick) + 1):
        height = y(number * tick)
        yield _line(left, height, right, height, LINE if number else INK, 1)
        yield _text(left - 10, height + 4, f"{number * tick:g}", PALE, 11, anchor="end")


def _group(
    name: str, group: Sequence[float], rounds: Sequence[float], middle: float, y: Height
) -> Iterator[str]:
    """The bars of one setting, with dots on the first for its rounds."""
    wide, gap = 38, 4
    start = middle - (wide + gap) * len(group) / 2 + gap / 2
    for place, (value, shade) in enumerate(zip(group, SHADES, strict=False)):
        x = start + (wide + gap) * place
        yield (
            f"<rect x='{x:.1f}' y='{y(value):.1f}' width='{wide}' height='{y.bottom - y(value):.1f}' rx='2' fill='{shade}'/>"
        )
        above, weight = (value, 400) if place else (max(rounds), 600)
        label = f"{value:.0f}"
        yield _text(x + wide / 2, y(above) - 8, label, size=12, weight=weight, anchor="middle")
    for rate in rounds:
        yield (
            f"<circle cx='{start + wide / 2:.1f}' cy='{y(rate):.1f}' r='3' fill='#ffffff' fill-opacity='0.7' stroke='{INK}'/>"
        )
    yield _text(middle, y.bottom + 20, name, size=13, anchor="middle")


def _step(rough: float) -> float:
    """The next 1, 2 or 5 with zeros."""
    size = 10.0 ** floor(log2(rough) / log2(10))
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)


def _heading(title: str, below: str) -> Iterator[str]:
    yield _text(20, 28, title, size=16, weight=600)
    yield _text(20, 46, below, PALE, 12)


def _text(
    x: float,
    y: float,
    text: str,
    colour: str = INK,
    size: int = 13,
    *,
    weight: int = 400,
    anchor: str = "start",
) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' fill='{colour}' font-size='{size}' font-weight='{weight}' "
        f"text-anchor='{anchor}'>{escape(text)}</text>"
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, opacity: float = 1
) -> str:
    return (
        f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' stroke-width='{width}' "
        f"stroke-opacity='{opacity}' stroke-linecap='round'/>"
    )


def _picture(width: float, height: float, parts: list[str]) -> str:
    inside = "\n".join(parts)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {height:.0f}' width='{width:.0f}' "
        f"height='{height:.0f}' {FONT}>\n<rect width='100%' height='100%' fill='#ffffff'/>\n{inside}\n</svg>\n"
    )
