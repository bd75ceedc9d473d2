"""Where what runs in the cluster is put: into a namespace that somebody named (CIS Amazon EKS Benchmark 1.8, 4.5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model import type_tokens
from model.kubernetes import group_and_kind, objects_of
from model.pods import POD_SPECS
from model.resource import MISSING, Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand

DEFAULT: Final = "default"
_LEFT_OUT: Final = (MISSING, None, "")
_WHY: Final = "in default no quota, policy or role tells it from anything else"


def _not_the_default(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """Nothing that runs pods is in the default namespace, by its name or for want of another."""
    # A provider may name the namespace of all that goes through it, and which one a resource goes through is not told.
    by_provider = any(
        resource.type == type_tokens.PULUMI_PROVIDERS_KUBERNETES
        and resource.get("namespace") not in (*_LEFT_OUT, DEFAULT)
        for resource in resources
    )
    for resource in resources:
        if not resource.type.startswith(type_tokens.KUBERNETES_PACKAGE):
            continue
        for declared in objects_of(resource):
            if group_and_kind(declared.type) not in POD_SPECS:
                continue
            named = declared.get("metadata", "namespace")
            if named == DEFAULT or (named in _LEFT_OUT and not by_provider):
                yield Finding(
                    f"metadata.namespace must name a namespace of its own: {_WHY}",
                    urn=resource.urn,
                    # A kubeconfig may name another one for whatever names none.
                    kind="violation" if named == DEFAULT else "undetermined",
                )


NAMESPACED: Final = (StackDemand(name="not the default namespace", check=_not_the_default),)
