"""Every operation of every service against its own contract: as a caller who may, and as one who may not.

Generated requests, whether they fit the contract or not, get no 5xx, no status and no kind of content that the
contract does not name, and where it names the shape of an answer, that shape.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import hypothesis.strategies as st
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.documented import documented
from tests.journeys.compositions import SERVICES, Product, embedded
from tests.store.servers import share

EXAMPLES = max(6, round(60 * share()))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MAY: Mapping[str, Mapping[str, str]] = {
    "referral": {"post": "SW_TEAM_MANAGER", "team": "FAMILIES_FRONT_DOOR"},
    "allocation": {"post": "DELIVERY_MANAGER", "team": "FAMILY_HELP"},
    "planning": {"post": "SW_TEAM_MANAGER", "team": "FAMILIES_FRONT_DOOR"},
    "qa": {"post": "SW_TEAM_MANAGER", "team": "FAMILIES_FRONT_DOOR"},
}
REGISTERS = frozenset({"RegisterClient", "SuspendClient", "ListClients", "AppointStaff", "ListStaff", "EndStaff"})
AUDITED = frozenset({"ListRejections"})
ANYBODY_SENDS = frozenset({"SubmitReferral", "CheckReferral"})
BETWEEN_SERVICES = frozenset({"ReadFeed", "ReadSealed"})
"""For who shows a service's own credential or a warrant: a person's token is refused, whoever it is."""


@dataclass(frozen=True)
class Ground:
    """The running product with one referral in it. ids: of what there is, by the name of a path's part."""

    product: Product
    ids: Mapping[str, str]

    def token(self, **who: Any) -> str:
        """A fresh token."""
        asked = {"authority": "WLV", **who}
        return httpx2.post(f"{self.product.url_of('qa')}/dev/token", json=asked).json()["access_token"]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The four services in one process."""
    folder: Path = tmp_path_factory.mktemp("product")
    with embedded(folder) as product:
        made = Ground(product, {})
        sender = made.token(kind="agency_system", agency="acme", agency_type="SCHOOL")
        answer = httpx2.post(
            f"{product.url_of('referral')}/referral/v1/referrals",
            json={"form_type": "EMARF", "request_kind": "SAFEGUARDING_CONCERN", "children": [{"estimated_age": 4}]},
            headers={"Authorization": f"Bearer {sender}"},
        ).json()
        door = made.token(kind="staff", **MAY["referral"])
        seen = httpx2.get(
            f"{product.url_of('referral')}/referral/v1/referrals/{answer['referral_id']}",
            headers={"Authorization": f"Bearer {door}"},
        ).json()
        ids = {"referral_id": answer["referral_id"], "case_id": answer["case_id"], "child_id": seen["children"][0]}
        yield Ground(product, ids)


def _operations() -> list[Any]:
    return list(_each_operation())


def _each_operation() -> Iterator[Any]:
    for service in SERVICES:
        for found in schemathesis.openapi.from_dict(documented(service)).get_all_operations():
            operation = found.ok()
            yield pytest.param(service, operation, id=f"{service}-{_name(operation)}")


def _name(operation: Any) -> str:
    return operation.definition.raw["operationId"]


@pytest.mark.parametrize(("service", "operation"), _operations())
def test_answers_are_those_of_the_contract_for_who_may(service: str, operation: Any, ground: Ground) -> None:
    name = _name(operation)
    who = {"post": "REGISTER_OFFICER"} if name in REGISTERS else MAY[service]
    token = ground.token(kind="auditor") if name in AUDITED else ground.token(kind="staff", **who)
    statuses = _play(operation, ground, service, token)
    assert (401 in statuses) == (name in BETWEEN_SERVICES)
    assert statuses != {403}


@pytest.mark.parametrize(("service", "operation"), _operations())
def test_who_may_not_is_refused_whatever_is_sent(service: str, operation: Any, ground: Ground) -> None:
    if _name(operation) in ANYBODY_SENDS:
        token = ground.token(kind="auditor")
    else:
        token = ground.token(kind="agency_system", agency="elsewhere", agency_type="GP")
    statuses = _play(operation, ground, service, token)
    expected = {401} if _name(operation) in BETWEEN_SERVICES else {403, 404}
    # What does not fit a parameter of the contract may be said before anybody is asked who they are.
    assert statuses <= expected | {400, 422}
    assert statuses & expected


def _play(operation: Any, ground: Ground, service: str, token: str) -> set[int]:
    statuses: set[int] = set()
    both = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    cases = both.flatmap(lambda mode: operation.as_strategy(generation_mode=mode))

    @seed(20260101)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    @given(case=cases, known=st.sampled_from([True, False]))
    def answers(case: Any, known: bool) -> None:
        if known:
            # Half of them about what is there, so that more is asked than whether it is.
            for part in set(case.path_parameters or {}) & set(ground.ids):
                case.path_parameters[part] = ground.ids[part]
        request = case.as_transport_kwargs(base_url=ground.product.url_of(service))
        # Credentials are generated too, or left out; here it is always somebody who is signed in.
        request["headers"]["Authorization"] = f"Bearer {token}"
        if known and "If-Match" in request["headers"]:
            request["headers"]["If-Match"] = '"1"'
        response = requests.request(**request, timeout=30)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    answers()
    return statuses
