"""A command on the cases of several families in one write: the one in its address, and those that its body names."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from shared.access.about import About
from shared.http.command import Command, Deciding
from shared.http.on_case import about_cases, about_matter, case_stream, look_around, look_at_case, matter_around
from shared.http.problems import invalid
from shared.kernel.events import Fact
from shared.protocol.linked import Matter

MOST = 50
FIELD = "families"

Decide = Callable[[Sequence[Matter], Deciding], Sequence[Fact]]


def on_cases(
    name: str,
    step: str,
    model: type[BaseModel],
    decide: Decide,
    summary: str,
    *,
    people: Callable[[Any], Iterable[str]] = lambda body: (),
    of_the_case: Callable[[Matter], Iterable[str]] = lambda matter: (),
    streams: Callable[[Deciding], Iterable[str]] = lambda deciding: (),
    parse: Callable[[Deciding], BaseModel] | None = None,
    record: bool = False,
    creates: bool = False,
) -> Command:
    """One command at `/cases/{case_id}/<step>` whose body may name further cases as `families[].case_id`.

    decide: (a matter for each family in the order of the body, that of the address first; everything else) -> facts.
    Each case has to be the caller's to work on, as if it stood in the address; all are read with their sealed parts,
    decided together and written together or not at all. people, of_the_case, record: as of `on_case`; streams: what
    it reads besides; creates: it opens a stream of its own.
    """

    def decided(deciding: Deciding) -> Sequence[Fact]:
        return decide(matters_in(deciding), deciding)

    async def prepare(deciding: Deciding) -> None:
        matters = matters_in(deciding)
        _each_once(matters)
        named = (*people(deciding.body), *(one for matter in matters for one in of_the_case(matter)))
        await deciding.believe(*named, deciding.caller.id)
        await deciding.read(*streams(deciding))

    return Command(
        name=name,
        path=f"/cases/{{case_id}}/{step}",
        model=model,
        summary=summary,
        streams=case_stream,
        decide=decided,
        about=about_matter,
        besides=_about_the_others,
        look=_look,
        prepare=prepare,
        parse=parse,
        record=record,
        creates=creates,
        opens=True,
    )


def matters_in(deciding: Deciding) -> tuple[Matter, ...]:
    """What the command is about, family by family."""
    return tuple(matter_around(deciding, cases) for cases in _families(deciding))


async def _look(deciding: Deciding) -> None:
    await look_at_case(deciding, opened=True)
    # The body was not held against its model yet: what does not fit there is no case here.
    deciding.extra["others"] = [await look_around(deciding, case_id, opened=True) for case_id in _named(deciding.raw)]


def _families(deciding: Deciding) -> Sequence[tuple[str, ...]]:
    return (deciding.extra["cases"], *deciding.extra["others"])


def _about_the_others(deciding: Deciding) -> Sequence[About]:
    return tuple(about_cases(deciding, cases) for cases in deciding.extra["others"])


def _named(raw: Any) -> tuple[str, ...]:
    families = raw.get(FIELD) if isinstance(raw, dict) else None
    listed = families[:MOST] if isinstance(families, list) else []
    named = (one.get("case_id") for one in listed if isinstance(one, dict))
    return tuple(one for one in named if isinstance(one, str) and 0 < len(one) <= 64)


def _each_once(matters: Sequence[Matter]) -> None:
    seen: set[str] = set()
    for place, matter in enumerate(matters):
        if matter.linked.kept in seen:
            raise invalid(f"/{FIELD}/{place - 1}/case_id", "twice", "Name each family once; linked cases are one.")
        seen.add(matter.linked.kept)
