"""What a person is found by, as words to be hashed: the same person gives the same words, however they were written."""

import unicodedata
from collections.abc import Mapping
from datetime import date


def plain(name: str) -> str:
    """A name as it is compared: no accents, no case, no marks, no spaces."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def number_term(kind: str, number: str) -> str:
    """The term of an identifier. kind: nhs_number or unique_pupil_number."""
    return f"{kind} {plain(number)}"


def birth_term(names: Mapping[str, str], born: date) -> str | None:
    """The term of a name and a date of birth; None where the name is not whole."""
    first, last = plain(names.get("first_name", "")), plain(names.get("surname", ""))
    return f"birth {first} {last} {born.isoformat()}" if first and last else None
