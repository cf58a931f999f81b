"""Attempts that rules refused, from every service: to be counted, never shown on a case."""

from collections.abc import Sequence

from services.qa.views.cases import sortable
from shared.kernel.letters import Letter
from shared.kernel.service import Body, Gathering

REJECTED = "CommandRejected"


def _keys(letter: Letter) -> Sequence[str]:
    return (letter.key,) if letter.title == REJECTED else ()


def _fold(stream: str, letters: Sequence[Letter]) -> Body | None:
    told = [letter for letter in letters if letter.title == REJECTED and letter.key == stream]
    # Services make up the ids of their streams each on their own, so two may have chosen one.
    if not told:
        return None
    first = min(told, key=lambda letter: (letter.source, letter.sequence))
    return {
        "authority": first.authority,
        "service": first.service,
        "command": first.data["command"],
        "rules": sorted(first.data["rules"]),
        "at": sortable(first.recorded_at),
    }


REJECTIONS = Gathering(
    name="rejections",
    keys=_keys,
    related=lambda letters: (),
    fold=_fold,
    columns=("authority", "service", "command", "rules", "at"),
    search=lambda body: {
        **{column: body[column] for column in ("authority", "service", "command", "at")},
        "rules": " ".join(body["rules"]),
    },
)
