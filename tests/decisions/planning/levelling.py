"""A command that sets a level, whole but for what a test changes."""

from typing import Any

from services.planning.decisions.set_threshold import SetThreshold
from tests.decisions.on_case import CHILD
from tests.decisions.planning.households import TOLD


def to(level: str, *children: str, **said: Any) -> SetThreshold:
    """The child's level becomes another; the family was told."""
    whole = {"children": list(children or (CHILD,)), "to": level, "family_informed": TOLD} | said
    return SetThreshold.model_validate({key: value for key, value in whole.items() if value is not None})
