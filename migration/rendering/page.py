"""A move as a page for whoever makes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from migration.moves.model import Command, Move, NoReturn, NothingWritten, Step
from migration.moves.tools import TOOLS
from migration.rendering.shell import file_name, line
from policy.ledger.moves import MOST_DAYS, OPENS, PROOFS
from policy.ledger.rollback import REVERSALS

#: What ends with a state: the steps after which evidence is written.
_GATED: Final = frozenset(OPENS)


def page(move: Move) -> str:
    """The page, in markdown."""
    return "\n".join(_page(move)).rstrip("\n") + "\n"


def _page(move: Move) -> Iterator[str]:
    proof = PROOFS[move.capability]
    yield f"# {move.title}"
    yield ""
    yield f"Written by `python -m migration render` from `migration/moves/{move.capability}.py`; a test holds it fresh."
    yield ""
    yield move.summary
    yield ""
    yield (
        f"Both sides run for {proof.dual_days} days: {proof.before_days} before the cut-over and {proof.soak_days} "
        f"after it. Compared are {', '.join(proof.compares)}."
    )
    if move.after:
        yield f"First come {', '.join(f'[{each}]({each}.md)' for each in move.after)}."
    yield ""
    yield "| step | kind | who | minutes | where |"
    yield "|---|---|---|---:|---|"
    for number, step in enumerate(move.everything, 1):
        shown = f"{number}. {step.name}" if step in move.steps else step.name
        yield f"| {shown} | {step.kind} | {step.owner} | {step.minutes} | {step.place} |"
    yield ""
    yield "Minutes are assumptions until somebody has measured them. What every step is told:"
    yield ""
    yield "| parameter | what it is | found by |"
    yield "|---|---|---|"
    for parameter in move.parameters:
        yield f"| `{parameter.name}` | {parameter.meaning} | {parameter.found_by} |"
    yield ""
    yield "Secrets are in files below /move, which only the tools that sign in read; none is an argument."
    for number, step in enumerate(move.steps, 1):
        yield from _step(move, step, f"{number}. {step.title}")
    yield from _step(move, move.roll_back, "Going back")
    yield ""
    yield "## Leaving the phase"
    yield ""
    yield REVERSALS[move.capability]
    if move.limits:
        yield ""
        yield "## What it cannot do"
        yield ""
        yield from (f"- {limit}" for limit in move.limits)
    yield ""
    yield "## Tools"
    yield ""
    yield "| tool | version | source |"
    yield "|---|---|---|"
    for title, version, source in _tools(move):
        yield f"| {title} | {version} | {source} |"


def _step(move: Move, step: Step, title: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    if step == move.roll_back:
        yield f"{step.title}."
        yield ""
    yield f"{step.kind}, by {step.owner}, {step.minutes} minutes; `{file_name(move, step)}`."
    yield from _commands("", step.run)
    yield from _commands("Verified by:", step.verify)
    if isinstance(step.undo, tuple):
        yield from _commands("Undone by:", step.undo)
    elif isinstance(step.undo, NoReturn):
        yield ""
        yield f"**Point of no return**: {step.undo.why}."
    elif isinstance(step.undo, NothingWritten):
        yield ""
        yield "Nothing is written, so there is nothing to undo."
    if step.kind in _GATED and step == move.step(step.kind):
        state = next(state for kind, state in OPENS.items() if kind == step.kind)
        yield ""
        yield f"Its evidence opens the state `{state}`, for {MOST_DAYS} days. Read it and agree; in prod, sign it:"
        yield ""
        named = f"{move.capability} {step.kind}"
        yield f'    .venv/bin/python -m migration approve "${{ENVIRONMENT}}" {named} --by NAME --ticket TICKET'
        yield f'    .venv/bin/python -m migration sign "${{ENVIRONMENT}}" {named} --key ARN'
        yield ""
        yield f"Then enter `{state}` in `landing:moves`, and go on when the preview refuses nothing."


def _commands(title: str, commands: tuple[Command, ...]) -> Iterator[str]:
    yield ""
    if title:
        yield title
        yield ""
    for command in commands:
        yield f"    {line(command)}"
    yield ""
    for source in dict.fromkeys(command.source for command in commands):
        yield f"- Source: {source}"
    for why in dict.fromkeys(command.not_run for command in commands if command.not_run):
        yield f"- Not run here: {why}."


def _tools(move: Move) -> list[tuple[str, str, str]]:
    used = {argv[0] for step in move.everything for each in step.commands for argv in each.pipeline}
    # A script that Python starts is another tool's.
    used |= {
        name
        for step in move.everything
        for each in step.commands
        for name in TOOLS
        if any(argument.endswith(f"/{name}") for argument in each.arguments)
    }
    return sorted({(TOOLS[name].title, TOOLS[name].version, TOOLS[name].source) for name in used})
