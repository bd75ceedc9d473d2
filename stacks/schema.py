"""Writes the JSON schema that editors use: ``python -m stacks.schema`` (``--check`` only compares).

Exit code 0 when written or fresh, 1 when ``--check`` finds it stale, 2 on bad input.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from stacks.command import app, write
from stacks.load import ENGINE_KEYS
from stacks.messages import PREFIX
from stacks.settings import Settings

TARGET: Final = Path(__file__).with_name("schema.json")


def build_schema() -> dict[str, Any]:
    """A stack file's schema: the engine's own keys, ``landing:`` keys as settings, other namespaces left open."""
    settings = Settings.model_json_schema(by_alias=True)
    definitions = settings.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "alphacar landing zone stack file",
        "type": "object",
        "additionalProperties": False,
        "required": ["config"],
        "properties": {
            **{key: {} for key in sorted(ENGINE_KEYS)},
            "config": {
                "type": "object",
                "required": ["aws:region", *(PREFIX + key for key in settings["required"])],
                "properties": {
                    "aws:region": {
                        "const": "ap-northeast-2",
                        "description": "Seoul: everything stands there but the copies of backup.elsewhere",
                    },
                    **{PREFIX + key: value for key, value in settings["properties"].items()},
                },
                "patternProperties": {f"^(?!{PREFIX}).+:.+$": {}},
                "additionalProperties": False,
            },
        },
        "$defs": definitions,
    }


def main(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when the schema is stale")] = False
) -> int:
    """Write the schema of stack files."""
    text = json.dumps(build_schema(), indent=2, sort_keys=True) + "\n"
    if check:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        print(f"{TARGET.name}: {'fresh' if fresh else 'stale, run .venv/bin/python -m stacks.schema'}")
        return 0 if fresh else 1
    write(TARGET, text)
    return 0


if __name__ == "__main__":
    app(main, "the schema's command")
