"""The body of a case under a mask: each group's fields stand in one table, and nothing else is shown."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.access.masks import Group, Mask
from shared.access.trail import masked_trail, shows

# Where each group stands in what is shown of a case, as a path; "*" is each entry of a list.
_PATHS: dict[Group, tuple[str, ...]] = {
    Group.REFERENCE: (
        "case_id",
        "authority",
        "edition",
        "versions",
        "as_at",
        "known_at",
        "mask",
        "read_id",
        "incomplete_since",
        "missing_parts",
        "children.*.child_id",
        "referrals.*.referral_id",
        "referrals.*.case_id",
        "referrals.*.version",
        "referrals.*.children.*.child_id",
    ),
    Group.STATUS: (
        "referral_id",
        "agency_reference",
        "status",
        "outcome_groups",
        "received_at",
        "acknowledged_at",
        "decision_due_at",
        "decision_due_rule",
        "information_wanted",
    ),
    Group.WHO: ("children.*.who", "referrals.*.referrer"),
    Group.ADDRESS: ("children.*.address",),
    Group.AGES: ("children.*.age",),
    Group.STATE: (
        "children.*.state",
        "children.*.beneath",
        "children.*.protected",
        "children.*.since",
        "children.*.strategy_discussion_asked_by",
        "children.*.enquiry_open",
        "children.*.positions",
    ),
    Group.LEVEL: ("children.*.level", "children.*.levels"),
    Group.HOLDER: ("children.*.holders", "leads.*", "worklist.*"),
    Group.LINKS: ("linked_ids", "kept_case_id", "links", "children.*.alias_ids"),
    Group.RECEIVED: tuple(
        f"referrals.*.{field}"
        for field in (
            "received",
            "event_id",
            "edition",
            "acknowledged_at",
            "returned",
            "incomplete",
            "form_type",
            "request_kind",
            "source_agency",
            "agency_type",
            "cin_source_code",
            "agency_reference_hash",
            "received_at",
            "local_authority_received_at",
            "immediate_risk",
            "risk_of_significant_harm",
            "s47_criteria",
            "concern_identified_at",
            "vulnerability_flags",
            "involved_services",
            "lives_in_area",
            "found_in_area",
            "entered_on_behalf",
            "early_support_review_id",
            "claimed_level",
            "liaison_ref",
        )
    ),
    Group.NARRATIVE: ("referrals.*.narrative",),
    Group.TRIAGE: (
        "referrals.*.status",
        "referrals.*.closed",
        "referrals.*.children.*.triage",
        "referrals.*.children.*.taken_back",
    ),
    Group.CLOCKS: ("clocks.*",),
    Group.WORK: (
        "plans.*",
        "assessments.*",
        "meetings.*",
        "conversations.*",
        "concerns.*",
        "children.*.protection",
    ),
}

Shows = Callable[[Mapping[str, Any], frozenset[Group]], bool]
Node = Group | Shows | dict[str, Any]
_NOTHING = object()


def _by_event(entry: Mapping[str, Any], seen: frozenset[Group]) -> bool:
    return shows(str(entry.get("event", "")), seen)


def _by_what(entry: Mapping[str, Any], seen: frozenset[Group]) -> bool:
    return (Group.CLOCKS if entry.get("what") == "clock" else Group.WORK) in seen


# Of which group an entry is, the entry itself says: by the event it is of, or by what it is.
_BY_ENTRY: dict[str, Shows] = {
    "incomplete.*": _by_event,
    "warnings.*": _by_event,
    "withdrawn.*": _by_event,
    "next_dates.*": _by_what,
}


def _tree() -> dict[str, Any]:
    tree: dict[str, Any] = {}
    leaves: list[tuple[str, Node]] = [(path, group) for group, paths in _PATHS.items() for path in paths]
    for path, leaf in [*leaves, *_BY_ENTRY.items()]:
        *way, last = path.split(".")
        place = tree
        for step in way:
            place = place.setdefault(step, {})
        if last in place:
            raise ValueError(f"{path} stands in two groups")
        place[last] = leaf
    return tree


_TREE = _tree()


def masked(body: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """The part of a case's body that a mask shows; the body itself stays as it is.

    Entries of lists that name their children (`child_id` or `child_ids`) are shown as far as those children are;
    an entry of which nothing is left is left out. Entries of the trail go by their event (`trail.group_of`).
    """
    shown = _fields(body, _TREE, mask, mask.groups)
    if kept := masked_trail(body.get("trail", ()), mask):
        shown["trail"] = kept
    return shown


def _fields(value: Mapping[str, Any], node: Mapping[str, Node], mask: Mask, seen: frozenset[Group]) -> dict[str, Any]:
    parts = ((name, _part(inner, node[name], mask, seen)) for name, inner in value.items() if name in node)
    return {name: part for name, part in parts if part is not _NOTHING}


def _part(value: Any, node: Node, mask: Mask, seen: frozenset[Group]) -> Any:
    if isinstance(node, Group):
        return value if node in seen else _NOTHING
    if not isinstance(node, dict):
        return value if isinstance(value, Mapping) and node(value, seen) else _NOTHING
    if "*" in node:
        return _entries(value, node["*"], mask, seen)
    return (_fields(value, node, mask, seen) or _NOTHING) if isinstance(value, Mapping) else _NOTHING


def _entries(value: Any, node: Node, mask: Mask, seen: frozenset[Group]) -> Any:
    if not isinstance(value, list):
        return _NOTHING
    kept = []
    for entry in value:
        named = _children_in(entry)
        part = _part(entry, node, mask, mask.of(*named) if named else seen)
        if part is not _NOTHING:
            kept.append(part)
    # An empty list says that there is none, and says it only to whoever would see one.
    return kept if kept or (not value and _groups(node) & seen) else _NOTHING


def _groups(node: Node) -> frozenset[Group]:
    if isinstance(node, Group):
        return frozenset({node})
    if isinstance(node, dict):
        return frozenset[Group]().union(*(_groups(inner) for inner in node.values()))
    return frozenset({Group.REFERENCE})


def _children_in(entry: Any) -> tuple[str, ...]:
    if not isinstance(entry, Mapping):
        return ()
    several = entry.get("child_ids")
    if isinstance(several, (list, tuple)) and several:
        return tuple(several)
    one = entry.get("child_id")
    return (one,) if isinstance(one, str) else ()
