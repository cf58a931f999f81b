"""A clock in one plain sentence: what is due, by when, and from which event it was counted."""

import re
from datetime import datetime

from services.qa.clock import Clock
from services.qa.views.words import counted, day_in_words, time_in_words

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[0-9]+")


def sentence(clock: Clock, start_name: str, end_name: str | None) -> str:
    """The sentence for a clock. start_name, end_name: the events that started and decided it."""
    due = f"by {time_in_words(clock.due_at)} on {day_in_words(clock.due_at)}"
    length = f"{counted(clock.limit)} after " if clock.limit[:1].isdigit() else f"{clock.limit}, from when "
    counted_from = f"{length}{happened(start_name)} on {day_in_words(clock.started_at)}"
    rules = ", ".join(clock.rules)
    done = "" if end_name is None or clock.decided_at is None else f"{happened(end_name)} {_at(clock.decided_at)}"
    match clock.status:
        case "RUNNING":
            return f"{clock.says} Due {due}: {counted_from} ({rules})."
        case "MET":
            return f"{clock.says} Met: {done}. It was due {due}: {counted_from} ({rules})."
        case "CANCELLED":
            return f"{clock.says} No longer asked for: {done}. It was due {due}: {counted_from} ({rules})."
        case "MISSED":
            after = f"; {done}, after that" if done else ", and nothing has ended it yet"
            return f"{clock.says} Missed: it was due {due}{after}. Counted {counted_from} ({rules})."


def happened(name: str) -> str:
    """An event's name as half a sentence: `referral.ReferralReceived` gives `the referral was received`."""
    words = [word if word.isupper() and len(word) > 1 else word.lower() for word in _WORD.findall(name.split(".")[-1])]
    verb = "were" if len(words) > 1 and words[-2].endswith("s") and not words[-2].endswith("ss") else "was"
    return f"the {' '.join(words[:-1])} {verb} {words[-1]}"


def _at(moment: datetime) -> str:
    return f"at {time_in_words(moment)} on {day_in_words(moment)}"
