"""`make rules`: per authority and area, how many rules there are, are in packs, and are tested.

Writes docs/rules.md. Ends with 1 if a rule that is declared done stands in no pack or has no test.
"""

import ast
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.protocol.where import places

ROOT = Path(__file__).parents[1]
AUTHORITIES = ("WLV", "BRS", "BKM", "WLL", "SAW", "NAT")
AREAS = ("REF", "ALLOC", "PLAN", "THR", "QA", "INFO", "COMP", "TRAIN")

DONE = frozenset({
    *(f"{AUTHORITIES[0]}-REF-{number:02}" for number in (*range(1, 10), 19, 22, 23, 25, 26)),
    *(f"{AUTHORITIES[-1]}-REF-{number:02}" for number in range(1, 6)),
})  # fmt: skip
