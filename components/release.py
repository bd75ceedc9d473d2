"""How a chart is released: real Helm with its hooks, a pinned version, an explicit name, and all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from .arguments import Namespace
from .charts import Chart
from .table import table

VALUES: Final = Path(__file__).with_name("values")


def release(
    name: str,
    chart: Chart,
    *,
    namespace: Namespace | str,
    values: pulumi.Input[Mapping[str, Any]],
    parent: pulumi.Resource,
    provider: kubernetes.Provider,
    release_name: str | None = None,
    after: Sequence[pulumi.Resource] = (),
    timeout_seconds: int = 600,
) -> kubernetes.helm.v3.Release:
    """A Release of ``chart`` that waits for ``after``; parentage alone orders nothing.

    A failed install is rolled back whole, so that the next one starts clean.
    """
    waits = [*after] if isinstance(namespace, str) else [namespace.made, *after]
    oci = chart.repository.startswith("oci://")
    return kubernetes.helm.v3.Release(
        name,
        # Without a name Pulumi adds a random suffix, and service accounts named after it would lose their identity.
        name=release_name or chart.name,
        chart=f"{chart.repository}/{chart.name}" if oci else chart.name,
        version=chart.version,
        repository_opts=None if oci else kubernetes.helm.v3.RepositoryOptsArgs(repo=chart.repository),
        namespace=namespace if isinstance(namespace, str) else namespace.made.metadata.name,
        atomic=True,
        timeout=timeout_seconds,
        values=values,
        opts=pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=waits),
    )


def chart_values(name: str) -> dict[str, Any]:
    """The values of ``components/values/<name>.yaml``: what does not depend on the environment's sizes."""
    document = table(VALUES / f"{name}.yaml")
    return dict(document)


def renamed(chart: Chart, release_name: str) -> dict[str, Any]:
    """Chart values that carry a release's name into everything it makes, cluster-wide objects among them.

    Without them the second release of a chart would claim the first one's cluster roles. Our values say what the
    chart's own name would, and keep the chart's defaults where those are enough: there is nothing to add for it.
    """
    if release_name == chart.name:
        return {}
    return {"fullnameOverride": release_name, "serviceAccount": {"create": True, "name": release_name}}


def merged(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``overlay`` laid over it, mapping by mapping; lists and plain values are replaced whole."""
    result = dict(base)
    for key, value in overlay.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def resources(cpu: str, memory: str) -> dict[str, Any]:
    """Requests, and a limit of memory only: a CPU limit would throttle what the node has to spare."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
