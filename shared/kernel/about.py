"""What a letter is about: the cases and persons under whose names a service keeps what it told."""

from collections.abc import Callable, Mapping, Sequence

from shared.kernel.letters import Letter


def about_case(letter: Letter) -> Sequence[str]:
    """The case it belongs to; nothing for a letter of no case."""
    return (letter.case_id,) if letter.case_id else ()


def about_triage(letter: Letter) -> Sequence[str]:
    """The referral's own case, and the open case that its child joins or has already."""
    return _each_once(letter.case_id, letter.data.get("open_case_id"))


def about_child(letter: Letter) -> Sequence[str]:
    """The case it came in, and each child it concerns."""
    return _each_once(letter.case_id, *letter.child_ids, letter.data.get("child_id"))


def about_cases(letter: Letter) -> Sequence[str]:
    """Every case that it lists, besides the one it belongs to."""
    return _each_once(letter.case_id, *letter.data.get("cases", ()))


def about_client(letter: Letter) -> Sequence[str]:
    """The client of the register."""
    return _each_once(letter.data.get("client_id"))


def about_person(letter: Letter) -> Sequence[str]:
    """The person, who has one id in the registers of staff and of practitioners."""
    return _each_once(letter.data.get("staff_id"), letter.data.get("practitioner_id"))


def about_key(letter: Letter) -> Sequence[str]:
    """Its case; of a letter of no case, its stream."""
    return (letter.key,)


def about_record(letter: Letter) -> Sequence[str]:
    """What a word about another event is about: that event's case; without one, whatever its stream is of."""
    return _each_once(letter.case_id or letter.stream.partition("/")[2])


def _each_once(*ids: object) -> Sequence[str]:
    return tuple(dict.fromkeys(one for one in ids if isinstance(one, str) and one))


def believed_by_all(service: str) -> Mapping[str, Callable[[Letter], Sequence[str]]]:
    """The letters that the catalogue gives to every service, but for this one's own: name -> what they are about."""
    said = {
        f"{other}.{title}": about_record for other in SERVICES for title in ("IncompleteResolved", "RecordWithdrawn")
    }
    return {name: about for name, about in {**FOR_ALL, **said}.items() if not name.startswith(f"{service}.")}


SERVICES = ("referral", "allocation", "planning", "qa")

FOR_ALL: Mapping[str, Callable[[Letter], Sequence[str]]] = {
    "referral.CasesLinked": about_case,
    "referral.CasesUnlinked": about_case,
    "referral.ChildIdentified": about_child,
    "referral.ChildAgeCorrected": about_child,
    "referral.ConsentRecorded": about_case,
    "referral.ConsentRefused": about_case,
    "allocation.PractitionerRegistered": about_person,
    "allocation.PractitionerDeregistered": about_person,
    "planning.CaseClosed": about_case,
    "planning.ConcernRaised": about_case,
    "qa.AccessGranted": about_key,
    "qa.AccessRefused": about_key,
    "qa.AccessRevoked": about_key,
    "qa.BreakGlassOpened": about_child,
    "qa.ClientRegistered": about_client,
    "qa.ClientSuspended": about_client,
    "qa.InformationShared": about_key,
    "qa.ProtocolReviewed": about_key,
    "qa.QAFrameworkAdopted": about_key,
    "qa.RecordRestricted": about_child,
    "qa.RestrictionLifted": about_child,
    "qa.StaffAppointed": about_person,
    "qa.StaffEnded": about_person,
    "qa.SubjectErased": about_key,
}
