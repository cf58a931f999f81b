"""The form: what a request must have, and what a worry may lack."""

from datetime import date, datetime

import pytest

from services.referral.decisions.around import Agency
from services.referral.decisions.submit_referral import submit_referral
from services.referral.events import ChildIdentified, ReferralReceived
from shared.kernel.sealed import Sealed
from tests.decisions.referral.forms import CHILD, REFERRER, concern, emarf, without
from tests.given import AGENCY, FRONT_DOOR, Story, given

FIELDS = [
    ({"referrer": without(REFERRER, "name")}, "referrer.name"),
    ({"referrer": without(REFERRER, "agency")}, "referrer.agency|referrer.agency_type"),
    ({"referrer": without(REFERRER, "telephone")}, "referrer.telephone|referrer.email"),
    ({"children": []}, "children"),
    ({"children": [{"date_of_birth": "2016-05-04"}]}, "first_name|surname"),
    (
        {"children": [{"surname": "Example"}]},
        "date_of_birth|estimated_age|expected_date_of_delivery",
    ),
    ({"concern": None}, "concern"),
    ({"form_type": None}, "form_type"),
    ({"form_type": "MARF"}, "form_type"),
]


def sent_by_agency() -> Story:
    return given(by=AGENCY, client=True)


@pytest.mark.rule("WLV-REF-01")
def test_a_complete_emarf_is_received_and_its_child_identified():
    sent = sent_by_agency().when(submit_referral, emarf()).then(ReferralReceived, ChildIdentified)
    sent.complete("WLV-REF-01").warned().cites("WLV-REF-01", "WLV-REF-02")
    taken, identified = sent.facts
    assert taken.stream.startswith("referral/")
    assert identified.stream == f"child/{taken.child_ids[0]}"
    assert taken.case_id == identified.case_id is not None
    assert taken.event.children[0].age_years == 9
    assert identified.event.date_of_birth == Sealed(identified.stream, date(2016, 5, 4))
    assert identified.event.name == Sealed(identified.stream, {"first_name": "Ada", "surname": "Example"})


@pytest.mark.rule("WLV-REF-01")
@pytest.mark.parametrize(("change", "field"), FIELDS)
def test_a_family_help_request_without_a_field_is_refused_naming_it(change, field):
    refused = sent_by_agency().when(submit_referral, emarf(**change)).refused("WLV-REF-01")
    assert refused.refusal is not None
    (said,) = refused.refusal.refusals
    assert said.field is not None
    assert said.field.endswith(field.partition("|")[0].rpartition(".")[2])


@pytest.mark.rule("WLV-REF-01")
def test_everything_missing_is_listed_at_once():
    refused = sent_by_agency().when(submit_referral, emarf("referrer", "concern")).refused("WLV-REF-01")
    assert refused.refusal is not None
    assert len(refused.refusal.refusals) == 4


@pytest.mark.rule("WLV-REF-01")
@pytest.mark.parametrize(("change", "field"), FIELDS)
def test_a_concern_without_a_field_is_taken_and_the_gap_noted(change, field):
    sent_by_agency().when(submit_referral, concern(**change)).lacking(("WLV-REF-01", field))


@pytest.mark.rule("WLV-REF-01")
@pytest.mark.parametrize("mark", ["immediate_risk", "risk_of_significant_harm", "s47_criteria"])
def test_any_form_that_marks_a_risk_is_a_worry(mark):
    sent = sent_by_agency().when(submit_referral, emarf("concern", **{mark: True}))
    assert sent.lacking(("WLV-REF-01", "concern")).event.request_kind == "FAMILY_HELP_REQUEST"
    sent_by_agency().when(submit_referral, emarf("concern", **{mark: False})).refused("WLV-REF-01")


@pytest.mark.rule("WLV-REF-01")
def test_a_worry_that_names_no_child_is_about_one_all_the_same():
    sent = sent_by_agency().when(submit_referral, concern("children")).then(ReferralReceived, ChildIdentified)
    sent.lacking(("WLV-REF-01", "children"))
    taken, identified = sent.facts
    assert taken.child_ids == identified.child_ids
    assert len(taken.child_ids) == 1
    assert taken.event.children[0].not_known is identified.event.not_known is True


@pytest.mark.rule("WLV-REF-01")
@pytest.mark.parametrize(
    ("said", "age"),
    [
        ({"date_of_birth": "2016-05-04"}, (9, None, None)),
        ({"date_of_birth": "2016-04-02"}, (10, None, None)),
        ({"estimated_age": 7}, (7, None, None)),
        ({"expected_date_of_delivery": "2026-07-01"}, (None, True, None)),
    ],
)
def test_a_birth_date_an_estimate_or_an_expected_date_will_do(said, age):
    child = {"surname": "Example", **said}
    sent = sent_by_agency().when(submit_referral, emarf(children=[child])).complete("WLV-REF-01")
    known = sent.event.children[0]
    assert (known.age_years, known.unborn, known.not_known) == age


