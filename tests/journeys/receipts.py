"""What every write of a journey was answered: on the trail just so, and by the rules that stand in a list of their own.

And what nobody did in time: on the trail once.

The list of a journey is `tests/data/receipts/<its name>.txt`, one line for each write: the command and the rules that
its receipt cites. `TOLDONCE_RECEIPTS=write` writes the lists anew, to be read before they are kept.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.acting import Answer, Callers

LISTS = Path(__file__).parents[1] / "data" / "receipts"
ON_CASES = ("case/", "referral/")


class Heard(Callers):
    """Speaks as any role, and keeps what was answered."""

    answers: list[tuple[str, Answer]]

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.answers = []

    async def done(self, name: str, role: Any, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """The same, for what has to be answered yes. Raises NotTaken."""
        answer = await super().done(name, role, method, path, body, **more)
        if "receipt" in answer.body:
            self.answers.append((name, answer))
        return answer


def cases_of(answers: Sequence[tuple[str, Answer]]) -> list[str]:
    """The cases that these answers speak of."""
    streams = [event["stream"] for _, answer in answers for event in answer.body["events"]]
    named = [answer.body["case_id"] for _, answer in answers if answer.body.get("case_id")]
    return list(dict.fromkeys([*named, *(one.removeprefix("case/") for one in streams if one.startswith("case/"))]))


def stand_on_the_trail(answers: Sequence[tuple[str, Answer]], rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Each event of each answer is on the trail as it was answered, and the receipt with the first of them.

    rows: of the trails of all cases, by event id.
    """
    for name, answer in answers:
        receipt, events = answer.body["receipt"], answer.body["events"]
        kept = [event for event in events if event["stream"].startswith(ON_CASES)]
        for event in kept:
            row = rows[event["event_id"]]
            assert (row["name"], row["edition"]) == (event["name"], receipt["edition"]), name
        if kept and receipt["rules"]:
            first = rows[kept[0]["event_id"]]["receipt"]
            told = (receipt["edition"], receipt["rules"], receipt["inputs"])
            assert (first["edition"], first["rules"], first.get("inputs", {})) == told, name
            missing = [(lack["what"], lack["rule"]) for event in kept for lack in rows[event["event_id"]]["incomplete"]]
            assert sorted((one["what"], one["rule"]) for one in receipt["incomplete"]) == sorted(missing), name


def each_miss_is_told_once(trail: Sequence[Mapping[str, Any]], clocks: Sequence[Mapping[str, Any]]) -> None:
    """Each clock that was missed has one breach on the trail, and no other has one that still counts."""
    taken_back = {row["data"]["of_event"] for row in trail if row["name"] == "qa.RecordWithdrawn"}
    told = [row["data"] for row in trail if row["name"] == "qa.ClockBreached" and row["event_id"] not in taken_back]
    missed = [clock for clock in clocks if clock["status"] == "MISSED"]
    assert sorted(map(_which, told)) == sorted(map(_which, missed))


def _which(clock: Mapping[str, Any]) -> tuple[str, str, str]:
    return clock["rule"], clock["child_id"] or "", clock["started_by"]


def are_as_listed(journey: str, answers: Sequence[tuple[str, Answer]]) -> None:
    """The writes of a journey on its cases rest on the rules of its list."""
    of_cases = [one for one in answers if any(event["stream"].startswith(ON_CASES) for event in one[1].body["events"])]
    lines = [f"{name}: {' '.join(answer.body['receipt']['rules'])}".rstrip() for name, answer in of_cases]
    path = LISTS / f"{journey}.txt"
    if os.environ.get("TOLDONCE_RECEIPTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == path.read_text("utf-8").splitlines(), journey
