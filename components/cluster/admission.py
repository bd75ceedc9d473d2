"""Kyverno and the policies it holds the cluster to. What they say is the caller's: here they are plain documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ..arguments import ClusterAccess, Namespace, common, given, within
from ..charts import KYVERNO
from ..release import chart_values, merged, release

#: Two of three answer while one is moved; with two, a drained node would leave one.
REPLICAS: Final = 3
POLICY_KINDS: Final = ("ValidatingPolicy",)

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AdmissionArgs:
    """What admission needs. ``policies`` and ``exceptions`` are whole Kyverno documents.

    ``excluded_namespaces`` never reach the webhook: what runs there must start while Kyverno is away. More than one of
    ``replicas`` means that the controller must survive a node.
    """

    cluster: ClusterAccess
    #: Kyverno's own.
    namespace: Namespace
    #: Where Kyverno looks for exceptions: elsewhere they are ignored.
    exceptions_namespace: Namespace
    policies: Sequence[Document]
    excluded_namespaces: Sequence[str]
    exceptions: Sequence[Document] = ()
    replicas: int = 2
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        common(self)
        within(self, "replicas", 1, 9)
        if not {"kube-system", self.namespace.name} <= set(self.excluded_namespaces):
            raise ValueError(
                f"excluded_namespaces must hold kube-system and {self.namespace.name}, or the cluster cannot start"
            )
        for name, kinds in (("policies", POLICY_KINDS), ("exceptions", ("PolicyException",))):
            if strangers := sorted({str(document.get("kind")) for document in getattr(self, name)} - set(kinds)):
                raise ValueError(f"{name}: {', '.join(strangers)} is refused; allowed here is {', '.join(kinds)}")
        for document in self.exceptions:
            home = self.exceptions_namespace.name
            if (found := document["metadata"].get("namespace")) != home:
                raise ValueError(f"exceptions must be in {home}, not {found}: elsewhere they are ignored")


class Admission(pulumi.ComponentResource):
    """The controller, then the exceptions, then the policies: what is excepted is never refused in between.

    Once a cluster, as its webhooks are.
    """

    release: kubernetes.helm.v3.Release
    policies: dict[str, kubernetes.apiextensions.CustomResource]
    exceptions: dict[str, kubernetes.apiextensions.CustomResource]

    def __init__(self, name: str, args: AdmissionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, AdmissionArgs)
        super().__init__("alphacar:admission:Admission", name, None, opts)
        self._provider = args.cluster.provider
        self.release = release(
            name,
            KYVERNO,
            namespace=args.namespace,
            values=merged(chart_values("kyverno"), controller_values(args)),
            parent=self,
            provider=args.cluster.provider,
            after=args.after,
        )
        self.exceptions = self._declare(name, args.exceptions, [self.release, args.exceptions_namespace.made])
        self.policies = self._declare(name, args.policies, [self.release, *self.exceptions.values()])
        self.register_outputs({"policies": sorted(self.policies)})

    def _declare(
        self, name: str, documents: Sequence[Document], after: Sequence[pulumi.Resource]
    ) -> dict[str, kubernetes.apiextensions.CustomResource]:
        return {
            document["metadata"]["name"]: kubernetes.apiextensions.CustomResource(
                f"{name}-{document['metadata']['name']}",
                api_version=document["apiVersion"],
                kind=document["kind"],
                metadata=dict(document["metadata"]),
                spec=document["spec"],
                opts=pulumi.ResourceOptions(parent=self, provider=self._provider, depends_on=list(after)),
            )
            for document in documents
        }


def controller_values(args: AdmissionArgs) -> dict[str, Any]:
    """Three controllers that keep two, or one that nobody waits for while it restarts.

    The chart takes the selector's list whole, so it is given whole.
    """
    several = args.replicas > 1
    selector = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": sorted(args.excluded_namespaces)}
    # The chart makes a budget for more than one replica by itself, to which one would be enough.
    controller = {"replicas": REPLICAS, "podDisruptionBudget": {"minAvailable": REPLICAS - 1}}
    return {
        "config": {"webhooks": {"namespaceSelector": {"matchExpressions": [selector]}}},
        "features": {
            "forceFailurePolicyIgnore": {"enabled": not several},
            "policyExceptions": {"namespace": args.exceptions_namespace.name},
        },
        "admissionController": controller if several else {"replicas": 1},
    }
