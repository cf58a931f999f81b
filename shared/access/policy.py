"""The one policy: what a caller may see of a case and do with it. Everything not said yes to here is no.

(role on the case OR work of the caller's team OR active grant OR break-glass) AND NOT restriction, all of it inside
one authority. Scope and post come before (`scopes`), the rows of the protocol after (refusals with rule IDs).
"""

from collections.abc import Iterator
from datetime import datetime

from shared.access.about import About, Grant, Restriction, RoleOnCase
from shared.access.caller import Caller, Kind
from shared.access.desks import sits_at
from shared.access.masks import DOOR, REFERRER_STATUS, STRUCTURAL, WHOLE, Group, Mask, Right
from shared.access.scopes import AUDITOR, STATUS

# Of a role on a case follows what may be done on it; a role in no list gives nothing.
_WORKING_ROLES = frozenset(
    {
        "LEAD_PRACTITIONER",
        "CP_LEAD",
        "CAT_WORKER",
        "EARLY_SUPPORT_LEAD",
        "CO_WORKER",
        "ADULTS_WORKER",
        "IRS_WORKER",
        "ACCOUNTABLE_MANAGER",
        "LEAD_AGENCY_WORKER",
        "EHA_HOLDER",
    }
)
_ADVISING_ROLES = frozenset({"ADVANCED_PRACTITIONER"})
_ANSWERING_ROLES = frozenset({"LINE_MANAGER"})
"""Who answers for the lead at their employer: heard on the case, and shown nothing of it that was not shared."""

_WORKS = frozenset({Right.DOOR, Right.WORK, Right.COMMENT})
_OF_SCOPE = {"READ": frozenset[Right](), "COMMENT": frozenset({Right.COMMENT}), "WRITE": _WORKS}

_GROUPS = {str(group): group for group in Group}

_HIDDEN_ADDRESS = "HIDDEN_ADDRESS"


def may(caller: Caller, about: About, at: datetime) -> Mask | None:
    """What a caller may see of a case at an instant of domain time; None is the one identical 404.

    caller: as `known_caller` gave it. Nothing crosses from one authority to another, whatever is granted.
    """
    if caller.kind is Kind.SERVICE or caller.authority is None or caller.authority != about.authority:
        return None
    mask = _together(tuple(_reasons(caller, about, at)))
    return None if mask is None else _restricted(mask, about.restrictions)


def _reasons(caller: Caller, about: About, at: datetime) -> Iterator[Mask]:
    if caller.agency is not None and caller.agency in about.referrers and STATUS in caller.scopes:
        yield Mask(groups=REFERRER_STATUS, through=frozenset({"REFERRER"}))
    if caller.kind is not Kind.PERSON or caller.person_id is None:
        return
    held = tuple(one for one in caller.appointments if one.authority == about.authority)
    if sits_at(held, (*about.front_door, *about.held_by_the_front_door())):
        groups = WHOLE if about.untriaged else DOOR
        yield Mask(groups=groups, rights=frozenset({Right.DOOR}), through=frozenset({"FRONT_DOOR"}))
    if sits_at(held, about.held_by_others()):
        yield Mask(groups=WHOLE, rights=_WORKS, through=frozenset({"TEAM"}))
    if sits_at(held, about.worklist):
        yield Mask(groups=WHOLE, rights=_WORKS, through=frozenset({"WORKLIST"}))
    if any(one.post == AUDITOR for one in held):
        yield Mask(groups=STRUCTURAL, through=frozenset({"AUDITOR"}))
    for role in about.roles:
        if role.case_id in about.case_ids and role.is_held_by(caller, at):
            yield from _by_role(role)
    for grant in about.grants:
        if grant.case_id in about.case_ids and grant.opens_to(caller, at):
            yield from _by_grant(grant)
    for opened in about.break_glass:
        # It opens the children it names: one that names none opens nothing.
        if opened.child_ids and opened.person_id == caller.person_id and opened.opened_at <= at < opened.until:
            yield _of_children(opened.child_ids, Mask(groups=WHOLE, through=frozenset({"BREAK_GLASS"})))


def _by_role(role: RoleOnCase) -> Iterator[Mask]:
    if role.role in _WORKING_ROLES:
        yield Mask(groups=WHOLE, rights=_WORKS, through=frozenset({"ROLE"}))
    elif role.role in _ADVISING_ROLES:
        yield Mask(groups=WHOLE, rights=_OF_SCOPE["COMMENT"], through=frozenset({"ROLE"}))
    elif role.role in _ANSWERING_ROLES:
        rights = frozenset({Right.COMMENT, Right.ANSWER})
        yield Mask(groups=frozenset({Group.REFERENCE}), rights=rights, through=frozenset({"ROLE"}))


def _by_grant(grant: Grant) -> Iterator[Mask]:
    groups = frozenset(_GROUPS[word] for word in grant.fields if word in _GROUPS)
    if groups:
        mask = Mask(
            groups=groups | {Group.REFERENCE},
            rights=frozenset[Right]().union(*(_OF_SCOPE.get(word, frozenset()) for word in grant.scope)),
            through=frozenset({"GRANT"}),
            grants=frozenset({grant.grant_id}),
        )
        yield _of_children(grant.child_ids, mask)


def _of_children(child_ids: frozenset[str], mask: Mask) -> Mask:
    """The mask for the children named alone; for all of the case where none are named."""
    if not child_ids:
        return mask
    return Mask(
        groups=mask.groups & {Group.REFERENCE},
        of_child=dict.fromkeys(sorted(child_ids), mask.groups),
        rights=mask.rights,
        through=mask.through,
        grants=mask.grants,
    )


def _together(reasons: tuple[Mask, ...]) -> Mask | None:
    if not reasons:
        return None
    children = {child_id for mask in reasons for child_id in mask.of_child}
    nothing = frozenset[Group]()
    return Mask(
        groups=nothing.union(*(mask.groups for mask in reasons)),
        of_child={
            child_id: nothing.union(*(mask.of_child.get(child_id, nothing) for mask in reasons))
            for child_id in sorted(children)
        },
        rights=frozenset[Right]().union(*(mask.rights for mask in reasons)),
        through=frozenset[str]().union(*(mask.through for mask in reasons)),
        grants=frozenset[str]().union(*(mask.grants for mask in reasons)),
    )


def _restricted(mask: Mask, restrictions: tuple[Restriction, ...]) -> Mask | None:
    """The mask less what is restricted. A kind we do not know closes the case: better shut than open by mistake.

    It holds for the whole case and all that is linked to it, whichever child it names: who is barred from one child
    would find the other's file full of them.
    """
    if not restrictions:
        return mask
    if any(one.kind != _HIDDEN_ADDRESS for one in restrictions):
        return None
    hidden = frozenset({Group.ADDRESS})
    return Mask(
        groups=mask.groups - hidden,
        of_child={child_id: groups - hidden for child_id, groups in mask.of_child.items()},
        rights=mask.rights,
        through=mask.through,
        grants=mask.grants,
    )
