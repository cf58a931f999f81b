"""What allocation records by itself when a letter of referral or planning arrives: one file for each event."""

from services.allocation.reactions.meetings import MEETINGS
from services.allocation.reactions.requests import REQUESTS

REACTIONS = (*REQUESTS, *MEETINGS)
"""One line for each letter and what may follow from it."""
