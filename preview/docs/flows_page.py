"""The page of flows: who may speak with whom in the cluster, at which port, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policy.isolation.flows import Flow, Port, Table, Workload, load_table, namespace_of

_OPENING: Final = """# Flows

Who may open a connection to whom in the cluster. Each namespace that the program makes is shut in both directions
(`deny-all`), and so are the controller of load balancers in `kube-system` and AWS' CloudWatch add-on; a row opens its
two ends to each other, and exists where both ends do. Written from `policy/isolation/flows.yaml`, of which the network
policies are made ([ADR 13](decisions/adr-013-standard-mode-and-a-table-of-flows.md)). A pod that no row names reaches
nothing.

Not in the table, because it is always let in: a node speaks with the pods on it, and so kubelet's probes,
`kubectl exec` and `kubectl port-forward` work. Ports are those of pods."""
_PLACES: Final = """## Places that are no pods

| place | is |
|---|---|
| `control-plane` | its interfaces in the private subnets; where it is called, the Service `kubernetes` as well |
| `nodes` | the private subnets |
| `balancer` | the public subnets, where the load balancer's addresses are |
| `identity-agent` | 169.254.170.23, which hands a pod its role's credentials; the metadata service is nobody's |
| `cache`, `documents`, `search`, `workflow-database` | the data subnets, at the store's own port |
| `world` | every address but private, carriers' and link-local ones: AWS' endpoints are among them |
| `on-premises` | `landing:network.onPremisesCidrs`, where there is a VPN |
| `mesh-probes` | 169.254.7.127, by which probes come in a namespace that has joined the mesh |
| `applications` | every namespace of `landing:applications`, whose policies are the component's own |"""


def flows_page(table: Table | None = None) -> str:
    """The whole page."""
    rows = table or load_table()
    return "\n\n".join([_OPENING, "\n".join(_flows(rows.flows)), _PLACES, "\n".join(_workloads(rows))]) + "\n"


def _flows(flows: Sequence[Flow]) -> Iterator[str]:
    yield from ("| from | to | ports | why | where it was read |", "|---|---|---|---|---|")
    for flow in flows:
        sources = ", ".join(_end(source) for source in flow.sources)
        needs = f" (with {flow.needs})" if flow.needs else ""
        yield _row(sources, _end(flow.to), _ports(flow.ports), f"{flow.why}{needs}", flow.source)


def _workloads(table: Table) -> Iterator[str]:
    yield from ("## Workloads", "", "| workload | its pods |", "|---|---|")
    for name, workload in table.workloads.items():
        yield _row(_end(name), _labels(name, workload))


def _labels(name: str, workload: Workload) -> str:
    said = ", ".join(
        f"without `{key}`"
        if value is None
        else f"`{key}={value}`"
        if isinstance(value, str)
        else f"`{key}` one of {', '.join(f'`{one}`' for one in value)}"
        for key, value in workload.labels.items()
    )
    return f"{said or f'all of `{namespace_of(name)}`'}{'; not shut' if workload.open else ''}"


def _ports(ports: Sequence[Port]) -> str:
    return ", ".join(str(port) for port in ports) or "any"


def _end(name: str) -> str:
    return f"`{name}`" if "/" in name or "-" in name or (name.islower() and " " not in name) else name


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
