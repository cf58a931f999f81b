"""The packs: each loads, answers every question, and stands where the rulebook says it must."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deploy.rules import declared
from shared.protocol.load import (
    PACKS,
    UnknownAuthority,
    authorities,
    editions_of,
    national_editions,
    parts_of,
    protocol_of,
    read_local,
    whole,
)
from shared.protocol.schema import QUESTIONS, PackIncomplete
from shared.protocol.where import Place, places, where
from tests.packs.fictional import FICTIONAL

RULES = {
    rule["id"]: rule for rule in json.loads((Path(__file__).parents[1] / "data" / "rules.json").read_text("utf-8"))
}
WOLVERHAMPTON = PACKS / "wolverhampton" / "2024-09-26.toml"
NOW = datetime(2026, 4, 2, tzinfo=UTC)


def test_every_pack_loads():
    for authority in authorities((FICTIONAL,)):
        for edition in editions_of(authority, (FICTIONAL,)):
            protocol_of(authority, datetime.combine(edition.edition.in_force, datetime.min.time(), UTC), (FICTIONAL,))
    assert national_editions()[0].edition.authority == "NAT"


def test_a_known_edition_is_the_one_in_force():
    assert protocol_of("WLV", NOW).edition == "wolverhampton/2024-09-26"
    assert protocol_of("WLV", NOW).editions[1].id == "national/2023-12-15"
    with pytest.raises(UnknownAuthority):
        protocol_of("XXX", NOW)


@pytest.fixture(scope="module")
def every_place() -> tuple[Place, ...]:
    return tuple(places())


@pytest.mark.parametrize("rule", sorted(declared()[0]))
def test_every_rule_declared_done_is_in_a_pack(rule, every_place):
    assert any(place.rule == rule for place in every_place), rule


def test_every_rule_of_a_pack_is_one_of_the_rulebook(every_place):
    for place in every_place:
        assert place.rule in RULES or place.rule.startswith("SYS-"), place.rule


def test_each_rule_is_said_in_a_sentence(every_place):
    said = {place.says for place in every_place}
    assert all(sentence.endswith(".") and len(sentence) < 200 for sentence in said)


def test_a_place_names_its_line():
    (clock,) = [place for place in where("NAT-PLAN-04") if place.kind == "clock"]
    assert '"NAT-PLAN-04"' in clock.path.read_text("utf-8").splitlines()[clock.line - 1]


def planted(tmp_path: Path, change) -> Path:
    """The Wolverhampton pack as text, changed, in a folder of its own."""
    folder = tmp_path / "planted"
    folder.mkdir()
    path = folder / "pack.toml"
    path.write_text(change(WOLVERHAMPTON.read_text("utf-8")), "utf-8")
    if WOLVERHAMPTON.with_suffix("").exists():
        shutil.copytree(WOLVERHAMPTON.with_suffix(""), folder / "pack")
    return path


def test_an_edition_is_read_with_its_parts(tmp_path):
    path = planted(tmp_path, lambda text: text)
    part = path.with_suffix("") / "zz.toml"
    part.parent.mkdir(exist_ok=True)
    before = len(read_local(path).silent)
    part.write_text('[[silent]]\nabout = "tea"\nbecause = "The text does not speak of it."\n', "utf-8")
    assert len(read_local(path).silent) == before + 1
    part.write_text('[switches.cat_ten_days]\nvalue = "lunar"\n', "utf-8")
    with pytest.raises(PackIncomplete, match="says value again"):
        read_local(path)


def test_what_a_pack_leaves_unsaid_names_the_rows_that_it_answers():
    rows = {rule for silence in protocol_of("WLV", NOW).local.silent for rule in silence.rules}
    assert rows == {"WLV-THR-18", "WLV-INFO-07"}


@pytest.mark.parametrize(
    ("cut", "what"),
    [
        ('command = "AcknowledgeReferral"\nsource', "may AcknowledgeReferral"),
        ('"LinkCases.reason_code" = ["SAME_CHILD", "SAME_FAMILY", "OTHER"]\n', "codes LinkCases.reason_code"),
    ],
)
def test_a_pack_that_leaves_a_question_open_does_not_load(tmp_path, cut, what):
    assert what in QUESTIONS
    swapped = 'command = "SomethingElse"\nsource' if cut.startswith("command") else ""
    with pytest.raises(PackIncomplete, match=what):
        read_local(planted(tmp_path, lambda text: text.replace(cut, swapped)))


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ('reading = "The ten days', 'raeding = "The ten days', "raeding"),
        ('value = "working"', 'value = "lunar"', "lunar"),
        ('to = "AWAITING_THRESHOLD"', 'to = "AWAITING_TRESHOLD"', "AWAITING_TRESHOLD"),
        ('team = "FAMILIES_FRONT_DOOR"\nposts', 'team = "FRONT"\nposts', "FRONT"),
        ('["DECIDED", "OTHER"]', '["DECIDED"]', "CloseReferral.reason_code has no OTHER"),
        ('state = "STRATEGY_CAT", teams', 'state = "STRATEGY_MASH", teams', "STRATEGY_CAT"),
        ("limit = { working_days = 1 }", "limit = { fortnights = 1 }", "fortnights"),
        ("limit = { working_days = 1 }", "", "limit"),
    ],
)
def test_a_slip_of_the_pen_does_not_load(tmp_path, was, becomes, what):
    assert was in WOLVERHAMPTON.read_text("utf-8")
    with pytest.raises(PackIncomplete, match=what):
        read_local(planted(tmp_path, lambda text: text.replace(was, becomes, 1)))


def test_each_switch_of_a_pack_is_read_somewhere_or_stands_alone():
    raw = whole(WOLVERHAMPTON)
    text = "".join(part.read_text("utf-8") for part in parts_of(WOLVERHAMPTON))
    for name, switch in raw["switches"].items():
        assert len(switch["values"]) == 1 or f'switch = "{name}"' in text, name


def test_wolverhamptons_own_facts():
    protocol = protocol_of("WLV", NOW)
    assert protocol.triage_words == ("RED", "AMBER", "GREEN")
    assert protocol.place.local_authority_code == "336"
    assert protocol.place.managers == ("SW_TEAM_MANAGER", "DELIVERY_MANAGER")
    assert protocol.front_door == "FAMILIES_FRONT_DOOR"
    assert "01632 960336" in protocol.telephone
    assert protocol.local.front_door.telephone_confirmed is False
    assert protocol.local.edition.review_by == date(2025, 9, 30)
    assert protocol.ages == (18,)
    teams = ("FAMILIES_FRONT_DOOR", "MASH", "CAT", "FAMILY_HELP", "MACPT")
    assert protocol.teams == {team: (team,) for team in teams}
    assert protocol.place.social_care == teams
    assert protocol.local.front_door.posts == ("FRONT_DOOR_WORKER", "SW_TEAM_MANAGER")
    assert protocol.posts == (
        "FRONT_DOOR_WORKER",
        "SOCIAL_WORKER",
        "SENIOR_SOCIAL_WORKER",
        "SW_TEAM_MANAGER",
        "DELIVERY_MANAGER",
        "LCPP",
        "PRACTICE_SUPERVISOR",
        "ADVANCED_PRACTITIONER",
        "LINE_MANAGER",
        "PARTNERSHIP_MANAGER",
        "COMPLAINTS_MANAGER",
        "BUSINESS_SUPPORT",
        "REGISTER_OFFICER",
        "RECORDS_OFFICER",
        "AUDITOR",
        "PARTNER_READER",
    )


@pytest.mark.rule("NAT-COMP-05")
@pytest.mark.parametrize(
    ("post", "deputy", "held_by_another", "missed"),
    [
        ("COMPLAINTS_MANAGER", False, True, True),
        ("COMPLAINTS_MANAGER", False, False, False),
        ("COMPLAINTS_MANAGER", True, True, False),
        ("SOCIAL_WORKER", False, True, False),
    ],
)
def test_one_complaints_manager_co_ordinates(post, deputy, held_by_another, missed):
    facts = {"post": post, "deputy": deputy, "held_by_another": held_by_another}
    found = protocol_of("WLV", NOW).missed("AppointStaff", facts)
    assert [(one.block.rule, one.tag) for one in found] == ([("NAT-COMP-05", "reject")] if missed else [])


@pytest.mark.parametrize(
    "kind, codes, twice",
    [
        ("ENHANCING", '"CASE_SYSTEM"', True),
        ("ESSENTIAL", '"NEW", "NEW"', True),
        ("ATTESTATION", '"MEETINGS"', True),
        ("ATTESTATION", '"CASE_SYSTEM"', False),
    ],
)
def test_a_course_or_attestation_is_listed_once(tmp_path, kind, codes, twice):
    pack = tmp_path / WOLVERHAMPTON.name
    shutil.copy(WOLVERHAMPTON, pack)
    shutil.copytree(WOLVERHAMPTON.with_suffix(""), pack.with_suffix(""))
    block = f'[[competence]]\nrule = "R"\nsays = "s."\nsource = "s"\nkind = "{kind}"\ncodes = [{codes}]\n'
    (pack.with_suffix("") / "more.toml").write_text(block, "utf-8")
    if not twice:
        assert len(read_local(pack).competence) == 4
        return
    with pytest.raises(PackIncomplete, match="is listed twice"):
        read_local(pack)
