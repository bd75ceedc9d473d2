"""A waiver of what the ledger keeps out, which speaks of URNs, as a Kyverno exception, which speaks of objects.

A URN is ``urn:pulumi:STACK::PROJECT::TYPES::NAME``:

- STACK and PROJECT, where they are written, must be this stack's.
- TYPES. The last type, when it is written out, gives the object's API version and kind. ``*`` alone stands for every
  type; half a type (``kubernetes:apps/*``) is in doubt. A Helm Release stands for everything that carries its name:
  Helm annotates what it installs, and charts label the pods.
- NAME. Pulumi's own YAML and chart resources call an object ``namespace/name``, and so should a resource that needs a
  waiver: that name in that namespace is excepted. In the name, ``*`` and ``?`` stand for the same as in the waiver; the
  namespace must be written out. A name alone means an object of a kind without namespaces, such as a StorageClass, and
  must be written out too. What stands before a last colon (``prefix:namespace/name``) is a component's and does not
  count.

Pods, ReplicaSets and Jobs that an excepted object makes have names of their own and are told by their owner's kind and
name; so are the claims of a StatefulSet's templates. Where something is in doubt (``*redis``, no ``::`` before it, a
bare name of a kind that lives in namespaces, a type that is not one of Kubernetes') there is no exception: the preview
is waived and the cluster goes on refusing, and ``waivers-are-narrow-and-current`` says so.

The exception ends by itself when the waiver does, reaches only the policies of what the waiver names, and
lives in a namespace where only the platform may write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Final

from model.helm import CHART_TYPES
from model.kubernetes import group_version_kind
from model.urn import pattern_parts, stack_prefix, types_in
from policy.admission.kyverno import API_VERSION, KIND, Document, quoted
from stacks.section import Waiver

NAMESPACE: Final = "kyverno-exceptions"
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_WILD_NAME: Final = re.compile(r"[-.a-z0-9*?]+")
_NAME: Final = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?")
#: Written out: half a version or kind is in doubt.
_VERSION: Final = re.compile(r"([a-z0-9.-]+/)?[a-z0-9]+")
_KIND: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_MADE: Final = ("Pod", "ReplicaSet", "Job")
#: Kinds that live in no namespace, and API groups of which all do.
_CLUSTER_WIDE: Final = ("StorageClass", "PersistentVolume", "VolumeSnapshotClass", "ConstraintTemplate", "Mesh")
_CLUSTER_WIDE_GROUPS: Final = ("constraints.gatekeeper.sh",)
#: Charts that Pulumi installs, by version and kind.
_RELEASES: Final = frozenset(
    (found.api_version, found.kind) for token in CHART_TYPES if (found := group_version_kind(token))
)
#: What an object of each kind makes: the kinds of what is made and of its owner, and what the owner's name adds.
_MAKES: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "Deployment": (("ReplicaSet", "Deployment", ""), ("Pod", "ReplicaSet", "-[a-z0-9]{1,10}")),
    "Rollout": (("ReplicaSet", "Rollout", ""), ("Pod", "ReplicaSet", "-[a-z0-9]{1,10}")),
    "CronJob": (("Job", "CronJob", ""), ("Pod", "Job", "-[0-9]{1,10}")),
    **{
        kind: (("Pod", kind, ""),)
        for kind in ("StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")
    },
}


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack that objects are declared by, as its URNs name it."""

    name: str
    project: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a URN pattern says about an object. No namespace: it has none. No kind: whichever, of any version."""

    namespace: str | None
    name: str
    kind: str | None
    version: str | None = None


def make_exception(waiver: Waiver, policies: Sequence[str], stack: Stack) -> Document | None:
    """The exception from ``policies`` for what ``waiver`` speaks of, or ``None`` where that cannot be told."""
    target = target_of(waiver.urn, stack)
    if target is None:
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
    """The object of ``stack`` that a URN pattern names, or ``None`` where it is another's or in doubt."""
    *before, last = pattern_parts(urn)
    if not before:
        return None
    *here, types = before
    if here and not fnmatchcase(stack_prefix(stack.name, stack.project), here[0]):
        return None
    version, kind = None, None
    if types.strip("*"):
        found = group_version_kind(types_in(types)[-1].lstrip("*"))
        if found is None or not (_VERSION.fullmatch(found.api_version) and _KIND.fullmatch(found.kind)):
            return None
        version, kind = found.api_version, found.kind
    name = last.rpartition(":")[2]
    if "/" not in name:
        wide = kind in _CLUSTER_WIDE or (version or "").partition("/")[0] in _CLUSTER_WIDE_GROUPS
        return Target(None, name, kind, version) if wide and _NAME.fullmatch(name) else None
    namespace, _, name = name.partition("/")
    if not (_LABEL.fullmatch(namespace) and _WILD_NAME.fullmatch(name)):
        return None
    return Target(namespace, name, kind, version)


def match_condition(target: Target) -> str:
    """The CEL that is true of the object and of what it makes."""
    named = f"object.metadata.name.matches(r'^{_regex(target.name)}$')"
    if target.kind is not None:
        named = f"object.kind == '{target.kind}' && object.apiVersion == '{target.version}' && {named}"
    if target.namespace is None:
        return f"!object.metadata.?namespace.hasValue() && {named}"
    ways = _released(target.name) if (target.version, target.kind) in _RELEASES else [named, *_made(target)]
    return (
        f"object.metadata.?namespace.orValue('') == '{target.namespace}' && ({' || '.join(f'({way})' for way in ways)})"
    )


def _released(name: str) -> list[str]:
    release, instance = (
        f"object.metadata.?{place}[?'{key}'].orValue('').matches(r'^{_regex(name)}$')"
        for place, key in (("annotations", "meta.helm.sh/release-name"), ("labels", "app.kubernetes.io/instance"))
    )
    return [release, f"object.kind in {quoted((*_MADE, 'PersistentVolumeClaim'))} && {instance}"]


def _made(target: Target) -> Iterator[str]:
    """What an object of the kind makes; of no kind in particular, what any makes."""
    kinds = _MAKES if target.kind is None else [target.kind] if target.kind in _MAKES else []
    for made, owner, more in sorted({way for kind in kinds for way in _MAKES[kind]}):
        owned = f"owner.kind == '{owner}' && owner.name.matches(r'^{_regex(target.name)}{more}$')"
        yield (
            f"object.kind == '{made}' && object.metadata.?ownerReferences.orValue([])"
            f".exists(owner, owner.?controller.orValue(false) && {owned})"
        )
    if target.kind in (None, "StatefulSet"):
        # A template's name holds no hyphen here: with one, nobody could tell it from a longer name of the set.
        claim = f"object.metadata.name.matches(r'^[a-z0-9]+-{_regex(target.name)}-[0-9]+$')"
        yield f"object.kind == 'PersistentVolumeClaim' && {claim}"


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
