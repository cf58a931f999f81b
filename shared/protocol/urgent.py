"""Letters that tell of an immediate act of safeguarding: nothing that is wrong with another letter holds them up."""

from shared.kernel.letters import Letter
from shared.protocol.protocol import Protocol

_ACTS = ("ConcernRaised", "StrategyDiscussionRequested", "StrategyDiscussionHeld", "Section47EnquiryOpened")
_MARKS = ("immediate_risk", "risk_of_significant_harm", "s47_criteria")


def is_urgent(letter: Letter, protocol: Protocol) -> bool:
    """Whether it is one: a worry received, triage to a strategy discussion, the acts of protection, an emergency."""
    data = letter.data
    match letter.title:
        case "ReferralReceived":
            return data.get("request_kind") == "SAFEGUARDING_CONCERN" or any(data.get(mark) for mark in _MARKS)
        case "ReferralTriaged":
            return protocol.group_of(data.get("outcome")) == "STRATEGY"
        case "ThresholdChanged":
            return bool(data.get("emergency"))
        case title:
            return title in _ACTS
