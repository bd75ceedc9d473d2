"""What is kept of an object once it has been read: names, sizes, versions and hosts, and no value of any setting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

#: How a host was written: as part of a URI, with a port, under a key that asks for a host, or as a bare dotted name.
Written = Literal["uri", "port", "key", "dotted"]


class Key(NamedTuple):
    """What tells one object from another; of a cluster-wide one, or one of a file, the namespace may be empty."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Mention(NamedTuple):
    """A host that a setting names, and under which ``key``; ``sure`` is false where it could be part of a password."""

    host: str
    port: int
    scheme: str
    key: str
    written: Written
    sure: bool = True


class Container(NamedTuple):
    """A container; ``image`` is empty where it is none that a registry could serve."""

    name: str
    image: str
    init: bool


class Claim(NamedTuple):
    """What is asked of a volume: ``size`` as written, ``modes`` such as ReadWriteOnce."""

    name: str
    size: str
    storage_class: str
    modes: tuple[str, ...]


class FromElsewhere(NamedTuple):
    """A key of a ConfigMap or Secret (all keys where empty), and the variable that it becomes (none for a file)."""

    name: str
    key: str
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod's spec, or the pattern of some."""

    containers: tuple[Container, ...] = ()
    labels: frozenset[tuple[str, str]] = frozenset()
    mentions: frozenset[Mention] = frozenset()
    configs: frozenset[FromElsewhere] = frozenset()
    secrets: frozenset[FromElsewhere] = frozenset()
    claims: frozenset[str] = frozenset()
    ephemeral: tuple[Claim, ...] = ()
    host_paths: frozenset[str] = frozenset()
    node: str = ""
    selector: frozenset[tuple[str, str]] = frozenset()
    architectures: frozenset[str] = frozenset()
    host_network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Names and addresses under which pods are reached."""

    selector: frozenset[tuple[str, str]] = frozenset()
    addresses: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()
    node_ports: frozenset[int] = frozenset()
    external_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An object. ``revision`` tells which of two states of it is the newer; owners are the controlling one, if any."""

    key: Key
    revision: tuple[int, str] = (-1, "")
    owner: tuple[str, str, str] | None = None
    release: tuple[str, str] | None = None
    chart: str = ""
    version: str = ""
    replicas: int | None = None
    pod: Pod | None = None
    templates: tuple[Claim, ...] = ()
    service: Service | None = None
    claim: Claim | None = None
    provisioner: str = ""
    settings: frozenset[tuple[str, Mention]] = frozenset()
    keys: tuple[str, ...] = ()
    secret_type: str = ""
    architecture: str = ""
    addresses: frozenset[str] = frozenset()
    routes: frozenset[tuple[str, str]] = frozenset()
    charts: tuple[str, ...] = ()
    #: Of a HelmRelease, the object that names its chart: kind, namespace and name.
    chart_from: tuple[str, str, str] | None = None


class Release(NamedTuple):
    """A release of ``helm list``."""

    namespace: str
    name: str
    chart: str
    chart_version: str
    app_version: str
    status: str


@dataclass(slots=True)
class Read:
    """Everything that was read."""

    records: dict[Key, Record] = field(default_factory=dict)
    releases: dict[tuple[str, str], Release] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    repeated: dict[tuple[str, str], int] = field(default_factory=dict)
    differing: set[Key] = field(default_factory=set)
    files: list[tuple[str, int]] = field(default_factory=list)
