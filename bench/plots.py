"""Two pictures from the figures, as SVG written by hand: every goal beside what was found, and the
flow by its processes.
"""

from collections.abc import Iterable, Sequence
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
    found = {}
    if any(figure.goals for figure in figures):
        found["goals.svg"] = goals(figures), "Every goal, and how far each round was from it"
    if flow := next((figure for figure in figures if figure.name == "flow"), None):
        found["flow.svg"] = bars(flow), "Events a second by partitions and processes"
    return found


def goals(figures: Iterable[Figure]) -> str:
    """One line a goal: how many times better than it each round was, on a scale of powers of
    two.
    """
    lines = [(figure, goal, _better(figure, goal)) for figure in figures for goal in figure.goals]
    low = min(-1, floor(log2(min(min(found) for _, _, found in lines))))
    high = max(1, ceil(log2(max(max(found) for _, _, found in lines))))
    left, width, top, step = 250, 470, 64, 34
    height = top + step * len(lines) + 44

    def x(times: float) -> float:
        return left + width * (log2(times) - low) / (high - low)

    parts = [
        _text(20, 28, "Against the goals", size=16, weight=600),
        _text(
            20,
            46,
            "right of the line: better than the goal; dots are rounds, the bar is their median",
            PALE,
            12,
        ),
    ]
    bottom = top + step * len(lines)
    for power in range(low, high + 1):
        at = x(2**power)
        parts.append(
            _line(at, top, at, bottom, INK if power == 0 else LINE, 1.5 if power == 0 else 1)
        )
        label = "goal" if power == 0 else f"{2**power}×" if power > 0 else f"1/{2**-power}"
        parts.append(
            _text(at, bottom + 18, label, INK if power == 0 else PALE, 11, anchor="middle")
        )
    for number, (figure, goal, found) in enumerate(lines):
        y = top + step * number + step / 2
        colour = MET if goal.met(median(figure.ratios(goal))) else MISSED
        parts.append(
            _text(
                left - 16,
                y - 2,
                f"{NAMES.get(figure.name, figure.name)}: {goal.what}",
                size=12,
                anchor="end",
            )
        )
        unit = "" if goal.to else f" {figure.unit}"
        bound = f"{median(figure.ratios(goal)):.3g}, goal {'≤' if goal.at_most else '≥'} {goal.bound:g}{unit}"
        parts.append(_text(left - 16, y + 12, bound, PALE, 11, anchor="end"))
        parts.append(_line(x(min(found)), y, x(max(found)), y, colour, 2, opacity=0.35))
        parts += [
            f"<circle cx='{x(one):.1f}' cy='{y:.1f}' r='4' fill='{colour}' fill-opacity='0.45'/>"
            for one in found
        ]
        parts.append(
            f"<rect x='{x(median(found)) - 2:.1f}' y='{y - 9:.1f}' width='4' height='18' rx='1' fill='{colour}'/>"
        )
    return _picture(left + width + 40, height, parts)


def _better(figure: Figure, goal: Goal) -> list[float]:
    """How many times better than the goal each round was."""
    return [goal.bound / one if goal.at_most else one / goal.bound for one in figure.ratios(goal)]


def bars(figure: Figure) -> str:
    """A group a setting: the whole chain with a dot for each round, and beside it each leg's
    median.
    """
    groups = {
        name: [median(found), *(leg[name] for leg in figure.more.values())]
        for name, found in figure.rounds.items()
    }
    highest = max(
        *(max(found) for found in figure.rounds.values()),
        *(max(group) for group in groups.values()),
    )
    tick = _step(highest / 4)
    left, top, bottom, wide, each = 64, 96, 286, 38, 170
    width, upper = each * len(groups), tick * ceil(highest / tick)

    def y(value: float) -> float:
        return bottom - (bottom - top) * value / upper

    parts = [
        _text(20, 28, "Events a second through all services", size=16, weight=600),
        _text(
            20,
            46,
            "by partitions a topic, and processes of county and of dispatch; dots are rounds",
            PALE,
            12,
        ),
    ]
    for number, (name, colour) in enumerate(
        zip(["whole chain", *figure.more], SHADES, strict=False)
    ):
        at = left + 150 * number
        parts += [
            f"<rect x='{at}' y='60' width='11' height='11' rx='2' fill='{colour}'/>",
            _text(at + 17, 70, name, size=12),
        ]
    for number in range(round(upper / tick) + 1):
        height = y(number * tick)
        parts.append(_line(left, height, left + width, height, INK if number == 0 else LINE, 1))
        parts.append(_text(left - 10, height + 4, f"{number * tick:g}", PALE, 11, anchor="end"))
    for number, (name, group) in enumerate(groups.items()):
        middle = left + each * (number + 0.5)
        for place, (value, shade) in enumerate(zip(group, SHADES, strict=False)):
            x = middle + (wide + 4) * (place - len(group) / 2) + 2
            parts.append(
                f"<rect x='{x:.1f}' y='{y(value):.1f}' width='{wide}' height='{bottom - y(value):.1f}' rx='2' fill='{shade}'/>"
            )
            above = value if place else max(figure.rounds[name])
            parts.append(
                _text(
                    x + wide / 2,
                    y(above) - 8,
                    f"{value:.0f}",
                    size=12,
                    weight=400 if place else 600,
                    anchor="middle",
                )
            )
        first = middle - (wide + 4) * len(group) / 2 + 2 + wide / 2
        parts += [
            f"<circle cx='{first:.1f}' cy='{y(one):.1f}' r='3' fill='#ffffff' fill-opacity='0.7' stroke='{INK}'/>"
            for one in figure.rounds[name]
        ]
        parts.append(_text(middle, bottom + 20, name, size=13, anchor="middle"))
    return _picture(left + width + 30, bottom + 40, parts)


def _step(rough: float) -> float:
    """The next 1, 2 or 5 with zeros."""
    size = 10.0 ** floor(log2(rough) / log2(10))
    return next(size * one for one in (1, 2, 5, 10) if size * one >= rough)


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
