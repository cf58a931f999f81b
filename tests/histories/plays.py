"""What people plausibly do in a case, one command at a time: mostly who should, mostly where it makes sense."""

from tests.histories.plays_of_leads import LEADS
from tests.histories.plays_of_levels import LEVELS
from tests.histories.plays_of_plans import PLANS
from tests.histories.plays_of_protection import PROTECTION
from tests.histories.plays_of_work import WORK
from tests.histories.scenes import Play

PLAYS: tuple[Play, ...] = (*PROTECTION, *LEVELS, *PLANS, *LEADS, *WORK)
