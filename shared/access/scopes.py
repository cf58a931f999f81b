"""What a caller could do at all: scope and post, before anything is known of the case. A no is the same 403 for all.

Only what is out of the question everywhere stands here. Who may do it in this authority, on this case, today, is
said by the protocol's rows (a refusal with rule IDs) and by the policy (`policy.may`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from shared.access.caller import Caller, Kind
from shared.access.masks import Mask, Right

SUBMIT = "referral:submit"
STATUS = "referral:status"
SERVICES = ("referral", "allocation", "planning", "qa")
SCOPES = frozenset({SUBMIT, STATUS}) | {f"{service}:{act}" for service in SERVICES for act in ("read", "write")}
"""Every scope that a client may be registered with."""

SYSTEM_SCOPES = frozenset({SUBMIT, STATUS, "qa:read"})
"""What a client without a person can use: it speaks to referral (submit, status) and qa (read) only."""

REGISTER_OFFICER = "REGISTER_OFFICER"
AUDITOR = "AUDITOR"

Why = Literal["SCOPE", "KIND", "POST"]

# Posts that read, keep registers or look after complaints and papers: they decide nothing on a case, anywhere.
_OFF_CASE = frozenset(
    {
        AUDITOR,
        REGISTER_OFFICER,
        "PARTNER_READER",
        "COMPLAINTS_MANAGER",
        "RECORDS_OFFICER",
        "PARTNERSHIP_MANAGER",
        "BUSINESS_SUPPORT",
        "CLINICAL_PSYCHOLOGIST",
    }
)
_EMPLOYS = frozenset(
    {
        "SW_TEAM_MANAGER",
        "CONSULTANT_SOCIAL_WORKER",
        "TEAM_MANAGER",
        "DEPUTY_TEAM_MANAGER",
        "SENIOR_MANAGER",
        "FST_TEAM_MANAGER",
        "FR_MANAGER",
        "DELIVERY_MANAGER",
        "LINE_MANAGER",
        "HEAD_OF_SERVICE",
        "GROUP_MANAGER",
        REGISTER_OFFICER,
    }
)


def _any_post(post: str) -> bool:
    return True


def _works_cases(post: str) -> bool:
    return post not in _OFF_CASE


def _keeps_registers(post: str) -> bool:
    return post == REGISTER_OFFICER


def _employs(post: str) -> bool:
    return post in _EMPLOYS


@dataclass(frozen=True, kw_only=True)
class Could:
    """Who could ever run a command.

    needs: what the mask of the case has to give besides, None for a command on no case that is there already; also:
    another that is enough.
    fits: whether a post could; postless: whether a registered person without a post could (a partner's worker with a
    role on the case); systems: whether an agency's system could. service: None for a command that every service takes.
    """

    service: str | None
    needs: Right | None = None
    also: Right | None = None
    fits: Callable[[str], bool] = _works_cases
    postless: bool = False
    systems: bool = False


COMMANDS: Mapping[str, Could] = {
    # Someone with a concern is heard, whatever post they hold or none.
    "SubmitReferral": Could(service="referral", fits=_any_post, postless=True, systems=True),
    "CheckReferral": Could(service="referral", fits=_any_post, postless=True, systems=True),
    "AcknowledgeReferral": Could(service="referral", needs=Right.DOOR),
    "TriageReferral": Could(service="referral", needs=Right.DOOR),
    "ReturnReferral": Could(service="referral", needs=Right.DOOR),
    "CloseReferral": Could(service="referral", needs=Right.DOOR),
    "DecidePathway": Could(service="referral", needs=Right.DOOR),
    "LinkCases": Could(service="referral", needs=Right.DOOR),
    "UnlinkCases": Could(service="referral", needs=Right.DOOR),
    "CorrectIdentity": Could(service="referral", needs=Right.DOOR, postless=True),
    "ResolveTurnedAway": Could(service="referral"),
    "CompleteEarlySupportReview": Could(service="referral", needs=Right.DOOR, postless=True),
    "RegisterPractitioner": Could(service="allocation", fits=_employs),
    # Who manages a practitioner at a partner may hold no post of the authority; the register names them.
    "RecordTraining": Could(service="allocation", fits=_employs, postless=True),
    "DeregisterPractitioner": Could(service="allocation", fits=_employs, postless=True),
    "AcceptEquivalence": Could(service="allocation", fits=_employs),
    # An agency that leads early support names who follows its lead; its people may hold no post of the authority.
    "AllocateLead": Could(service="allocation", needs=Right.DOOR, postless=True),
    "EndLead": Could(service="allocation", needs=Right.DOOR),
    "CoAllocate": Could(service="allocation", needs=Right.WORK),
    "RequestAgencyAssistance": Could(service="allocation", needs=Right.WORK, postless=True),
    "AnswerAgencyAssistance": Could(service="allocation", needs=Right.WORK, postless=True),
    # The line manager of a lead at a partner has a say here; what only the authority may is said by the rows.
    "RequestAPSupport": Could(service="allocation", needs=Right.WORK, also=Right.ANSWER, postless=True),
    "ScheduleIMC": Could(service="allocation", needs=Right.WORK),
    # Who leads at a partner may hold no post of the authority, and may ask for a conversation all the same.
    "RequestIMC": Could(service="allocation", needs=Right.COMMENT, postless=True),
    "RecordIMC": Could(service="allocation", needs=Right.WORK),
    # Whoever works with the child is heard, whatever post they hold or none.
    "RaiseConcern": Could(service="planning", needs=Right.WORK, fits=_any_post, postless=True),
    "RequestStrategyDiscussion": Could(service="planning", needs=Right.WORK, fits=_any_post, postless=True),
    "RecordStrategyDiscussion": Could(service="planning", needs=Right.WORK, fits=_works_cases, postless=True),
    "OpenSection47": Could(service="planning", needs=Right.WORK, fits=_works_cases, postless=True),
    "RecordLCPPConversation": Could(service="planning", needs=Right.WORK, postless=True),
    "RecordLineManagerDiscussion": Could(service="planning", needs=Right.WORK, also=Right.ANSWER, postless=True),
    "ReportChangeOfNeed": Could(service="planning", needs=Right.WORK, postless=True),
    "ConcludeSection47": Could(service="planning", needs=Right.WORK),
    "RecordInitialConference": Could(service="planning", needs=Right.WORK),
    "RecordReviewConference": Could(service="planning", needs=Right.WORK),
    "RecordCoreGroup": Could(service="planning", needs=Right.WORK),
    # Whoever works with the child, of a partner too, may have made the visit.
    "RecordVisit": Could(service="planning", needs=Right.WORK, postless=True),
    "RecordPrivateFostering": Could(service="planning", needs=Right.DOOR),
    "RecordLookedAfter": Could(service="planning", needs=Right.WORK),
    "RecordLookedAfterReview": Could(service="planning", needs=Right.WORK),
    "RecordLegalStep": Could(service="planning", needs=Right.WORK),
    "RecordCourtStep": Could(service="planning", needs=Right.WORK),
    "StartPlan": Could(service="planning", needs=Right.DOOR, postless=True),
    "CompletePlan": Could(service="planning", needs=Right.WORK, postless=True),
    # Who advises and may not authorise is told so by the rule, not turned away at the door.
    "ApprovePlan": Could(service="planning", needs=Right.WORK, also=Right.ANSWER, postless=True),
    "ChangePlanAction": Could(service="planning", needs=Right.WORK, postless=True),
    "RecordPlanReview": Could(service="planning", needs=Right.WORK, postless=True),
    "FormTeamAroundFamily": Could(service="planning", needs=Right.WORK, postless=True),
    "RecordUpdatedDiscussion": Could(service="planning", needs=Right.WORK, postless=True),
    "RecordFamilyInformed": Could(service="planning", needs=Right.WORK, postless=True),
    "RecordFamilyContact": Could(service="planning", needs=Right.WORK, postless=True),
    "AddCaseNote": Could(service="planning", needs=Right.WORK, postless=True),
    "EndPlan": Could(service="planning", needs=Right.DOOR, postless=True),
    "CloseCase": Could(service="planning", needs=Right.DOOR),
    # Whoever leads may hold no post of the authority; the rows say what they may, and what only the authority may.
    "StartAssessment": Could(service="planning", needs=Right.WORK, postless=True),
    "CompleteAssessment": Could(service="planning", needs=Right.WORK),
    "ApproveAssessment": Could(service="planning", needs=Right.WORK),
    "SetThreshold": Could(service="planning", needs=Right.WORK, also=Right.ANSWER, postless=True),
    "RegisterClient": Could(service="qa", fits=_keeps_registers),
    "SuspendClient": Could(service="qa", fits=_keeps_registers),
    "AppointStaff": Could(service="qa", fits=_keeps_registers),
    "EndStaff": Could(service="qa", fits=_keeps_registers),
    "ResolveIncomplete": Could(service=None, needs=Right.DOOR, also=Right.ANSWER, postless=True),
    "WithdrawRecord": Could(service=None, needs=Right.DOOR, postless=True),
}
"""Every command there is, and who could ever run it. What is not in it nobody runs."""


def why_never(command: str, caller: Caller, service: str | None = None) -> Why | None:
    """Why a caller could never run a command, whatever it is about; None if it could.

    service: whose path it was sent to, for the commands that every service takes. Raises KeyError for a command
    that is in no table.
    """
    right = COMMANDS[command]
    submits = right.systems and SUBMIT in caller.scopes
    if caller.kind is Kind.SERVICE:
        return "KIND"
    if not submits and f"{right.service or service}:write" not in caller.scopes:
        return "SCOPE"
    if caller.kind is Kind.SYSTEM:
        return None if submits else "KIND"
    held = [one.post for one in caller.appointments]
    return None if (any(map(right.fits, held)) if held else right.postless) else "POST"


def could(command: str, caller: Caller, service: str | None = None) -> bool:
    """Whether a caller could ever run a command: if not, 403, the same for every id."""
    return why_never(command, caller, service) is None


def could_read(service: str, caller: Caller, *, about_a_person: bool) -> bool:
    """Whether a caller could ever read from a service: if not, 403, the same for every id.

    about_a_person: the record of a child or family, which only a person reads, and says what for. The status of a
    referral is asked with `could_ask_status`.
    """
    if caller.kind is Kind.SERVICE or f"{service}:read" not in caller.scopes:
        return False
    if caller.kind is Kind.SYSTEM:
        return f"{service}:read" in SYSTEM_SCOPES and not about_a_person
    return not about_a_person or caller.purpose is not None


def could_ask_status(caller: Caller) -> bool:
    """Whether a caller could ever ask what became of a referral: the referrer, or who may read referrals."""
    if caller.kind is Kind.SERVICE:
        return False
    return STATUS in caller.scopes or could_read("referral", caller, about_a_person=True)


def may_write(command: str, mask: Mask) -> bool:
    """Whether what a caller may do with a case covers a command on it: if not, 403, as it is a case they may see.

    Raises KeyError for a command that is in no table.
    """
    could = COMMANDS[command]
    return could.needs is None or could.needs in mask.rights or could.also in mask.rights


def acting_for(command: str, caller: Caller) -> Caller:
    """The caller acting in the first of its posts that could run a command; as it is, where none could.

    A person with two posts decides as the one that may. Raises KeyError for a command that is in no table.
    """
    fits = COMMANDS[command].fits
    fitting = [one for one in caller.appointments if fits(one.post)]
    return caller.acting_as(fitting[0]) if fitting else caller
