"""The case file as a saved row, with what the policy and the worklists look it up by."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.qa.views.case_file import file_of
from services.qa.views.children import standings_of
from services.qa.views.papers import Papers, papers_of
from services.qa.views.words import plain
from services.qa.views.worklist import open_items
from shared.access.case_facts import about_case
from shared.kernel.letters import Letter
from shared.kernel.service import Body, Gathering
from shared.protocol.leads import FAMILY_LEAD, LINE_MANAGER, MANAGERS_OF_A_LEAD
from shared.protocol.load import protocol_of
from shared.protocol.protocol import Protocol

READS = "RecordRead"
NEVER = "9999"


def of_a_case(letter: Letter) -> Sequence[str]:
    """Which case a letter changes. That it was read changes nothing in it: reads are told of apart."""
    return (letter.case_id,) if letter.case_id and letter.title != READS else ()


def linked_by(letters: Sequence[Letter]) -> Iterable[str]:
    """Every case that these letters link with another, by links that were undone too."""
    told = (letter.data for letter in letters if letter.title in ("CasesLinked", "CasesUnlinked"))
    return {data[end] for data in told for end in ("kept", "joined")}


def on_the_case(letters: Iterable[Letter]) -> list[Letter]:
    """The letters without those of reads."""
    return [letter for letter in letters if letter.title != READS]


def sortable(moment: datetime) -> str:
    """An instant as text of one length, so that texts stand in the order of the instants."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _fold(case_id: str, letters: Sequence[Letter]) -> Body | None:
    papers = papers_of(case_id, on_the_case(letters))
    if not papers.letters:
        return None
    last = max(papers.letters, key=lambda letter: (letter.occurred_at, letter.source, letter.sequence))
    protocol = protocol_of(last.authority, last.occurred_at)
    file = file_of(papers, protocol_of)
    items = [_item(item, file, protocol) for item in open_items(file)]
    return {
        "authority": last.authority,
        "file": file,
        "access": _access(papers, protocol, last.occurred_at),
        "items": sorted(items, key=by_urgency),
    }


def _access(papers: Papers, protocol: Protocol, at: datetime) -> Body:
    """What the policy asks of the case itself. Grants and restrictions are qa's own record, and read when asked."""
    # All letters of a store are of one authority, so it asks for the places that the file was folded from.
    standing = standings_of(papers, protocol)
    about = about_case(protocol.authority, papers.case_ids, papers.told, protocol, at, standing)
    parts = ("case_ids", "children", "referrers", "untriaged", "roles")
    return {part: plain(getattr(about, part)) for part in parts}


def _item(item: Body, file: Body, protocol: Protocol) -> Body:
    """An open item with the desks it lies on and its deadline: its own rule's, else the earliest about its child."""
    ids = {item["child_id"], *_aliases(item["child_id"], file)}
    dues = [
        date
        for date in file["next_dates"]
        if date["what"] == "clock" and (item["child_id"] is None or date["child_id"] is None or date["child_id"] in ids)
    ]
    dues = [date for date in dues if date["rule"] in item["rules"]] or dues
    people = _people(item["for"]["posts"], ids, file["leads"])
    managers = _those_who_stand_in(protocol) if LINE_MANAGER in item["for"]["posts"] else []
    whose = {**item["for"], "teams": item["for"]["teams"] or _teams_of_managers(item, ids, file, protocol)}
    return {
        **item,
        "desks": [*_desks_of_people(people), *managers, *_desks(whose, protocol, bool(people or managers))],
        "next_due_at": min((sortable(datetime.fromisoformat(date["at"])) for date in dues), default=None),
    }


def _teams_of_managers(item: Body, ids: Collection[str | None], file: Body, protocol: Protocol) -> list[str]:
    """Of a manager whose team the rule does not say: the teams that hold the child, or all of the family; else the
    front door, which finds out whose it is.
    """
    if not set(item["for"]["posts"]) & set(protocol.place.managers):
        return []
    children = [child for child in file["children"] if item["child_id"] is None or child["child_id"] in ids]
    teams = (team for child in children for held in child["holders"] for team in held["teams"])
    return list(dict.fromkeys(teams)) or [protocol.front_door]


