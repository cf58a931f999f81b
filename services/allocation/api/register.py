"""The practitioner register, over HTTP."""

from collections.abc import Callable, Mapping, Sequence

from services.allocation.api.nearby import near
from services.allocation.decisions.accept_equivalence import AcceptEquivalence, accept_equivalence
from services.allocation.decisions.deregister_practitioner import DeregisterPractitioner, deregister_practitioner
from services.allocation.decisions.record_training import RecordTraining, record_training
from services.allocation.decisions.register_practitioner import RegisterPractitioner, register_practitioner
from services.allocation.views.leading import LEADING
from shared.access.about import About
from shared.http.command import Command, Deciding
from shared.http.problems import invalid
from shared.kernel.beliefs import told_of
from shared.kernel.events import Fact
from shared.protocol.leads import leads_in
from shared.protocol.linked import cases_of, matter_of
from shared.store.projector import find_rows


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


async def _cases_led(deciding: Deciding) -> None:
    """On which cases the person holds a role."""
    person, authority = deciding.ids["practitioner_id"], str(deciding.caller.authority)
    rows = await find_rows(deciding.store, LEADING.name, {"authority": authority, "person_id": person}, limit=MOST)
    cases = {row["case_id"] for _, row in rows}
    known, loaded = await near(deciding.store, cases)
    led: set[str] = set()
    for case_id in cases:
        assert deciding.protocol is not None
        own = [told_of(event) for case in cases_of(case_id, known) for event in loaded.get(f"case/{case}", ())]
        matter = matter_of(case_id, known, own, deciding.protocol)
        if any(lead.until is None and lead.person.id == person for lead in leads_in(matter.facts)):
            led.add(matter.linked.kept)
    deciding.extra["cases_led"] = sorted(led)


def _deregistered(deciding: Deciding) -> Sequence[Fact]:
    assert deciding.protocol is not None
    assert deciding.act is not None
    state, led = deciding.state(_entry(deciding.ids)[0]), deciding.extra["cases_led"]
    return deregister_practitioner(state, deciding.known, deciding.body, deciding.protocol, deciding.act, led)


def _no_case(deciding: Deciding) -> About | None:
    return None


MOST = 1_000
"""Cases of one person that are looked at. Nobody leads as many."""

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
        name="DeregisterPractitioner",
        path="/practitioners/{practitioner_id}/deregistration",
        model=DeregisterPractitioner,
        summary="Take a practitioner who has left out of the register.",
        description="Each case on which they hold a role is put before whoever stands in for them, at once.",
        streams=_entry,
        decide=_deregistered,
        about=_no_case,
        prepare=_cases_led,
        # That somebody has left is a fact, whatever else the register says by now.
        record=True,
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
