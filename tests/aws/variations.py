"""The programs that are judged: each stack as it is, and production with what may differ in it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from unittest import mock

from preview.program.project import find_project
from preview.run import PROJECT, ROOT
from preview.simulate import recorder
from preview.simulate.registration import Recording, Registration
from stacks.clock import as_of
from stacks.load import from_mapping
from tests.aws.created import Created
from tests.conftest import TODAY, changed, landing_of
from tests.golden.target import BRANCHES, DRILLED, ELSEWHERE, INCUMBENTS, STACKS
from tests.recordings import flat, of_settings

_GREEN: Final = {"engineVersion": "OpenSearch_3.5", "instanceType": "t3.small.search", "instances": 3, "volumeGb": 20}
_NEWER: Final = {
    "cluster.version": "1.36",
    "documents.engineVersion": "8.0.2",
    "cache.engineVersion": "9.1",
    "search.domains.blue.engineVersion": "OpenSearch_3.5",
}

VARIATIONS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    **{stack: (stack, {}) for stack in STACKS},
    "prod, a VPN": ("prod", {"network.vpn": {"gatewayAddress": "203.0.113.1"}, "network.migrationOpen": True}),
    "prod, GuardDuty": ("prod", {"detection.threats": True}),
    "prod, Loki": ("prod", BRANCHES["loki"]),
    "prod, Tempo": ("prod", BRANCHES["tempo"]),
    "prod, Loki, Tempo and Istio": ("prod", INCUMBENTS),
    "prod, a green search domain": ("prod", {"search.domains.green": _GREEN}),
    "prod, newer engines": ("prod", _NEWER),
    "prod, drills": ("prod", {**DRILLED, "restoreTesting": {"everyDays": 31}}),
    "prod, copies in a second region": ("prod", ELSEWHERE),
    "prod, no phase": ("prod", {"phases": []}),
    "prod, the first phase": ("prod", {"phases": [1]}),
}
#: The program of an account's state, key and roles, as the stack's file of its own has it.
BOOTSTRAP: Final = "the bootstrap of prod"
PROGRAMS: Final = (*VARIATIONS, BOOTSTRAP)


@cache
def registered(variation: str, *, created: bool = False) -> tuple[Registration, ...]:
    """What the program declares at AWS, the EKS component's children included.

    With ``created`` each resource knows what those before it became, where a first preview says unknown.
    """
    recorded = _bootstrap(created=created) if variation == BOOTSTRAP else of_variation(variation, created=created)
    return tuple(made for made in recorded.registrations if made.type.startswith("aws:"))


def of_variation(variation: str, *, created: bool) -> Recording:
    """Everything that a variation of a stack registers."""
    stack, changes = VARIATIONS[variation]
    landing = changed(landing_of(stack), changes)
    from_mapping(landing)
    if not created:
        return of_settings(stack, landing)
    with as_of(TODAY), mock.patch.object(recorder, "Monitor", Created):
        return recorder.record(ROOT, project=PROJECT, stack=stack, config=flat(landing))


def _bootstrap(*, created: bool) -> Recording:
    project = find_project(ROOT / "bootstrap", "prod")
    with as_of(TODAY), mock.patch.object(recorder, "Monitor", Created if created else recorder.Monitor):
        return recorder.record(project.file, project=project.name, stack=project.stack, config=project.config)
