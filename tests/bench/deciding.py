"""Decisions alone, without network or store: the pure function, with the fold of what it decides on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from tests.decisions.allocation.naming_leads import decide, form, ready
from tests.decisions.referral.forms import emarf, triage
from tests.decisions.referral.tales import received
from tests.given import AGENCY, Outcome, given

ROUNDS, TIMES = 9, 100


@dataclass(frozen=True)
class Taken:
    """One decision: seconds of processor time, the middle of the rounds.

    forms: how many times as long as making a referral's form into its model, within a round.
    """

    command: str
    seconds: float
    forms: float


def measure() -> list[Taken]:
    """Each decision and the form, all of them in every round."""
    sent, story, case = given(by=AGENCY, client=True), received(), ready()
    asked, triaged, named = emarf(), triage(story.children()[0], "AMBER", "FAMILY_HELP"), form()
    works: dict[str, Callable[[], Outcome]] = {
        "SubmitReferral": lambda: sent.when(submit_referral, asked),
        "TriageReferral": lambda: story.when(triage_referral, triaged),
        "AllocateLead": lambda: decide(case, named),
    }
    for work in works.values():
        assert work().refusal is None
    rounds = [(_each(emarf), {command: _each(work) for command, work in works.items()}) for _ in range(ROUNDS)]
    return [
        Taken(command, median(took[command] for _, took in rounds), median(took[command] / one for one, took in rounds))
        for command in works
    ]


def _each(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - began) / TIMES
