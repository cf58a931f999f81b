"""The practitioner register, over HTTP."""

from collections.abc import Callable, Mapping, Sequence

from services.allocation.decisions.accept_equivalence import AcceptEquivalence, accept_equivalence
from services.allocation.decisions.record_training import RecordTraining, record_training
from services.allocation.decisions.register_practitioner import RegisterPractitioner, register_practitioner
from shared.access.about import About
from shared.http.command import Command, Deciding
from shared.http.problems import invalid
from shared.kernel.events import Fact


def _entry(ids: Mapping[str, str]) -> tuple[str, ...]:
    return (f"practitioner/{ids['practitioner_id']}",)


def _on_entry(decide: Callable[..., Sequence[Fact]]) -> Callable[[Deciding], Sequence[Fact]]:
    """A decision on a person's entry: (state, known, command, protocol, act) -> facts."""

    def decided(deciding: Deciding) -> Sequence[Fact]:
        assert deciding.protocol is not None
        assert deciding.act is not None
        state = deciding.state(_entry(deciding.ids)[0])
        return decide(state, deciding.known, deciding.body, deciding.protocol, deciding.act)

    return decided


async def _one_person(deciding: Deciding) -> None:
    if deciding.body.practitioner_id != deciding.ids["practitioner_id"]:
        raise invalid("/practitioner_id", "differs", "Send the id that stands in the address.")


async def _assessor(deciding: Deciding) -> None:
    if deciding.body.assessor is not None:
        await deciding.believe(deciding.body.assessor)


def _no_case(deciding: Deciding) -> About | None:
    return None


REGISTER: tuple[Command, ...] = (
    Command(
        name="RegisterPractitioner",
        path="/practitioners/{practitioner_id}",
        model=RegisterPractitioner,
        summary="Enter a practitioner in the register, or change the entry.",
        streams=_entry,
        decide=_on_entry(register_practitioner),
        about=_no_case,
        prepare=_one_person,
        creates=True,
        opens=True,
    ),
    Command(
        name="RecordTraining",
        path="/practitioners/{practitioner_id}/training",
        model=RecordTraining,
        summary="Record that a practitioner has completed a course.",
        streams=_entry,
        decide=_on_entry(record_training),
        about=_no_case,
        record=True,
    ),
    Command(
        name="AcceptEquivalence",
        path="/practitioners/{practitioner_id}/equivalences",
        model=AcceptEquivalence,
        summary="Accept training from elsewhere in place of an essential course.",
        streams=_entry,
        decide=_on_entry(accept_equivalence),
        about=_no_case,
        prepare=_assessor,
        # Each acceptance speaks of one course, whatever else the register says by now.
        record=True,
        opens=True,
    ),
)

REGISTERINGS = {
    "RegisterPractitioner": (
        RegisterPractitioner,
        lambda body: f"practitioner/{body.practitioner_id}",
        register_practitioner,
    ),
}
