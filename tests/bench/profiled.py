"""Where the time of a posted referral goes: the front door's own profile under load.

python -m tests.bench.profiled [--idle] [connections] [seconds]
"""

import pstats
import sys
import tempfile
from pathlib import Path

from tests.bench.posting import the_parties
from tests.store.servers import a_postgres

LINES = 60


def main() -> None:
    """Post, then show the functions by the time inside them and by the time below them."""
    words = [word for word in sys.argv[1:] if word.startswith("--")]
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    connections, seconds = [*numbers, *(16, 5)[len(numbers) :]]
    with tempfile.TemporaryDirectory() as folder, a_postgres() as postgres:
        file = Path(folder) / "profile"
        with the_parties(postgres, *words, str(file)) as parties:
            parties.post("front door", connections, 1)
            print(parties.post("front door", connections, seconds))
        for order in ("tottime", "cumulative"):
            pstats.Stats(str(file)).strip_dirs().sort_stats(order).print_stats(LINES)


if __name__ == "__main__":
    main()
