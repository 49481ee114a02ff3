"""The editors' JSON Schema: made from the models, complete, and the one that lies in this repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from podfeed.source import yaml
from podfeed.source.json_schema import schema, text
from podfeed.source.schema import KINDS

ROOT = Path(__file__).parent.parent


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every group of keys in a schema."""
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for part in node.values():
            yield from objects(part)
    elif isinstance(node, list):
        for part in node:
            yield from objects(part)


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_complete(kind: str):
    """Draft 7; a description and an example for every key; no automatic titles, which completion would offer."""
    made = schema(kind)
    jsonschema.Draft7Validator.check_schema(made)
    for group in objects(made):
        assert "title" not in group or isinstance(group["title"], dict)
        for name, rule in group["properties"].items():
            assert rule.get("description"), (kind, name)
            assert not isinstance(rule.get("title"), str), (kind, name)


@pytest.mark.parametrize("kind", KINDS)
def test_repository_has_the_schema_of_now(kind: str):
    """What the example show's first lines point to is what `podfeed schema --write` writes today."""
    assert (ROOT / ".podfeed" / f"{kind}.schema.json").read_text() == text(kind)


def test_example_show_fits_its_schema():
    """An editor's YAML server finds nothing to complain about in the example show."""
    files = {"show": ["show.yaml"], "people": ["people.yaml"], "stories": ["stories.yaml"]}
    files["episode"] = [f"episodes/{path.name}" for path in sorted((ROOT / "episodes").glob("*.yaml"))]
    for kind, names in files.items():
        validator = jsonschema.Draft7Validator(json.loads(text(kind)))
        for name in names:
            document, problems = yaml.read(name, (ROOT / name).read_bytes())
            assert document and not problems
            assert [e.message for e in validator.iter_errors(document.data)] == [], name
