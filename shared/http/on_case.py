"""A command on a case: what is read around it, who may, and the decision on everything that is known of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from shared.access.about import About
from shared.access.case_facts import about_case
from shared.http.command import Command, Deciding
from shared.kernel.beliefs import Told, in_order
from shared.kernel.events import Fact
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.protocol import Protocol

Decide = Callable[..., Sequence[Fact]]


def on_case(
    name: str,
    step: str,
    model: type[BaseModel],
    decide: Decide,
    summary: str,
    *,
    at_once: Callable[[Any, Protocol], bool] | None = None,
    people: Callable[[Any], Iterable[str]] = lambda body: (),
    of_the_case: Callable[[Matter], Iterable[str]] = lambda matter: (),
    reads: Callable[[Any], Iterable[str]] | None = None,
    of_the_states: Callable[[Mapping[str, Any]], Iterable[str]] = lambda states: (),
    record: bool = False,
) -> Command:
    """One command at `/cases/{case_id}/<step>`, decided on the case and on all that is linked with it.

    decide: (matter, known, command, act) -> facts. reads: further streams of its own that it rests on, which must
    stand unchanged as well; decide is then given their states besides, by name. people, of_the_case, of_the_states: the
    ids of the persons whom the body names, the case, or those streams, of whom is then known what the registers say.
    record: it says what happened and rests on no version, so it takes no If-Match.
    """

    def decided(deciding: Deciding) -> Sequence[Fact]:
        assert deciding.act is not None
        asked = (matter_in(deciding), deciding.known, deciding.body, deciding.act)
        return decide(*asked) if reads is None else decide(*asked, states(deciding))

    def states(deciding: Deciding) -> Mapping[str, Any]:
        return {} if reads is None else {stream: deciding.state(stream) for stream in reads(deciding.body)}

    async def prepare(deciding: Deciding) -> None:
        _of_its_time(deciding)
        if reads is not None:
            await deciding.read(*reads(deciding.body))
        case, besides = of_the_case(matter_in(deciding)), of_the_states(states(deciding))
        await deciding.believe(*people(deciding.body), *case, *besides, deciding.caller.id)

    return Command(
        name=name,
        path=f"/cases/{{case_id}}/{step}",
        model=model,
        summary=summary,
        streams=case_stream,
        decide=decided,
        about=about_matter,
        look=look_at_case,
        prepare=prepare,
        at_once=at_once,
        record=record,
    )


def always(raw: Any, protocol: Protocol) -> bool:
    """An act that is one of immediate safeguarding whatever its body says."""
    return True


async def look_at_case(deciding: Deciding, opened: bool = False) -> None:
    """Read the case with all linked to it, and what the others told of them and of their children.

    From then on the command speaks of the case on which the work of all is recorded. opened: with the sealed parts.
    """
    cases = await look_around(deciding, deciding.ids["case_id"], opened=opened)
    deciding.extra["cases"] = cases
    deciding.ids = {**deciding.ids, "case_id": cases[0]}


async def look_around(deciding: Deciding, asked: str, *, opened: bool = False) -> tuple[str, ...]:
    """Read a case with all that is near it. Gives the ids of all, that on which the work is recorded first."""
    await deciding.believe(asked)
    cases = cases_of(asked, deciding.known)
    await deciding.believe(*cases)
    while (found := cases_of(asked, deciding.known)) != cases:
        cases = found
        await deciding.believe(*cases)
    await deciding.read(*(f"case/{case}" for case in cases), opened=opened)
    await deciding.believe(*sorted({child for fact in _facts(deciding, cases) for child in fact.child_ids}))
    return cases


def matter_in(deciding: Deciding) -> Matter:
    """What the command is about, by the protocol in force when it occurred."""
    return matter_around(deciding, deciding.extra["cases"])


def matter_around(deciding: Deciding, cases: tuple[str, ...]) -> Matter:
    """The matter of cases that were read, by the protocol in force when the command occurred."""
    assert deciding.protocol is not None
    return matter_of(cases[0], deciding.known, _own(deciding, cases), deciding.protocol)


def about_matter(deciding: Deciding) -> About:
    """What the policy has to know of it."""
    return about_cases(deciding, deciding.extra["cases"])


def about_cases(deciding: Deciding, cases: tuple[str, ...]) -> About:
    """The same of cases that were read. A case nobody told of is nobody's, and looks like another authority's."""
    now, authority = deciding.house.now(), str(deciding.caller.authority)
    protocol = deciding.house.protocol_for(authority, now)
    matter = matter_of(cases[0], deciding.known, _own(deciding, cases), protocol)
    children = {child for fact in matter.facts for child in fact.child_ids}
    of_children = (fact for child in sorted(children) for fact in deciding.known.of(child))
    owners = {fact.authority for fact in matter.told if fact.authority}
    if not owners:
        return About(authority="", case_ids=frozenset())
    if authority not in owners:
        return About(authority=sorted(owners)[0], case_ids=frozenset(cases))
    facts = {fact.event_id: fact for fact in (*matter.facts, *of_children)}
    return about_case(authority, matter.linked.case_ids, in_order(facts.values()), protocol, now)


def _of_its_time(deciding: Deciding) -> None:
    """A correction that does not say when it was is of the time of what it takes the place of."""
    corrects = getattr(deciding.body, "corrects", None)
    if corrects is None or deciding.body.occurred_at is not None:
        return
    fact = matter_in(deciding).basis(corrects)
    if fact is not None:
        assert deciding.act is not None
        deciding.act = replace(deciding.act, occurred_at=fact.occurred_at)
        deciding.protocol = deciding.house.protocol_for(str(deciding.caller.authority), fact.occurred_at)


def case_stream(ids: Mapping[str, str]) -> Sequence[str]:
    """The stream that a command on a case rests on."""
    return (f"case/{ids['case_id']}",)


def _own(deciding: Deciding, cases: Iterable[str]) -> tuple[Told, ...]:
    return tuple(fact for case in cases for fact in deciding.state(f"case/{case}").facts)


def _facts(deciding: Deciding, cases: Iterable[str]) -> tuple[Told, ...]:
    cases = tuple(cases)
    return (*(fact for case in cases for fact in deciding.known.of(case)), *_own(deciding, cases))
