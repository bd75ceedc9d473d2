"""The commands that pages show: each as words, held against the command that it names, without running it.

A command is a line of a block, or a span between backticks, that starts with ``make``, ``./lz``, ``lz`` or
``.venv/bin/python``. What a page leaves open stands in capitals, or as a variable of a shell, and is filled in.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from stacks.commands.words import WORDS
from tests.commands import give

ROOT = Path(__file__).parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (
        *(ROOT / name for name in ("README.md", "README.ko.md", "CONTRIBUTING.md", "benchmarks/README.md")),
        ROOT / "tests" / "security" / "README.md",
        *sorted((ROOT / "docs").rglob("*.md")),
    )
    # Forms, not commands: [STACK...] and a|b. It is written from what it describes.
    if path != ROOT / "docs" / "commands.md"
}
START = r"(?:[A-Z_]+=\S+ )*(?:make|(?:\./)?lz|\.venv/bin/python)(?: |$)"
BY_NAME = {word.name: word for word in WORDS}
MAKEFILE = (ROOT / "Makefile").read_text()
#: What a page leaves open, and what is put there; anything is as good, but where an argument is one of a few.
OPEN = {
    "STACK": "dev",
    "${ENVIRONMENT}": "dev",
    "CAPABILITY": "cache",
    "STEP": "precheck",
    "WHAT": "cache",
    "$PULUMI_HOME": "home",
    "STACK=...": "STACK=dev",
    "STACK=${ENVIRONMENT}": "STACK=dev",
    "COMMAND": "help",
}


def shown(text: str) -> Iterator[str]:
    """Each command of a page, as it stands there, a comment behind it left out."""
    for fenced, indented, span in re.findall(
        r"^```\w*\n(.*?)^```|((?:^ {4}\S.*\n)+)|`([^`\n]+)`", text, re.DOTALL | re.MULTILINE
    ):
        lines = re.sub(r"\\\n\s*", " ", fenced or indented or span).splitlines()
        for line in (each.strip().removeprefix("$ ") for each in lines):
            if re.match(START, line):
                yield re.sub(r" {2,}", " ", re.sub(r"\s+#.*$", "", line))


def words(command: str) -> list[str]:
    """The command as words, without what is set before it, its brackets of options that may be left out, and open ends."""
    plain = re.sub(r"\[(--[^\]]+)\]", r"\1", command).replace("[STACK]", "STACK")
    found = shlex.split(plain)
    while re.match(r"[A-Z_]+=", found[0]):
        found = found[1:]
    return [OPEN.get(word, word) for word in found]


def of_module(given: list[str]) -> tuple[str, list[str]] | None:
    """The module that a command starts, with what it hands over; ``None`` for make, a script, and what lz says itself."""
    first, *rest = given
    if first.endswith("lz"):
        word = BY_NAME.get(rest[0]) if rest else None
        return (word.module, word.arguments(rest[1:])) if word else None
    return (rest[1], rest[2:]) if rest[:1] == ["-m"] and len(rest) > 1 else None


def parse(module: str, arguments: list[str]) -> str:
    """What is wrong with ``python -m module arguments`` before anything is done; nothing where it would start."""
    said = []

    def parsed(main: object, _what: str = "") -> None:
        import typer

        application = main
        if not isinstance(main, typer.Typer):
            application = typer.Typer(add_completion=False)
            application.command()(main)
        found, left = typer.main.get_command(application), list(arguments)
        try:
            context = found.make_context(module, left)
            # A command of several: the one that is named takes the rest.
            while hasattr(found, "resolve_command"):
                left = [*context._protected_args, *context.args]
                if not left:
                    said.append("Missing command.")
                    break
                _, found, left = found.resolve_command(context, left)
                context = found.make_context(module, left, parent=context)
        except typer.exceptions.TyperException as error:
            said.append(error.format_message())
        except SystemExit:
            said.append("it shows its help alone")
        said.append("")
        raise SystemExit(0)

    with mock.patch("stacks.command.app", parsed), contextlib.suppress(SystemExit):
        give(module, *arguments)
    assert said, f"{module} starts without stacks.command.app"
    return said[0]


def starts_as_others(module: str) -> bool:
    """Whether the module is a command of :func:`stacks.command.app`."""
    path = ROOT / module.replace(".", "/")
    file = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    return re.search(r"^\s*(?:command\.)?app\(", file.read_text(), re.MULTILINE) is not None


def unknown_words(source: str, arguments: list[str]) -> list[str]:
    """Options that nothing of a program's text names: of one that reads its command line by itself."""
    return [each for each in arguments if each.startswith("--") and f'"{each.partition("=")[0]}"' not in source]
