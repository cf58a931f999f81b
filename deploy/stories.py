"""What happens in a synthetic caseload: who refers whom, when, and what the front door makes of it. Pure, by seed.

The shares follow the department's figures for England in the year to March 2025: about one referral in five is of a
child referred within the year before, one in fifteen leads to nothing, and the police and schools send half of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from deploy.synthetic import AGENCIES, Agency, Family, Inventor
from shared.kernel.calendar import LONDON, add_working_days, is_working_day, local_date


class Play(StrEnum):
    """How a referral goes."""

    NOTHING = "nothing further"
    SIGNPOSTED = "signposted"
    EARLY_SUPPORT = "early support"
    ASSESSMENT = "assessment team"
    FAMILY_HELP = "family help"
    STRATEGY = "strategy discussion"
    JOINS = "joins an open case"
    AGAIN = "linked by mistake, then unlinked"
    GAPS = "a danger told with five things missing"
    TURNED_AWAY = "turned away at the door"
    SENT_AGAIN = "turned away, completed and sent again"
    RETURNED = "more information wanted"


_OFTEN: Mapping[Play, int] = {
    Play.NOTHING: 7,
    Play.SIGNPOSTED: 11,
    Play.EARLY_SUPPORT: 18,
    Play.ASSESSMENT: 22,
    Play.FAMILY_HELP: 13,
    Play.STRATEGY: 9,
    Play.JOINS: 12,
    Play.AGAIN: 1,
    Play.GAPS: 2,
    Play.TURNED_AWAY: 1,
    Play.SENT_AGAIN: 2,
    Play.RETURNED: 2,
}
_DECIDED: Mapping[Play, Mapping[str, Any]] = {
    Play.NOTHING: {"triage_rag": "GREEN", "outcome": "NFA"},
    Play.SIGNPOSTED: {"triage_rag": "GREEN", "outcome": "SIGNPOSTED", "signposted_to": ["FAMILY_HUB"]},
    Play.EARLY_SUPPORT: {"triage_rag": "GREEN", "outcome": "EARLY_SUPPORT_START"},
    Play.ASSESSMENT: {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT"},
    Play.FAMILY_HELP: {"triage_rag": "AMBER", "outcome": "FAMILY_HELP"},
    Play.STRATEGY: {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH"},
    Play.GAPS: {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH"},
    Play.JOINS: {"triage_rag": "AMBER", "outcome": "ADDED_TO_OPEN_CASE"},
    Play.AGAIN: {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT"},
    Play.SENT_AGAIN: {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT"},
}
_OPENS = (Play.ASSESSMENT, Play.FAMILY_HELP, Play.STRATEGY)
_NEEDS_A_CASE = (Play.JOINS, Play.AGAIN)
_URGENT = (Play.STRATEGY, Play.GAPS)
MUST = (
    Play.ASSESSMENT,
    Play.ASSESSMENT,
    Play.STRATEGY,
    Play.ASSESSMENT,
    Play.FAMILY_HELP,
    Play.STRATEGY,
    Play.ASSESSMENT,
    Play.FAMILY_HELP,
    Play.EARLY_SUPPORT,
    Play.GAPS,
    Play.NOTHING,
    Play.SIGNPOSTED,
    Play.SENT_AGAIN,
    Play.TURNED_AWAY,
    Play.RETURNED,
    Play.JOINS,
    Play.AGAIN,
)
"""What a small caseload shows at least: one of each, and as many as have to go on in different ways for every state of
the map to be seen; those last that need a case to be open already."""


@dataclass(frozen=True)
class Story:
    """One referral. form: as it is sent; at, decided_at: when it is sent and triaged; undone_at: when a link is undone.

    joins: the story whose child this one is about as well. sent_again: the completed form, and when it is sent.
    """

    number: int
    play: Play
    agency: Agency
    at: datetime
    decided_at: datetime
    form: dict[str, Any]
    joins: int | None = None
    undone_at: datetime | None = None
    sent_again: tuple[datetime, dict[str, Any]] | None = None
    decision: Mapping[str, Any] = field(default_factory=dict)


def stories(
    random: Random, local_authority_code: str, start: datetime, end: datetime, count: int, waiting: int = 0
) -> list[Story]:
    """Referrals between two instants, in order of time; the same for the same random numbers.

    waiting: how many of the last are not decided by then, a danger with gaps among them.
    """
    inventor = Inventor(random, local_authority_code)
    arrivals = sorted(_arrival(random, start, end) for _ in range(count))
    shown = _shown(count)
    waits = max((place for place, play in shown.items() if play is Play.FAMILY_HELP), default=None)
    plays = random.choices(list(_OFTEN), list(_OFTEN.values()), k=count)
    for place, play in shown.items():
        plays[place] = play
    if waiting:
        plays[-waiting:] = [Play.GAPS, *random.choices(_OPENS, k=waiting - 1)]
    told: list[Story] = []
    for number, (at, play) in enumerate(zip(arrivals, plays, strict=True)):
        # A case that others join stays as it is, so but for one none that shows how cases go on is joined.
        joinable = [one for one in told if one.number not in {*shown} - {waits}]
        told.append(_story(random, inventor, joinable, number, at, play))
    return [*told[: count - waiting], *(replace(one, decided_at=end + timedelta(1)) for one in told[count - waiting :])]


def _shown(count: int) -> dict[int, Play]:
    """What the caseload has to show, if there is room, each in its place."""
    step = count // (len(MUST) + 2)
    return {place * step: play for place, play in enumerate(MUST)} if count >= 2 * len(MUST) else {}


def _story(random: Random, inventor: Inventor, told: Sequence[Story], number: int, at: datetime, play: Play) -> Story:
    agency = inventor.agency()
    open_cases = [
        one for one in told if one.play in _OPENS and one.decided_at < at and "nhs_number" in one.form["children"][0]
    ]
    if play in _NEEDS_A_CASE and not open_cases:
        play = Play.ASSESSMENT
    joins = random.choice(open_cases) if play in _NEEDS_A_CASE else None
    family = _family(random, inventor, at) if joins is None else _known(inventor, joins, play)
    reference = f"{agency.type[:3]}-{number:05}"
    form = _form(random, inventor, agency, family, play) | {"agency_reference": reference}
    decided_at = _decided_at(random, at, play)
    story = Story(
        number=number,
        play=play,
        agency=agency,
        at=at,
        decided_at=decided_at,
        form=form,
        joins=joins.number if joins else None,
        undone_at=_in_hours(decided_at + timedelta(hours=random.randint(4, 60))) if play is Play.AGAIN else None,
        decision=_decision(random, play),
    )
    return _with_gaps(story, random)


def _family(random: Random, inventor: Inventor, at: datetime) -> Family:
    return inventor.family(local_date(at), random.choices((1, 2, 3), (70, 22, 8))[0])


def _known(inventor: Inventor, joins: Story, play: Play) -> Family:
    """The child of an earlier referral; by mistake: another child who has the same name and birthday."""
    child = dict(joins.form["children"][0])
    if play is Play.AGAIN and "nhs_number" in child:
        child.pop("unique_pupil_number", None)
        child["nhs_number"] = inventor.nhs_number()
    return Family(child["surname"], (child,))


def _form(random: Random, inventor: Inventor, agency: Agency, family: Family, play: Play) -> dict[str, Any]:
    form: dict[str, Any] = {
        "form_type": "EMARF",
        "request_kind": "FAMILY_HELP_REQUEST",
        "referrer": inventor.referrer(agency),
        "children": list(family.children),
        "lives_in_area": True,
    }
    first = family.children[0]
    if play in _URGENT:
        form |= {"request_kind": "SAFEGUARDING_CONCERN", "concern": inventor.danger(first)}
        form["immediate_risk" if random.random() < 0.5 else "risk_of_significant_harm"] = True
    else:
        form["concern"], flags = inventor.matter(first)
        form["vulnerability_flags"] = list(flags)
        if random.random() < 0.35:
            form["request_kind"] = "SAFEGUARDING_CONCERN"
    return form


def _with_gaps(story: Story, random: Random) -> Story:
    """What is missing of a form, where that is the story."""
    form = dict(story.form)
    match story.play:
        case Play.GAPS:
            form = danger_with_gaps(form)
        case Play.TURNED_AWAY | Play.SENT_AGAIN:
            form |= {"request_kind": "FAMILY_HELP_REQUEST", "referrer": {"role": story.agency.role}}
            del form["concern"]
            if story.play is Play.SENT_AGAIN:
                again = _in_hours(story.at + timedelta(minutes=random.randint(20, 200)))
                whole = story.form | {"request_kind": "FAMILY_HELP_REQUEST"}
                story = replace(story, sent_again=(again, whole), decided_at=max(story.decided_at, _next_hour(again)))
    return replace(story, form=form)


def danger_with_gaps(form: Mapping[str, Any]) -> dict[str, Any]:
    """A whole form as somebody in a hurry sends it: an immediate risk, and five things that are asked for missing.

    They are the kind of request, the referrer's name, a way to reach them, the child's age, and the concern in words.
    """
    child = {name: value for name, value in form["children"][0].items() if name in ("first_name", "surname")}
    kept = ("form_type", "agency_reference", "lives_in_area")
    return {name: form[name] for name in kept if name in form} | {"immediate_risk": True, "children": [child]}


def _decision(random: Random, play: Play) -> dict[str, Any]:
    """What the front door decides on each child; which child it joins is found when the referral is read."""
    decided = dict(_DECIDED.get(play, {}))
    if not decided:
        return {}
    if play is Play.JOINS and random.random() < 0.4:
        decided["triage_rag"] = "GREEN"
    urgent = play in _URGENT
    decided["five_questions"] = {
        "immediate_protection": urgent,
        "section_17_assessment": play in (Play.ASSESSMENT, Play.FAMILY_HELP, Play.SENT_AGAIN, Play.AGAIN),
        "section_47_enquiries": urgent,
        "services": play is not Play.NOTHING,
        "specialist_assessment": random.random() < 0.1,
    }
    if play in (Play.NOTHING, Play.SIGNPOSTED):
        decided |= {"family_hub_considered": True, "family_hub_considered_note": "Spoke with the nearest hub."}
    return decided


# ---- times ----


def _arrival(random: Random, start: datetime, end: datetime) -> datetime:
    """Most in the hours of offices and schools, some at any hour of any day."""
    while True:
        at = start + (end - start) * random.random()
        local = at.astimezone(LONDON)
        office = is_working_day(local.date()) and 8 <= local.hour < 18
        if random.random() < (1.0 if office else 0.12):
            return at.replace(microsecond=0)


def _decided_at(random: Random, at: datetime, play: Play) -> datetime:
    """A danger within the hour at any hour; else the same or the next working day, now and then too late."""
    if play in _URGENT:
        return at + timedelta(minutes=random.randint(8, 55))
    if random.random() < 0.06:
        late = add_working_days(local_date(at), random.randint(2, 3))
        return _at(late, time(10, random.randint(0, 59)))
    return _in_hours(at + timedelta(minutes=random.randint(25, 330)))


def _in_hours(at: datetime) -> datetime:
    """The instant itself if somebody is at the front door's desks then, else when the next day's work begins."""
    local = at.astimezone(LONDON)
    if is_working_day(local.date()) and time(8, 30) <= local.time() < time(17, 30):
        return at
    day: date = local.date()
    if not is_working_day(day) or local.time() >= time(17, 30):
        day = add_working_days(day, 1)
    return _at(day, time(8, 30 + at.minute // 2))


def _next_hour(at: datetime) -> datetime:
    return _in_hours(at + timedelta(hours=1))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON)


def in_order(told: Sequence[Story]) -> Iterator[tuple[datetime, int, str]]:
    """Every step of these stories as (when, story, what), in order of time."""
    steps = [(story.at, story.number, "sent") for story in told]
    steps += [(story.sent_again[0], story.number, "sent again") for story in told if story.sent_again]
    steps += [(story.decided_at, story.number, "decided") for story in told if story.play is not Play.TURNED_AWAY]
    steps += [(story.undone_at, story.number, "undone") for story in told if story.undone_at]
    yield from sorted(steps)


__all__ = ["AGENCIES", "MUST", "Play", "Story", "danger_with_gaps", "in_order", "stories"]
