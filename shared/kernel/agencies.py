"""The kinds of agency, and of which sector each is, as the vocabulary lists them."""

_HEALTH = frozenset({"GP", "HEALTH_VISITING", "SCHOOL_NURSING", "PRIMARY_HEALTH", "A_AND_E", "CAMHS", "HEALTH"})
_EDUCATION = frozenset({"SCHOOL", "EDUCATION", "CHILDCARE", "EARLY_YEARS"})


def sector_of(agency: str) -> str:
    """The sector of a kind of agency; a kind that is of none stands for itself."""
    return "HEALTH" if agency in _HEALTH else "EDUCATION" if agency in _EDUCATION else agency
