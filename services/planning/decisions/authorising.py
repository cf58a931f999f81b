"""Whose word a decision needs: the managers of the family's lead, and who of those named is one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.planning.decisions.recording import standing_of
from shared.access.registers import appointments_at, person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.protocol.facts import first
from shared.protocol.leads import FAMILY_LEAD, Lead, active, leads_in
from shared.protocol.linked import Matter

AUTHORITY, UNKNOWN = "AUTHORITY", "UNKNOWN"


def employed(matter: Matter, known: Known, person_id: str, act: Act) -> str:
    """Who employs a person, as a kind of employer; UNKNOWN where the register does not say."""
    person = person_at(known.of(person_id), person_id, matter.protocol.authority, act.occurred_at)
    return (person.employer_kind if person else None) or UNKNOWN


def lead_of(matter: Matter) -> Lead | None:
    """The family's lead practitioner now."""
    return active(leads_in(matter.facts), FAMILY_LEAD)


def managers_of(matter: Matter) -> tuple[str, ...]:
    """The managers of the family's lead whom the case names, of whom is asked who employs them."""
    lead = lead_of(matter)
    named = (_named(lead, "line_manager"), _named(lead, "authorising_manager")) if lead else ()
    return tuple(one for one in named if one)


@dataclass(frozen=True)
class Authorised:
    """Who authorises a decision about one child.

    by: LINE_MANAGER or LA_MANAGER of the lead, or OTHER; employed: by whom; posts: those held in a team that holds
    the child. on_record: one of the two managers is there, and is the authority's. line_manager: who employs them.
    """

    by: str
    employed: str
    posts: tuple[str, ...]
    on_record: bool
    line_manager: str | None

    @property
    def words(self) -> Mapping[str, Any]:
        """As the packs' words."""
        return {
            "authoriser": self.by,
            "authoriser_employed": self.employed,
            "authoriser_posts": list(self.posts),
            "managers": "ON_RECORD" if self.on_record else "NONE",
            "line_manager": self.line_manager,
        }


def authorised(matter: Matter, known: Known, child_id: str, person_id: str, act: Act) -> Authorised:
    """Who a person is to a decision about a child. person_id: of whoever authorises it."""
    lead = lead_of(matter)
    line, stand_in = (_named(lead, "line_manager"), _named(lead, "authorising_manager")) if lead else (None, None)
    line_employed = _employed_as(matter, known, lead, "line_manager", act)
    stand_in_employed = _employed_as(matter, known, lead, "authorising_manager", act)
    return Authorised(
        by="LINE_MANAGER" if person_id == line else "LA_MANAGER" if person_id == stand_in else "OTHER",
        employed=employed(matter, known, person_id, act),
        posts=_posts_there(matter, known, child_id, lead, person_id, act),
        on_record=AUTHORITY in (line_employed, stand_in_employed),
        line_manager=line_employed,
    )


def _posts_there(
    matter: Matter, known: Known, child_id: str, lead: Lead | None, person_id: str, act: Act
) -> tuple[str, ...]:
    now = standing_of(matter, child_id)
    teams = {team for held in matter.protocol.holders(now.state, now.beneath) for team in held.teams}
    team_id = first(lead.data, "team_id") if lead else None
    held = appointments_at(known.of(person_id), person_id, matter.protocol.authority, act.occurred_at)
    here = (one for one in held if one.team in teams and (team_id is None or one.team_id in (None, team_id)))
    return tuple(sorted({one.post for one in here}))


def _employed_as(matter: Matter, known: Known, lead: Lead | None, field: str, act: Act) -> str | None:
    """Who employs a manager whom the allocation names, by the register, else as it was said then.

    None for nobody, and for one of the authority who has left: somebody has to be able to stand in.
    """
    who = _named(lead, field) if lead else None
    if lead is None or who is None:
        return None
    there = person_at(known.of(who), who, matter.protocol.authority, act.occurred_at)
    kind = (there.employer_kind if there else None) or first(lead.data, f"{field}.employer_kind") or UNKNOWN
    return None if there is None and kind == AUTHORITY else kind


def _named(lead: Lead, field: str) -> str | None:
    found = first(lead.data, f"{field}.id")
    return found if isinstance(found, str) else None
