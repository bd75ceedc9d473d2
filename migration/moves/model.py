"""What a move is made of: steps of commands, each verified, and each undone or a declared point of no return.

A command is a list of arguments, never a line for a shell; ``$NAME`` in an argument stands for a parameter. Secrets are
named and never passed: a tool reads them from its own file or environment. What breaks one of these rules cannot be
constructed: :class:`MoveError` says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from migration.moves.tools import TOOLS
from stacks.sections.moves import Moved

Kind = Literal["precheck", "copy", "verify", "cut-over", "soak", "roll-back", "decommission"]
#: In the order of a move; going back stands beside it.
ORDER: Final[tuple[Kind, ...]] = ("precheck", "copy", "verify", "cut-over", "soak", "decommission")
#: Kinds of steps that write nothing, and so have nothing to undo.
READING: Final[frozenset[Kind]] = frozenset({"precheck", "verify", "soak"})
Place = Literal["workstation", "cluster"]
Argv = tuple[str, ...]
PARAMETER: Final = re.compile(r"\$([A-Z][A-Z0-9_]*)")
#: What a shell would read as more than an argument has no place in one.
_SHELLS: Final = frozenset({"sh", "bash", "zsh", "eval", "xargs"})
#: An option that takes a secret as the next argument, or as its own value; a file's name is none.
_SECRET_OPTION: Final = re.compile(
    r"^(?:-p|-a|--pass(?:word|wd)?|--\w[\w-]*-(?:password|token)|--(?:token|secret|secret-key|secret-string))(?:=(.*))?$"
)
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_MOVE_FILE: Final = re.compile(r"/move/[a-z][\w.-]*")
_SECRET_IN_URL: Final = re.compile(r"://[^/\s:@]+:[^/\s@]+@")
_SECRET_IN_HEADER: Final = re.compile(r"(?i)^(?:authorization|x-[\w-]*token|x-api-key):")
#: Parameters are shown; one that is called so would hold a secret.
_SECRET_NAME: Final = re.compile(r"PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE_KEY")
#: Where a secret may come from: a file, or standard input.
_FROM_FILE: Final = re.compile(r"^(?:file(?:b)?://|/|@/)")


class MoveError(ValueError):
    """A move that breaks a rule of moves; its text names the move, the step and the rule."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A value that a move is told. ``found_by`` says where it comes from; a secret is a file's name, never a value."""

    name: str
    meaning: str
    found_by: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """Programs that hand their output on to each other; ``source`` is where their use is documented.

    ``with_errors`` hands on what the first one says on standard error too. ``not_run`` says why it could not be run
    where this was written. ``signs_in`` is a variable and a file below /move: the first program finds the file's text
    in it, for programs that read a password from their environment alone.
    """

    pipeline: tuple[Argv, ...]
    source: str
    with_errors: bool = False
    not_run: str = ""
    signs_in: tuple[str, str] | None = None

    @property
    def arguments(self) -> Iterator[str]:
        """Every argument of every program."""
        return (argument for argv in self.pipeline for argument in argv)


@dataclass(frozen=True, kw_only=True)
class NothingWritten:
    """A step that only reads: there is nothing to undo."""


@dataclass(frozen=True, kw_only=True)
class NoReturn:
    """A step that nothing undoes; ``why`` says what is lost, and what is done instead."""

    why: str


