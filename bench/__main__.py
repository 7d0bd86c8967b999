"""`python -m bench`: every figure, or those named; results as JSON, a table and plots in
bench/results/.

A quick run is to see that all works: its figures are few and noisy, so they are shown and lie in a
folder of their own.
"""

import argparse
import asyncio
import gc
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from bench import report
from bench.contest import RESULTS, Figure
from bench.place import open_place

PLACED = ("consume", "relay", "hops", "imports")  # on fresh engines that are handed to them
APART = ("flow", "memory", "start")  # these start their own, as processes of their own
ROUNDS, QUICK_ROUNDS = 7, 3
Measure = Callable[..., Coroutine[Any, Any, Figure | list[Figure]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "figures", nargs="*", help=f"of {', '.join(PLACED + APART)}; all when none is named"
    )
    parser.add_argument(
        "--quick", action="store_true", help="smaller, three rounds at most, nothing is kept"
    )
    chosen = parser.parse_args()
    names = chosen.figures or PLACED + APART
    if unknown := set(names) - {*PLACED, *APART}:
        parser.error(f"no figure is called {', '.join(sorted(unknown))}")
    folder = Path(mkdtemp(prefix="backstop-bench-")) if chosen.quick else RESULTS
    for name in names:
        measure = import_module(f"bench.{name}").measure
        with open_place() if name in PLACED else nullcontext() as place:
            play(name, partial(measure, place) if place else measure, chosen.quick, folder)
    report.show(folder)
    if not chosen.quick:
        report.write(folder)


def play(name: str, measure: Measure, quick: bool, folder: Path) -> None:
    """Measure and keep; each figure at once, so that a later one that fails takes none along."""
    print(name)
    gc.collect()
    gc.freeze()  # both as a process of ours does when it begins to serve
    gc.set_threshold(50_000, 20, 100)
    measured = asyncio.run(
        measure(
            rounds=QUICK_ROUNDS if quick else ROUNDS,
            quick=quick,
            say=lambda text: print(" ", text, flush=True),
        )
    )
    for figure in measured if isinstance(measured, list) else [measured]:
        figure.keep(folder)


if __name__ == "__main__":
    main()
