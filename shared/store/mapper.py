"""Recorded events as stored bytes and back: structural facts in clear, personal data sealed, old shapes upcast."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel.events import Event, Recorded
from shared.kernel.sealed import Sealed
from shared.kernel.service import Service
from shared.store.keyring import Keyring, NewKey
from shared.store.sealing import MARK, Place, seal, sealed_in, unseal

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
ENVELOPE = msgspec.json.Decoder(Recorded)
_ENCODER = msgspec.json.Encoder()


class Mapper:
    """Turns events into stored bytes and back.

    upcasts: (name, version) -> the payload of that version as the next one's.
    """

    def __init__(self, service: Service, keyring: Keyring, upcasts: Mapping[tuple[str, int], Upcast]):
        self._service = service
        self._keyring = keyring
        self._upcasts = upcasts

    def stored(self, recorded: Recorded, used: dict[str, tuple[NewKey, AESGCM]]) -> bytes:
        """The event as bytes. The payload is an Event.

        used: subject -> its key in this write; subjects that are new to the write are added, to be stored with it.
        Raises ValueError for a sealed value read from another event and not opened: it is bound to its first place.
        """
        boxes: list[Sealed[Any]] = []

        def set_aside(value: object) -> dict[str, int]:
            if isinstance(value, Sealed):
                if value.box is not None and value.clear is None:
                    raise ValueError("a sealed value is still closed")
                boxes.append(value)
                return {MARK: len(boxes) - 1}
            raise TypeError(type(value).__name__)

        data = msgspec.to_builtins(recorded.data, enc_hook=set_aside, str_keys=True)
        if boxes:
            place = Place(self._service.name, recorded.stream, recorded.stream_version, recorded.name)
            for path, box in sealed_in(data):
                sealed = boxes[box[MARK]]
                if sealed.subject not in used:
                    used[sealed.subject] = self._keyring.new(sealed.subject)
                key, cipher = used[sealed.subject]
                box.update(seal(sealed.clear, sealed.subject, key.key_id, cipher, place, path))
        return _ENCODER.encode(msgspec.structs.replace(recorded, data=data))

    def recorded(self, state: bytes) -> Recorded:
        """A stored event with its payload as an Event, sealed parts closed. Raises KeyError for a strange name."""
        raw = ENVELOPE.decode(state)
        kind = self._service.event_called(raw.name)
        return msgspec.structs.replace(raw, data=self._payload(kind, raw))

    def _payload(self, kind: type[Event], raw: Recorded) -> Event:
        data, version = raw.data, raw.version
        while version < kind.version:
            data = self._upcasts[(raw.name, version)](data)
            version += 1
        return msgspec.convert(data, kind, dec_hook=_closed)

    def open(self, state: bytes, keys: Mapping[str, AESGCM | None]) -> Recorded:
        """A stored event with its sealed parts open; those whose key is gone stay closed. Raises Tampered."""
        raw = ENVELOPE.decode(state)
        place = Place(self._service.name, raw.stream, raw.stream_version, raw.name)
        for path, box in list(sealed_in(raw.data)):
            cipher = keys.get(box[MARK])
            if cipher is not None:
                box["clear"] = unseal(box, cipher, place, path)
        kind = self._service.event_called(raw.name)
        return msgspec.structs.replace(raw, data=self._payload(kind, raw))


def key_ids(states: Sequence[bytes]) -> set[str]:
    """The ids of all keys that stored events need to be opened."""
    return {box[MARK] for state in states for _, box in sealed_in(ENVELOPE.decode(state).data)}


def _closed(kind: type, value: Any) -> Any:
    origin = getattr(kind, "__origin__", kind)
    if origin is Sealed and isinstance(value, dict):
        box = {name: value[name] for name in (MARK, "of", "box")}
        return Sealed(value["of"], value.get("clear"), box)
    raise TypeError(str(kind))
