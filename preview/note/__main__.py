"""``python -m preview.note``: one note on the merge or pull request, from each stack's ``changes-STACK.json``.

Exit code 0 where every stack is allowed, 1 where one is blocked, 2 where one is not known, or on bad input. Whether a
forge takes the note changes none of them: one that does not is told in one line.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from preview.catalogue import VARIABLE, chosen_language, say, spoken
from preview.note.compose import MARKER, Stack, StrangeError, compose, read_stack
from preview.note.endpoints import GITLAB_LIMIT, Endpoints, ForgeError, find_forge
from preview.note.forge import Forge
from preview.report.json import read_json
from stacks.command import app, harmless, put_out, refuse
from stacks.environments import promotion_order, stack_names

#: More of why a stack could not be previewed than this many lines is in the job's log.
LINES = 5


def main(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks of the note; all of them by default")] = None,
    folder: Annotated[Path, typer.Option("--from", help="Folder with changes-STACK.json of each")] = Path(),
    output: Annotated[Path | None, typer.Option(help="File for the note beside the forge's")] = None,
    lang: Annotated[
        str | None, typer.Option(help=f"Language of the note but its findings: en or ko; {VARIABLE} by default, or en")
    ] = None,
) -> int:
    """Post the note where a forge's job runs this; elsewhere print it."""
    known = [*promotion_order()[::-1], *sorted({*stack_names()} - {*promotion_order()})]
    names = stacks or known
    if unknown := [name for name in names if name not in known]:
        refuse(f"STACKS: {unknown[0]!r} has no stack file; stacks are {', '.join(stack_names())}")
    if not folder.is_dir():
        refuse(f"--from: {folder} is no folder")
    forge, problem = _forge()
    commit = forge.of.commit if forge and forge.of else ""
    with spoken(chosen_language(lang)):
        found = [_stack(folder, name) for name in dict.fromkeys(names)]
        body = compose(found, forge.limit if forge else GITLAB_LIMIT, commit)
    if output is not None or (forge is None and not problem):
        put_out(body, output)
    if forge is not None:
        try:
            done = Forge(forge).put_note(body, MARKER, quiet=all(stack.quiet for stack in found))
            sys.stderr.write(f"{done}\n")
        except ForgeError as error:
            problem = str(error)
    if problem:
        sys.stderr.write(f"warning: the note is not posted: {harmless(problem)}\n")
    return max(stack.weight for stack in found)


def _forge() -> tuple[Endpoints | None, str]:
    try:
        return find_forge(os.environ), ""
    except ForgeError as error:
        return None, str(error)


def _stack(folder: Path, name: str) -> Stack:
    """What is known of one stack. Where there is no difference, no older one stands for it."""
    file = folder / f"changes-{name}.json"
    try:
        return read_stack(name, read_json(file.read_bytes()))
    except FileNotFoundError:
        return Stack(name, None, _why(folder / f"changes-{name}.error", name))
    except StrangeError as error:
        return Stack(name, None, say("{stack} is NOT KNOWN: {why}", stack=name, why=error))
    except (OSError, ValueError, RecursionError):
        return Stack(name, None, say("{stack} is NOT KNOWN: {file} cannot be read", stack=name, file=file.name))


def _why(file: Path, name: str) -> str:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return say("{stack} is NOT KNOWN: it was not previewed; the job's log says why", stack=name)
    told = [line.removeprefix("error: ") for line in lines if line.strip()]
    return say("{stack} cannot be previewed: {why}", stack=name, why="; ".join(told[:LINES]))


if __name__ == "__main__":
    app(main, "the note")
