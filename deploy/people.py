"""Who works in a council's teams and at its partners, as both registers know them. All of them are invented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from deploy.acting import Callers, Role
from shared.protocol.protocol import Protocol


@dataclass(frozen=True)
class Partner:
    """People of one partner agency: somebody who may lead, and who manages them there."""

    worker: Role
    manager: Role


def partner(agency: str, agency_type: str, worker: str) -> Partner:
    """A worker of an agency and their line manager, neither a social worker."""
    one = Role(kind="partner", agency=agency, agency_type=agency_type, social_worker=False, person_id=worker)
    return Partner(one, replace(one, person_id=f"{worker}-manager"))


class People:
    """Who works in the teams behind the front door, and a partner's nurse."""

    door = Role(post="SW_TEAM_MANAGER", team="FAMILIES_FRONT_DOOR", social_worker=True)
    officer = Role(post="REGISTER_OFFICER")
    cat = Role(post="SOCIAL_WORKER", team="CAT", social_worker=True)
    cat_manager = Role(post="SW_TEAM_MANAGER", team="CAT", social_worker=True)
    mash = Role(post="SW_TEAM_MANAGER", team="MASH", social_worker=True)
    lcpp = Role(post="LCPP", team="MACPT", social_worker=True)
    team_manager = Role(post="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
    delivery_manager = Role(post="DELIVERY_MANAGER", team="FAMILY_HELP", social_worker=False)
    social_worker = Role(post="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)
    family_worker = Role(social_worker=False, person_id="dev-family-worker")
    practitioner = Role(post="ADVANCED_PRACTITIONER", team="FAMILY_HELP", social_worker=True)
    health = partner("county-health", "HEALTH_VISITING", "dev-nurse")
    school = partner("larch-lane-primary", "SCHOOL", "dev-teacher")

    @property
    def everybody(self) -> tuple[Role, ...]:
        """All of them, once each."""
        teams = (
            self.door,
            self.officer,
            self.cat,
            self.cat_manager,
            self.mash,
            self.lcpp,
            self.team_manager,
            self.delivery_manager,
            self.social_worker,
            self.family_worker,
            self.practitioner,
        )
        partners = (self.health, self.school)
        return (*teams, *(one for agency in partners for one in (agency.worker, agency.manager)))

    @property
    def leads(self) -> Mapping[Role, Role]:
        """Who may lead a family's help, each with their line manager."""
        return {
            self.social_worker: self.team_manager,
            self.family_worker: self.team_manager,
            self.health.worker: self.health.manager,
        }


async def appointed(callers: Callers, people: People, protocol: Protocol) -> None:
    """Everybody in the registers, and of each lead what a register has to say: manager, supervisor, courses, skills."""
    for role in people.everybody:
        await callers.token(role)
    ids = {role: callers.people[role] for role in people.everybody}
    for lead, manager in people.leads.items():
        entry = {
            "practitioner_id": ids[lead],
            "name": "A synthetic practitioner",
            "profession": "SOCIAL_WORKER" if lead.social_worker else "PRACTITIONER",
            "employer_kind": "PARTNER" if lead.kind == "partner" else "AUTHORITY",
            **({"employer": lead.agency, "sector": lead.agency_type} if lead.agency else {}),
            "social_worker": bool(lead.social_worker),
            "lead_capable": True,
            "attestations": [code for block in protocol.competences("ATTESTATION") for code in block.codes],
            "supervisor": ids[people.team_manager],
            "line_manager": ids[manager],
            "from": "2001-01-01T00:00:00Z",
        }
        path = f"/allocation/v1/practitioners/{ids[lead]}"
        await callers.done("RegisterPractitioner", people.officer, "POST", path, entry, version=1)
        for block in protocol.competences("ESSENTIAL"):
            for code in block.codes:
                await callers.done("RecordTraining", people.officer, "POST", f"{path}/training", {"code": code})
