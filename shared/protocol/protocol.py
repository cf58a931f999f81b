"""The protocol in force: one local edition with the national one and the product's own rules, and what it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from shared.kernel.people import Actor
from shared.protocol.beside import Beside
from shared.protocol.blocks import Held, Judged, May, Pathway, Record, SignOff, SystemRule, Tag
from shared.protocol.clocks import Clock, Started, started
from shared.protocol.competence import Competence, Kind
from shared.protocol.ends import Ends
from shared.protocol.follows import Follows, Waits
from shared.protocol.indexed import by_word, of_both
from shared.protocol.moves import Moves
from shared.protocol.patterns import Pattern, hold
from shared.protocol.reports import Report
from shared.protocol.schema import Edition, LocalPack, NationalPack, Place
from shared.protocol.tasks import Task


@dataclass(frozen=True)
class Missed:
    """A rule that a command does not keep. tag: what that leads to; what: the fields, at least one."""

    block: Judged
    tag: Tag
    what: tuple[str, ...]


@dataclass(frozen=True)
class Protocol:
    """What binds in an authority at an instant. before_first: no edition was in force yet, this is the first."""

    local: LocalPack
    national: NationalPack
    system: Mapping[str, SystemRule]
    clocks: tuple[Clock, ...]
    before_first: bool = False

    @property
    def edition(self) -> str:
        """The local edition's id, as every decision records it."""
        return self.local.edition.id

    @property
    def editions(self) -> tuple[Edition, Edition]:
        """The local and the national edition."""
        return self.local.edition, self.national.edition

    @property
    def authority(self) -> str:
        """The authority's code."""
        return self.local.edition.authority

    @property
    def place(self) -> Place:
        """The authority: name, census code, managers and teams."""
        return self.local.place

    @property
    def teams(self) -> Mapping[str, tuple[str, ...]]:
        """Team -> the ids of the teams of that kind."""
        return self.local.place.teams

    @property
    def posts(self) -> tuple[str, ...]:
        """The posts that a person may be appointed to here."""
        return self.local.place.posts

    @property
    def telephone(self) -> str:
        """What to ring when a referral could not be taken, as words for the referrer."""
        return self.local.front_door.telephone

    @property
    def front_door(self) -> str:
        """The team where referrals come in."""
        return self.local.front_door.team

    @property
    def triage_words(self) -> tuple[str, ...]:
        """The priorities of triage, most urgent first; empty where the protocol has none."""
        return self.local.triage_words

    @property
    def moves(self) -> Moves | None:
        """The process map, None where the pack is silent on it."""
        return self.local.moves

    @property
    def ages(self) -> tuple[int, ...]:
        """The ages at which something follows from a child's reaching them."""
        return self.national.ages

    def closure(self, ending: str) -> str:
        """The census's reason for a case that ended so. Raises KeyError."""
        return self.national.closure[ending]

    def codes(self, field: str) -> tuple[str, ...]:
        """The codes in use for "<Command>.<field>"; empty where the pack is silent on it."""
        return self.local.codes.get(field, ())

    def group_of(self, outcome: str | None) -> str | None:
        """The group of an outcome of triage, None for a word that is not of this authority."""
        return self.local.outcomes.get(outcome) if outcome else None

    def outcomes_of(self, *groups: str) -> tuple[str, ...]:
        """The authority's words for these groups of outcomes."""
        return tuple(word for word, group in self.local.outcomes.items() if group in groups)

    def team_id(self, team: str) -> str | None:
        """The id of the one team of its kind; None where there are several or none."""
        ids = self.teams.get(team, ())
        return ids[0] if len(ids) == 1 else None

    def is_front_door_manager(self, actor: Actor) -> bool:
        """Whether this person manages the front door."""
        return actor.team == self.front_door and actor.role in self.local.front_door.manager_posts

    def is_manager(self, actor: Actor) -> bool:
        """Whether this person holds a post that manages in this authority."""
        return actor.role in self.place.managers

    def is_social_care(self, actor: Actor) -> bool:
        """Whether this person works in one of the authority's social care teams."""
        return actor.team in self.place.social_care

    def holds(self, state: str | None) -> Held | None:
        """Who holds a child in a state; None for a closed or unknown one."""
        return self._held.get(state or "")

    def holders(self, state: str | None, beneath: str | None = None) -> tuple[Held, ...]:
        """All who hold a child: by its state, and by the state underneath where the pack says that they keep it.

        A referral that nobody has decided on is no state to go back to: it is the front door's to triage, not to hold.
        """
        held = self.holds(state)
        kept = held is not None and held.with_beneath and not (self.moves and beneath == self.moves.start)
        under = self.holds(beneath) if kept else None
        return tuple(entry for entry in (held, under) if entry)

    def sign_offs(self, command: str) -> tuple[SignOff, ...]:
        """The rules on who may do or must agree to this, national ones first."""
        return self._sign_offs.get(command, ())

    def pathways(self, command: str) -> tuple[Pathway, ...]:
        """The decision tables of a command, national ones first."""
        return self._pathways.get(command, ())

    def records(self, command: str) -> tuple[Record, ...]:
        """The required fields of a command, national ones first."""
        return self._records.get(command, ())

    def follow_ups(self, records: str) -> tuple[Follows, ...]:
        """What leads to an event that a service records by itself, national blocks first. records: its full name."""
        return self._follow_ups.get(records, ())

    @property
    def endings(self) -> tuple[Ends, ...]:
        """The roles on a case that end by themselves, and when."""
        return self.local.ends

    def besides(self, command: str, records: str, facts: Mapping[str, Any]) -> Beside | None:
        """What brings an event of this full name with a command in these circumstances, a local block before a
        national one; None if nothing does.
        """
        blocks = (*self.local.beside, *self.national.beside)
        of_both = (one for one in blocks if (one.command, one.records) == (command, records))
        return next((one for one in of_both if one.applies(facts)), None)

    def waits(self, name: str, data: Any) -> Waits | None:
        """The worklist on which an event of this name and payload stands; None where the pack has none for it."""
        return next((block for block in self._waits.get(name, ()) if block.is_of(name, data)), None)

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """What puts work on somebody's desk, national blocks first."""
        return of_both(self.national.task, self.local.task)

    def report(self, code: str) -> Report | None:
        """What this authority counts or lists under a code; None where its protocol asks for nothing of the kind."""
        return next((block for block in self.local.report if block.code == code), None)

    def competences(self, *kinds: Kind) -> tuple[Competence, ...]:
        """The lists of courses or attestations of these kinds; empty where the pack has none."""
        return tuple(block for block in self.local.competence if block.kind in kinds)

    def may(self, command: str, facts: Mapping[str, Any] | None = None) -> May | None:
        """Who may send a command of which no row speaks, in these circumstances; None where the pack is silent."""
        of_it = (block for block in self.local.may if block.command == command)
        return next((block for block in of_it if hold(block.when, facts or {})), None)

    def missed(self, command: str, facts: Mapping[str, Any]) -> tuple[Missed, ...]:
        """Every table and required field of a command that these facts do not keep, in the packs' order.

        facts: the command's fields by name and the circumstances by the packs' words for them.
        """
        blocks: tuple[Pathway | Record, ...] = (*self.records(command), *self.pathways(command))
        found = ((block, block.missed(facts)) for block in blocks)
        return tuple(Missed(block, block.tag_for(facts), what) for block, what in found if what)

    def clock(self, rule: str) -> Clock:
        """The clock of a rule. Raises KeyError."""
        return self._clocks[rule]

    def clocks_started_by(
        self,
        name: str,
        data: Any,
        occurred_at: datetime,
        child_id: str | None = None,
        state: str | None = None,
        ran_before: Iterable[str] = (),
        around: Mapping[str, Any] | None = None,
    ) -> Started:
        """The deadlines that an event starts and that its own service computes, for one child.

        name, data: the event's; state: the child's before it; ran_before: IDs of clocks that ever ran for the child.
        around: its circumstances before the event, None where nobody looked.
        """
        return started(self.clocks, name, data, occurred_at, child_id, state, frozenset(ran_before), around)

    def sentence(self, rule: str) -> tuple[str, str]:
        """What a rule of the product says, and the remedy. Raises KeyError."""
        return self.system[rule].says, self.system[rule].remedy

    @cached_property
    def clocks_of_qa(self) -> Mapping[str, tuple[tuple[Clock, tuple[Pattern, ...]], ...]]:
        """The clocks whose starts by an event qa alone computes, by the event's name, with those starts."""
        found: dict[str, list[tuple[Clock, tuple[Pattern, ...]]]] = {}
        for clock in self.clocks:
            own = [start for start in clock.starts if "qa" in (clock.computed_by, start.computed_by)]
            for name in dict.fromkeys(start.event for start in own) if clock.direction == "FORWARDS" else ():
                found.setdefault(name, []).append((clock, tuple(start for start in own if start.event == name)))
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def _sign_offs(self) -> Mapping[str, tuple[SignOff, ...]]:
        return by_word(of_both(self.national.sign_off, self.local.sign_off), lambda block: block.command)

    @cached_property
    def _pathways(self) -> Mapping[str, tuple[Pathway, ...]]:
        return by_word(of_both(self.national.pathway, self.local.pathway), lambda block: block.command)

    @cached_property
    def _records(self) -> Mapping[str, tuple[Record, ...]]:
        return by_word(of_both(self.national.record, self.local.record), lambda block: block.command)

    @cached_property
    def _follow_ups(self) -> Mapping[str, tuple[Follows, ...]]:
        return by_word(of_both(self.national.follows, self.local.follows), lambda block: block.records)

    @cached_property
    def _waits(self) -> Mapping[str, tuple[Waits, ...]]:
        return by_word(self.local.waits, lambda block: block.event)

    @cached_property
    def _held(self) -> dict[str, Held]:
        return {entry.state: entry for entry in self.local.holds.states} if self.local.holds else {}

    @cached_property
    def _clocks(self) -> dict[str, Clock]:
        return {clock.rule: clock for clock in self.clocks}
