"""What only several resources together show: that one is used by another, or that all do not stand in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from policy.check import Outcome
from policy.resource import MISSING, UNKNOWN, Resource, peek
from policy.row import Requirement

Relation = Callable[[Resource, Sequence[Resource]], Outcome]
REPOSITORY: Final = "aws:ecr/repository:Repository"


@dataclass(frozen=True, kw_only=True)
class Together(Requirement):
    """A requirement whose ``relation`` judges each resource of the type beside all that are declared.

    ``wanted`` says in words what must hold.
    """

    relation: Relation
    wanted: str


@dataclass(frozen=True)
class NamesOne:
    """The value at ``path`` is what a declared resource of one of the types ``of`` gives as ``by``."""

    path: tuple[str | int, ...]
    of: tuple[str, ...]
    by: str

    def __call__(self, resource: Resource, everything: Sequence[Resource]) -> Outcome:
        """What is known of ``resource`` beside all that are declared."""
        named = resource.get(*self.path)
        if named is UNKNOWN:
            # Only another resource's output is not known before the deployment.
            return "holds"
        given = [other.get(self.by) for other in everything if other.type in self.of]
        if named is not MISSING and named in given:
            return "holds"
        return "unknown" if named is not MISSING and UNKNOWN in given else "fails"


@dataclass(frozen=True)
class SpreadOver:
    """Where every resource of the type states a value at ``path``, they do not all state the same."""

    path: tuple[str | int, ...]

    def __call__(self, resource: Resource, everything: Sequence[Resource]) -> Outcome:
        """What is known of ``resource`` beside its likes."""
        stated = [other.get(*self.path) for other in everything if other.type == resource.type]
        known = {str(value) for value in stated if value not in (UNKNOWN, MISSING)}
        if len(stated) < 2 or len(known) != 1 or MISSING in stated:
            return "holds"
        return "unknown" if UNKNOWN in stated else "fails"


def scans_every_repository(resource: Resource, everything: Sequence[Resource]) -> Outcome:
    """Each declared repository is named by a filter of a rule that scans; where none is declared, there is a filter."""
    rules = resource.get("rules")
    filters = [
        text
        for rule in (rules if isinstance(rules, list) else [])
        if peek(rule, "scanFrequency") in ("SCAN_ON_PUSH", "CONTINUOUS_SCAN", UNKNOWN)
        for text in _filters(rule)
    ]
    names = [other.get("name") for other in everything if other.type == REPOSITORY]
    known = [name for name in names if isinstance(name, str)]
    if filters and all(any(_selects(text, name) for text in filters) for name in known):
        return "holds"
    return "unknown" if rules is UNKNOWN or UNKNOWN in filters else "fails"


def _filters(rule: Any) -> list[Any]:
    given = peek(rule, "repositoryFilters")
    if not isinstance(given, list):
        return [UNKNOWN] if given is UNKNOWN or rule is UNKNOWN else []
    texts = [item if item is UNKNOWN else peek(item, "filter") for item in given]
    return [text for text in texts if text is UNKNOWN or (isinstance(text, str) and text)]


def _selects(text: Any, name: str) -> bool:
    # Without a wildcard, a filter selects every name it is part of (source: ECR user guide, scanning filters).
    return isinstance(text, str) and (fnmatchcase(name, text) if "*" in text else text in name)
