"""The CRDs of monitors and rules, before every chart that brings some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from ..arguments import ClusterAccess, Namespace, common, given
from ..charts import PROMETHEUS_OPERATOR_CRDS
from ..release import release


@dataclass(frozen=True, kw_only=True)
class CrdsArgs:
    """What the CRDs need: a cluster that answers, and a namespace for Helm's own record."""

    cluster: ClusterAccess
    namespace: Namespace
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        common(self)


class Crds(pulumi.ComponentResource):
    """A chart of its own, because Helm upgrades CRDs that are templates and never those beside a chart.

    Once a cluster, as CRDs are.
    """

    def __init__(self, name: str, args: CrdsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, CrdsArgs)
        super().__init__("alphacar:crds:Crds", name, None, opts)
        release(
            name,
            PROMETHEUS_OPERATOR_CRDS,
            namespace=args.namespace,
            # Deleting the chart must not delete every monitor and rule with it.
            values={"crds": {"annotations": {"helm.sh/resource-policy": "keep"}}},
            parent=self,
            provider=args.cluster.provider,
            after=args.after,
        )
        self.register_outputs({})
