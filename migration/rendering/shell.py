"""A step as a script: what it runs, how it verifies and how it is undone, by the word it is called with."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from migration.moves.model import PARAMETER, Command, Move, NoReturn, NothingWritten, Parameter, Step

_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
#: What a step says when it is called by another word.
_USAGE: Final = "run, verify or undo"


def quote(argument: str) -> str:
    """``argument`` as bash takes it: parameters are put in, and everything else stays as it is."""
    names = PARAMETER.findall(argument)
    if not names:
        return shlex.quote(argument)
    texts = PARAMETER.split(argument)
    parts = [part if place % 2 == 0 else f"${{{part}}}" for place, part in enumerate(texts)]
    if all(not text or _PLAIN.fullmatch(text) for text in texts[::2]):
        return f'"{"".join(parts)}"'
    # A single-quoted piece beside each parameter: what looks like one in a program's text is none.
    return "".join(
        (shlex.quote(part) if part else "") if place % 2 == 0 else f'"{part}"' for place, part in enumerate(parts)
    )


def line(command: Command) -> str:
    """A command as a line of bash."""
    pipe = " |& " if command.with_errors else " | "
    text = pipe.join(" ".join(map(quote, argv)) for argv in command.pipeline)
    # Read by bash itself, so that it is no argument of any program.
    return f'{command.signs_in[0]}="$(<{command.signs_in[1]})" {text}' if command.signs_in else text


def used_by(move: Move, commands: Iterable[Command]) -> list[Parameter]:
    """The parameters of ``move`` that ``commands`` name, in its order."""
    names = {name for command in commands for argument in command.arguments for name in PARAMETER.findall(argument)}
    return [parameter for parameter in move.parameters if parameter.name in names]


def file_name(move: Move, step: Step) -> str:
    """The script's name; the way back has no number."""
    place = f"{move.steps.index(step) + 1:02}" if step in move.steps else "back"
    return f"{place}-{step.name}.sh"


def script(move: Move, step: Step) -> str:
    """The whole script. ``run`` verifies too; ``undo`` of a point of no return ends with 1, an unknown word with 2."""
    return "\n".join(_script(move, step)) + "\n"


def _script(move: Move, step: Step) -> Iterator[str]:
    yield "#!/usr/bin/env bash"
    yield f"# {move.title}: {step.title}."
    yield "# Written by python -m migration render; changes belong into the move."
    yield "set -euo pipefail"
    for parameter in used_by(move, step.commands):
        yield f"# {parameter.name}: {parameter.meaning}"
    yield from _function(move, "run", step.run)
    yield from _function(move, "verify", step.verify)
    if isinstance(step.undo, tuple):
        yield from _function(move, "undo", step.undo)
    elif isinstance(step.undo, NoReturn):
        yield from _refusing(f"point of no return: {step.undo.why}", 1)
    elif isinstance(step.undo, NothingWritten):
        yield from _refusing("nothing was written", 0)
    yield "case ${1-} in"
    yield "run) run && verify ;;"
    yield "verify) verify ;;"
    yield "undo) undo ;;"
    yield f"*) printf 'error: %s is refused; allowed are {_USAGE}\\n' \"${{1-nothing}}\" >&2; exit 2 ;;"
    yield "esac"


def _function(move: Move, name: str, commands: Sequence[Command]) -> Iterator[str]:
    yield f"{name}() {{"
    yield from (f'    : "${{{parameter.name}:?is not set}}"' for parameter in used_by(move, commands))
    # In a condition bash goes on after a command that fails, whatever was set: each says so itself.
    yield from (f"    {line(command)} || return" for command in commands)
    yield "}"


def _refusing(why: str, code: int) -> Iterator[str]:
    yield f"undo() {{ printf '%s\\n' {shlex.quote(why)} >&2; return {code}; }}"
