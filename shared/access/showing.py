"""The body of a case under a mask: each group's fields stand in one table, and nothing else is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.access.masks import Group, Mask
from shared.access.trail import masked_trail

# Where each group stands in the body of a case, as a path; "*" is each entry of a list.
_PATHS: dict[Group, tuple[str, ...]] = {
    Group.REFERENCE: (
        "case_id",
        "case_ids",
        "authority",
        "versions",
        "as_at",
        "known_at",
        "edition",
        "mask",
        "incomplete_since",
        "children.*.child_id",
        "children.*.case_id",
        "children.*.version",
        "referrals.*.referral_id",
        "referrals.*.case_id",
        "referrals.*.child_ids",
        "referrals.*.version",
    ),
    Group.STATUS: (
        "referral_id",
        "agency_reference",
        "status",
        "outcome_group",
        "received_at",
        "decision_due_at",
        "decision_due_rule",
        "decided_at",
        "receipt",
        "information_wanted",
    ),
    Group.WHO: ("children.*.who", "people", "referrals.*.referrer"),
    Group.ADDRESS: ("children.*.address",),
    Group.AGES: ("children.*.age_years", "children.*.unborn", "children.*.not_known"),
    Group.STATE: ("children.*.state", "children.*.since", "children.*.closed_at", "children.*.reason_code"),
    Group.LEVEL: ("children.*.level", "children.*.level_since"),
    Group.HOLDER: ("children.*.holder", "leads"),
    Group.LINKS: ("links", "matches"),
    Group.RECEIVED: ("referrals.*.received",),
    Group.NARRATIVE: ("referrals.*.narrative",),
    Group.TRIAGE: ("referrals.*.triage", "referrals.*.status", "referrals.*.outcome_group"),
    Group.CLOCKS: ("clocks",),
    Group.WORK: ("work", "incomplete", "warnings", "grants", "restrictions"),
    Group.NOTES: ("notes",),
    Group.AUDIT: ("trail",),
}


def _tree(groups: Iterable[Group]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for group in groups:
        for path in _PATHS[group]:
            place = tree
            for step in path.split("."):
                place = place.setdefault(step, {})
    return tree


def masked(body: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """The part of a case's body that a mask shows; the body itself stays as it is.

    Entries of lists that name their children (`child_id` or `child_ids`) are shown as far as those children are;
    an entry of which nothing is left is left out. Entries of the trail go by their event (`trail.group_of`).
    """
    shown: dict[str, Any] = {}
    common = _tree(mask.groups)
    widest = _tree(mask.groups.union(*mask.of_child.values()))
    for name, value in body.items():
        if name == "trail":
            kept = masked_trail(value, mask)
            if kept:
                shown[name] = kept
        elif isinstance(value, list) and name in widest:
            kept = [part for entry in value if (part := _entry(name, entry, mask)) is not None]
            if kept or name in common:
                shown[name] = kept
        elif name in common:
            shown[name] = value
    return shown


def _entry(name: str, entry: Any, mask: Mask) -> Any:
    inside = _tree(mask.of(*_children_in(entry))).get(name)
    if inside is None:
        return None
    fields = inside.get("*")
    if fields is None or not isinstance(entry, Mapping):
        return entry if not inside else None
    return {key: value for key, value in entry.items() if key in fields} or None


def _children_in(entry: Any) -> tuple[str, ...]:
    if not isinstance(entry, Mapping):
        return ()
    several = entry.get("child_ids")
    if isinstance(several, (list, tuple)) and several:
        return tuple(several)
    one = entry.get("child_id")
    return (one,) if isinstance(one, str) else ()