Undo = tuple[Command, ...] | NothingWritten | NoReturn


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: who does what, for how long, how it is known to have worked, and how it is taken back.

    ``minutes`` is what it is planned for, an assumption until it is rehearsed. ``place`` is where it runs: on a
    workstation, or as a Job in the cluster.
    """

    name: str
    kind: Kind
    title: str
    owner: str
    minutes: int
    run: tuple[Command, ...]
    verify: tuple[Command, ...]
    undo: Undo
    place: Place = "workstation"

    @property
    def commands(self) -> Iterator[Command]:
        """Everything that the step may start."""
        yield from (*self.run, *self.verify)
        if isinstance(self.undo, tuple):
            yield from self.undo


@dataclass(frozen=True, kw_only=True)
class Move:
    """How one capability gets there. ``roll_back`` is how it comes back once the target has been written."""

    capability: Moved
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    roll_back: Step
    #: What this way of moving cannot do, or does against expectation.
    limits: tuple[str, ...] = ()
    #: Moves whose targets this one needs.
    after: tuple[Moved, ...] = ()

    def __post_init__(self) -> None:
        if problem := next(self._problems(), ""):
            raise MoveError(f"{self.capability}: {problem}")

    @property
    def everything(self) -> tuple[Step, ...]:
        """The steps in order, and the way back."""
        return (*self.steps, self.roll_back)

    def step(self, kind: Kind) -> Step:
        """The last step of ``kind``: the one whose end is what the next state waits for."""
        return next(step for step in reversed(self.everything) if step.kind == kind)

    def _problems(self) -> Iterator[str]:
        kinds = [step.kind for step in self.steps]
        if missing := [kind for kind in ORDER if kind not in kinds]:
            yield f"has no step of kind {missing[0]}; a move has {', '.join(ORDER)}"
        elif kinds != sorted(kinds, key=ORDER.index):
            yield f"steps are {', '.join(kinds)}; allowed is the order {', '.join(ORDER)}"
        if self.roll_back.kind != "roll-back":
            yield f"roll_back is a step of kind {self.roll_back.kind}; allowed is roll-back"
        names = [step.name for step in self.everything]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            yield f"step {twice[0]} stands twice; allowed is once"
        known = {parameter.name for parameter in self.parameters}
        if secret := sorted(name for name in known if _SECRET_NAME.search(name)):
            yield f"parameter {secret[0]} would hold a secret; name its file instead"
        for step in self.everything:
            for problem in _step_problems(step, known):
                yield f"step {step.name}: {problem}"
        used = {name for step in self.everything for each in step.commands for name in _parameters(each)}
        if unused := sorted(known - used):
            yield f"parameter {unused[0]} is used by no command"


def _step_problems(step: Step, known: set[str]) -> Iterator[str]:
    if not step.run:
        yield "runs nothing"
    if not step.verify:
        yield "is not verified"
    elif not any(can_fail(command) for command in step.verify):
        yield "is verified by nothing that fails by itself"
    if step.undo == ():
        yield "is neither undone nor a point of no return"
    if isinstance(step.undo, NothingWritten) and step.kind not in READING:
        yield f"is said to write nothing; a step of kind {step.kind} writes: undo it, or declare NoReturn"
    if step.minutes <= 0:
        yield f"takes {step.minutes} minutes; allowed are 1 and more"
    for command in step.commands:
        yield from _command_problems(command)
        if unknown := sorted(_parameters(command) - known):
            yield f"${unknown[0]} is no parameter; allowed are {', '.join(sorted(known))}"


def _command_problems(command: Command) -> Iterator[str]:
    variable, file = command.signs_in or ("X", "/move/x")
    if not (_VARIABLE.fullmatch(variable) and _MOVE_FILE.fullmatch(file)):
        yield "signs in otherwise than by a variable and a file below /move"
    if not command.source.startswith("https://"):
        yield f"{command.pipeline[0][0]} has no source; a command says where its use is documented"
    for argv in command.pipeline:
        if argv[0] in _SHELLS:
            yield f"{argv[0]} reads a line; a command is a list of arguments"
        elif argv[0] not in TOOLS:
            yield f"{argv[0]} has no version; pin it in migration/moves/tools.json"
        if shown := secret_in(argv):
            yield f"{argv[0]} is given a secret by {shown}; it belongs into a file or the environment"


def _parameters(command: Command) -> set[str]:
    return {name for argument in command.arguments for name in PARAMETER.findall(argument)}


def secret_in(argv: Argv) -> str:
    """The option by which ``argv`` shows a secret to everybody who lists processes, or nothing."""
    for place, argument in enumerate(argv):
        if _SECRET_IN_URL.search(argument):
            return "a URL with a password"
        if _SECRET_IN_HEADER.match(argument):
            return "a header"
        if argv[0] == "curl" and argument in ("-u", "--user"):
            return argument
        if argument.startswith("--from-literal"):
            return "--from-literal"
        option = _SECRET_OPTION.match(argument)
        # Other programs' short options mean other things.
        if not option or (argument in ("-p", "-a") and argv[0] not in _SHORT.get(argument, ())):
            continue
        value = option[1] if option[1] is not None else next(iter(argv[place + 1 : place + 2]), "")
        if not _FROM_FILE.match(value):
            return argument.partition("=")[0]
    return ""


_SHORT: Final = {
    "-p": ("mongodump", "mongorestore", "mongosh", "skopeo"),
    "-a": ("redis-cli", "valkey-cli"),
}
#: Programs that end with another code than 0 when what was asked is not so.
_FAIL: Final = frozenset({"grep", "test"})
_FAIL_WITH: Final = (
    ("jq", "--exit-status"),
    ("kubectl", "wait"),
    ("kubectl", "rollout", "status"),
    ("crane", "validate"),
    ("curl", "--fail-with-body"),
    ("python", "-m", "migration", "verify"),
    ("python", "/opt/amazon-documentdb-tools/compat-tool/compat.py"),
)


def can_fail(command: Command) -> bool:
    """Whether the last program ends with another code than 0 when what it was asked is not so."""
    last = command.pipeline[-1]
    if last[0] in _FAIL:
        return True
    return any(last[0] == first and _in_order(rest, last[1:]) for first, *rest in _FAIL_WITH)


def _in_order(wanted: list[str], words: Argv) -> bool:
    found = iter(words)
    return all(word in found for word in wanted)


def command(source: str, *argv: str, not_run: str = "", signs_in: tuple[str, str] | None = None) -> Command:
    """One program with its arguments."""
    return Command(pipeline=(argv,), source=source, not_run=not_run, signs_in=signs_in)


def pipe(
    source: str,
    *pipeline: Argv,
    with_errors: bool = False,
    not_run: str = "",
    signs_in: tuple[str, str] | None = None,
) -> Command:
    """Programs that hand their output on."""
    return Command(pipeline=pipeline, source=source, with_errors=with_errors, not_run=not_run, signs_in=signs_in)
