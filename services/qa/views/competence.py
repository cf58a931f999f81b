"""What each practitioner has learnt and can show, as the register tells it: the gaps of those who lead."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.qa.views.order import in_one_order
from services.qa.views.words import instant
from shared.kernel.letters import Letter
from shared.kernel.service import Body, Gathering
from shared.protocol.protocol import Protocol

Row = dict[str, Any]


def gaps(entry: Mapping[str, Any], protocol: Protocol) -> Row:
    """What the protocol's lists ask of a lead and a practitioner's record does not have."""
    essential = [code for block in protocol.competences("ESSENTIAL") for code in block.codes]
    attested = [code for block in protocol.competences("ATTESTATION") for code in block.codes]
    enhancing = [code for block in protocol.competences("ENHANCING") for code in block.codes]
    held = {*entry["courses"], *entry["equivalents"]}
    return {
        "essential_missing": [code for code in essential if code not in held],
        "not_attested": [code for code in attested if code not in entry["attestations"]],
        "enhancing_held": [code for code in enhancing if code in held],
        "by_equivalence": [code for code in essential if code in entry["equivalents"]],
        "has_supervisor": entry["has_supervisor"],
    }


def _keys(letter: Letter) -> Sequence[str]:
    return (letter.key,) if letter.stream.startswith("practitioner/") and letter.service == "allocation" else ()


def _fold(stream: str, letters: Iterable[Letter]) -> Body | None:
    told = [letter for letter in in_one_order(letters) if _keys(letter) == (stream,)]
    withdrawn = {letter.data.get("of_event") for letter in told if letter.title == "RecordWithdrawn"}
    counting = [letter for letter in told if letter.event_id not in withdrawn]
    row: Body | None = None
    courses: dict[str, None] = {}
    equivalents: dict[str, None] = {}
    for letter in counting:
        data = letter.data
        match letter.title:
            case "PractitionerRegistered":
                row = _entry(letter)
            case "PractitionerDeregistered" if row is not None:
                row = {**row, "until": data.get("from") or instant(letter.occurred_at)}
            case "TrainingRecorded" if data.get("status") == "COMPLETED":
                courses[data["code"]] = None
            case "EquivalenceAccepted":
                equivalents[data["code"]] = None
            case _:
                pass
    return None if row is None else {**row, "courses": sorted(courses), "equivalents": sorted(equivalents)}


def _entry(letter: Letter) -> Body:
    data = letter.data
    return {
        "authority": letter.authority,
        "practitioner_id": data["practitioner_id"],
        "employer_kind": data.get("employer_kind"),
        "sector": data.get("sector"),
        "social_worker": bool(data.get("social_worker")),
        "lead_capable": bool(data.get("lead_capable")),
        "attestations": sorted(data.get("attestations") or ()),
        "has_supervisor": bool(data.get("supervisor")),
        "until": None,
    }


COMPETENCE = Gathering(
    name="competence",
    keys=_keys,
    related=lambda letters: (),
    fold=_fold,
    columns=("authority",),
    search=lambda body: {"authority": body["authority"]},
)
