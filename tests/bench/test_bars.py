"""Nothing has become ten times slower than its goal, or than it was: a net for accidents, no measurement."""

from tests.bench import goals, posting, rebuilding, storing
from tests.store.servers import Postgres

TIMES = 10.0


def test_posting_a_referral_costs_the_server_no_more_than_ten_times_an_insert(postgres: Postgres) -> None:
    # Processor time, not rates: what else runs on the machine moves these by as much as the bar itself.
    posted = posting.measure(postgres, rounds=3, seconds=1, connections=(16,))
    ours, plain = posted.middle("front door", 16), posted.middle("insert", 16)
    assert ours.cpu <= TIMES * plain.cpu, (ours, plain)
    assert ours.p99 <= TIMES * 2.5 * ours.p50, ours


def test_the_store_is_within_ten_times_of_its_goals(postgres: Postgres) -> None:
    rows = goals.of_storing(storing.measure(postgres, 200))
    assert all(row.within(TIMES) for row in rows), rows


def test_a_rebuild_folds_hundreds_of_cases_in_a_moment(postgres: Postgres) -> None:
    rebuilt = rebuilding.measure(postgres, 1_000)
    assert rebuilt.rebuild < 60
