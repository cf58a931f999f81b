"""What allocation records by itself when a letter arrives: one file for each subject."""

from services.allocation.reactions.compliance import COMPLIANCE
from services.allocation.reactions.leads import LEADS
from services.allocation.reactions.meetings import MEETINGS
from services.allocation.reactions.requests import REQUESTS
from services.allocation.reactions.withdrawn import WITHDRAWN

REACTIONS = (*WITHDRAWN, *REQUESTS, *LEADS, *COMPLIANCE, *MEETINGS)
"""One line for each letter and what may follow from it. The managers' tasks come last: a doubted lead is one."""
