"""A letter as bytes: CloudEvents 1.0 in binary mode, so that any reader of Kafka can use it."""

from dataclasses import dataclass
from datetime import UTC

import msgspec

from shared.kernel.letters import Letter
from shared.store.mapper import ENVELOPE
from shared.store.sealing import without_sealed
from shared.store.store import Sealed

Headers = list[tuple[str, bytes]]


class UnreadableLetter(Exception):
    """A message that is no letter of ours. what: the header or part that is wrong."""

    def __init__(self, what: str):
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Message:
    """A letter ready to be sent. part: its partition, the same for all letters of its key."""

    key: bytes
    value: bytes
    headers: Headers
    part: int


def letter_of(sealed: Sealed, source: str, incarnation: str) -> Letter:
    """A stored event as the others may see it: everything but what is sealed."""
    recorded = ENVELOPE.decode(sealed.state)
    return Letter(
        event_id=recorded.event_id,
        name=recorded.name,
        version=recorded.version,
        authority=recorded.authority,
        stream=recorded.stream,
        stream_version=recorded.stream_version,
        case_id=recorded.case_id,
        child_ids=recorded.child_ids,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        actor=recorded.actor,
        edition=recorded.edition,
        rules=recorded.rules,
        clocks=recorded.clocks,
        incomplete=recorded.incomplete,
        warnings=recorded.warnings,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        corrects=recorded.corrects,
        receipt=recorded.receipt,
        data=without_sealed(recorded.data),
        source=source,
        incarnation=incarnation,
        partition=sealed.part,
        sequence=sealed.sequence,
        previous=sealed.previous,
        log_index=sealed.index,
        leaf_hash=sealed.leaf.hex(),
    )


def message_of(letter: Letter) -> Message:
    """The letter in CloudEvents' binary form. The value is the whole letter, so that it can be kept unchanged."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": letter.event_id,
        "ce_source": letter.source,
        "ce_type": f"{letter.name}.v{letter.version}",
        "ce_time": letter.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_recordedtime": letter.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_subject": letter.stream,
        "ce_partitionkey": letter.key,
        "ce_incarnation": letter.incarnation,
        "ce_sequence": str(letter.sequence),
        "ce_prevsequence": str(letter.previous),
        "ce_logindex": str(letter.log_index),
        "ce_leafhash": letter.leaf_hash,
        "ce_correlationid": letter.correlation_id,
        "content-type": "application/json",
    }
    if letter.causation_id:
        headers["ce_causationid"] = letter.causation_id
    pairs = [(name, value.encode()) for name, value in headers.items()]
    return Message(letter.key.encode(), ENCODER.encode(letter), pairs, letter.partition)


ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(Letter)


def read_message(value: bytes | None, headers: Headers) -> Letter:
    """The letter of a message. Raises UnreadableLetter, also where headers and value disagree."""
    given = dict(headers)
    # Without them a library would make up an id and a time, and no replay would be repeatable.
    for name in ("ce_id", "ce_time", "ce_source", "ce_sequence", "ce_incarnation"):
        if not given.get(name):
            raise UnreadableLetter(name)
    letter = read_letter(value or b"")
    told = (given["ce_id"], given["ce_source"], given["ce_sequence"])
    if told != (letter.event_id.encode(), letter.source.encode(), str(letter.sequence).encode()):
        raise UnreadableLetter("ce_id")
    return letter


def read_letter(value: bytes) -> Letter:
    """A letter from its JSON. Raises UnreadableLetter."""
    try:
        return DECODER.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise UnreadableLetter("value") from wrong
