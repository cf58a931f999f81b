"""`make bench`: how fast it is, as ratios to ceilings measured in the same run. Never a timed test.

python -m tests.bench [--events 100000] [--rounds 5] [--seconds 2] [--letters 20000] [--only posting ...]
"""

import argparse

from rich.console import Console

from tests.bench import carrying, deciding, goals, posting, rebuilding, storing
from tests.store.servers import a_kafka, a_postgres

PARTS = ("deciding", "posting", "rebuilding", "carrying", "storing")


def main() -> None:
    """Measure, then show every figure and whether its goal is met."""
    said = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed, as ratios to ceilings.")
    said.add_argument("--events", type=int, default=100_000, help="of the rebuild")
    said.add_argument("--rounds", type=int, default=5, help="of posting")
    said.add_argument("--seconds", type=float, default=2.0, help="of each round's turn")
    said.add_argument("--letters", type=int, default=20_000, help="over the broker")
    said.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure")
    asked = said.parse_args()
    console, rows = Console(), []
    post_seconds = None
    if "deciding" in asked.only:
        goals.show_deciding(console, deciding.measure())
    with a_postgres() as postgres:
        if "posting" in asked.only:
            posted = posting.measure(postgres, rounds=asked.rounds, seconds=asked.seconds)
            goals.show_posting(console, posted)
            post_seconds = posted.middle("front door", 16).cpu / 1e6
            rows += goals.of_posting(posted)
        if "storing" in asked.only:
            kept = storing.measure(postgres)
            console.print(f"Sealing ten fields of two subjects: {kept.sealing * 1e6:,.0f} us.")
            rows += goals.of_storing(kept, post_seconds)
        if "rebuilding" in asked.only:
            rebuilt = rebuilding.measure(postgres, asked.events)
            console.print(
                f"Rebuild: {rebuilt.events / rebuilt.rebuild:,.0f} events/s, \\copy"
                f" {rebuilt.events / rebuilt.copy:,.0f}/s, {rebuilt.grown / 2**20:,.0f} MiB more in memory."
            )
            rows += goals.of_rebuilding(rebuilt)
        if "carrying" in asked.only:
            with a_kafka() as kafka:
                carried = carrying.measure(postgres, kafka, asked.letters)
            console.print(
                f"Bus, letters/s: relay {carried.relay:,.0f}, bare produce {carried.produce:,.0f},"
                f" intake {carried.intake:,.0f}, bare consume {carried.consume:,.0f}."
            )
            rows += goals.of_carrying(carried)
    goals.show(console, rows)


if __name__ == "__main__":
    main()
