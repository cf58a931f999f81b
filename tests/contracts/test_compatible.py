"""The contracts are compared with those of the revision that this one grew from."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from contracts.compatible import base_revision, contracts_at, documents_that_break, schemas_that_break
from contracts.linter import ROOT

SCHEMA = {"type": "object", "properties": {"count": {"type": "integer"}}}
API = {
    "openapi": "3.1.0",
    "info": {"title": "House", "version": "1.0.0"},
    "paths": {
        "/doors": {
            "post": {
                "operationId": "OpenDoor",
                "responses": {"201": {"description": "Open."}},
                "parameters": [{"name": "side", "in": "query", "schema": {"type": "string", "enum": ["A", "B"]}}],
            }
        }
    },
}


def git(root: Path, *arguments: str) -> str:
    """Run git in a repository of the test, by nobody's settings."""
    alone = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=root, env=alone, check=True, text=True, capture_output=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One commit, with a schema and a document."""
    git(tmp_path, "init", "-q", "-b", "main")
    put(tmp_path, "schemas/house.Built.v1.json", SCHEMA)
    put(tmp_path, "openapi/house.json", API)
    commit(tmp_path)
    return tmp_path


def put(root: Path, path: str, document: object) -> None:
    """Write a contract."""
    file = root / "contracts" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document))


def commit(root: Path) -> str:
    """Everything as one more commit; gives its id."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "more")
    return git(root, "rev-parse", "HEAD")


def test_the_base_is_where_the_branch_left_else_a_tag_else_the_commit_before(repository: Path) -> None:
    """The furthest that somebody else may rely on, as far as git knows."""
    assert base_revision(repository) is None
    first = git(repository, "rev-parse", "HEAD")
    second = commit(repository)
    assert base_revision(repository) == first
    git(repository, "tag", "v1", second)
    commit(repository)
    assert base_revision(repository) == "v1"
    git(repository, "update-ref", "refs/remotes/origin/main", first)
    assert base_revision(repository) == first
    assert base_revision(repository, "v1") == "v1"
    with pytest.raises(ValueError):
        base_revision(repository, "nowhere")


def test_a_break_against_the_base_is_found(repository: Path) -> None:
    """In what is on disk, committed or not."""
    old = contracts_at(repository, "HEAD")
    assert schemas_that_break(repository, old) == []
    put(repository, "schemas/house.Built.v1.json", {"type": "object", "properties": {"count": {"type": "string"}}})
    assert schemas_that_break(repository, old) == ['house.Built.v1.json: letter.count: type was "integer", is "string"']


def test_a_broken_document_is_found(repository: Path) -> None:
    """By the linter: a parameter's word that is gone; by us: a document that is gone."""
    old = contracts_at(repository, "HEAD")
    assert documents_that_break(repository, old) == []
    put(repository, "openapi/house.json", json.loads(json.dumps(API).replace('["A", "B"]', '["A"]')))
    (broken,) = documents_that_break(repository, old)
    assert broken.startswith("contracts/openapi/house.json:")
    (repository / "contracts/openapi/house.json").unlink()
    assert documents_that_break(repository, old) == ["contracts/openapi/house.json: removed"]


def test_an_event_that_was_only_announced_breaks_nothing_when_its_schema_comes(repository: Path) -> None:
    """What another service will record is listed before it is; once its schema is out, it is a promise."""
    listed: dict[str, object] = {"payload": {"type": "object"}}
    put(repository, "asyncapi/house.json", announcing(listed))
    commit(repository)
    announced = contracts_at(repository, "HEAD")
    whole = {"type": "object", "properties": {"name": {"const": "garden.Dug"}}}
    put(repository, "asyncapi/house.json", announcing({"payload": whole}))
    put(repository, "schemas/garden.Dug.v1.json", whole)
    commit(repository)
    assert documents_that_break(repository, announced) == []
    promised = contracts_at(repository, "HEAD")
    other = {"type": "object", "properties": {"name": {"const": "garden.Planted"}}}
    put(repository, "asyncapi/house.json", announcing({"payload": other}))
    (broken,) = documents_that_break(repository, promised)
    assert broken.startswith("contracts/asyncapi/house.json:")


def announcing(message: object) -> dict[str, object]:
    """A document of one service that reads one event of another."""
    channel = "#/channels/garden"
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "House", "version": "1.0.0"},
        "channels": {"garden": {"messages": {"garden.Dug": {"$ref": "#/components/messages/garden.Dug"}}}},
        "operations": {
            "read": {
                "action": "receive",
                "channel": {"$ref": channel},
                "messages": [{"$ref": f"{channel}/messages/garden.Dug"}],
            }
        },
        "components": {"messages": {"garden.Dug": message}},
    }


def test_no_event_breaks_its_word() -> None:
    """The schemas of this checkout against those of the revision that it grew from."""
    base = base_revision(ROOT)
    assert schemas_that_break(ROOT, contracts_at(ROOT, base) if base else {}) == []