def _aliases(child_id: str | None, file: Body) -> list[str]:
    return next((child["alias_ids"] for child in file["children"] if child["child_id"] == child_id), [])


def _people(roles: Sequence[str], child_ids: Collection[str | None], leads: Sequence[Body]) -> list[str]:
    """Who has one of these roles on the case now, for the child where it is about one, or stands behind the lead."""
    now = [lead for lead in leads if lead["until"] is None]
    active = (lead for lead in now if lead["role"] in roles)
    mine = (lead for lead in active if child_ids == {None} or not lead["child_ids"] or _shared(lead, child_ids))
    named = [lead["lead"] for lead in mine]
    if LINE_MANAGER in roles:
        families = (lead["basis"] for lead in now if lead["role"] == FAMILY_LEAD)
        named += [basis.get(one) or {} for basis in families for one in MANAGERS_OF_A_LEAD]
    return sorted({one["id"] for one in named if one.get("id")})


def _those_who_stand_in(protocol: Protocol) -> list[Body]:
    """The desks of those who hold a family while it has no lead: they see to it that its lead's manager is heard."""
    holds = protocol.local.holds
    held = (one for one in (holds.states if holds else ()) if one.person == FAMILY_LEAD)
    desks = {(team, post): None for one in held for team in one.teams for post in one.stand_ins}
    return [{"team": team, "post": post} for team, post in desks]


def _shared(lead: Body, child_ids: Collection[str | None]) -> bool:
    return not set(child_ids).isdisjoint(lead["child_ids"])


def _desks_of_people(people: Iterable[str]) -> list[Body]:
    return [{"team": None, "post": None, "person": one} for one in people]


def _desks(whose: Mapping[str, Any], protocol: Protocol, has_people: bool) -> list[Body]:
    named = whose["posts"]
    posts = [post for post in named if post in protocol.posts and post != LINE_MANAGER]
    teams = [*whose["teams"], *(word for word in named if word in protocol.teams)]
    if not teams and not posts and not has_people:
        # A word for a role that nobody is appointed to here: the front door finds out whose it is.
        teams = [protocol.front_door]
    if not teams:
        return [{"team": None, "post": post} for post in posts]
    return [{"team": team, "post": post} for team in teams for post in (posts or [None])]


def by_urgency(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The order of a worklist: the most overdue first, then what has waited longest."""
    fields = ("since", "code", "case_id", "child_id", "of_event", "what")
    return (item["next_due_at"] or NEVER, *(item.get(field) or "" for field in fields))


def token(kind: str, word: object) -> str:
    """One word of a column that holds several; those who look for it write it in the same way."""
    return f"|{kind}={word}|"


def desk_token(desk: Mapping[str, Any]) -> str:
    """The word for a desk: its person, its team, or its post where neither is named."""
    if desk.get("person"):
        return token("person", desk["person"])
    return token("team", desk["team"]) if desk["team"] else token("post", desk["post"])


def _search(body: Body) -> dict[str, str | None]:
    access, children = body["access"], body["file"]["children"]
    held = {desk_token(desk) for child in access["children"] for desk in child["holds"]}
    worked = {desk_token(desk) for item in body["items"] for desk in item["desks"]}
    people = {token("person", role["person_id"]) for role in access["roles"] if role["person_id"]}
    agencies = {token("employer", role["employer"]) for role in access["roles"] if role["employer"]}
    ids = {token("child", one) for child in children for one in (child["child_id"], *child["alias_ids"])}
    ids |= {token("case", one) for one in access["case_ids"]}
    return {
        "authority": body["authority"],
        "readers": "".join(sorted(held | worked | people | agencies | ids)),
        "desks": "".join(sorted(worked)),
    }


CASES = Gathering(
    name="cases",
    keys=of_a_case,
    related=linked_by,
    fold=_fold,
    columns=("authority", "readers", "desks"),
    search=_search,
)
