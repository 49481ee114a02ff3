"""The editors' JSON Schema: what completion and hover in a text editor know, made from the same models.

`podfeed schema --write` puts one file a kind into `.podfeed/`; the first line of an episode names it. YAML language
servers read draft 7 and what pydantic writes; automatic titles are taken out, since they turn up as completions.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from podfeed.source.entries import Rare
from podfeed.source.schema import KINDS


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file (`show`, `episode`, `people`, `stories`)."""
    whole = KINDS[kind].model_json_schema(ref_template="#/definitions/{model}", schema_generator=_Generator)
    made = _plain(whole)
    definitions = made.pop("$defs", {})
    if kind in ("people", "stories"):
        record = made
        made = {"type": "object", "additionalProperties": record, "description": f"{kind}.yaml: a key for each record."}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **made,
        **({"definitions": definitions} if definitions else {}),
    }


def text(kind: str) -> str:
    return json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n"


class _Generator(GenerateJsonSchema):
    """Looks into what is built later (`entries.rare`) as into every other group of keys."""

    def function_plain_schema(self, schema: Any) -> dict[str, Any]:
        later = schema["function"]["function"]
        if not isinstance(later, Rare):
            return super().function_plain_schema(schema)
        later.kind.model_rebuild()
        name = f"{later.kind.__module__}.{later.kind.__qualname__}:{id(later.kind)}"  # as pydantic calls it
        return self.generate_inner({**later.kind.__pydantic_core_schema__, "ref": name})  # type: ignore[typeddict-item]


def _plain(node: Any, names: bool = False) -> Any:
    """Without automatic titles and nulls: an empty key is fine, but nothing to offer. `names`: keys are ours."""
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept = {
        k: _plain(v, k in ("properties", "$defs")) for k, v in node.items() if names or k not in ("title", "default")
    }
    options = kept.get("anyOf")
    if not names and isinstance(options, list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        kept["anyOf"] = rest
        if len(rest) == 1 and "$ref" not in rest[0]:
            del kept["anyOf"]
            kept = {**rest[0], **kept}
    return kept


def write_all(folder: Path) -> list[Path]:
    """Write `.podfeed/<kind>.schema.json` for every kind; the paths."""
    target = folder / ".podfeed"
    target.mkdir(exist_ok=True)
    written = []
    for kind in KINDS:
        path = target / f"{kind}.schema.json"
        path.unlink(missing_ok=True)  # it may be a link out of the folder
        with path.open("x", encoding="utf-8") as file:
            file.write(text(kind))
        written.append(path)
    return written
