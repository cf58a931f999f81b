"""Where letters come in: pages of one partition of one source, from wherever the reader's place says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.kernel.letters import Letter

Places = Mapping[tuple[str, int], int]


@dataclass(frozen=True)
class Page:
    """Letters of one partition of one source, in order. offset: how far the broker's own count has come, if any."""

    source: str
    partition: int
    letters: Sequence[Letter]
    offset: int | None = None


class Reader(Protocol):
    """A way in. Repeats and gaps are the intake's to know; the reader only delivers."""

    async def start(self, places: Places, offsets: Places) -> None:
        """Begin behind these places; offsets: (topic, partition) -> the broker's count to begin at. Raises BusDown."""
        ...

    async def pages(self, places: Places, timeout: float) -> list[Page]:
        """What has come, or nothing after `timeout` seconds."""
        ...

    async def stop(self) -> None:
        """End reading."""
        ...

    def silent_for(self) -> float:
        """Seconds since the way in was last known to be open."""
        ...
