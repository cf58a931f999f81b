"""That a child's need is changing, as a rule says it with something else that is recorded."""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.planning.decisions.recording import of_child
from services.planning.events import ChangeOfNeedReported
from shared.kernel.act import Act
from shared.kernel.events import Fact
from shared.protocol.beside import Beside
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed


def need_changes(
    matter: Matter, child: str, block: Beside, from_event: str, act: Act, inputs: Mapping[str, Any]
) -> Fact:
    """The report of it for one child, in the words of the pack. from_event: what shows it."""
    event = msgspec.convert({**block.words, "from_event": from_event}, ChangeOfNeedReported)
    return of_child(matter, child, event, Weighed(rules=(block.rule,)), act, inputs=inputs)
