"""`python -m bench.faults --seed 4242`: ends with one line of counts; status 1 if anything is lost
or doubled. With `--people` thousands of random months instead; status 1 if anybody is forgotten.
With `--flood` all that others can send at once; status 1 if a decision waits or memory is gone.
"""

import argparse
import asyncio
import secrets
import sys
import time

from bench.faults import flood, people
from bench.faults.run import rehearse


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(100_000), help="replays the schedule"
    )
    parser.add_argument("--short", action="store_true", help="two townships instead of eight")
    parser.add_argument(
        "--pause", type=float, nargs=2, default=(2.0, 8.0), help="seconds between two faults"
    )
    parser.add_argument("--people", action="store_true", help="random months of all roles")
    parser.add_argument("--flood", action="store_true", help="bad replies and bombs, at once")
    parser.add_argument("--months", type=int, default=5_000, help="so many of them")
    chosen = parser.parse_args()
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {text}", flush=True)

    if chosen.flood:
        came = flood.flood(say)
        print(came.line())
        return 0 if came.holds else 1
    if chosen.people:
        played = people.crowd(chosen.months, chosen.seed, say)
        report = people.record(played, chosen.seed, time.monotonic() - began)
        print(*played.failures, report, sep="\n")
        people.RECORD.write_text(report)
        return 1 if played.failures else 0
    outcome = asyncio.run(
        rehearse(chosen.seed, short=chosen.short, said=say, pause=tuple(chosen.pause))
    )
    for name, facts in {"lost": outcome.verdict.lost, "doubled": outcome.verdict.doubled}.items():
        for fact in facts[:20]:
            print(name, *fact)
    print(outcome.line())
    return 0 if outcome.verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