@pytest.mark.rule("WLV-REF-01")
def test_a_telephone_concern_is_entered_by_the_front_door():
    entered = given(by=FRONT_DOOR).when(submit_referral, concern(received_at="2026-04-02T08:00:00Z"))
    event = entered.then(ReferralReceived, ChildIdentified).event
    assert event.entered_on_behalf is True
    assert event.acknowledged_at is None
    assert (event.agency_type, event.cin_source_code) == ("UNKNOWN", "10")
    assert event.received_at == datetime.fromisoformat("2026-04-02T08:00:00+00:00")


@pytest.mark.rule("WLV-REF-01")
def test_a_parent_who_rings_has_a_kind_and_no_agency():
    parent = {"name": "Pat Example", "agency_type": "FAMILY", "telephone": "01632 960001"}
    entered = given(by=FRONT_DOOR).when(submit_referral, emarf(referrer=parent, cin_source_code="1A"))
    event = entered.then(ReferralReceived, ChildIdentified).event
    assert (event.agency_type, event.cin_source_code) == ("FAMILY", "1A")


@pytest.mark.rule("WLV-REF-02")
@pytest.mark.parametrize("kind", ["FAMILY_HELP_REQUEST", "SAFEGUARDING_CONCERN"])
def test_each_of_the_two_kinds_is_taken(kind):
    sent = sent_by_agency().when(submit_referral, emarf(request_kind=kind)).complete("WLV-REF-02")
    assert sent.event.request_kind == kind


@pytest.mark.rule("WLV-REF-02")
@pytest.mark.parametrize("kind", [None, "SOCIAL_CARE"])
def test_another_kind_or_none_is_refused_unless_a_risk_is_marked(kind):
    sent_by_agency().when(submit_referral, emarf(request_kind=kind)).refused("WLV-REF-02")
    marked = sent_by_agency().when(submit_referral, emarf(request_kind=kind, immediate_risk=True))
    assert marked.lacking(("WLV-REF-02", "request_kind")).event.request_kind == "SAFEGUARDING_CONCERN"


@pytest.mark.rule("SYS-REF-04")
def test_somebody_of_eighteen_is_no_child_unless_it_is_a_worry():
    grown = {**CHILD, "date_of_birth": "2008-04-02"}
    sent_by_agency().when(submit_referral, emarf(children=[CHILD, grown])).refused("SYS-REF-04")
    sent_by_agency().when(submit_referral, concern(children=[grown])).lacking(("SYS-REF-04", "date_of_birth"))
    nearly = {**CHILD, "date_of_birth": "2008-04-03"}
    assert sent_by_agency().when(submit_referral, emarf(children=[nearly])).event.children[0].age_years == 17


@pytest.mark.rule("SYS-REF-05")
def test_nobody_is_born_tomorrow():
    ahead = {**CHILD, "date_of_birth": "2026-04-03"}
    sent_by_agency().when(submit_referral, emarf(children=[ahead])).refused("SYS-REF-05")
    sent = sent_by_agency().when(submit_referral, concern(children=[ahead]))
    assert sent.lacking(("SYS-REF-05", "date_of_birth")).event.children[0].not_known is True


@pytest.mark.rule("SYS-REF-06")
def test_a_worry_that_does_not_fit_the_form_is_kept_as_it_was_sent():
    body = {"immediate_risk": True, "children": [{"date_of_birth": "yesterday"}], "shoe_size": 3}
    command = concern(children=[{"surname": "Example"}]).taken_with(
        (("#/children/0/date_of_birth", "iso_date"), ("#/shoe_size", "extra_forbidden")), body
    )
    sent = sent_by_agency().when(submit_referral, command)
    sent.lacking(("WLV-REF-01", "date_of_birth|estimated_age|expected_date_of_delivery"), ("SYS-REF-06", "shoe_size"))
    assert sum(1 for item in sent.facts[0].incomplete if item.child_id) == 1
    assert sent.event.as_sent.subject.startswith("note/")
    assert "yesterday" in sent.event.as_sent.clear


def test_a_misfit_of_a_field_that_a_row_asks_for_is_noted_under_that_row():
    command = concern().taken_with((("#/referrer", "model_type"), ("#/request_kind", "string_type")), {})
    sent = sent_by_agency().when(submit_referral, command)
    sent.lacking(("WLV-REF-01", "referrer"), ("WLV-REF-02", "request_kind"))


def test_type_and_source_come_from_the_register_for_an_agencys_system():
    agency = Agency("school-1", "SCHOOL", "2A")
    story = given(by=AGENCY, client=True)
    story = type(story)(**{**vars(story), "around": type(story.around)(agency=agency, agency_reference_hash="h")})
    sent = story.when(submit_referral, emarf(agency_reference="R-1", referrer=without(REFERRER, "agency")))
    event = sent.then(ReferralReceived, ChildIdentified).event
    assert (event.source_agency, event.agency_type, event.cin_source_code) == ("school-1", "SCHOOL", "2A")
    assert event.agency_reference.clear == "R-1"
    assert event.agency_reference_hash == "h"


def test_siblings_get_ids_of_their_own():
    sent = sent_by_agency().when(submit_referral, emarf(children=[CHILD, {**CHILD, "first_name": "Ben"}]))
    sent.then(ReferralReceived, ChildIdentified, ChildIdentified)
    assert len(set(sent.facts[0].child_ids)) == 2
