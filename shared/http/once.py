"""The first answer to a command: kept beside its events, and given again to whoever sends its key again."""

from collections.abc import Mapping, Sequence

import msgspec
from starlette.responses import Response

from shared.http.positions import position
from shared.http.problems import ProblemError
from shared.kernel.events import Recorded
from shared.store.append import Seen
from shared.store.store import Store

_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder().decode

Written = Sequence[tuple[str, str, int]]
"""(key, stream, version) of each event of a command, in order; its key is its case, or its stream."""


def written_of(recorded: Sequence[Recorded]) -> Written:
    """Where a command's events stand."""
    return [(event.case_id or event.stream, event.stream, event.stream_version) for event in recorded]


def kept(body: bytes, headers: Mapping[str, str], written: Written) -> bytes:
    """An answer as it is kept."""
    return _ENCODE({"body": msgspec.Raw(body), "headers": headers, "written": written})


def answered(
    store: Store,
    partitions: int,
    body: bytes,
    headers: Mapping[str, str],
    written: Written,
    sequences: Mapping[tuple[str, int], int],
) -> Response:
    """The 201 of a command. sequences: (stream, version) -> place in the log."""
    return Response(
        body, 201, {**headers, **_place(store, partitions, written, sequences)}, media_type="application/json"
    )


async def again(store: Store, partitions: int, client: str, key: str, asked: bytes, seen: Seen) -> Response:
    """The first answer, with the place of the first write. Raises ProblemError (422) for another request."""
    if seen.request != asked:
        raise ProblemError(
            422,
            "key-reused",
            "This Idempotency-Key was used for another command. Send a fresh key with a new command.",
        )
    outcome = await store.open_outcome(client, key, seen.outcome)
    if outcome is None:
        return Response(_ENCODE({"since_erased": True}), 201, media_type="application/json")
    said = _DECODE(outcome)
    written = [(key, stream, version) for key, stream, version in said["written"]]
    sequences = await store.sequences([(stream, version) for _, stream, version in written])
    return answered(store, partitions, _ENCODE(said["body"]), said["headers"], written, sequences)


def _place(store: Store, partitions: int, written: Written, sequences: Mapping[tuple[str, int], int]) -> dict[str, str]:
    if not written:
        return {}
    where = position(store, [(key, sequences[(stream, version)]) for key, stream, version in written], partitions)
    return {"Toldonce-Position": where, "ETag": f'"{written[0][2]}"'}
