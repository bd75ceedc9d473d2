"""``docs/commands.md``: every command of ``lz``, its options as it tells them itself, and what its exit codes mean."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, Final

import typer
from typer.core import TyperGroup, TyperOption

from pricing.report.escape import prose
from stacks.commands.words import WORDS, Word

#: What 1 means; 0 is done, 2 bad input or a mistake of the program's own, 130 an interrupt.
ONES: Final = {
    "preview": "a mandatory finding",
    "reconcile": "an error larger than `--within`",
    "migration": "`status`: a move is refused; `verify`: both sides differ; `render --check`: a page is stale",
    "recovery": "a drill is red or late, or a canary cannot be written",
    "pricing": "with `--fail-on-gaps`: something billed has no figure",
    "pricing.book": "AWS's answers make no book, or the check or the comparison fails",
    "pricing.usage": "something that was asked for could not be read; it is named",
    "preview.note": "an environment is blocked; 2 also where one is not known. A forge that is down changes neither",
    "preview.night": "drift, a mandatory finding of the state, or something past its end; 2 also where a part failed",
    "preview.docs": "`--check`: a page is stale",
    "stacks.schema": "`--check`: the schema is stale",
}


#: What stands above the commands.
OPENING: Final = """\
# Commands

<!-- Written by .venv/bin/python -m preview.docs from the commands themselves: change those, not this page. -->

`./lz COMMAND` works from any folder, once `make preview` has installed what it wants. `ln -s "$PWD/lz" ~/.local/bin/lz`
makes it `lz`, and `source <(lz completion bash)` (or `zsh`) completes commands, environments and options.

Each command ends with 0 when it is done, with 2 for bad input (one line says which key or option, and what is allowed)
and with 130 when interrupted. What 1 means is said with it."""


def commands_page() -> str:
    """The page."""
    parts = [OPENING]
    for word in WORDS:
        says = f"{word.says[:1].upper()}{word.says[1:]}: `.venv/bin/python -m {word.module}`."
        parts += [f"## lz {word.name}", f"    lz {word.name} {word.form}", says]
        if one := ONES.get(word.name) or ONES.get(word.module):
            parts.append(f"Exit code 1: {one}.")
        if word.module != "preview" or word.name == "preview":
            parts.extend(_options(word))
    return "\n\n".join(parts) + "\n"


def _options(word: Word) -> Iterator[str]:
    command = _command(word.module)
    groups = command.commands.items() if isinstance(command, TyperGroup) else [("", command)]
    for name, each in groups:
        options = [parameter for parameter in each.params if isinstance(parameter, TyperOption)]
        if name:
            yield f"`{name}`: {prose(_line(each.help or ''))}"
        if options:
            rows = [f"| `{', '.join(option.opts)}` | {prose(_line(option.help or ''))} |" for option in options]
            yield "\n".join(["| option | what it does |", "|---|---|", *rows])


def _command(module: str) -> Any:
    """The command line of a module: its application, or its one function."""
    package = getattr(importlib.import_module(module), "__path__", None)
    # A package is asked for by its program; what that one fails to import is told, and is not taken for its absence.
    found = importlib.import_module(module if package is None else f"{module}.__main__")
    for attribute in ("application", "app"):
        made = getattr(found, attribute, None)
        if isinstance(made, typer.Typer):
            return typer.main.get_command(made)
    one = typer.Typer(add_completion=False)
    one.command()(found.main)
    return typer.main.get_command(one)


def _line(text: str) -> str:
    return " ".join(text.split())
