"""One history: a referral comes in, people and letters take turns, and everything has been read in the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import TriageReferral, triage_referral
from shared.kernel.events import Fact, Recorded
from shared.kernel.people import Actor
from shared.kernel.refusal import Refused
from shared.protocol.standing import Standing
from tests.decisions.referral.forms import concern, emarf, entry
from tests.histories.people import CAT, DOOR, EVERYBODY
from tests.histories.plays import PLAYS
from tests.histories.scenes import Play, Scene
from tests.histories.world import World, world_of

LIVES = 26
"""How many things people do or try in a history."""

CLOSES = next(play for play in PLAYS if play.command == "CloseCase")
SENDER = Actor(id="larch-lane-system", employer="larch-lane")
OUTCOMES = (
    ("GREEN", "NFA"),
    ("GREEN", "EARLY_SUPPORT_START"),
    ("AMBER", "FAMILY_HELP"),
    ("AMBER", "FAMILY_HELP"),
    ("AMBER", "CAT_ASSESSMENT"),
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
        """The children of the referral that began it."""
        return self.world.houses["referral"].state(f"referral/{self.referral}").child_ids


def live(seed: int, turns: int = LIVES) -> History:
    """What this seed leads to; the same every time."""
    history = History(seed, world_of(seed))
    world = history.world
    _receive(history)
    for _ in range(turns):
        _some_letters(world)
        world.pass_time()
        stood = world.standings(history.case)
        if {one.state for one in stood.values()} == {"CLOSED"} and world.chance.random() < 0.3:
            break
        waiting = any(stood[child].state == "RECEIVED" for child in history.children if child in stood)
        if world.chance.random() < (0.5 if waiting else 0.03):
            _triage(history)
        elif waiting and world.chance.random() < 0.15:
            # Of this the front door may not have heard when it decides.
            _play(history, CLOSES)
        else:
            _play(history, _next(history))
    while world.deliver():
        pass
    return history


def _some_letters(world: World) -> None:
    """Between two things that people do, all letters come in, or a few, or none."""
    few = world.chance.choice((0, 2, 6, 1_000, 1_000))
    while few and world.deliver():
        few -= 1


def _next(history: History) -> Play:
    """What somebody does next: mostly something usual where a child stands."""
    world = history.world
    states = {stood.state for stood in world.standings(history.case).values()}
    told = {letter.name.partition(".")[2] for letter in world.letters}
    usual = [play for play in PLAYS if states & {*play.where} and play.after in (None, *told)]
    if not usual or world.chance.random() >= 0.75:
        usual = list(PLAYS)
    return world.chance.choices(usual, [play.often for play in usual])[0]


def _receive(history: History) -> None:
    world = history.world
    names = ("Ada", "Bea")[: world.chance.choice((1, 1, 2))]
    children = [{"first_name": name, "surname": "Example", "date_of_birth": "2016-05-04"} for name in names]
    flags = ["PRIVATELY_FOSTERED"] if world.chance.random() < 0.1 else []
    form = world.chance.choice((emarf, concern))(children=children, vulnerability_flags=flags)
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
    world, house = history.world, history.world.houses[play.service]
    before = world.standings(history.case)
    scene = Scene(world, house, history.case, history.children, _some(history, play.where), before)
    by = world.chance.choice(play.by(scene)) if world.chance.random() < 0.93 else world.chance.choice(EVERYBODY)
    body = _written(world, play, play.body(scene))
    reads = play.reads(house, body)
    ids = world.ids
    first = world.decide(play.service, play.decide, body, by, history.case, *reads)
    if len(history.done) % 3 == 0:
        world.ids = ids
        again = world.decide(play.service, play.decide, body, by, history.case, *reads)
        assert _same(first, again), f"seed {history.seed}: {play.command} came to two things"
    done = Done(play.command, play.protects, by.id, before, before)
    history.done.append(done)
    if isinstance(first, Refused):
        done.refused = first
        return
    done.events = world.record(play.service, play.command.partition(" ")[0], by.actor, first)
    done.after = world.standings(history.case)


def _written(world: World, play: Play, body: dict[str, Any]) -> Any:
    """The body, sometimes with something left out, where the form allows that."""
    if world.chance.random() < 0.12:
        left_out = world.chance.choice(sorted(body))
        try:
            return play.model.model_validate({key: value for key, value in body.items() if key != left_out})
        except ValidationError:
            pass
    return play.model.model_validate(body)


def _same(one: Sequence[Fact] | Refused, other: Sequence[Fact] | Refused) -> bool:
    if isinstance(one, Refused) or isinstance(other, Refused):
        return isinstance(one, Refused) and isinstance(other, Refused) and one.refusals == other.refusals
    return tuple(one) == tuple(other)


def _some(history: History, where: Sequence[str] = ()) -> tuple[str, ...]:
    """All children, or those for whom it is usual, or any one."""
    children, chance = history.children, history.world.chance
    stood = history.world.standings(history.case)
    usual = tuple(child for child in children if child in stood and stood[child].state in where)
    if usual and chance.random() < 0.7:
        return usual
    return children if chance.random() < 0.6 else (chance.choice(children),)
