"""Pods that a program declares, in whatever makes them, judged by the expressions that the cluster's policies have.

The cluster asks less of some namespaces, because charts that are not ours run there. What a program declares itself
has no such excuse: it is held to the strictest everywhere, but for the agents that read or change their node.
What a chart renders, and a patch of somebody else's object, is held to what the cluster asks of everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from model import type_tokens
from model.kubernetes import group_and_kind, objects_of
from model.pods import pod_specs
from model.resource import UNKNOWN, Resource
from policy.admission.cel import CelError, evaluate
from policy.admission.kyverno import CONTAINERS, Validation
from policy.admission.node_agents import is_node_agent
from policy.admission.pod_security import BASELINE, RESTRICTED
from policy.admission.policies import asks_for_resources, names_a_version
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Demand

#: Kinds whose pods are meant to go on, and so must say whether they do.
_GOING_ON: Final = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Rollout")
_OURS: Final = "variables.pod.?containers.orValue([])"
#: What only a program's own pods are asked for, beside what the cluster asks.
TOKEN: Final = Validation(
    "variables.pod.?automountServiceAccountToken.orValue(true) == false || "
    '!(variables.pod.?serviceAccountName.orValue("") in ["", "default"])',
    "automountServiceAccountToken must be false, or serviceAccountName be an account of its own: whoever breaks into "
    "the pod could ask the API as the namespace's default account",
)
_PROBE: Final = " || ".join(f"c.?{probe}.hasValue()" for probe in ("readinessProbe", "livenessProbe", "startupProbe"))
PROBED: Final = (
    Validation(f"{_OURS}.exists(c, {_PROBE})", "a container must have a probe, or nobody notices that it hangs"),
    Validation(
        f"{_OURS}.all(c, c.?ports.orValue([]).size() == 0 || {_PROBE})",
        "every container with ports must have a probe, or it is asked whether or not it can answer",
    ),
)
#: Switched off on purpose; what says nothing of it may be an image that writes where it stands.
READ_ONLY: Final = Validation(
    "variables.containers.all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(true) == true)",
    "readOnlyRootFilesystem may not be false: whoever breaks into the container could change what it runs",
)
SHELLS: Final = Validation(
    "variables.containers.all(c, c.?ports.orValue([]).all(port, port.?containerPort.orValue(0) != 22))",
    "no container may listen on port 22: people enter by the API, which logs them",
)
_VERSION: Final = names_a_version()


def _of_a_pod(validation: Validation) -> Demand:
    def check(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
        for declared in objects_of(resource):
            # A Rollout may point at a Deployment's template instead of having its own.
            for spec in pod_specs(declared):
                if _asked(validation, declared):
                    yield from _judged(validation, spec)

    return Demand(name=validation.message, types=(type_tokens.KUBERNETES_PACKAGE,), check=check)


def _asked(validation: Validation, declared: Resource) -> bool:
    """Whether the validation is one that this object is held to."""
    kind = group_and_kind(declared.type)[1]
    namespace, name = (declared.get("metadata", key) for key in ("namespace", "name"))
    if validation in (*BASELINE, *RESTRICTED) and is_node_agent(namespace, kind, name):
        return False
    if validation in PROBED and kind not in _GOING_ON:
        return False
    rendered = type_tokens.HELM_GROUP in declared.urn or declared.type.endswith("Patch")
    return not rendered or validation in (*BASELINE, _VERSION)


def _judged(validation: Validation, spec: Any) -> Iterator[Finding]:
    if spec is UNKNOWN:
        yield Finding(f"undetermined: the pod is not known yet, and {validation.message}; write it as plain values")
        return
    pod: Mapping[str, Any] = {"pod": spec}
    try:
        containers = evaluate(CONTAINERS, {"variables": pod})
        held = evaluate(validation.expression, {"variables": {**pod, "containers": containers}})
    except CelError as error:
        yield Finding(f"{validation.message}; the cluster could not tell: {error}")
        return
    if held is UNKNOWN:
        found = Finding(f"what decides it is not known yet: {validation.message}")
        # An image is named after its repository, which does not exist before the first update.
        yield (
            replace(found, kind="undetermined")
            if validation == _VERSION
            else replace(found, message=f"undetermined: {found.message}; write it as a plain value")
        )
    elif held is not True:
        yield Finding(validation.message)


PODS: Final = tuple(
    _of_a_pod(validation)
    for validation in (*BASELINE, *RESTRICTED, _VERSION, asks_for_resources(), TOKEN, READ_ONLY, SHELLS, *PROBED)
)
