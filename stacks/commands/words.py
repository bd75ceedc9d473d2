"""The words of ``lz``: which module each starts, and how what follows the word becomes that module's arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

Arguments = list[str]


class UsageError(Exception):
    """What follows a word is not what it asks for."""


@dataclass(frozen=True, slots=True)
class Word:
    """``name`` starts ``module``; ``form`` is what may follow, ``says`` one line for a list."""

    name: str
    module: str
    form: str
    says: str
    rewrite: Callable[[Sequence[str]], Arguments] = list

    @property
    def takes_stack(self) -> bool:
        """Whether the first thing that follows is an environment."""
        return self.form.startswith(("STACK", "[STACK"))

    def arguments(self, given: Sequence[str]) -> Arguments:
        """The module's arguments. Raises :class:`UsageError`."""
        return list(given) if {"--help", "-h"}.intersection(given) else self.rewrite(given)


def _asked(option: str, *, least: int = 1, most: int | None = 1) -> Callable[[Sequence[str]], Arguments]:
    """``STACK X Y --more`` as ``STACK option X option Y --more``."""

    def rewrite(given: Sequence[str]) -> Arguments:
        plain = list(takewhile(lambda each: not each.startswith("-"), given))
        if len(plain) < 1 + least or (most is not None and len(plain) > 1 + most):
            raise UsageError
        stack, *asked = plain
        return [stack, *(part for each in asked for part in (option, each)), *given[len(plain) :]]

    return rewrite


def _recommend(given: Sequence[str]) -> Arguments:
    if not given or given[0].startswith("-"):
        raise UsageError
    return [*given, "--recommend"]


#: In the order in which a newcomer meets them.
WORDS: Final[tuple[Word, ...]] = (
    Word("preview", "preview", "STACK [OPTIONS]", "what a deployment would do, cost and break, offline"),
    Word(
        "explain",
        "preview",
        "STACK SUBJECT",
        "one decision, resource or bill line, down to its rules and dollars",
        _asked("--explain"),
    ),
    Word(
        "what-if",
        "preview",
        "STACK KEY=VALUE...",
        "decide and price again with other settings",
        _asked("--what-if", most=None),
    ),
    Word("recommend", "preview", "STACK", "what would be cheaper, each change tried by a preview", _recommend),
    Word(
        "diff",
        "preview",
        "STACK REVISION",
        "what changed since a git revision or a file of --format json",
        _asked("--against"),
    ),
    Word("note", "preview.note", "[STACK...]", "the note on a merge request, for all environments"),
    Word("night", "preview.night", "STACK [OPTIONS]", "the nightly report: drift, ends of life, waivers, old prices"),
    Word(
        "environment",
        "stacks.commands.environment",
        "new NAME --from STACK | derive",
        "a new environment from a stack file",
    ),
    Word("migrate", "migration", "plan|status|verify|... STACK", "the moves ahead, what blocks them, their evidence"),
    Word(
        "drill",
        "recovery",
        "STACK STORE [OPTIONS]",
        "a store restored beside itself, its data compared, and the copy taken away",
        lambda given: ["drill", *given],
    ),
    Word("recovery", "recovery", "canary|collect|ages STACK", "canaries, evidence of drills, and how old it is"),
    Word("seed", "migration.seed", "STACK", "first values for secrets that may be drawn at random"),
    Word("usage", "pricing.usage", "STACK [OPTIONS]", "usage read back, and what it does to bill and decisions"),
    Word(
        "reconcile",
        "preview",
        "STACK FILE...",
        "the bill beside an export or invoice of AWS",
        _asked("--reconcile", most=None),
    ),
    Word("price", "pricing", "FILE [OPTIONS]", "what the resources of any Pulumi program cost"),
    Word("sbom", "preview.sbom", "STACK [OPTIONS]", "the software that a deployment brings, as CycloneDX 1.6"),
    Word("book", "pricing.book", "check|refresh|compare", "age and gaps of the price book, or new prices"),
    Word("baseline", "preview.baseline", "[STACK...]", "agree to today's bill as what growth is measured against"),
    Word("docs", "preview.docs", "[--check]", "write the generated pages of docs/"),
    Word("schema", "stacks.schema", "[--check]", "write the schema of stack files"),
)
#: What ``lz`` answers by itself.
OWN: Final = ("completion", "help")


def names() -> list[str]:
    """Every word, those that ``lz`` answers by itself last."""
    return [*(word.name for word in WORDS), *OWN]
