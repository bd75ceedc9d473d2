"""Which change of a resource makes another one and deletes the old: what its provider says of each property.

``replacements.json`` is written from the real AWS provider's schema (``tests/aws/replacements.py``). Kubernetes' kinds
are those of the Kubernetes provider's own table (source: pulumi-kubernetes, provider/pkg/provider/diff.go and
helm_release.go, "forceNewFields"), which replaces ConfigMaps unless it is told otherwise, as nothing here tells it.

A type that is not listed is not guessed at: its change is told as a change. So is what a provider decides by both
values at once, such as a lower engine version, and what only an id that is not known yet would replace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from model import type_tokens

TABLE: Final = Path(__file__).with_name("replacements.json")
_SELECTOR: Final = ("spec.selector",)
_METADATA: Final = ("metadata.name", "metadata.namespace")
#: By group and version, then by kind.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "apps/v1:DaemonSet": _SELECTOR,
    "apps/v1:Deployment": _SELECTOR,
    "apps/v1:StatefulSet": (
        *_SELECTOR,
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "batch/v1:Job": (*_SELECTOR, "spec.completions", "spec.parallelism", "spec.template"),
    "core/v1:ConfigMap": ("binaryData", "data"),
    "core/v1:PersistentVolumeClaim": (
        *_SELECTOR,
        "spec.accessModes",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    "core/v1:ResourceQuota": ("spec.scopes",),
    "core/v1:Secret": ("data", "stringData", "type"),
    "core/v1:Service": ("spec.clusterIP",),
    "helm.sh/v3:Release": ("name", "namespace"),
    "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ("roleRef",),
    "rbac.authorization.k8s.io/v1:RoleBinding": ("roleRef",),
    "storage.k8s.io/v1:StorageClass": ("parameters", "provisioner"),
}
_PLACE: Final = re.compile(r"\[\d+\]")


def replaces(type_: str, path: str, before: Any, after: Any) -> bool:
    """Whether a resource of ``type_`` is made anew because what stands at ``path`` was ``before`` and is ``after``.

    ``path`` is dotted, with places of lists in brackets; ``None`` is what does not stand there.
    """
    plain = _PLACE.sub("", path)
    given = after if after is not None else before
    if type_.startswith(type_tokens.KUBERNETES_PACKAGE):
        kind = type_.removeprefix(type_tokens.KUBERNETES_PACKAGE)
        listed = _KINDS.get(kind, ())
        return _reaches(plain, given, listed if kind.startswith("helm.sh/") else (*_METADATA, *listed))
    known = _table().get(type_, {})
    return (
        _reaches(plain, given, known.get("always", ()))
        or (after is not None and _reaches(plain, after, known.get("whenSet", ())))
        or ((before is None or after is None) and _reaches(plain, given, known.get("whole", ()), below=False))
    )


def _reaches(path: str, value: Any, listed: Iterable[str], *, below: bool = True) -> bool:
    """Whether a change of ``value`` at ``path`` is one of a listed property, of what holds it, or ``below`` it."""
    return any(
        path == each
        or (below and path.startswith(f"{each}."))
        or (each.startswith(f"{path}.") and _holds(value, each[len(path) + 1 :].split(".")))
        for each in listed
    )


def _holds(value: Any, steps: Sequence[str]) -> bool:
    if isinstance(value, list):
        return any(_holds(each, steps) for each in value)
    if not steps:
        return value is not None
    return isinstance(value, Mapping) and steps[0] in value and _holds(value[steps[0]], steps[1:])


@cache
def _table() -> Mapping[str, Mapping[str, list[str]]]:
    types: Mapping[str, Mapping[str, list[str]]] = json.loads(TABLE.read_text(encoding="utf-8"))["types"]
    return types
