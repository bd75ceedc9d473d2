"""A waiver of what the ledger keeps out, which speaks of URNs, as a Kyverno exception, which speaks of objects.

A URN is ``urn:pulumi:STACK::PROJECT::TYPES::NAME``, and only its last two parts say anything about an object:

- NAME. Pulumi's own YAML and chart resources call an object ``namespace/name``, and so should a resource that needs a
  waiver: that name in that namespace is excepted. In the name, ``*`` and ``?`` stand for the same as in the waiver; the
  namespace must be written out. A name alone means an object without a namespace, such as a StorageClass, and must be
  written out too. What stands before a last colon (``prefix:namespace/name``) is a component's and does not count.
- TYPES. The last kind, when it is written out, must be the object's. A Helm Release stands for everything that carries
  its name: Helm annotates what it installs, and charts label the pods.

Pods, ReplicaSets and Jobs that an excepted object makes have names of their own and are told by their owner's; so are
the claims of a StatefulSet's templates. Where the name is in doubt (``*redis``, no ``::`` before it, a bare name of a
kind that lives in namespaces) or the type is not one of Kubernetes', there is no exception: the preview is waived and
the cluster goes on refusing.

The exception ends by itself when the waiver does, reaches only the policies of what the waiver names, and
lives in a namespace where only the platform may write.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from policy.chartsource import CHART_TYPES
from policy.podspec import POD_SPECS
from policy.validating import API_VERSION, KIND, Document, quoted
from stacks.section import Waiver

NAMESPACE: Final = "kyverno-exceptions"
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_WILD_NAME: Final = re.compile(r"[-.a-z0-9*?]+")
_NAME: Final = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?")
_KIND: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_MADE: Final = ("Pod", "ReplicaSet", "Job")
_NAMESPACED: Final = (*POD_SPECS, "PersistentVolumeClaim", "Release", "Chart")


@dataclass(frozen=True, slots=True)
class Target:
    """What a URN pattern says about an object. No namespace: it has none. No kind: whichever."""

    namespace: str | None
    name: str
    kind: str | None


def exemption(waiver: Waiver, policies: Sequence[str]) -> Document | None:
    """The exception from ``policies`` for what ``waiver`` speaks of, or ``None`` where that cannot be told."""
    target = target_of(waiver.urn)
    if target is None:
        return None
    identity = sha256("\0".join((waiver.urn, waiver.ticket, str(waiver.expires))).encode()).hexdigest()[:8]
    return {
        "apiVersion": API_VERSION,
        "kind": "PolicyException",
        "metadata": {"name": f"{waiver.row or waiver.policy}-{identity}", "namespace": NAMESPACE},
        "spec": {
            "policyRefs": [{"name": name, "kind": KIND} for name in policies],
            "matchConditions": [{"name": "waived", "expression": condition(target)}],
            # A waiver holds through its last day.
            "expiresAt": f"{waiver.expires + timedelta(days=1)}T00:00:00Z",
            "properties": {"urn": waiver.urn, "reason": waiver.reason, "owner": waiver.owner, "ticket": waiver.ticket},
        },
    }


def target_of(urn: str) -> Target | None:
    """The object that a URN pattern names, or ``None`` where it is in doubt."""
    *before, last = urn.split("::")
    if not before:
        return None
    types = before[-1].rpartition("$")[2]
    if ":" in types and not types.lstrip("*").startswith(("kubernetes:", "urn:")):
        return None
    kind = types.rpartition(":")[2].removesuffix("Patch")
    known = kind if _KIND.fullmatch(kind) else None
    name = last.rpartition(":")[2]
    if "/" not in name:
        bare = _NAME.fullmatch(name) and known not in _NAMESPACED
        return Target(None, name, known) if bare else None
    namespace, _, name = name.partition("/")
    if not (_LABEL.fullmatch(namespace) and _WILD_NAME.fullmatch(name)):
        return None
    return Target(namespace, name, known)


def condition(target: Target) -> str:
    """The CEL that is true of the object and of what it makes."""
    named = f"object.metadata.name.matches(r'^{_regex(target.name)}$')"
    if target.namespace is None:
        kind = f" && object.kind == '{target.kind}'" if target.kind else ""
        return f"!object.metadata.?namespace.hasValue() && {named}{kind}"
    if target.kind in _CHARTS:
        ways = _released(target.name)
    else:
        ways = [f"object.kind == '{target.kind}' && {named}" if target.kind else named, *_made(target.name)]
    return (
        f"object.metadata.?namespace.orValue('') == '{target.namespace}' && ({' || '.join(f'({way})' for way in ways)})"
    )


_CHARTS: Final = tuple(token.rpartition(":")[2] for token in CHART_TYPES)


def _released(name: str) -> list[str]:
    release, instance = (
        f"object.metadata.?{place}[?'{key}'].orValue('').matches(r'^{_regex(name)}$')"
        for place, key in (("annotations", "meta.helm.sh/release-name"), ("labels", "app.kubernetes.io/instance"))
    )
    return [release, f"object.kind in {quoted((*_MADE, 'PersistentVolumeClaim'))} && {instance}"]


def _made(name: str) -> list[str]:
    # A Deployment's pods are a ReplicaSet's and a CronJob's are a Job's: those add one word to the name.
    owner = f"owner.?controller.orValue(false) && owner.name.matches(r'^{_regex(name)}(-[a-z0-9]{{1,10}})?$')"
    owned = f"object.metadata.?ownerReferences.orValue([]).exists(owner, {owner})"
    claim = f"object.metadata.name.matches(r'-{_regex(name)}-[0-9]+$')"
    return [f"object.kind in {quoted(_MADE)} && {owned}", f"object.kind == 'PersistentVolumeClaim' && {claim}"]


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
