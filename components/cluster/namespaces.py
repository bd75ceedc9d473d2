"""The cluster's namespaces, each with the pod security level that it enforces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pulumi
import pulumi_kubernetes as kubernetes

from ..arguments import LABEL as NAME
from ..arguments import Namespace, common, given, labels, matches, require

Level = Literal["privileged", "baseline", "restricted"]
LABEL: Final = "pod-security.kubernetes.io"


@dataclass(frozen=True, kw_only=True)
class NamespacesArgs:
    """Each namespace and its level, by name in ``levels``; ``labels`` are put on all of them.

    Whoever deletes a namespace deletes what is in it, volumes included: ``protect`` those that hold data.
    """

    levels: Mapping[str, Level]
    protect: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "levels", NAME, "of namespaces with at most 63 lower-case letters, digits and hyphens")
        labels(self, "labels")
        require(self, "protect", set(self.protect) <= set(self.levels), f"some of {', '.join(sorted(self.levels))}")


class Namespaces(pulumi.ComponentResource):
    """Every namespace is declared here, so that none is made by a chart without a level."""

    by_name: dict[str, Namespace]

    def __init__(self, name: str, args: NamespacesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, NamespacesArgs)
        super().__init__("alphacar:namespaces:Namespaces", name, None, opts)
        self.by_name = {
            namespace: Namespace(
                name=namespace,
                made=kubernetes.core.v1.Namespace(
                    f"{name}-{namespace}",
                    metadata=kubernetes.meta.v1.ObjectMetaArgs(
                        name=namespace, labels={**args.labels, **security_labels(level)}
                    ),
                    opts=pulumi.ResourceOptions(parent=self, protect=namespace in args.protect),
                ),
            )
            for namespace, level in sorted(args.levels.items())
        }
        self.register_outputs({})


def security_labels(level: Level) -> dict[str, str]:
    """Enforce ``level``; warn about what ``restricted`` would refuse."""
    return {f"{LABEL}/enforce": level, f"{LABEL}/warn": "restricted", f"{LABEL}/audit": "restricted"}
