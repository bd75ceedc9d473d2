"""From a host, as a setting writes it, to the workloads behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from migration.inventory.record import Key, Mention, Read, Record
from migration.inventory.workload import Workload

_SVC = "svc"
#: A service that is another name of another service, and so on.
_MOST_NAMES = 4


@dataclass(slots=True)
class Network:
    """Every service by its names and addresses."""

    services: dict[tuple[str, str], Record] = field(default_factory=dict)
    behind: dict[tuple[str, str], list[Key]] = field(default_factory=dict)
    addresses: dict[str, tuple[str, str]] = field(default_factory=dict)
    node_ports: dict[int, tuple[str, str]] = field(default_factory=dict)
    nodes: frozenset[str] = frozenset()
    hosts: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, read: Read, found: Iterable[Workload]) -> Network:
        """Of the services, ingresses and nodes that were read."""
        network, by_namespace = cls(), defaultdict(list)
        for workload in found:
            by_namespace[workload.key.namespace].append(workload)
        nodes: set[str] = set()
        for key, record in sorted(read.records.items()):
            name = (key.namespace, key.name)
            if record.service is not None:
                network.services[name] = record
                selector = record.service.selector
                network.behind[name] = [
                    each.key for each in by_namespace[key.namespace] if selector and selector <= each.pod.labels
                ]
                network.addresses |= dict.fromkeys(record.service.addresses, name)
                network.node_ports |= dict.fromkeys(record.service.node_ports, name)
            nodes |= record.addresses
            network.hosts |= {host: (key.namespace, service) for host, service in sorted(record.routes)}
        network.nodes = frozenset(nodes)
        return network

    def service(self, mention: Mention, namespace: str) -> tuple[str, str] | None:
        """The service that ``mention``, in a setting of ``namespace``, leads to."""
        host, seen = mention.host, 0
        found = self._named(host, mention, namespace)
        while found is not None and seen < _MOST_NAMES:
            record = self.services[found]
            if record.service is None or not record.service.external_name:
                break
            further = self._named(record.service.external_name, mention, found[0])
            if further is None or further == found:
                break
            found, seen = further, seen + 1
        return found

    def at_node_port(self, host: str, port: int) -> tuple[str, str] | None:
        """The service that a node's address leads to at ``port``; any address will do where no node was read."""
        name = self.node_ports.get(port)
        return name if name is not None and (host in self.nodes or not self.nodes) else None

    def _named(self, host: str, mention: Mention, namespace: str) -> tuple[str, str] | None:
        if not host:
            return None
        for known in (self.addresses, self.hosts):
            if host in known and known[host] in self.services:
                return known[host]
        labels = host.split(".")
        if len(labels) == 1:
            name = (namespace, host)
            return name if name in self.services and self._meant(name, mention) else None
        if labels[0].isdecimal() and labels[-1].isdecimal():
            return self.at_node_port(host, mention.port)
        if _SVC in labels:
            labels = labels[: labels.index(_SVC)]
        # service.namespace, pod.service.namespace, and within a namespace pod.service.
        tried = [(labels[-1], labels[-2])] if len(labels) > 1 else []
        if len(labels) == 2:
            tried.append((namespace, labels[1]))
        return next((name for name in tried if name in self.services), None)

    def _meant(self, name: tuple[str, str], mention: Mention) -> bool:
        """Whether one bare word is the name of a service: where a host stands, or beside a port of its own."""
        service = self.services[name].service
        own = service is not None and (mention.port in service.ports or not service.ports)
        return mention.written in ("uri", "key") or (mention.written == "port" and own)
