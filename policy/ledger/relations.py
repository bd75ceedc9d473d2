"""What only several resources together show: that one is used by another, or that all do not stand in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from model import type_tokens
from model.property_check import Outcome
from model.resource import MISSING, UNKNOWN, Resource, peek
from policy.ledger.row import Requirement

Relation = Callable[[Resource, Sequence[Resource]], Outcome]


@dataclass(frozen=True, kw_only=True)
class RelationalRequirement(Requirement):
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
        """What is known of ``resource`` beside all that are declared; an output is known by whose it is."""
        named = resource.get(*self.path)
        declared = [other for other in everything if other.type in self.of]
        if named is UNKNOWN:
            behind = _behind(resource, self.path)
            return "holds" if any(other.urn in behind for other in declared) else "unknown"
        given = [other.get(self.by) for other in declared]
        if named is not MISSING and named in given:
            return "holds"
        return "unknown" if named is not MISSING and UNKNOWN in given else "fails"


@dataclass(frozen=True)
class SharedBy:
    """At least so many resources of the type name the same one of the type ``of`` at ``path``."""

    path: tuple[str | int, ...]
    of: str
    at_least: int

    def __call__(self, resource: Resource, everything: Sequence[Resource]) -> Outcome:
        """What is known of ``resource`` beside its likes."""
        owners = {other.urn for other in everything if other.type == self.of}
        alike = [other for other in everything if other.type == resource.type]
        same = [other for other in alike if self._named(other, owners) == self._named(resource, owners)]
        return "holds" if len(same) >= self.at_least else "fails"

    def _named(self, resource: Resource, owners: set[str]) -> object:
        named = resource.get(*self.path)
        return named if isinstance(named, str) else frozenset(owners.intersection(_behind(resource, self.path)))


def _behind(resource: Resource, path: tuple[str | int, ...]) -> Sequence[str]:
    """What an unknown at ``path`` may be an output of: what the property refers to, where that is told."""
    return resource.references.get(str(path[0]), ()) if resource.references else resource.dependencies


@dataclass(frozen=True)
class Distinct:
    """The known items of the list at ``path`` all differ."""

    path: tuple[str | int, ...]

    def __call__(self, resource: Resource, everything: Sequence[Resource]) -> Outcome:  # noqa: ARG002 - a relation
        """What is known of ``resource``."""
        items = resource.get(*self.path)
        known = [item for item in items if isinstance(item, str)] if isinstance(items, list) else []
        return "holds" if len(known) == len(set(known)) else "fails"


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
        if peek(rule, "scanFrequency") in ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")
        for text in _filters(rule)
    ]
    frequencies = [peek(rule, "scanFrequency") for rule in rules] if isinstance(rules, list) else [rules]
    names = [other.get("name") for other in everything if other.type == type_tokens.ECR_REPOSITORY]
    known = [name for name in names if isinstance(name, str)]
    if filters and all(any(_selects(text, name) for text in filters) for name in known):
        return "holds"
    return "unknown" if UNKNOWN in (*frequencies, *filters) else "fails"


def snapshots_cover_claims(resource: Resource, everything: Sequence[Resource]) -> Outcome:
    """The tags by which volumes are chosen are ones that a declared StorageClass gives to what it makes."""
    targets = resource.get("policyDetails", "targetTags")
    if resource.get("defaultPolicy") is not MISSING:
        return "holds"
    if not isinstance(targets, Mapping):
        return "unknown" if targets is UNKNOWN else "fails"
    wanted = {f"{key}={value}" for key, value in targets.items()}
    given = [
        text
        for other in everything
        if other.type == type_tokens.K8S_STORAGE_V1_STORAGE_CLASS
        and isinstance(parameters := other.get("parameters"), Mapping)
        for key, text in parameters.items()
        if str(key).startswith("tagSpecification_")
    ]
    if any(isinstance(text, str) and text in wanted for text in given):
        return "holds"
    return "unknown" if any(value is UNKNOWN for value in (*targets.values(), *given)) else "fails"


def _filters(rule: Any) -> list[Any]:
    given = peek(rule, "repositoryFilters")
    if not isinstance(given, list):
        return [UNKNOWN] if given is UNKNOWN or rule is UNKNOWN else []
    texts = [item if item is UNKNOWN else peek(item, "filter") for item in given]
    return [text for text in texts if text is UNKNOWN or (isinstance(text, str) and text)]


def _selects(text: Any, name: str) -> bool:
    # Without a wildcard, a filter selects every name it is part of (source: ECR user guide, scanning filters).
    return isinstance(text, str) and (fnmatchcase(name, text) if "*" in text else text in name)
