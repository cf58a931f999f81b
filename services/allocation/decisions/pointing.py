"""Refusals point to the field of the form that can be changed, not to the circumstance that a rule looked at."""

from dataclasses import replace

from shared.protocol.weighing import Weighed

OF_THE_CHILD = frozenset({"/state", "/beneath", "/determination"})
"""Circumstances that say why a child is not led so from where it stands."""

_FIELDS = {
    **dict.fromkeys(OF_THE_CHILD, "/children"),
    **dict.fromkeys(("/imc", "/imc_fits", "/imc_gaps", "/imc_level", "/imc_for_change", "/step_off"), "/imc_id"),
    **dict.fromkeys(("/lead_qualification", "/lead_posts", "/trained"), "/lead"),
    **dict.fromkeys(("/signers", "/qualified_approvers"), "/approvals"),
    "/family_lead": "/previous_lead",
    "/competences": "/competence_match",
    "/oversight": "/overseen_by",
    "/advanced_practitioner_posts": "/advanced_practitioner_id",
    "/by": None,
}


_BELOW = {"/approvals/": "/approvals", "/imc_attendees/": "/imc_id"}


def pointed(weighed: Weighed) -> Weighed:
    """The same, each refusal pointing into the form."""
    return replace(weighed, refusals=tuple(replace(no, field=_field(no.field)) for no in weighed.refusals))


def _field(field: str | None) -> str | None:
    whole = field or ""
    for circumstance, of_the_form in _BELOW.items():
        if whole.startswith(circumstance):
            return of_the_form
    return _FIELDS.get(whole, field)
