"""Objects other than pods that a program declares, and what each kind is held to, as expressions about ``object``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.kubernetes import CORE, group_and_kind, objects_of
from model.resource import UNKNOWN, Resource
from policy.admission.cel import CelError, evaluate
from policy.admission.kyverno import SYSTEM_NAMESPACES, Validation, quoted
from policy.admission.node_agents import NODE_AGENTS
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Demand

Kinds = frozenset[tuple[str | None, str]]
#: Pod Security knows namespaces alone, not the agents for whom one has to be open.
_WITH_AGENTS: Final = sorted({*SYSTEM_NAMESPACES, *(namespace for namespace, _ in NODE_AGENTS)})
_NGINX: Final = "nginx.ingress.kubernetes.io"


def of(group: str, *kinds: str) -> Kinds:
    """The kinds of one API group."""
    return frozenset((group, kind) for kind in kinds)


def held(kinds: Kinds, validation: Validation) -> Demand:
    """The demand that every object of these kinds meets a validation."""

    def check(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
        for declared in objects_of(resource):
            if group_and_kind(declared.type) not in kinds:
                continue
            try:
                holds = evaluate(validation.expression, {"object": declared.props})
            except CelError:
                holds = False
            if holds is UNKNOWN:
                yield Finding(f"undetermined: not known yet: {validation.message}; write it as a plain value")
            elif holds is not True:
                yield Finding(validation.message)

    return Demand(name=validation.message, types=(type_tokens.KUBERNETES_PACKAGE,), check=check)


#: What would undo what pods are held to, or lead traffic astray.
RULES: Final = (
    (
        of(CORE, "Namespace"),
        Validation(
            'object.?metadata.?labels[?"pod-security.kubernetes.io/enforce"].orValue("") != "privileged" || '
            f'object.?metadata.?name.orValue("") in {quoted(_WITH_AGENTS)}',
            "a namespace may not admit privileged pods: its label enforce must be baseline or restricted",
        ),
    ),
    (
        of(CORE, "PersistentVolume"),
        Validation('!("hostPath" in object.?spec.orValue({}))', "a volume may not be a path of its node: no hostPath"),
    ),
    (
        # CVE-2020-8554, which nothing in Kubernetes mends.
        of(CORE, "Service"),
        Validation(
            "object.?spec.?externalIPs.orValue([]).size() == 0",
            "a Service may have no externalIPs: it would take other people's traffic to those addresses",
        ),
    ),
    (
        # CVE-2021-25742: whoever writes one reads every Secret that the controller may.
        of("networking.k8s.io", "Ingress") | of("extensions", "Ingress"),
        Validation(
            f"!object.?metadata.?annotations.orValue({{}}).exists(key, key.startsWith('{_NGINX}/') && "
            "key.endsWith('-snippet'))",
            "an Ingress may have no snippet of nginx's configuration: it could read every Secret",
        ),
    ),
)
OBJECTS: Final = tuple(held(kinds, validation) for kinds, validation in RULES)
