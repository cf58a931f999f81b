"""What a block of a pack is, and the kinds that decisions are held against: tables, records, sign-offs, holders."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from shared.kernel.people import Actor
from shared.protocol.patterns import Words, hold, values

Tag = Literal["reject", "warn", "incomplete"]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a pack: frozen, by keyword, and a slip of the pen in a field's name fails at load."""


class Block(Strict, frozen=True, kw_only=True):
    """One rule as a pack keeps it.

    rule: its ID; says: the rule in our own words, also the sentence of a refusal; source: where the text says it.
    remedy: what to do instead. gap, reading: the open question of the text and how we read it.
    instead_of, because: the national rule whose place it takes, and why.
    """

    rule: str
    says: str
    source: str
    remedy: str = ""
    gap: str | None = None
    reading: str | None = None
    instead_of: str | None = None
    because: str | None = None


class Softer(Strict, frozen=True, kw_only=True):
    """Where a rule does not refuse but warns, or notes what is missing. when: words of which each field has one."""

    when: Words
    tag: Tag


class Judged(Block, frozen=True, kw_only=True):
    """A rule that judges a command.

    when: the circumstances it speaks of; tag: what a miss leads to; softer: where it leads to less, first match.
    owner: the team or post that follows up what it leaves incomplete.
    """

    command: str
    when: Words = {}
    tag: Tag = "reject"
    softer: tuple[Softer, ...] = ()
    owner: str = "FRONT_DOOR"

    def applies(self, facts: Any) -> bool:
        """Whether the circumstances are those it speaks of."""
        return hold(self.when, facts)

    def tag_for(self, facts: Any) -> Tag:
        """What a miss leads to in these circumstances."""
        for softer in self.softer:
            if hold(softer.when, facts):
                return softer.tag
        return self.tag


class Pathway(Judged, frozen=True, kw_only=True):
    """A decision table: the words that a field may have, or may not, in these circumstances.

    leaves_to: words of the same field that another row judges, and which.
    """

    allows: Words = {}
    refuses: Words = {}
    leaves_to: dict[str, str] = {}

    def missed(self, facts: Any) -> tuple[str, ...]:
        """The fields whose words are outside the table; empty when it is kept or does not apply."""
        if not self.applies(facts):
            return ()
        left = tuple(self.leaves_to)
        outside = [path for path, words in self.allows.items() if not hold({path: (*words, *left)}, facts)]
        return (*outside, *(path for path, words in self.refuses.items() if hold({path: words}, facts)))


class Record(Judged, frozen=True, kw_only=True):
    """Fields that a record must have. needs: paths; `a|b` is satisfied by either, `list[].x` is asked of each entry."""

    needs: tuple[str, ...]

    def missed(self, facts: Any) -> tuple[str, ...]:
        """The fields that are not there, a list's entry by its place: `children[0].name`."""
        if not self.applies(facts):
            return ()
        return tuple(what for need in self.needs for what in _lacking(need, facts))


class SignOff(Judged, frozen=True, kw_only=True):
    """Who may do or must agree to something: one of the teams, and one of the posts, where they are named."""

    teams: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    social_worker: bool | None = None

    def satisfied_by(self, actor: Actor) -> bool:
        """Whether this person is one of those it names."""
        return (
            (not self.teams or actor.team in self.teams)
            and (not self.posts or actor.role in self.posts)
            and (self.social_worker is None or actor.social_worker is self.social_worker)
        )


class May(Strict, frozen=True, kw_only=True):
    """Who may send a command of which no row speaks. Any one of the ways named is enough.

    teams: anyone in them; posts: anyone who holds one; team_posts: a post within one of the teams of `of_teams`.
    lead: whoever leads the case; manager: whom the register names as the practitioner's manager or supervisor.
    agency: whom the agency employs that the command speaks of. A person of no list is refused.
    when: the circumstances it speaks of, where a row says who may in all others.
    """

    command: str
    source: str
    when: Words = {}
    teams: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    team_posts: tuple[str, ...] = ()
    of_teams: tuple[str, ...] = ()
    lead: bool = False
    manager: bool = False
    agency: bool = False

    def allows(self, actor: Actor, leads: bool = False, manages: bool = False, works_there: bool = False) -> bool:
        """Whether this person may.

        leads: they hold the lead of the case; manages: they manage the practitioner; works_there: the agency that the
        command speaks of employs them.
        """
        return (
            actor.team in self.teams
            or actor.role in self.posts
            or (actor.role in self.team_posts and actor.team in self.of_teams)
            or (self.lead and leads)
            or (self.manager and manages)
            or (self.agency and works_there)
        )


class Held(Strict, frozen=True, kw_only=True):
    """Who holds a child in a state. teams: whose work it is; posts: who of them (empty: all).

    person: the role on the case that holds it once somebody has it; stand_ins: the posts until then.
    with_beneath: the holders of the state underneath keep it as well. rules: others that ask for that person.
    named: somebody has to be named as that person; where not, whoever is stays, and nobody is asked for.
    """

    state: str
    teams: tuple[str, ...]
    posts: tuple[str, ...] = ()
    person: str | None = None
    stand_ins: tuple[str, ...] = ()
    with_beneath: bool = False
    rules: tuple[str, ...] = ()
    named: bool = True


class Holds(Block, frozen=True, kw_only=True):
    """Which team and which person hold a child in each state."""

    states: tuple[Held, ...]


class Silent(Strict, frozen=True, kw_only=True):
    """The protocol was read and says nothing. Written down, so that silence is never an oversight."""

    about: str
    because: str
    rules: tuple[str, ...] = ()


class Unclear(Block, frozen=True, kw_only=True):
    """The text does not settle it: a named role decides and says why."""

    about: str
    decided_by: str


class SystemRule(Strict, frozen=True, kw_only=True):
    """A rule of the product itself. id: SYS-...; says, remedy: as a refusal words them."""

    id: str
    says: str
    remedy: str


def _lacking(need: str, facts: Any) -> list[str]:
    ways = need.split("|")
    head, listed, _ = ways[0].partition("[].")
    if not listed:
        return [] if any(given(facts, way) for way in ways) else [need]
    entries = tuple(values(facts, head)) if isinstance(facts, Mapping) else ()
    tails = [way.partition("[].")[2] for way in ways]
    return [
        f"{head}[{place}].{'|'.join(tails)}"
        for place, entry in enumerate(entries)
        if not any(given(entry, tail) for tail in tails)
    ]


def given(facts: Any, path: str) -> bool:
    """Whether something was said at a path: present, and neither empty text nor an empty list."""
    return any(value not in ("", [], {}, ()) for value in values(facts, path))
