"""The programs that are judged: each stack as it is, and production with what may differ in it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final
from unittest import mock

from preview.run import PROJECT, ROOT
from preview.simulate import recorder
from preview.simulate.registration import Registration
from stacks.clock import as_of
from stacks.document import document
from stacks.environments import FOLDER
from stacks.load import from_mapping
from tests.aws.created import Created
from tests.conftest import TODAY, changed
from tests.golden.target import BRANCHES, INCUMBENTS, STACKS

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
    "prod, Loki": ("prod", BRANCHES["loki"]),
    "prod, Tempo": ("prod", BRANCHES["tempo"]),
    "prod, Loki, Tempo and Istio": ("prod", INCUMBENTS),
    "prod, a green search domain": ("prod", {"search.domains.green": _GREEN}),
    "prod, newer engines": ("prod", _NEWER),
    "prod, no phase": ("prod", {"phases": []}),
    "prod, the first phase": ("prod", {"phases": [1]}),
}


@cache
def registered(variation: str, *, created: bool = False) -> tuple[Registration, ...]:
    """What the program declares at AWS, the EKS component's children included.

    With ``created`` each resource knows what those before it became, where a first preview says unknown.
    """
    stack, changes = VARIATIONS[variation]
    config = document(FOLDER / f"Pulumi.{stack}.yaml")["config"]
    landing = {key.removeprefix("landing:"): value for key, value in config.items() if key.startswith("landing:")}
    from_mapping(changed(landing, changes))
    flat = {f"landing:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in landing.items()}
    monitor = Created if created else recorder.Monitor
    with as_of(TODAY), mock.patch.object(recorder, "Monitor", monitor):
        recording = recorder.record(ROOT, project=PROJECT, stack=stack, config={"aws:region": "ap-northeast-2", **flat})
    return tuple(made for made in recording.registrations if made.type.startswith("aws:"))
