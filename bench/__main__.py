"""`python -m bench`: every figure, or those named; results as JSON, a table and a plot in bench/results/."""

import argparse
import asyncio
import gc
from importlib import import_module

from bench.place import open_place

FIGURES = ("consume", "relay", "hops", "imports")
ROUNDS, QUICK_ROUNDS = 7, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", help=f"of {', '.join(FIGURES)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="smaller, three rounds")
    wanted = parser.parse_args()
    rounds = QUICK_ROUNDS if wanted.quick else ROUNDS
    with open_place() as place:
        for name in wanted.figures or FIGURES:
            print(name)
            measure = import_module(f"bench.{name}").measure
            gc.collect()
            gc.freeze()  # as a process of ours does when it begins to serve
            found = asyncio.run(
                measure(place, rounds, quick=wanted.quick, said=lambda what: print(" ", what, flush=True))
            )
            for figure in found if isinstance(found, list) else [found]:
                figure.keep()
                for goal in figure.goals:
                    ratios = sorted(figure.ratios(goal))
                    print(f"  {figure.name}: {goal.of} ÷ {goal.to}: {ratios[len(ratios) // 2]:.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}), "
                          f"goal {'≤' if goal.at_most else '≥'} {goal.bound} {figure.more or ''}")  # fmt: skip


if __name__ == "__main__":
    main()
