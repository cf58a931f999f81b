"""What rules say to a decision on several children, said once where it is the same for all of them."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from shared.protocol.weighing import Weighed


def told_once(weighings: Sequence[Weighed]) -> Weighed:
    """The weighings of several children together. What is said to every one of them is said of the family, once."""
    whole = sum(weighings, Weighed())
    refusals = tuple(dict.fromkeys(whole.refusals))
    warnings = list(whole.warnings)
    lacks = list(whole.incomplete)
    if len(weighings) != 1:
        everybody = [{(one.rule, one.because) for one in each.warnings} for each in weighings]
        warnings = [
            msgspec.structs.replace(one, child_id=None) if all((one.rule, one.because) in e for e in everybody) else one
            for one in warnings
        ]
        of_all = [{(one.rule, one.what) for one in each.incomplete} for each in weighings]
        lacks = [
            msgspec.structs.replace(one, child_id=None) if all((one.rule, one.what) in e for e in of_all) else one
            for one in lacks
        ]
    return replace(
        whole, refusals=refusals, warnings=tuple(dict.fromkeys(warnings)), incomplete=tuple(dict.fromkeys(lacks))
    )
