"""People who do not exist: families, children and practitioners for a synthetic caseload, the same for each seed.

Every number is from a range that is kept free: NHS numbers begin with 999, telephone numbers are Ofcom's for drama,
pupil numbers name a school that there is not (9999), postcodes an area that there is not (ZZ), and mail goes nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from faker import Faker
from stdnum.gb import upn

# Names in Latin letters, with the ethnicity code that goes with each, about as often as in a city of the Midlands.
_ORIGINS: Sequence[tuple[str, tuple[str, ...], int]] = (
    ("en_GB", ("WBRI", "WBRI", "WBRI", "BCRB", "MWBC", "MOTH"), 52),
    ("en_IN", ("AIND",), 18),
    ("tr_TR", ("WOTH", "AOTH"), 4),
    ("pl_PL", ("WOTH",), 7),
    ("ro_RO", ("WOTH", "WROM"), 5),
    ("yo_NG", ("BAFR", "MWBA"), 6),
    ("tw_GH", ("BAFR",), 3),
    ("ga_IE", ("WIRI", "WIRT"), 3),
    ("pt_PT", ("WOTH",), 2),
)
_STREETS = (
    "Alder",
    "Bramley",
    "Canal",
    "Dovecote",
    "Elder",
    "Foundry",
    "Larch",
    "Mill",
    "Orchard",
    "Quarry",
    "Station",
)
_KINDS = ("Road", "Street", "Lane", "Close", "Avenue", "Walk")


@dataclass(frozen=True)
class Agency:
    """A partner agency. role: of those of it who refer."""

    id: str
    title: str
    type: str
    role: str


AGENCIES = (
    Agency("larch-lane-primary", "Larch Lane Primary School", "SCHOOL", "Designated safeguarding lead"),
    Agency("foundry-academy", "Foundry Academy", "SCHOOL", "Pastoral manager"),
    Agency("district-police", "District Police", "POLICE", "Police constable"),
    Agency("health-visiting", "Health Visiting Service", "HEALTH_VISITING", "Health visitor"),
    Agency("mill-street-surgery", "Mill Street Surgery", "GP", "General practitioner"),
    Agency("infirmary-emergency", "Infirmary Emergency Department", "A_AND_E", "Charge nurse"),
    Agency("housing-service", "Housing Service", "HOUSING", "Tenancy officer"),
    Agency("open-door-charity", "Open Door", "VOLUNTARY", "Family support worker"),
)
OFTEN = (22, 12, 30, 10, 8, 8, 5, 5)
"""How often each agency refers: the police most, then schools."""

_MATTERS: Sequence[tuple[bool, str, tuple[str, ...]]] = (
    (True, "{child} has come in tired and hungry on most days of the past {weeks} weeks and says there is little "
     "food at home. A parent agreed to talk and asked for help with money and routines.", ()),
    (False, "Officers were called to the home on a report of shouting. {child} was upstairs and would have heard it "
     "all. One adult has left for now; the other says this has happened before.", ()),
    (True, "{child}'s parent has been low since the winter and is finding mornings hard. {child} now gets the "
     "younger children up and has been late {weeks} times this term.", ("YOUNG_CARER", "HOME_MENTAL_ILL_HEALTH")),
    (False, "Drinking at home has got worse over {weeks} weeks. {child} has been collected by somebody who could "
     "not walk straight, and a grandparent has stepped in twice.", ("HOME_SUBSTANCE_MISUSE",)),
    (True, "{child} has been out until late on {weeks} evenings with older young people and has a second telephone "
     "that nobody will explain.", ("OFTEN_MISSING", "ANTI_SOCIAL_BEHAVIOUR")),
    (False, "The family is behind with the rent and has notice to leave in {weeks} weeks. {child} shares one room "
     "with two others.", ()),
    (False, "{child} has missed {weeks} appointments, and the home was cold and cluttered when it was seen. The "
     "parent would welcome support.", ("SEND",)),
    (True, "{child} has been withdrawn and tearful since a death in the family, and is not sleeping.", ("BEREAVED",)),
)  # fmt: skip
"""Whether it is of a child at school, what is written, and the vulnerability flags that go with it."""

_BEFORE_BIRTH = (
    "The pregnancy is {weeks} weeks from its end and no appointment has been kept. An older child was looked after."
)
_DANGERS = (
    "{child} has a mark on one arm that does not fit the account given for it, and is afraid of going home today.",
    "{child} told a member of staff of being hurt by an adult at home last night and asked them to keep it quiet.",
    "{child} was found alone at home this morning; nobody knew where the adults were or when they would be back.",
)


@dataclass(frozen=True)
class Family:
    """A family as a referrer would describe it. children: each as the form of a referral takes it."""

    surname: str
    children: tuple[dict[str, Any], ...]


class Inventor:
    """Makes up people and what is written about them. local_authority_code: three digits, of a pupil's number."""

    def __init__(self, random: Random, local_authority_code: str):
        self._random = random
        self._code = local_authority_code
        self._fakers = {}
        for locale, _, _ in _ORIGINS:
            self._fakers[locale] = Faker(locale)
            self._fakers[locale].seed_instance(random.getrandbits(32))
        self._pupils = 0

    def agency(self) -> Agency:
        """A partner agency, the police and schools most often."""
        return self._random.choices(AGENCIES, OFTEN)[0]

    def family(self, day: date, children: int = 1) -> Family:
        """A family whose children are of these ages on that day: from unborn to seventeen."""
        locale, ethnicities, _ = self._random.choices(_ORIGINS, [often for _, _, often in _ORIGINS])[0]
        faker, ethnicity = self._fakers[locale], self._random.choice(ethnicities)
        surname = faker.last_name()
        home = {
            "address": f"{self._random.randint(1, 180)} {self._random.choice(_STREETS)} {self._random.choice(_KINDS)}",
            "postcode": self._postcode(),
        }
        return Family(surname, tuple(self._child(faker, surname, ethnicity, day) | home for _ in range(children)))

    def referrer(self, agency: Agency) -> dict[str, Any]:
        """Somebody of that agency who refers."""
        faker = self._fakers["en_GB" if self._random.random() < 0.7 else "en_IN"]
        return {
            "name": f"{faker.first_name()} {faker.last_name()}",
            "role": agency.role,
            "telephone": self.telephone(),
            "email": f"referrals@{agency.id}.example",
        }

    def telephone(self) -> str:
        """A number that is kept for drama and never given out."""
        return f"01632 960{self._random.randint(0, 999):03}"

    def matter(self, child: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
        """What is written about a child who needs help, and the vulnerability flags that go with it."""
        if "date_of_birth" not in child:
            return self._told(_BEFORE_BIRTH, child), ()
        pupil = "unique_pupil_number" in child
        text, flags = self._random.choice([matter[1:] for matter in _MATTERS if pupil or not matter[0]])
        return self._told(text, child), flags

    def danger(self, child: dict[str, Any]) -> str:
        """What is written about a child at risk of harm."""
        return self._told(self._random.choice(_DANGERS), child)

    def _told(self, text: str, child: dict[str, Any]) -> str:
        return text.format(child=child.get("first_name", "The child"), weeks=self._random.randint(2, 9))

    def _child(self, faker: Faker, surname: str, ethnicity: str, day: date) -> dict[str, Any]:
        girl = self._random.random() < 0.48
        age_days = self._random.randint(-60, 17 * 365)
        if age_days < 0:
            return {"surname": surname, "expected_date_of_delivery": (day - timedelta(days=age_days)).isoformat()}
        child: dict[str, Any] = {
            "first_name": faker.first_name_female() if girl else faker.first_name_male(),
            "surname": surname,
            "date_of_birth": (day - timedelta(days=age_days)).isoformat(),
            "sex": "F" if girl else "M",
            "ethnicity": ethnicity,
            "nhs_number": self.nhs_number(),
        }
        if age_days > 5 * 365:
            child["unique_pupil_number"] = self.pupil_number()
        if self._random.random() < 0.12:
            child["disabilities"] = [self._random.choice(("LD", "AUT", "HEAR", "MOB", "BEH"))]
        return child

    def nhs_number(self) -> str:
        """Ten digits from the range for tests, the last checking the others."""
        while True:
            digits = f"999{self._random.randint(0, 999_999):06}"
            check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
            if check != 10:
                return f"{digits}{check % 11}"

    def pupil_number(self) -> str:
        """A pupil number of a school that there is not; each is given once."""
        self._pupils += 1
        digits = f"{self._code}9999{self._pupils // 1000 % 100:02}{self._pupils % 1000:03}"
        return f"{upn.calc_check_digit(digits)}{digits}"

    def _postcode(self) -> str:
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        inward = "".join(self._random.choice(letters) for _ in range(2))
        return f"ZZ{self._random.randint(1, 9)} {self._random.randint(1, 9)}{inward}"
