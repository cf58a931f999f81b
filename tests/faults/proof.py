"""What must hold whatever was killed: nothing acknowledged is lost, nothing is there twice, a case keeps its order."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from pymerkle import InmemoryTree

from shared.kernel.partitions import partition_of
from shared.log.leaf import preimage
from shared.log.tree import root
from tests.faults.deployment import SERVICES, Deployment
from tests.faults.partners import Taken

DRAIN_SECONDS = 60


def wait_until_quiet(deployment: Deployment, seconds: float = DRAIN_SECONDS) -> float:
    """Wait until every letter has been sent, read and folded everywhere. Gives the seconds; raises AssertionError."""
    began = time.monotonic()
    while True:
        left = _unfinished(deployment)
        if not left:
            return time.monotonic() - began
        assert time.monotonic() - began < seconds, left
        time.sleep(0.1)


def _unfinished(deployment: Deployment) -> list[str]:
    left: list[str] = []
    ends: dict[tuple[str, int], int] = {}
    for name in SERVICES:
        head = deployment.rows(name, "SELECT coalesce(max(notification_id), 0) FROM events")[0][0]
        own = dict(deployment.rows(name, "SELECT reader, sequence FROM places WHERE source = %s", f"{name}/main"))
        left += [f"{name} {reader}" for reader in ("seal", "relay") if own.get(reader, 0) < head]
        if own.get("views", head) < head:
            left.append(f"{name} views")
        for part, end in deployment.rows(name, "SELECT part, max(sequence) FROM leaves GROUP BY part"):
            ends[(f"{name}/main", part)] = end
    for name in SERVICES:
        read = {
            (source, part): sequence
            for source, part, sequence in deployment.rows(
                name, "SELECT source, part, sequence FROM places WHERE reader = 'intake'"
            )
        }
        left += [
            f"{name} reads {source}"
            for (source, part), end in ends.items()
            if (name == "qa" or not source.startswith(name)) and read.get((source, part), 0) < end
        ]
    arrived = deployment.rows("qa", "SELECT coalesce(max(arrived), 0) FROM inbox")[0][0]
    gathered = deployment.rows("qa", "SELECT coalesce(max(sequence), 0) FROM places WHERE reader = 'gather'")[0][0]
    return left + (["qa gathers"] if gathered < arrived else [])


def assert_nothing_lost_nothing_twice(deployment: Deployment, taken: Sequence[Taken]) -> None:
    """Everything, over all four databases."""
    events = {name: _events(deployment, name) for name in SERVICES}
    _assert_streams_whole(events)
    _assert_each_acknowledged_is_there_once(deployment, events, taken)
    _assert_reactions_once(events, taken)
    _assert_inbox_is_every_letter_once(deployment, events)
    for name in SERVICES:
        assert deployment.rows(name, "SELECT name, error FROM parked") == [], name
        _assert_beliefs_once(deployment, name)
        _assert_log_stands(deployment, name)


def _events(deployment: Deployment, name: str) -> list[dict[str, Any]]:
    rows = deployment.rows(name, "SELECT notification_id, state FROM events ORDER BY notification_id")
    return [msgspec.json.decode(bytes(state)) | {"sequence": sequence} for sequence, state in rows]


def _assert_streams_whole(events: dict[str, list[dict[str, Any]]]) -> None:
    for recorded in events.values():
        versions: dict[str, list[int]] = defaultdict(list)
        for event in recorded:
            versions[event["stream"]].append(event["stream_version"])
        assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
        assert len({event["event_id"] for event in recorded}) == len(recorded)


def _assert_each_acknowledged_is_there_once(
    deployment: Deployment, events: dict[str, list[dict[str, Any]]], taken: Sequence[Taken]
) -> None:
    received = [event for event in events["referral"] if event["name"] == "referral.ReferralReceived"]
    assert sorted(event["stream"] for event in received) == sorted(f"referral/{one.referral_id}" for one in taken)
    assert {event["stream"]: event["case_id"] for event in received} == {
        f"referral/{one.referral_id}": one.case_id for one in taken
    }
    keys = [key for (key,) in deployment.rows("referral", "SELECT key FROM commands WHERE key LIKE 'faults-key-%%'")]
    assert sorted(keys) == sorted(
        key for one in taken for key in ((one.key, f"{one.key}-decided") if one.decided else (one.key,))
    )
    triaged = [event["stream"] for event in events["referral"] if event["name"] == "referral.ReferralTriaged"]
    assert sorted(triaged) == sorted(f"referral/{one.referral_id}" for one in taken if one.decided)
    files = {key for (key,) in deployment.rows("qa", "SELECT key FROM view_cases")}
    assert {one.case_id for one in taken} <= files


def _assert_reactions_once(events: dict[str, list[dict[str, Any]]], taken: Sequence[Taken]) -> None:
    """Each decision made allocation ask for a lead and planning set the first level, once."""
    for name in SERVICES:
        caused = Counter(
            (event["causation_id"], event["name"], event["stream"])
            for event in events[name]
            if event.get("causation_id")
        )
        assert set(caused.values()) <= {1}
    decided = Counter(one.case_id for one in taken if one.decided)
    for name, event_name in (
        ("allocation", "allocation.AllocationRequested"),
        ("planning", "planning.ThresholdChanged"),
    ):
        found = Counter(event["case_id"] for event in events[name] if event["name"] == event_name)
        assert found == decided, event_name


def _assert_inbox_is_every_letter_once(deployment: Deployment, events: dict[str, list[dict[str, Any]]]) -> None:
    kept = deployment.rows("qa", "SELECT source, part, sequence, event_id, about FROM inbox ORDER BY arrived")
    for name in SERVICES:
        mine = [row for row in kept if row[0] == f"{name}/main"]
        assert sorted((sequence, event_id) for _, _, sequence, event_id, _ in mine) == [
            (event["sequence"], event["event_id"]) for event in events[name]
        ]
        arrived: dict[int, list[int]] = defaultdict(list)
        for _, part, sequence, _, about in mine:
            assert part == partition_of(about, 6)
            arrived[part].append(sequence)
        assert all(found == sorted(found) for found in arrived.values())


def _assert_beliefs_once(deployment: Deployment, name: str) -> None:
    for (facts,) in deployment.rows(name, "SELECT facts FROM beliefs"):
        ids = [fact["event_id"] for fact in msgspec.json.decode(bytes(facts))]
        assert len(ids) == len(set(ids))


def _assert_log_stands(deployment: Deployment, name: str) -> None:
    """The stored tree is the one that another implementation builds from the stored events."""
    tree = InmemoryTree(algorithm="sha256")
    for row in deployment.rows(
        name,
        "SELECT notification_id, originator_id, originator_version, topic, state FROM events ORDER BY notification_id",
    ):
        tree.append_entry(preimage(row[0], row[1], row[2], row[3], bytes(row[4])))
    nodes = {
        (level, index): bytes(digest)
        for level, index, digest in deployment.rows(name, "SELECT level, idx, hash FROM nodes")
    }
    size = deployment.rows(name, "SELECT count(*) FROM leaves")[0][0]
    assert tree.get_root() == root(size, lambda level, index: nodes[(level, index)])
