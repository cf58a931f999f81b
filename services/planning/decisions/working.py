"""Whether somebody works with the family: by a role on the case, or by the post they hold."""

from services.planning.decisions.authors import roles_of
from shared.kernel.act import Act
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.weighing import Weighed, allowed


def works_here(matter: Matter, command: str, act: Act) -> Weighed:
    """Hold whoever acts against the table of commands, as one of the workers on the case if they are."""
    leads = any(plan.lead == act.by.id for plan in open_plans(matter.facts, EARLY_SUPPORT))
    return allowed(matter.protocol, command, act, leads=leads or bool(roles_of(matter, act.by.id)))
