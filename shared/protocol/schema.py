"""A pack: one edition of one authority's protocol, of the national defaults, or the rules of the product itself."""

from datetime import date

import msgspec

from shared.protocol.beside import Beside
from shared.protocol.blocks import Holds, May, Pathway, Record, SignOff, Silent, Strict, SystemRule, Unclear
from shared.protocol.clocks import Clock, Terms
from shared.protocol.competence import Competence, Programme, twice
from shared.protocol.ends import Ends
from shared.protocol.follows import Follows, Waits
from shared.protocol.moves import Moves
from shared.protocol.reports import Report
from shared.protocol.tasks import Task


class Edition(Strict, frozen=True, kw_only=True):
    """Which text this is. id: "<authority>/<date>", as every decision records it; in_force: from that local day.

    ends: the last day it is in force, where nothing follows it; review_by: the date the text sets itself.
    """

    id: str
    authority: str
    title: str
    source: str
    in_force: date
    ends: date | None = None
    review_by: date | None = None


class Switch(Strict, frozen=True, kw_only=True):
    """A question that the text leaves open. value: the reading we chose; values: those there are, the default first.

    A field of the pack written `{ switch = "<name>", <value> = ... }` takes what stands beside the value.
    """

    gap: str
    value: str
    values: tuple[str, ...]
    reading: str


class Place(Strict, frozen=True, kw_only=True):
    """The authority. local_authority_code: the department's three digits. posts: those that a person may hold here.

    managers: posts that manage. teams: team -> the ids of the teams of that kind; social_care: those of social care.
    """

    name: str
    local_authority_code: str
    posts: tuple[str, ...]
    managers: tuple[str, ...]
    teams: dict[str, tuple[str, ...]]
    social_care: tuple[str, ...]


class FrontDoor(Strict, frozen=True, kw_only=True):
    """Where referrals come in. team, posts, manager_posts: who works there.

    telephone: what a referrer who was turned away should ring; confirmed: the council has said that it is right.
    """

    team: str
    posts: tuple[str, ...]
    manager_posts: tuple[str, ...]
    telephone: str
    telephone_confirmed: bool


class LocalPack(Strict, frozen=True, kw_only=True):
    """One edition of an authority's protocol.

    outcomes: word of triage -> its group; sends_to: word of triage -> the team that then has the child.
    triage_words: the priorities of triage, most urgent first, empty where the
    protocol has none. codes: "<Command>.<field>" -> the reason codes in use, OTHER among them.
    """

    edition: Edition
    place: Place
    front_door: FrontDoor
    outcomes: dict[str, str]
    sends_to: dict[str, str] = msgspec.field(default_factory=dict)
    triage_words: tuple[str, ...]
    codes: dict[str, tuple[str, ...]]
    switches: dict[str, Switch] = msgspec.field(default_factory=dict)
    moves: Moves | None = None
    holds: Holds | None = None
    pathway: tuple[Pathway, ...] = ()
    record: tuple[Record, ...] = ()
    sign_off: tuple[SignOff, ...] = ()
    may: tuple[May, ...] = ()
    competence: tuple[Competence, ...] = ()
    programme: tuple[Programme, ...] = ()
    clock: tuple[Clock, ...] = ()
    terms: tuple[Terms, ...] = ()
    ends: tuple[Ends, ...] = ()
    follows: tuple[Follows, ...] = ()
    beside: tuple[Beside, ...] = ()
    waits: tuple[Waits, ...] = ()
    task: tuple[Task, ...] = ()
    report: tuple[Report, ...] = ()
    silent: tuple[Silent, ...] = ()
    unclear: tuple[Unclear, ...] = ()


class NationalPack(Strict, frozen=True, kw_only=True):
    """One edition of the national defaults. ages: those at which something follows from a child's reaching them.

    closure: how a case ended -> the reason of the children in need census.
    """

    edition: Edition
    ages: tuple[int, ...]
    closure: dict[str, str] = msgspec.field(default_factory=dict)
    switches: dict[str, Switch] = msgspec.field(default_factory=dict)
    pathway: tuple[Pathway, ...] = ()
    record: tuple[Record, ...] = ()
    sign_off: tuple[SignOff, ...] = ()
    clock: tuple[Clock, ...] = ()
    follows: tuple[Follows, ...] = ()
    beside: tuple[Beside, ...] = ()
    task: tuple[Task, ...] = ()
    silent: tuple[Silent, ...] = ()


class SystemPack(Strict, frozen=True, kw_only=True):
    """The rules of the product itself."""

    rule: tuple[SystemRule, ...]


QUESTIONS = (
    "moves",
    "holds",
    "triage_words",
    "record SubmitReferral",
    "record CompleteEarlySupportReview",
    "pathway TriageReferral",
    "pathway CloseReferral",
    "sign_off TriageReferral",
    "may AcknowledgeReferral",
    "may ReturnReferral",
    "may CloseReferral",
    "may LinkCases",
    "may UnlinkCases",
    "may CorrectIdentity",
    "may DecidePathway",
    "may ResolveTurnedAway",
    "codes ReturnReferral.reason_code",
    "codes CloseReferral.reason_code",
    "codes LinkCases.reason_code",
    "codes UnlinkCases.reason_code",
    "codes CompleteEarlySupportReview.reason_code",
    "codes AcknowledgeReferral.not_possible_reason",
    "clock triage",
)
"""What the code asks of every local pack: each is answered by a block, or by `silent`, about exactly these words."""


class PackIncomplete(Exception):
    """A pack leaves a question unanswered, or contradicts itself. Says which pack and what; raised at load."""


def unanswered(pack: LocalPack) -> tuple[str, ...]:
    """The questions to which a pack has neither a block nor a silence."""
    answered = {silence.about for silence in pack.silent}
    answered |= {kind for kind in ("moves", "holds", "triage_words") if getattr(pack, kind)}
    for kind in ("record", "pathway", "sign_off", "may"):
        answered |= {f"{kind} {block.command}" for block in getattr(pack, kind)}
    answered |= {f"codes {field}" for field, codes in pack.codes.items() if codes}
    if any(start.event == "referral.ReferralTriaged" for clock in pack.clock for start in clock.starts):
        answered.add("clock triage")
    return tuple(question for question in QUESTIONS if question not in answered)


def contradictions(pack: LocalPack) -> tuple[str, ...]:
    """What a pack says twice differently: a code list without OTHER, a state nobody holds, a word listed twice."""
    found = [f"{field} has no OTHER" for field, codes in pack.codes.items() if "OTHER" not in codes]
    for name, switch in pack.switches.items():
        if switch.value not in switch.values:
            found.append(f"switch {name} has no value {switch.value}")
    if pack.moves and pack.holds:
        held = {entry.state for entry in pack.holds.states}
        found += [
            f"nobody holds a child in {state}" for state in pack.moves.states if state not in held | {pack.moves.closed}
        ]
        found += [f"no such state to hold: {state}" for state in sorted(held - set(pack.moves.states))]
    teams = {team for entry in (pack.holds.states if pack.holds else ()) for team in entry.teams}
    teams |= {pack.front_door.team, *pack.place.social_care, *pack.sends_to.values()}
    found += [f"{code} is listed twice" for code in twice(pack.competence)]
    found += [f"no such team: {team}" for team in sorted(teams - set(pack.place.teams))]
    return tuple(found)
