"""A service that hears what the ledger of the store tests says: it believes, keeps and answers each letter once."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Event, Fact, Recorded
from shared.kernel.letters import Letter
from shared.kernel.service import Reaction, Service, Stream

POISON = 13
"""A number that the service cannot take, until somebody has mended it."""


class Heard(Event, frozen=True, kw_only=True):
    """A count was heard of. before: how many were heard of this case before."""

    n: int
    before: int


class Hearing:
    """The service with its fault. mended: whether it is; urgent: numbers that may not wait."""

    def __init__(self) -> None:
        self.mended = False
        self.urgent: set[int] = set()
        self.service = Service(
            name="hearing",
            title="the hearing",
            events=(Heard,),
            streams={"case": Stream("case", lambda stream: 0, _count)},
            beliefs={"ledger.Noted": _about, "ledger.Counted": _about},
            reactions=(Reaction("ledger.Counted", _streams, self._hear),),
            keeps_all=True,
            is_urgent=lambda letter, protocol: letter.data.get("n") in self.urgent,
        )

    def _hear(self, states: Mapping[str, Any], known: Known, letter: Letter, protocol: Any, act: Act) -> Sequence[Fact]:
        n = letter.data["n"]
        if n == POISON and not self.mended:
            raise ValueError("this one is too much")
        (stream,) = states
        return [Fact(stream=stream, case_id=letter.case_id, event=Heard(n=n, before=states[stream]))]


def _about(letter: Letter) -> Sequence[str]:
    return [letter.key]


def _streams(letter: Letter, known: Known) -> Sequence[str]:
    return [f"case/{letter.case_id}"]


def _count(state: int, event: Recorded) -> int:
    return state + 1
