"""What the packs say of counts, lists and training on offer: which levels, which courses, from whom."""

import pytest

from tests.packs.told import wlv


@pytest.mark.rule("WLV-ALLOC-20")
@pytest.mark.rule("WLV-QA-10")
@pytest.mark.rule("WLV-QA-07")
@pytest.mark.rule("WLV-QA-08")
def test_what_is_counted_and_listed():
    said = {report.code: (report.rule, report.levels) for report in wlv().local.report}
    assert said == {
        "LEAD_MIX": ("WLV-ALLOC-20", ("CHILD_IN_NEED",)),
        "CHILDREN_IN_NEED": ("WLV-QA-10", ("CHILD_IN_NEED",)),
        "LEAD_COMPETENCE": ("WLV-QA-08", ()),
        "DECISIONS_AT_RISK": ("WLV-QA-07", ()),
    }
    assert wlv().report("ANOTHER") is None


@pytest.mark.rule("WLV-TRAIN-08")
def test_the_programme_offers_every_essential_course_again_and_again():
    (programme,) = wlv().local.programme
    assert {course.code: course.provider for course in programme.courses} == {
        "SAFEGUARDING_INTERMEDIATE": "PARTNERSHIP",
        "FHP_INTRODUCTION": "AUTHORITY",
        "ANALYSIS_AND_RISK": "AUTHORITY",
        "FAMILY_NETWORKS_AND_TOOLS": "AUTHORITY",
        "CASE_SYSTEM": "AUTHORITY",
    }
    assert tuple(course.code for course in programme.courses) == wlv().competences("ESSENTIAL")[0].codes
