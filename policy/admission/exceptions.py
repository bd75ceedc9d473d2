"""A waiver of what the ledger keeps out, which speaks of URNs, as a Kyverno exception, which speaks of objects.

A URN is ``urn:pulumi:STACK::PROJECT::TYPES::NAME``:

- STACK and PROJECT, where they are written, must be this stack's.
- TYPES. The last type gives the object's API version and kind, and is written out.
- NAME. Pulumi's own YAML and chart resources call an object ``namespace/name``, and so should a resource that needs a
  waiver: that name in that namespace is excepted. A name alone means an object of a kind without namespaces, such as a
  StorageClass. What stands before a last colon (``prefix:namespace/name``) is a component's and does not count.

The exception is from one object and what Kubernetes makes of it (:mod:`policy.admission.target`). A waiver that could
only be followed by what anybody may write is too wide for the cluster: one for any type, for names with ``*`` and
``?``, for a Helm release, whose objects carry its name as a label, and for a Rollout, whose ReplicaSets are made by an
account that this platform does not know. Where something is in doubt (``*redis``, no ``::`` before it, a bare name of a
kind that lives in namespaces, half a type, one that is not Kubernetes') there is no exception either. Then the cluster
goes on refusing; ``waivers-are-narrow-and-current`` refuses what is too wide, and tells of what is in doubt.

The exception ends by itself when the waiver does, reaches only the policies of what the waiver names, and
lives in a namespace where only the platform may write.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Final

from model.helm import CHART_TYPES
from model.kubernetes import group_version_kind
from model.urn import pattern_parts, stack_prefix, types_in
from policy.admission.kyverno import API_VERSION, KIND, Document
from policy.admission.target import Target, match_condition
from stacks.section import Waiver

NAMESPACE: Final = "kyverno-exceptions"
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_WILD_NAME: Final = re.compile(r"[-.a-z0-9*?]+")
_NAME: Final = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?")
#: Written out: half a version or kind is in doubt.
_VERSION: Final = re.compile(r"([a-z0-9.-]+/)?[a-z0-9]+")
_KIND: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
#: Kinds that live in no namespace, and API groups of which all do.
_CLUSTER_WIDE: Final = ("StorageClass", "PersistentVolume", "VolumeSnapshotClass", "ConstraintTemplate", "Mesh")
_CLUSTER_WIDE_GROUPS: Final = ("constraints.gatekeeper.sh",)
#: Charts that Pulumi installs, by version and kind.
_RELEASES: Final = frozenset(
    (found.api_version, found.kind) for token in CHART_TYPES if (found := group_version_kind(token))
)
#: Argo's: its pods' ReplicaSets are made by whatever account its controller was given.
_ROLLOUT: Final = ("argoproj.io/v1alpha1", "Rollout")


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack that objects are declared by, as its URNs name it."""

    name: str
    project: str


def make_exception(waiver: Waiver, policies: Sequence[str], stack: Stack, owners: Collection[str]) -> Document | None:
    """The exception from ``policies`` for what ``waiver`` speaks of, or ``None`` where that cannot be told.

    There is none either where the waiver's owner is none of ``owners``: such a waiver does not count.
    """
    target = target_of(waiver.urn, stack)
    if target is None or waiver.owner not in owners:
        return None
    identity = sha256("\0".join((waiver.urn, waiver.ticket, str(waiver.expires))).encode()).hexdigest()[:8]
    return {
        "apiVersion": API_VERSION,
        "kind": "PolicyException",
        "metadata": {"name": f"{waiver.row or waiver.policy}-{identity}", "namespace": NAMESPACE},
        "spec": {
            "policyRefs": [{"name": name, "kind": KIND} for name in policies],
            "matchConditions": [{"name": "waived", "expression": match_condition(target)}],
            # A waiver holds through its last day.
            "expiresAt": f"{waiver.expires + timedelta(days=1)}T00:00:00Z",
            "properties": {"urn": waiver.urn, "reason": waiver.reason, "owner": waiver.owner, "ticket": waiver.ticket},
        },
    }


def target_of(urn: str, stack: Stack) -> Target | None:
    """The object of ``stack`` that a URN pattern names, or ``None`` where it is another's, too wide or in doubt."""
    found = _read(urn, stack)
    return found if isinstance(found, Target) else None


def too_wide(urn: str, stack: Stack) -> str | None:
    """Why nothing binds what a URN pattern speaks of: the end of a sentence, or ``None`` where something does."""
    found = _read(urn, stack)
    return found if isinstance(found, str) else None


def _read(urn: str, stack: Stack) -> Target | str | None:
    """The object, why it is too wide, or neither."""
    *before, last = pattern_parts(urn)
    if not before:
        return None
    *here, types = before
    if here and not fnmatchcase(stack_prefix(stack.name, stack.project), here[0]):
        return None
    version, kind = "", ""
    if types.strip("*"):
        found = group_version_kind(types_in(types)[-1].lstrip("*"))
        if found is None or not (_VERSION.fullmatch(found.api_version) and _KIND.fullmatch(found.kind)):
            return None
        version, kind = found.api_version, found.kind
    name = last.rpartition(":")[2]
    if "/" not in name:
        wide = kind in _CLUSTER_WIDE or version.partition("/")[0] in _CLUSTER_WIDE_GROUPS
        return Target(None, name, kind, version) if wide and _NAME.fullmatch(name) else None
    namespace, _, name = name.partition("/")
    if not (_LABEL.fullmatch(namespace) and _WILD_NAME.fullmatch(name)):
        return None
    if not kind:
        return f"it names no type, and a pod may be called {name} too; write the type and the name"
    if {*name} & {*"*?"}:
        return f"whoever creates a {kind} may choose a name like {name}; write the name out"
    if (version, kind) in _RELEASES or (version, kind) == _ROLLOUT:
        told = "labels and annotations" if (version, kind) in _RELEASES else "its owner alone"
        return (
            f"what comes of {kind} {namespace}/{name} is told by {told}, which anybody may write; waive it by its bare "
            f"name, in the preview alone, and in the cluster each workload by its own type and name"
        )
    return Target(namespace, name, kind, version) if _NAME.fullmatch(name) else None
