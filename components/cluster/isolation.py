"""Network policies of the cluster. What they say is the caller's: here they are plain documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ..arguments import ClusterAccess, common, given

API_VERSION: Final = "networking.k8s.io/v1"
KIND: Final = "NetworkPolicy"

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class IsolationArgs:
    """Whole documents of NetworkPolicies: those of ``shut`` let nothing through, those of ``opened`` what they name.

    ``namespaces`` are what must be there first, by name: one that is older than the program, such as kube-system, has
    nothing.
    """

    cluster: ClusterAccess
    #: By name, of every namespace of a document.
    namespaces: Mapping[str, Sequence[pulumi.Resource]]
    opened: Sequence[Document]
    shut: Sequence[Document]

    def __post_init__(self) -> None:
        common(self)
        for name in ("opened", "shut"):
            for document in getattr(self, name):
                if (found := document.get("kind")) != KIND:
                    raise ValueError(f"{name}: {found} is refused; allowed here is {KIND}")
                if (where := document["metadata"].get("namespace")) not in self.namespaces:
                    raise ValueError(f"namespaces must hold {where}: {document['metadata']['name']} stands there")


class Isolation(pulumi.ComponentResource):
    """Openings, then what shuts the rest: nothing that is wanted is refused in between."""

    policies: dict[str, kubernetes.networking.v1.NetworkPolicy]

    def __init__(self, name: str, args: IsolationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, IsolationArgs)
        super().__init__("alphacar:isolation:Isolation", name, None, opts)
        self.policies = {}
        for document in args.opened:
            self._declare(name, document, args, [])
        for document in args.shut:
            namespace = document["metadata"]["namespace"]
            inside = [made for key, made in self.policies.items() if key.partition("/")[0] == namespace]
            self._declare(name, document, args, inside)
        self.register_outputs({"policies": sorted(self.policies)})

    def _declare(self, name: str, document: Document, args: IsolationArgs, after: Sequence[pulumi.Resource]) -> None:
        metadata: Any = dict(document["metadata"])
        namespace, policy = metadata["namespace"], metadata["name"]
        self.policies[f"{namespace}/{policy}"] = kubernetes.networking.v1.NetworkPolicy(
            f"{name}-{namespace}-{policy}",
            metadata=metadata,
            spec=document["spec"],
            opts=pulumi.ResourceOptions(
                parent=self, provider=args.cluster.provider, depends_on=[*args.namespaces[namespace], *after]
            ),
        )
