"""Cases with all that are linked to them: what is known of them, and what allocation recorded."""

from shared.kernel.beliefs import Known
from shared.kernel.events import Recorded
from shared.protocol.linked import cases_of
from shared.store.store import Store


async def near(store: Store, cases: set[str]) -> tuple[Known, dict[str, list[Recorded]]]:
    """What is known and recorded of these cases and of all that are linked with them."""
    while True:
        known = Known(await store.beliefs(sorted(cases)))
        found = cases | {other for case in cases for other in cases_of(case, known)}
        if found == cases:
            return known, await store.load(*(f"case/{case}" for case in sorted(cases))) if cases else {}
        cases = found
