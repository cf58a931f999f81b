"""Recording that the managers have talked about a family, or about several in one meeting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from services.allocation.decisions.attending import unknown
from services.allocation.decisions.imc_facts import asked_for, children_of, of_child, of_family
from services.allocation.decisions.imc_filled import filled
from services.allocation.decisions.imc_form import FamilyForm, RecordIMC
from services.allocation.events import Attendee, IMCHeld
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.events import Fact, Incomplete, bringing, cite
from shared.kernel.own_events import IncompleteResolved
from shared.protocol.gaps import gaps_of
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, here, person_of, softened, under, weigh

TITLE = IMCHeld.title()


@dataclass(frozen=True)
class OnFile:
    """What a new record may rest on. forms: those recorded, by event id, with their sealed parts open.

    invited: who was asked to come to the meeting, by case.
    """

    forms: Mapping[str, IMCHeld] = field(default_factory=dict)
    invited: Mapping[str, Sequence[Attendee]] = field(default_factory=dict)


def record_imc(
    matter: Matter,
    known: Known,
    command: RecordIMC,
    act: Act,
    others: Sequence[Matter] = (),
    on_file: OnFile | None = None,
) -> tuple[Fact, ...]:
    """One form for each family, with what it fills in of an earlier one. others: of `families`, in their order.

    What is missing refuses nothing: it is named and followed up. Raises Refused for who may not, and for what is of
    another family.
    """
    on_file = on_file or OnFile()
    families: list[tuple[Matter, FamilyForm, str]] = [(matter, command, "")]
    families += [
        (one, form, f"/families/{place}")
        for place, (one, form) in enumerate(zip(others, command.families, strict=True))
    ]
    before = [_earlier(one, form) for one, form, _ in families]
    meeting_id = command.meeting_id or next((one.data["meeting_id"] for one in before if one), None) or act.new_id()
    recorded: list[Fact] = []
    weighed = allowed(matter.protocol, "RecordIMC", act)
    for (one, form, at), earlier in zip(families, before, strict=True):
        weighed += under(_belongs_here(one, form, earlier), at)
    weighed.insist({"families": len(families)})
    for (one, form, _), earlier in zip(families, before, strict=True):
        recorded += _recorded(one, known, command, form, act, meeting_id, earlier, on_file, weighed.rules)
    # One receipt is of the whole write: it says of the first family alone what counted.
    return (recorded[0], *(replace(fact, inputs={}) for fact in recorded[1:]))


def _earlier(matter: Matter, form: FamilyForm) -> Told | None:
    """The record that it fills in, as it stands now."""
    if form.corrects is None:
        return None
    fact = matter.basis(form.corrects)
    forms = (one for one in reversed(matter.facts) if one.title == TITLE and one.data["form_id"] == form.corrects)
    return fact if fact is not None and fact.title == TITLE else next(forms, None)


def _belongs_here(matter: Matter, form: FamilyForm, earlier: Told | None) -> Weighed:
    children = {matter.linked.child(child) for fact in matter.facts for child in fact.child_ids}
    weighed = here(matter.protocol, form.corrects is None or earlier is not None, "/corrects")
    for place, one in enumerate(form.child_decisions):
        is_here = matter.linked.child(one.child_id) in children
        weighed += here(matter.protocol, is_here, f"/child_decisions/{place}/child_id")
    return Weighed(refusals=weighed.refusals)


def _recorded(
    matter: Matter,
    known: Known,
    command: RecordIMC,
    form: FamilyForm,
    act: Act,
    meeting_id: str,
    earlier: Told | None,
    on_file: OnFile,
    rules: tuple[str, ...],
) -> list[Fact]:
    was = None if earlier is None else on_file.forms.get(earlier.event_id) or msgspec.convert(earlier.data, IMCHeld)
    invited = [one for case in matter.linked.case_ids for one in on_file.invited.get(case, ())]
    event = filled(matter, known, command, form, act, meeting_id, was, invited)
    before = _before(matter, event, earlier)
    children = earlier.child_ids if earlier else children_of(matter, before)
    facts = of_family(matter, known, event, before)
    weighed = Weighed(rules=rules) + weigh(matter.protocol, "RecordIMC", facts, act)
    weighed += _of_children(matter, event, children, before, act)
    weighed += softened(_unknown(matter, event), act, event.team or act.by.team or matter.protocol.front_door)
    started = matter.protocol.clocks_started_by(f"allocation.{TITLE}", event, act.occurred_at)
    fact = Fact(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=tuple(children),
        event=event,
        rules=cite(weighed.rules, started.rules),
        clocks=started.clocks,
        incomplete=weighed.incomplete,
        warnings=weighed.warnings,
        corrects=earlier.event_id if earlier else None,
        inputs=_inputs(facts),
    )
    there = (_resolved(matter, event, act, earlier, gap) for gap in _now_there(matter, earlier, fact))
    return [*bringing(fact, there, act.new_id)]


def _before(matter: Matter, event: IMCHeld, earlier: Told | None) -> tuple[Told, ...]:
    """What had happened by the time of the meeting, whenever it is recorded."""
    itself = matter.versions_of(earlier) if earlier else frozenset[str]()
    return tuple(fact for fact in matter.facts if fact.occurred_at <= event.held_at and fact.event_id not in itself)


def _of_children(matter: Matter, event: IMCHeld, children: Sequence[str], before: Sequence[Told], act: Act) -> Weighed:
    weighed = Weighed()
    for place, child in enumerate(children):
        if asked_for(matter, event, child, before):
            one = weigh(matter.protocol, "RecordIMC", of_child(matter, event, child, before), act, child)
            named = tuple(_called(item, f"child_decisions[{place}].{item.what}") for item in one.incomplete)
            weighed += replace(one, incomplete=named)
    return weighed


def _called(item: Incomplete, what: str) -> Incomplete:
    """The same lack, named by its place in the record."""
    return msgspec.structs.replace(item, what=what)


def _unknown(matter: Matter, event: IMCHeld) -> Weighed:
    """Whom the form names and no register knows."""
    weighed = Weighed()
    for name in ("organised_by", "invited", "attendees", "lead_candidates"):
        weighed += unknown(matter, getattr(event, name), name)
    return weighed + unknown(matter, (event.led_by,) if event.led_by else (), "led_by")


def _now_there(matter: Matter, earlier: Told | None, fact: Fact) -> tuple[Incomplete, ...]:
    """What the earlier record lacked and this one does not."""
    if earlier is None:
        return ()
    still = {(item.what, item.rule) for item in fact.incomplete}
    gaps = gaps_of(matter.facts, earlier.event_id)
    return tuple(gap for gap in gaps if (gap.what, gap.rule) not in still)


def _resolved(matter: Matter, event: IMCHeld, act: Act, earlier: Told | None, gap: Incomplete) -> Fact:
    assert earlier is not None
    resolved = IncompleteResolved(
        of_event=earlier.event_id,
        what=gap.what,
        rule=gap.rule,
        by=person_of(act.by),
        value_ref=event.form_id,
        resolved_as="FILLED",
    )
    return Fact(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=(gap.child_id,) if gap.child_id else earlier.child_ids,
        event=resolved,
        rules=(gap.rule,),
    )


def _inputs(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of the circumstances what an auditor asks for first."""
    names = ("form", "kind", "reasons", "team", "fhlp", "fhlp_attendance", "cat_recommendation", "esp")
    return {name: facts[name] for name in names}
