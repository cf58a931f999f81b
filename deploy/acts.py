"""One case, and commands sent in it: each on the versions that stand after the last write."""

from collections.abc import Mapping
from typing import Any

from deploy.acting import Answer, Callers, Role
from deploy.people import People

Body = Mapping[str, Any]


class Acts:
    """Acts in one case. position: of the last write in it; each act is on the versions that stand after that."""

    def __init__(self, callers: Callers, people: People, case_id: str, position: str | None = None):
        self._callers = callers
        self.people = people
        self.case_id = case_id
        self.position = position

    async def file(self, role: Role | None = None) -> dict[str, Any]:
        """The case file as somebody is shown it, the front door if nobody is named."""
        path = f"/qa/v1/cases/{self.case_id}"
        return (await self._callers.done("ReadCase", role or self.people.door, "GET", path, after=self.position)).body

    async def do(self, name: str, role: Role, service: str, step: str, body: Body) -> Answer:
        """One command on the case. Raises NotTaken."""
        version = (await self.file())["versions"].get(service, 0)
        path = f"/{service}/v1/cases/{self.case_id}/{step}"
        answer = await self._callers.done(name, role, "POST", path, dict(body), version=version, after=self.position)
        self.position = answer.position
        return answer

    async def id_of(self, role: Role) -> str:
        """Somebody's id in both registers."""
        await self._callers.token(role)
        return str(self._callers.people[role])

    async def children(self) -> list[str]:
        """The children of the case, by the ids under which their work is recorded."""
        return [child["child_id"] for child in (await self.file())["children"]]

    async def as_(self, role: Role) -> dict[str, Any]:
        return {"person_id": await self.id_of(role), **({"for": role.post} if role.post else {})}
