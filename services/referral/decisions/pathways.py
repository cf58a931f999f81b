"""The pathways there are, in every authority together."""

PATHWAYS = (
    "FRONT_DOOR",
    "SIGNPOST",
    "EARLY_SUPPORT",
    "INTENSIVE_EARLY_HELP",
    "S17_ASSESSMENT",
    "CHILD_PROTECTION",
    "FAMILY_SAFEGUARDING",
    "EXPLOITATION",
    "OTHER_SUPPORT",
    "PRIVATE_FOSTERING",
    "HOMELESS_16_17",
    "CARE_PROCEEDINGS",
)
