"""``python -m migration inventory FILES``: what runs in the old cluster, and who talks to what, from kubectl's output.

Exit code 0 when all of the input was read, 2 for input that is malformed, cut off, or none.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from stacks import command
from stacks.messages import meant

Format = Literal["text", "json", "svg"]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="Getting there: the migration.")


@app.callback()
def _main() -> None:
    """Getting there: the migration."""


@app.command()
def inventory(
    files: Annotated[
        list[str], typer.Argument(help="Output of `kubectl get -A -o yaml|json` and `helm list -A -o json`; - is stdin")
    ],
    *,
    format_: Annotated[str, typer.Option("--format", help="text, json, or svg: who talks to what")] = "text",
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
) -> None:
    """Map every workload of a cluster to a capability, a client of one, the platform, or unknown."""
    from migration.inventory.build import build
    from migration.inventory.document import render_json
    from migration.inventory.formats.refusal import InputError
    from migration.inventory.picture import draw
    from migration.inventory.reading import read_files
    from migration.inventory.text import render_text

    if format_ not in get_args(Format):
        command.refuse(f"--format: {format_!r} is unknown; {meant(format_, sorted(get_args(Format)))}")
    try:
        found = build(read_files(files))
    except InputError as error:
        command.refuse(str(error))
    if format_ == "text":
        content = render_text(found, colour=output is None and sys.stdout.isatty())
    else:
        content = render_json(found) if format_ == "json" else draw(found)
    command.put_out(content, output)


if __name__ == "__main__":
    command.app(app, "the inventory")
