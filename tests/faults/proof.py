"""What must hold whatever was killed: nothing acknowledged is lost, nothing is there twice, a case keeps its order."""

# The type checker ships its own, older description of this library.
# pyright: reportAttributeAccessIssue=false

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from kafka import KafkaConsumer, TopicPartition
from pymerkle import InmemoryTree

from deploy.settings import SERVICES
from shared.bus.kafka import CONSUMER
from shared.bus.wire import read_message
from shared.kernel.partitions import partition_of
from shared.log.leaf import preimage
from shared.log.tree import root
from tests.faults.deployment import Deployment
from tests.faults.posting import DECISIONS, Ledger

Events = Sequence[Mapping[str, Any]]


def prove(deployment: Deployment, ledger: Ledger) -> None:
    """Everything, over all four databases and the broker. Raises AssertionError."""
    events = {name: _events(deployment, name) for name in SERVICES}
    _each_promise_kept_once(deployment, events["referral"], ledger)
    _each_reaction_once(events, ledger)
    for name in SERVICES:
        _streams_whole(events[name])
        _log_stands(deployment, name)
        _inbox_is_every_letter_once(deployment, name, events[name])
        _topic_is_every_letter_in_order(deployment, name, events[name])
        assert deployment.rows(name, "SELECT name, error FROM parked") == []
        for (facts,) in deployment.rows(name, "SELECT facts FROM beliefs"):
            ids = [fact["event_id"] for fact in msgspec.json.decode(bytes(facts))]
            assert len(ids) == len(set(ids))


def _events(deployment: Deployment, name: str) -> Events:
    rows = deployment.rows(name, "SELECT notification_id, state FROM events ORDER BY notification_id")
    return [{**msgspec.json.decode(bytes(state)), "sequence": sequence} for sequence, state in rows]


def _sequences(events: Events) -> list[int]:
    return [event["sequence"] for event in events]


def _each_promise_kept_once(deployment: Deployment, events: Events, ledger: Ledger) -> None:
    received = [event for event in events if event["name"] == "referral.ReferralReceived"]
    promised = {f"referral/{one['referral_id']}": one["case_id"] for one in ledger.taken.values()}
    # All clients had their answer in the end, so what nobody was promised was stored twice.
    assert sorted(event["stream"] for event in received) == sorted(promised)
    assert {event["stream"]: event["case_id"] for event in received} == promised
    assert len(promised) == len(ledger.taken)
    keys = [key for (key,) in deployment.rows("referral", "SELECT key FROM commands")]
    assert sorted(keys) == sorted([*ledger.taken, *(key for key, _ in ledger.triaged.values())])
    triaged = [event["stream"] for event in events if event["name"] == "referral.ReferralTriaged"]
    assert sorted(triaged) == sorted(f"referral/{referral_id}" for referral_id in ledger.triaged)


def _each_reaction_once(events: Mapping[str, Events], ledger: Ledger) -> None:
    cases = {one["referral_id"]: one["case_id"] for one in ledger.taken.values()}
    for name in DECISIONS:
        asked = [cases[referral_id] for referral_id, (_, follows) in ledger.triaged.items() if follows == name]
        found = [event["case_id"] for event in events[name.split(".")[0]] if event["name"] == name]
        assert sorted(found) == sorted(asked), name
    for recorded in events.values():
        caused = Counter(
            (one["causation_id"], one["name"], one["stream"]) for one in recorded if one.get("causation_id")
        )
        assert set(caused.values()) <= {1}


def _streams_whole(events: Events) -> None:
    versions: dict[str, list[int]] = defaultdict(list)
    for event in events:
        versions[event["stream"]].append(event["stream_version"])
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert len({event["event_id"] for event in events}) == len(events)


def _log_stands(deployment: Deployment, name: str) -> None:
    """The transparency log holds each event once, in the order of the store, and its root is that of another's tree."""
    rows = deployment.rows(
        name, "SELECT notification_id, originator_id, originator_version, topic, state FROM events ORDER BY 1"
    )
    leaves = deployment.rows(name, "SELECT idx, sequence, part, previous, hash FROM leaves ORDER BY idx")
    assert [index for index, *_ in leaves] == list(range(len(rows)))
    assert [sequence for _, sequence, *_ in leaves] == [row[0] for row in rows]
    last: dict[int, int] = defaultdict(int)
    for _, sequence, part, previous, _ in leaves:
        assert previous == last[part]
        last[part] = sequence
    tree = InmemoryTree(algorithm="sha256")
    for sequence, stream, version, topic, state in rows:
        tree.append_entry(preimage(sequence, stream, version, topic, bytes(state)))
    nodes = {(level, index): bytes(node) for level, index, node in deployment.rows(name, "SELECT * FROM nodes")}
    if rows:
        assert root(len(rows), lambda level, index: nodes[(level, index)]) == tree.get_root()


def _inbox_is_every_letter_once(deployment: Deployment, name: str, events: Events) -> None:
    query = "SELECT sequence, event_id, part, about FROM inbox WHERE source = %s ORDER BY arrived"
    held = deployment.rows("qa", query, (f"{name}/main",))
    assert sorted((sequence, event_id) for sequence, event_id, *_ in held) == [
        (event["sequence"], event["event_id"]) for event in events
    ]
    arrived: dict[int, list[int]] = defaultdict(list)
    partitions = deployment.settings().topic_table[name].partitions
    for sequence, _, part, about in held:
        assert part == partition_of(about, partitions)
        arrived[part].append(sequence)
    assert all(sequences == sorted(sequences) for sequences in arrived.values())


def _topic_is_every_letter_in_order(deployment: Deployment, name: str, events: Events) -> None:
    """Who knows nothing yet and reads from the beginning finds every event; what comes again came before."""
    topic = deployment.settings().topic_table[name]
    options: dict[str, Any] = {**CONSUMER, "auto_offset_reset": "earliest"}
    consumer = KafkaConsumer(bootstrap_servers=deployment.kafka.bootstrap, **options)
    sent: dict[int, dict[int, None]] = defaultdict(dict)
    try:
        partitions = [TopicPartition(topic.name, part) for part in range(topic.partitions)]
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        while any((consumer.position(partition) or 0) < ends[partition] for partition in partitions):
            for partition, records in consumer.poll(timeout_ms=500).items():
                for record in records:
                    sent[partition.partition].setdefault(read_message(record.value, record.headers).sequence)
    finally:
        consumer.close()
    assert all(list(sequences) == sorted(sequences) for sequences in sent.values())
    assert sorted(sequence for part in sent.values() for sequence in part) == _sequences(events)
