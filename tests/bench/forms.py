"""Referrals to post: the synthetic caseload's forms, each about a child nobody has told of before."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec

from deploy.stories import Play, stories
from deploy.synthetic import Inventor
from shared.protocol.load import authorities, protocol_of

PATTERNS = 300
NOT_SO = (Play.TURNED_AWAY, Play.SENT_AGAIN)


def bodies(seed: int) -> Iterator[bytes]:
    """Bodies without end, the same for the same seed. Seeds differ in every child."""
    random = Random(seed)
    now = datetime.now(UTC)
    code = protocol_of(authorities()[0], now).place.local_authority_code
    told = stories(random, code, now - timedelta(days=30), now, PATTERNS)
    forms = [story.form for story in told if story.play not in NOT_SO and story.joins is None]
    inventor = Inventor(random, code)
    while True:
        for form in forms:
            yield msgspec.json.encode(_of_others(form, inventor, random))


def _of_others(form: dict[str, Any], inventor: Inventor, random: Random) -> dict[str, Any]:
    made = copy.deepcopy(form)
    made["agency_reference"] = f"BENCH-{random.getrandbits(48):012x}"
    for child in made["children"]:
        child["surname"] = f"{child['surname']}-{_letters(random)}"
        if "nhs_number" in child:
            child["nhs_number"] = inventor.nhs_number()
        # There are fewer free pupil numbers than a long run takes.
        child.pop("unique_pupil_number", None)
    return made


def _letters(random: Random) -> str:
    return "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=8)).capitalize()
