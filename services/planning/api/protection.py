"""The acts that protect a child, each as one POST: none of them waits for anything."""

from services.planning.decisions.raise_concern import RaiseConcern, raise_concern
from shared.http.command import Command
from shared.http.on_case import always, on_case

PROTECTION: tuple[Command, ...] = (
    on_case(
        "RaiseConcern",
        "concerns",
        RaiseConcern,
        raise_concern,
        "Say what worries you about a child.",
        at_once=always,
    ),
)
