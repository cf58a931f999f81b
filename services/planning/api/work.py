"""Everyday work with a family, each step as one POST."""

from services.planning.decisions.add_case_note import AddCaseNote, add_case_note
from services.planning.decisions.record_family_contact import RecordFamilyContact, record_family_contact
from services.planning.decisions.record_family_informed import RecordFamilyInformed, people_of, record_family_informed
from services.planning.decisions.record_updated_discussion import (
    RecordUpdatedDiscussion,
    record_updated_discussion,
)
from services.planning.decisions.record_updated_discussion import people_of as authors_of
from shared.http.command import Command
from shared.http.on_case import on_case

WORK: tuple[Command, ...] = (
    on_case(
        "RecordUpdatedDiscussion",
        "updated-discussions",
        RecordUpdatedDiscussion,
        record_updated_discussion,
        "Record that a social worker and the lead went over the family's needs together.",
        people=authors_of,
        record=True,
    ),
    on_case(
        "RecordFamilyInformed",
        "family-informed",
        RecordFamilyInformed,
        record_family_informed,
        "Record that a family was told of a decision.",
        people=people_of,
        record=True,
    ),
    on_case(
        "RecordFamilyContact",
        "family-contacts",
        RecordFamilyContact,
        record_family_contact,
        "Record that you were in touch with the family.",
        record=True,
    ),
    on_case("AddCaseNote", "notes", AddCaseNote, add_case_note, "Add a note to a case.", record=True),
)
