"""A letter on the wire: CloudEvents that any reader can use, nothing sealed in it, no guess where a part is missing."""

import contextlib
import random
from datetime import datetime

import msgspec
import pytest

from shared.bus.wire import Message, UnreadableLetter, letter_of, message_of, read_letter, read_message
from shared.kernel.letters import Letter
from shared.kernel.partitions import partition_of
from shared.kernel.sealed import Sealed
from shared.log.sealer import seal_page
from tests.bus.conftest import Grounds
from tests.store.ledger import Member, Noted, keep, recorded, run

SECRET = "Lovage Brindlecombe-Testcase"
NEEDED = ("ce_id", "ce_time", "ce_source", "ce_sequence", "ce_incarnation")


@pytest.fixture
def sent(on_sqlite: Grounds) -> Message:
    """One letter as it is sent, of an event with sealed parts."""

    async def story() -> Message:
        async with on_sqlite.sender.opened() as store:
            family = (Member(relation="sister", name=Sealed("child/c2", SECRET)),)
            noted = Noted(level=4, name=Sealed("child/c1", SECRET), family=family)
            await keep(store, recorded("child/c1", 1, noted, "case-1"))
            await seal_page(store, 6)
            (sealed,) = await store.sealed(0, 10)
            return message_of(letter_of(sealed, store.source, store.incarnation))

    return run(story())


def test_it_comes_back_as_it_was_and_says_where_it_stands(sent: Message) -> None:
    letter = read_message(sent.value, sent.headers)
    headers = {name: value.decode() for name, value in sent.headers}
    assert read_letter(sent.value) == letter
    assert headers == {
        "ce_specversion": "1.0",
        "ce_id": letter.event_id,
        "ce_source": "ledger/main",
        "ce_type": "ledger.Noted.v1",
        "ce_time": "2026-11-24T09:30:00Z",
        "ce_recordedtime": "2026-11-24T09:30:00Z",
        "ce_subject": "child/c1",
        "ce_partitionkey": "case-1",
        "ce_incarnation": letter.incarnation,
        "ce_sequence": "1",
        "ce_prevsequence": "0",
        "ce_logindex": "0",
        "ce_leafhash": letter.leaf_hash,
        "ce_correlationid": letter.correlation_id,
        "content-type": "application/json",
    }
    assert sent.key == b"case-1"
    assert sent.part == letter.partition == partition_of("case-1", 6)
    assert datetime.fromisoformat(headers["ce_time"]) == letter.occurred_at


def test_what_is_sealed_stays_behind_by_its_type(sent: Message) -> None:
    letter = read_message(sent.value, sent.headers)
    assert letter.data == {"level": 4, "family": [{"relation": "sister"}]}
    everything = sent.value + sent.key + b"".join(value for _, value in sent.headers)
    for secret in (SECRET, "Lovage", "$sealed", "box", "child/c2"):
        assert secret.encode() not in everything


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_header_that_a_library_would_make_up_is_refused(sent: Message, name: str, how: str) -> None:
    headers = [(header, value) for header, value in sent.headers if header != name]
    if how == "empty":
        headers.append((name, b""))
    with pytest.raises(UnreadableLetter) as refused:
        read_message(sent.value, headers)
    assert refused.value.what == name


@pytest.mark.parametrize(("name", "value"), [("ce_id", b"x"), ("ce_source", b"qa/main"), ("ce_sequence", b"2")])
def test_headers_and_letter_must_say_the_same(sent: Message, name: str, value: bytes) -> None:
    headers = [(header, value if header == name else given) for header, given in sent.headers]
    with pytest.raises(UnreadableLetter):
        read_message(sent.value, headers)


def test_bytes_that_are_no_letter_are_refused_and_nothing_worse(sent: Message) -> None:
    chance = random.Random(4)
    broken: list[bytes | None] = [None, b"", b"null", b"[]", b"{}", b"\xff\xfe", sent.value[:-1], b'{"a":' * 500]
    for _ in range(300):
        raw = bytearray(sent.value)
        raw[chance.randrange(len(raw))] = chance.randrange(256)
        broken.append(bytes(raw))
    for value in broken:
        # Whatever else it raised would end the reader.
        with contextlib.suppress(UnreadableLetter):
            assert isinstance(read_message(value, sent.headers), Letter)


def test_a_field_that_nobody_knows_yet_is_passed_over(sent: Message) -> None:
    more = msgspec.json.decode(sent.value) | {"since_next_year": {"a": 1}}
    assert read_message(msgspec.json.encode(more), sent.headers) == read_message(sent.value, sent.headers)


def test_headers_of_other_encodings_are_refused(sent: Message) -> None:
    headers = [(name, b"\xff\xfe" if name == "ce_id" else value) for name, value in sent.headers]
    with pytest.raises(UnreadableLetter):
        read_message(sent.value, headers)
