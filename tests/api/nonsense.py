"""The front door as those who send it nonsense meet it: what they send, and what every no has to be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from deploy.settling import decoded, is_settled
from tests.journeys.compositions import Product

MARK = "Quillfeather"
"""Stands in everything that is sent here, and in nothing that comes back."""
CHILD = {"first_name": MARK, "surname": MARK, "date_of_birth": "2016-03-04"}
WHOLE: Mapping[str, Any] = {
    "form_type": "EMARF",
    "request_kind": "FAMILY_HELP_REQUEST",
    "referrer": {"name": MARK, "telephone": "01632 960 111"},
    "children": [CHILD],
    "concern": f"{MARK} asks for help.",
}
WORRY = {**WHOLE, "request_kind": "SAFEGUARDING_CONCERN"}
REFERRALS = "/referral/v1/referrals"


@dataclass
class Door:
    """Speaks to the front door of the running product."""

    product: Product
    folder: Path
    client: httpx2.Client
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, name: str, **who: Any) -> str:
        """A token, asked for once."""
        if name not in self.tokens:
            asked = {"authority": "WLV", **who}
            self.tokens[name] = self.client.post("/dev/token", json=asked).json()["access_token"]
        return self.tokens[name]

    @property
    def school(self) -> str:
        """An agency's system."""
        return self.token("school", kind="agency_system", agency="acme", agency_type="SCHOOL")

    @property
    def worker(self) -> str:
        """Somebody at the front door."""
        return self.token("worker", kind="staff", post="FRONT_DOOR_WORKER", team="FAMILIES_FRONT_DOOR")

    def post(self, body: Any, path: str = REFERRALS, token: str | None = None, **headers: str) -> httpx2.Response:
        """Send a body: bytes as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {
            "Authorization": f"Bearer {token or self.school}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.client.post(path, content=raw, headers={n: value for n, value in sent.items() if value})

    def settle(self) -> None:
        """Until everything that was recorded has arrived wherever it is shown."""
        while not is_settled(decoded(self.client.get("/dev/readings").json())):
            pass

    def waiting(self) -> int:
        """How many referrals wait to be triaged."""
        self.settle()
        return len(self.get("/referral/v1/worklists/front-door").json()["items"])

    def get(self, path: str, token: str | None = None) -> httpx2.Response:
        """Read."""
        return self.client.get(path, headers={"Authorization": f"Bearer {token or self.worker}"})

    def referral(self) -> dict[str, Any]:
        """A referral that is there, as the front door sees it."""
        sent = self.post({**WHOLE, "agency_reference": str(uuid4())})
        assert sent.status_code == 201, sent.text
        self.settle()
        return self.get(f"{REFERRALS}/{sent.json()['referral_id']}").json()


def refused(answer: httpx2.Response, status: int, *, at_the_door: bool = True) -> dict[str, Any]:
    """The problem, after a look at what every problem has to be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert MARK not in answer.text
    if at_the_door:
        assert "01632" in json.dumps(problem["telephone"])
        assert "999" in problem["danger_now"]
    return problem


def pointers(problem: Mapping[str, Any]) -> set[str]:
    """Where the faults are."""
    return {fault["pointer"] for fault in problem["errors"]}
