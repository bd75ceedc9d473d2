"""A Kyverno ValidatingPolicy as a plain document: where it looks, in which namespaces, and what must hold there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Action = Literal["Audit", "Deny"]
Document = dict[str, Any]

API_VERSION: Final = "policies.kyverno.io/v1"
KIND: Final = "ValidatingPolicy"
#: No policy looks here, and neither does the webhook: what runs in them must start while Kyverno is away. Its chart
#: leaves out kube-system and its own, and filters Kubernetes' other two: a cluster whose nodes all went would not come
#: back otherwise (source: kyverno/kyverno#11122). Secrets and restores are what an emergency waits for.
SYSTEM_NAMESPACES: Final = (
    "external-secrets",
    "kube-node-lease",
    "kube-public",
    "kube-system",
    "kyverno",
    "velero",
)
#: What Kyverno 1.19 rewrites a policy on pods for: ``object.spec`` becomes ``object.spec.template.spec``. It does so
#: only where a policy's one rule names pods and nothing else, which is why pods' subresources have their own policy.
POD_CONTROLLERS: Final = ("cronjobs", "daemonsets", "deployments", "jobs", "replicasets", "statefulsets")
_KUBERNETES_NAME: Final = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Validation:
    """A CEL expression that must be true, and what is said when it is not."""

    expression: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Which objects a policy looks at. Kyverno's report controller may list only what ``view`` may: ``scanned``."""

    groups: Sequence[str] = ("",)
    versions: Sequence[str] = ("v1",)
    resources: Sequence[str]
    scanned: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)


# Spelled with .? after object, so that Kyverno does not rewrite it for a pod template, which is never deleted.
_LEAVING: Final = "object.?metadata.?deletionTimestamp.hasValue()"
#: Every container of ``variables.pod``, as an expression.
CONTAINERS: Final = " + ".join(
    f"variables.pod.?{containers}.orValue([])" for containers in ("containers", "initContainers", "ephemeralContainers")
)
_PODS: Final = Subject(
    resources=("pods",),
    scanned=True,
    variables={"pod": "object.spec", "containers": CONTAINERS, "volumes": "variables.pod.?volumes.orValue([])"},
)
#: A Rollout may point at a Deployment's template instead of having its own. A request for ephemeral containers changes
#: nothing else of a pod, which was judged when it came.
_OTHER_PODS: Final = Subject(
    groups=("", "argoproj.io"),
    versions=("v1", "v1alpha1"),
    resources=("pods/ephemeralcontainers", "podtemplates", "replicationcontrollers", "rollouts"),
    variables={
        "pod": (
            'object.kind == "PodTemplate" ? object.?template.?spec.orValue({}) : '
            'object.kind in ["ReplicationController", "Rollout"] ? object.spec.?template.?spec.orValue({}) : '
            "object.spec"
        ),
        "containers": f'object.kind == "Pod" ? object.spec.?ephemeralContainers.orValue([]) : {CONTAINERS}',
        "volumes": 'object.kind == "Pod" ? [] : variables.pod.?volumes.orValue([])',
    },
)


def outside(namespaces: Iterable[str]) -> Document:
    """A selector of every namespace but these and the system's."""
    return _selector("NotIn", {*SYSTEM_NAMESPACES, *namespaces})


def inside(namespaces: Iterable[str]) -> Document:
    """A selector of these namespaces, except the system's."""
    return _selector("In", {*namespaces} - {*SYSTEM_NAMESPACES})


def _selector(operator: str, namespaces: Iterable[str]) -> Document:
    return {"matchExpressions": [{"key": _KUBERNETES_NAME, "operator": operator, "values": sorted(namespaces)}]}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What must hold, wherever it is looked for. ``labels`` are put on every document made of it."""

    name: str
    title: str
    validations: Sequence[Validation]
    namespaces: Document
    action: Action
    labels: Mapping[str, str] = field(default_factory=dict)

    def on(self, subject: Subject, name: str | None = None) -> Document:
        """The policy on objects of one sort. An object on its way out is let go, whatever it is."""
        variables = {"leaving": _LEAVING, **subject.variables}
        spec: Document = {
            "validationActions": [self.action],
            # An audit that refuses requests while Kyverno is away would be no audit.
            "failurePolicy": "Fail" if self.action == "Deny" else "Ignore",
            "evaluation": {"admission": {"enabled": True}, "background": {"enabled": subject.scanned}},
            "matchConstraints": {
                "namespaceSelector": self.namespaces,
                "resourceRules": [
                    {
                        "apiGroups": list(subject.groups),
                        "apiVersions": list(subject.versions),
                        "operations": ["CREATE", "UPDATE"],
                        "resources": list(subject.resources),
                    }
                ],
            },
            "variables": [{"name": key, "expression": expression} for key, expression in variables.items()],
            # Not matchConditions: each policy that has some becomes a webhook of its own, called for every pod.
            "validations": [
                {"expression": f"variables.leaving || ({rule.expression})", "message": rule.message}
                for rule in self.validations
            ],
        }
        if subject is _PODS:
            spec["autogen"] = {"podControllers": {"controllers": list(POD_CONTROLLERS)}}
        return {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": {
                "name": name or self.name,
                "labels": dict(self.labels),
                "annotations": {"policies.kyverno.io/title": self.title},
            },
            "spec": spec,
        }

    def on_pods(self) -> list[Document]:
        """The policy on pods and all that makes pods, and on the forms that Kyverno would not look at with them."""
        return [self.on(_PODS), self.on(_OTHER_PODS, f"{self.name}-elsewhere")]


def quoted(values: Iterable[str]) -> str:
    """A CEL list of texts."""
    return json.dumps(list(values))
