"""The whole program, recorded in this process: every stack in every phase set, and both branches of each choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Any, Final, get_args

from model.resource import Resource
from preview.simulate.registration import Recording, Registration
from preview.simulate.wire import is_reference
from stacks.environments import promotion_order
from stacks.load import from_mapping
from stacks.sections.drills import Drilled
from stacks.settings import Settings
from tests.conftest import changed, landing_of
from tests.recordings import of_settings

Variation = tuple[str, dict[str, Any]]

STACKS: Final = tuple(promotion_order())
PHASES: Final = {"none": (), "1": (1,), "1+2": (1, 2), "1+3": (1, 3), "all": (1, 2, 3, 4, 5)}


def _window(value: float) -> list[dict[str, Any]]:
    return [{"window": "2026-10", "value": value, "source": "a test", "measuredOn": "2026-11-02"}]


#: The other branch of each choice: just over the guide's lines, or a need that somebody recorded.
BRANCHES: Final = {
    "loki": {"volumes.logGbPerMonth": _window(100.01)},
    "tempo": {"volumes.tracesPerMonth": _window(100_001)},
    "istio": {"needs.meshFeatures.needed": True},
}
INCUMBENTS: Final = {key: value for branch in BRANCHES.values() for key, value in branch.items()}

#: Each store brought back for a try, by schedule; the users of the two databases rotate.
DRILLED: Final[dict[str, Any]] = {
    "drillImage": f"111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/alphacar/migration-tools@sha256:{'a' * 64}",
    "drills": {store: {"everyDays": 31} for store in get_args(Drilled)},
    "drillSigningKey": "arn:aws:kms:ap-northeast-2:111122223333:key/evidence",
    **{
        f"secrets.inventory.drill-{store}": {
            "description": "signs a drill in",
            "keys": ["username", "password"],
            "namespace": "recovery",
            "kubernetesSecret": f"drill-{store}",
            "draw": {"username": "name", "password": "token"},
            "rotates": {"days": 30, "by": f"{kind}-reader"},
        }
        for store, kind in (("documents", "documents"), ("workflow", "database"))
    },
}


def _a_node_more(stack: str) -> dict[str, Any]:
    """All three incumbents at once want a node more than the stack has, and its price; the guardrails would say so."""
    below = landing_of(stack)
    name, group = max(below["nodeGroups"].items())
    limits = {key: limit + 100 for key, limit in below["budget"].get("perCapability", {}).items()}
    raised = {key: below["budget"][key] + 100 for key in ("usdPerMonth", "usdPerResource")}
    budget = {**below["budget"], **raised, "perCapability": limits}
    return {f"nodeGroups.{name}.desired": group["desired"] + 1, "budget": budget}


#: Copies of what holds data in a second region, as far as they are bought.
ELSEWHERE: Final[dict[str, Any]] = {
    "backup.elsewhere": {"days": ["WED", "SAT"]},
    "recovery.documents.elsewhereRpoHours": 100,
    "recovery.workflow.elsewhereRpoHours": 100,
    "recovery.cluster.elsewhereRpoHours": 27,
    "recovery.notElsewhere": [
        {
            "stores": ["cache", "search", "volumes", "secrets", "audit"],
            "reason": "not worth it",
            "owner": "platform",
            "since": "2026-11-01",
            "until": "2027-05-31",
        }
    ],
}
VARIATIONS: Final[dict[str, Variation]] = {
    **{f"{stack}/{name}": (stack, {"phases": list(phases)}) for stack in STACKS for name, phases in PHASES.items()},
    **{f"prod/all/{name}": ("prod", changes) for name, changes in BRANCHES.items()},
    **{f"{stack}/all/incumbents": (stack, {**INCUMBENTS, **_a_node_more(stack)}) for stack in STACKS},
    "prod/all/drills": ("prod", DRILLED),
    # Where nobody has measured, and nobody has said what is needed.
    "dev/all/undecided": ("dev", {"volumes": {}, "needs": {}, **_a_node_more("dev")}),
}


def landing(variation: str) -> dict[str, Any]:
    """The mapping below ``landing:`` of a variation."""
    stack, changes = VARIATIONS[variation]
    return changed(landing_of(stack), changes)


def settings(variation: str) -> Settings:
    """The settings of a variation."""
    return from_mapping(landing(variation))


@cache
def recorded(variation: str) -> Target:
    """What the program registers."""
    return Target(of_settings(VARIATIONS[variation][0], landing(variation)))


class Target:
    """A recording, and what waits for what in it."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.all = recording.registrations
        self._waits: dict[str, frozenset[str]] = {}

    @cached_property
    def resources(self) -> list[Resource]:
        """The same as rules see it."""
        return [made.resource() for made in self.all]

    @cached_property
    def by_urn(self) -> dict[str, Registration]:
        return {made.urn: made for made in self.all}

    @cached_property
    def _children(self) -> dict[str | None, list[str]]:
        below: dict[str | None, list[str]] = {}
        for made in self.all:
            below.setdefault(made.parent, []).append(made.urn)
        return below

    def of(self, *types: str) -> list[Registration]:
        """Every resource of these types."""
        return [made for made in self.all if made.type in types]

    def waits_for(self, made: Registration) -> dict[str, Registration]:
        """Everything that is finished before ``made`` begins, however many steps away, by URN."""
        return {urn: self.by_urn[urn] for urn in self._before(made.urn)}

    def _before(self, urn: str) -> frozenset[str]:
        if urn not in self._waits:
            self._waits[urn] = frozenset()
            named = set(self._named(self.by_urn[urn]))
            # The engine knows a component by its name only; it is finished when its children are.
            first = named.union(*(self._below(step) for step in named if not self.by_urn[step].custom))
            self._waits[urn] = frozenset(first.union(*(self._before(step) for step in first)))
        return self._waits[urn]

    def _named(self, made: Registration) -> Iterable[str]:
        yield from made.dependencies
        for urns in made.property_dependencies.values():
            yield from urns
        if made.provider:
            yield made.provider
        # A resource that is given whole, to a remote component, is told in the input alone.
        yield from _references(made.inputs)
        if made.parent and (above := self.by_urn[made.parent]).remote:
            # A remote component is constructed only once everything it was given is there.
            yield from self._named(above)

    def _below(self, urn: str) -> Iterable[str]:
        for child in self._children.get(urn, ()):
            yield child
            yield from self._below(child)


def _references(value: Any) -> Iterable[str]:
    if is_reference(value):
        yield value["urn"]
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from _references(below)
    elif isinstance(value, list):
        for below in value:
            yield from _references(below)
