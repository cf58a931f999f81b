"""The OpenAPI document with what the framework cannot know: our problems, and bodies read step by step."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.http.kinds import NOES, Problem

_REF = "#/components/schemas/{model}"


def takes(model: type[BaseModel], example: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What `openapi_extra` of an operation says about a body that it reads with `body_of`."""
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=model.__name__)}}
    if example is not None:
        content["example"] = dict(example)
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def keep_contract(app: FastAPI, bodies: Sequence[type[BaseModel]] = ()) -> None:
    """Have the app's `openapi()` go through `documented`. bodies: the models that `takes` names."""
    plain = app.openapi

    def contract() -> dict[str, Any]:
        is_new = app.openapi_schema is None
        made = plain()
        return documented(made, bodies) if is_new else made

    # To replace this method is the framework's documented way to change the contract.
    setattr(app, "openapi", contract)  # noqa: B010


def documented(contract: dict[str, Any], bodies: Iterable[type[BaseModel]] = ()) -> dict[str, Any]:
    """An OpenAPI document with our problem in place of the framework's own 422, and the schemas of the bodies."""
    schemas = contract.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas.update(_schemas_of([Problem, *bodies]))
    contract["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    contract["security"] = [{"bearer": []}]
    for path, operations in contract.get("paths", {}).items():
        for operation in operations.values():
            if isinstance(operation, dict):
                _name_path_parameters(path, operation)
            noes = operation.get("responses", {}) if isinstance(operation, dict) else {}
            if "HTTPValidationError" in json.dumps(noes.get("422", "")):
                noes["422"] = NOES[422]
    return contract


def _name_path_parameters(path: str, operation: dict[str, Any]) -> None:
    """The ids in a path, where the framework did not see them because the body is read step by step."""
    have = {parameter["name"] for parameter in operation.get("parameters", [])}
    lacking = [name for name in re.findall(r"\{(\w+)\}", path) if name not in have]
    if lacking:
        named = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in lacking]
        operation["parameters"] = [*named, *operation.get("parameters", [])]


def _schemas_of(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    _, made = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    return made.get("$defs", {})
