"""The inventory, ready to be written: no record, no setting, only what a reader is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from migration.inventory.methods import Method
from stacks.section import Capability

Role = Literal["capability", "client", "platform", "unknown"]


@dataclass(frozen=True, slots=True)
class Use:
    """A capability that a workload uses, through which workload (none that is not in the input), and the evidence."""

    capability: Capability
    target: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Volume:
    """A claim; ``on_ebs`` says in words whether EBS can hold it."""

    namespace: str
    name: str
    size: str
    storage_class: str
    provisioner: str
    modes: tuple[str, ...]
    used_by: tuple[str, ...]
    copies: int | None
    on_ebs: str


@dataclass(frozen=True, slots=True)
class ImageUsed:
    """An image of a workload; ``reference`` says so where it is none that a registry could serve."""

    reference: str
    registry: str
    container: str
    init: bool
    injected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A workload."""

    id: str
    kind: str
    namespace: str
    name: str
    role: Role
    capability: Capability | None
    why: str
    system: str
    version: str
    replicas: int | None
    images: tuple[ImageUsed, ...]
    uses: tuple[Use, ...]
    runs_on: tuple[str, ...]
    arm64: str
    node_selector: tuple[tuple[str, str], ...]
    host_paths: tuple[str, ...]
    host_network: bool
    secrets: tuple[str, ...]
    claims: tuple[str, ...]
    release: str
    parts: int


@dataclass(frozen=True, slots=True)
class CapabilityFound:
    """A row of the ledger with what was found of it."""

    capability: Capability
    row: int
    verdict: str
    incumbent: str
    target: str
    workloads: tuple[str, ...]
    objects: tuple[tuple[str, int], ...]
    methods: tuple[tuple[str, str, Method], ...]
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegistryFound:
    """A registry's host, how many images and workloads name it, and what it is."""

    host: str
    images: int
    workloads: int
    what: str


@dataclass(frozen=True, slots=True)
class SecretFound:
    """A Secret or SealedSecret: names only."""

    kind: str
    namespace: str
    name: str
    type: str
    keys: tuple[str, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Objects of one kind: ``read`` is all the rest together."""

    kind: str
    read: int
    workloads: int
    parts: int
    not_workloads: int
    repeated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything, sorted, so that the same objects in any order give the same bytes."""

    files: tuple[tuple[str, int], ...]
    counts: tuple[Count, ...]
    capabilities: tuple[CapabilityFound, ...]
    items: tuple[Item, ...]
    volumes: tuple[Volume, ...]
    registries: tuple[RegistryFound, ...]
    secrets: tuple[SecretFound, ...]
    nodes: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
