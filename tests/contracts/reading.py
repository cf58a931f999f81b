"""The contract files as the tests read them, and a validator that knows where their references lead."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

CONTRACTS = Path(__file__).parents[2] / "contracts"
EXAMPLES = CONTRACTS / "examples"


def read(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def schemas() -> dict[str, Any]:
    """Every schema file by its name."""
    return {file.name: read(file) for file in sorted((CONTRACTS / "schemas").glob("*.json"))}


def faults(schema: Any, value: Any, among: dict[str, Any]) -> list[str]:
    """What is wrong with a value, a line each. among: the schemas that references may lead to, by file name."""
    registry = Registry().with_resources(
        (name, Resource.from_contents(each, default_specification=DRAFT202012)) for name, each in among.items()
    )
    validator = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in validator.iter_errors(value)]


@cache
def openapi(service: str) -> Any:
    """The OpenAPI document of a service."""
    return read(CONTRACTS / "openapi" / f"{service}.json")


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Every operation of every service: service, method, path, and the operation."""
    for file in sorted((CONTRACTS / "openapi").glob("*.json")):
        for path, methods in openapi(file.stem)["paths"].items():
            for method, operation in methods.items():
                if isinstance(operation, dict) and "operationId" in operation:
                    yield file.stem, method, path, operation


def body_schema(operation: dict[str, Any]) -> Any | None:
    """The JSON Schema of an operation's body, or None if it takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    return next((kind["schema"] for name, kind in content.items() if name.endswith("json")), None)
