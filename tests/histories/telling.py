"""One history: a referral comes in, people and letters take turns, and everything has been read in the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import TriageReferral, triage_referral
from shared.kernel.events import Fact, Recorded
from shared.kernel.people import Actor
from shared.kernel.refusal import Refused
from shared.protocol.standing import Standing
from tests.decisions.referral.forms import concern, emarf, entry
from tests.histories.people import CAT, DOOR, EVERYBODY
from tests.histories.plays import PLAYS, Play, Scene
from tests.histories.world import World

LIVES = 24
"""How many turns a history has."""

SENDER = Actor(id="larch-lane-system", employer="larch-lane")
OUTCOMES = (
    ("GREEN", "NFA"),
    ("GREEN", "EARLY_SUPPORT_START"),
    ("AMBER", "FAMILY_HELP"),
    ("AMBER", "CAT_ASSESSMENT"),
    ("RED", "STRATEGY_DISCUSSION"),
)


@dataclass
class Done:
    """A command that somebody sent, and what came of it. before: where the children stood by all that had happened."""

    command: str
    protects: bool
    by: str
    before: dict[str, Standing]
    after: dict[str, Standing]
    events: Sequence[Recorded] = ()
    refused: Refused | None = None


@dataclass
class History:
    """A world and all that was done in it."""

    seed: int
    world: World
    case: str = ""
    referral: str = ""
    done: list[Done] = field(default_factory=list)

    @property
    def children(self) -> tuple[str, ...]:
        """The children of the case."""
        return self.world.houses["referral"].state(f"referral/{self.referral}").child_ids


def live(seed: int, turns: int = LIVES) -> History:
    """What this seed leads to; the same every time."""
    history = History(seed, World(Random(seed)))
    world = history.world
    _receive(history)
    for _ in range(turns):
        if world.chance.random() < 0.55:
            world.deliver()
            continue
        world.pass_time()
        if world.chance.random() < 0.2:
            _triage(history)
        else:
            _play(history, world.chance.choices(PLAYS, [play.often for play in PLAYS])[0])
    while world.deliver():
        pass
    return history


def _receive(history: History) -> None:
    world = history.world
    names = ("Ada", "Bea")[: world.chance.choice((1, 1, 2))]
    children = [{"first_name": name, "surname": "Example", "date_of_birth": "2016-05-04"} for name in names]
    form = world.chance.choice((emarf, concern))(children=children)
    state = world.houses["referral"].state("referral/")
    facts = submit_referral(
        state, world.houses["referral"].known(), form, world.protocol(), world.act(SENDER, client=True)
    )
    received = world.record("referral", "SubmitReferral", SENDER, facts)
    history.case, history.referral = str(received[0].case_id), received[0].stream.partition("/")[2]


def _triage(history: History) -> None:
    world = history.world
    stream = f"referral/{history.referral}"
    house = world.houses["referral"]
    by = world.chance.choices((DOOR, CAT), (9, 1))[0]
    entries = [entry(child, *world.chance.choice(OUTCOMES)) for child in _some(history)]
    body = TriageReferral.model_validate({"children": entries})

    def decide() -> Sequence[Fact]:
        act = world.act(by.actor)
        return triage_referral(
            house.state(stream), house.known(), body, world.protocol(), act, around=world.around(stream)
        )

    before = world.standings(history.case)
    urgent = all(one["outcome"] == "STRATEGY_DISCUSSION" for one in entries)
    try:
        events = world.record("referral", "TriageReferral", by.actor, decide())
        history.done.append(Done("TriageReferral", urgent, by.id, before, world.standings(history.case), events))
    except Refused as refused:
        history.done.append(Done("TriageReferral", urgent, by.id, before, before, refused=refused))


def _play(history: History, play: Play) -> None:
    world = history.world
    by = world.chance.choice(play.by) if world.chance.random() < 0.9 else world.chance.choice(EVERYBODY)
    scene = Scene(world, history.case, history.children, _some(history))
    body: Any = play.model.model_validate(play.body(scene))
    before = world.standings(history.case)
    first, second = (world.decide(play.service, play.decide, body, by, history.case) for _ in range(2))
    assert _same(first, second), f"seed {history.seed}: {play.command} came to two things"
    if isinstance(first, Refused):
        history.done.append(Done(play.command, play.protects, by.id, before, before, refused=first))
        return
    events = world.record(play.service, play.command, by.actor, first)
    history.done.append(Done(play.command, play.protects, by.id, before, world.standings(history.case), events))


def _same(one: Sequence[Fact] | Refused, other: Sequence[Fact] | Refused) -> bool:
    if isinstance(one, Refused) or isinstance(other, Refused):
        return isinstance(one, Refused) and isinstance(other, Refused) and one.refusals == other.refusals
    return tuple(one) == tuple(other)


def _some(history: History) -> tuple[str, ...]:
    children = history.children
    if history.world.chance.random() < 0.7:
        return children
    return (history.world.chance.choice(children),)
