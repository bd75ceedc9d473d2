"""From what was read to the inventory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from migration.inventory.classify import Identity, identify, identify_object, platform, version_of
from migration.inventory.clients import Clients, is_private
from migration.inventory.methods import ARRIVED, Running, method
from migration.inventory.network import Network
from migration.inventory.reading import RELEASE_KIND
from migration.inventory.record import Claim, Container, Key, Read, Record
from migration.inventory.result import (
    CapabilityFound,
    Count,
    ImageUsed,
    Inventory,
    Item,
    RegistryFound,
    Role,
    SecretFound,
    Use,
    Volume,
)
from migration.inventory.workload import Workload, others, workloads
from model.image import Image
from model.quantity import quantity
from policy.ledger.rows import ROWS

#: What the nodes of the new cluster are.
TARGET: Final = "arm64"
NO_REFERENCE: Final = "(no reference that a registry could serve)"
#: The largest gp3 volume, in bytes (source: AWS, EBS volume types).
_LARGEST: Final = 64 * 2**40
_NO_SECRETS: Final = ("helm.sh/release.v1", "kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token")
#: Without these kinds a part of the inventory stays empty, whatever the cluster holds.
_WANTED: Final = (
    ("core", "Service", "hosts are known by convention alone"),
    ("core", "ConfigMap", "settings in ConfigMaps are not seen"),
    ("core", "PersistentVolumeClaim", "only templates of claims are listed under storage"),
    ("storage.k8s.io", "StorageClass", "provisioners are not known"),
    ("core", "Node", "architectures of nodes are not known"),
)


def build(read: Read) -> Inventory:
    """The inventory of everything that was read, in one order whatever the order of the input."""
    found = workloads(read)
    network = Network.of(read, found)
    identities = {each.key: identity for each in found if (identity := identify(each)) is not None}
    clients = Clients(read, network, identities)
    rest = list(others(read, found))
    items = []
    for workload in found:
        claims = list(_claims(read, workload))
        items.append(_item(read, workload, identities.get(workload.key), clients.uses(workload, claims)))
    used = {workload.key: workload for workload in found}
    return Inventory(
        files=tuple(sorted(read.files)),
        counts=tuple(_counts(read, found)),
        capabilities=tuple(_capabilities(items, rest, used, identities)),
        items=tuple(items),
        volumes=tuple(_volumes(read, found)),
        registries=tuple(_registries(found, clients)),
        secrets=tuple(_secrets(rest, found)),
        nodes=tuple(
            sorted(
                Counter(
                    record.architecture or "unknown" for record in rest if record.key[:2] == ("core", "Node")
                ).items()
            )
        ),
        notes=tuple(_notes(read, items)),
    )


def _item(read: Read, workload: Workload, identity: Identity | None, uses: list[Use]) -> Item:
    reason = "" if identity else platform(workload)
    role: Role = "capability" if identity else "platform" if reason else "client" if uses else "unknown"
    pods = (workload.pod, *workload.pods)
    injected = set(workload.injected)
    nodes = {node.node for node in workload.pods if node.node}
    known = [read.records.get(Key("core", "Node", "", node)) for node in nodes]
    runs_on = tuple(sorted({record.architecture for record in known if record and record.architecture}))
    pinned = tuple(sorted({each for pod in pods for each in pod.architectures}))
    release = workload.release or None
    return Item(
        id=str(workload.key),
        kind=workload.key.kind,
        namespace=workload.key.namespace,
        name=workload.key.name,
        role=role,
        capability=identity.capability if identity else None,
        why=identity.why if identity else reason or (uses[0].evidence if uses else "matches nothing that is known"),
        system=identity.system.title if identity else "",
        version=version_of(workload, identity),
        replicas=workload.record.replicas,
        images=tuple(
            sorted(
                (_image(each, each in injected) for each in set(workload.images)),
                key=lambda each: (each.init, each.injected, each.container, each.reference),
            )
        ),
        uses=tuple(uses),
        runs_on=runs_on,
        arm64=_arm64(runs_on, pinned),
        node_selector=tuple(sorted({pair for pod in pods for pair in pod.selector})),
        host_paths=tuple(sorted({path for pod in pods for path in pod.host_paths})),
        host_network=any(pod.host_network for pod in pods),
        secrets=tuple(sorted({secret.name for pod in pods for secret in pod.secrets})),
        claims=tuple(sorted(claim.name for claim in _claims(read, workload))),
        release=f"{release.name} ({release.chart} {release.chart_version})" if release else "",
        parts=len(workload.parts),
    )


def _image(container: Container, injected: bool) -> ImageUsed:  # noqa: FBT001 - both callers say which
    registry = Image.parse(container.image).registry if container.image else ""
    return ImageUsed(container.image or NO_REFERENCE, registry, container.name, container.init, injected)


def _arm64(runs_on: tuple[str, ...], pinned: tuple[str, ...]) -> str:
    if TARGET in runs_on:
        return "yes: runs on it"
    if pinned and TARGET not in pinned:
        return f"pinned to {', '.join(pinned)}: check"
    return "unknown: check"


def _claims(read: Read, workload: Workload) -> Iterator[Claim]:
    """What the workload mounts: claims by name, templates, and volumes that live as long as a pod."""
    named = {name for pod in (workload.pod, *workload.pods) for name in pod.claims}
    templates = {claim.name for claim in workload.record.templates}
    for name in sorted(named):
        record = read.records.get(Key("core", "PersistentVolumeClaim", workload.key.namespace, name))
        if record is not None and record.claim is not None:
            yield record.claim
        elif not any(name.startswith(f"{template}-{workload.key.name}-") for template in templates):
            yield Claim(name, "", "", ())
    yield from workload.record.templates
    yield from workload.pod.ephemeral


def _volumes(read: Read, found: list[Workload]) -> Iterator[Volume]:
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    templates: list[tuple[Workload, Claim]] = []
    for workload in found:
        for pod in (workload.pod, *workload.pods):
            for name in pod.claims:
                users[workload.key.namespace, name].add(str(workload.key))
        templates += [(workload, claim) for claim in (*workload.record.templates, *workload.pod.ephemeral)]
    rows = []
    claims = {
        (key.namespace, key.name): record.claim for key, record in read.records.items() if record.claim is not None
    }
    for workload, claim in templates:
        made = [
            each
            for each in claims
            if each[0] == workload.key.namespace and each[1].startswith(f"{claim.name}-{workload.key.name}-")
        ]
        for each in made:
            users[each].add(str(workload.key))
        if not made:
            rows.append(_volume(read, workload.key.namespace, claim, (str(workload.key),), workload.record.replicas))
    for (namespace, name), claim in claims.items():
        rows.append(_volume(read, namespace, claim, tuple(sorted(users[namespace, name])), 1))
    for (namespace, name), used_by in users.items():
        if (namespace, name) not in claims and not any(
            name.startswith(f"{claim.name}-{workload.key.name}-") for workload, claim in templates
        ):
            rows.append(_volume(read, namespace, Claim(name, "", "", ()), tuple(sorted(used_by)), 1))
    yield from sorted(rows, key=lambda row: (row.namespace, row.name, row.used_by))


def _volume(read: Read, namespace: str, claim: Claim, used_by: tuple[str, ...], copies: int | None) -> Volume:
    record = read.records.get(Key("storage.k8s.io", "StorageClass", "", claim.storage_class))
    return Volume(
        namespace,
        claim.name,
        claim.size,
        claim.storage_class,
        record.provisioner if record else "",
        claim.modes,
        used_by,
        copies,
        _on_ebs(claim),
    )


def _on_ebs(claim: Claim) -> str:
    if "ReadWriteMany" in claim.modes:
        return "no: ReadWriteMany; EFS, or one writer"
    if "ReadOnlyMany" in claim.modes:
        return "no: ReadOnlyMany; EFS, or a copy each"
    if not claim.modes:
        return "unknown: check the access modes"
    size = quantity(claim.size)
    if size is None:
        return "yes; size unknown: check"
    return "no: larger than 64 TiB" if size > _LARGEST else "yes"


def _capabilities(
    items: list[Item], rest: list[Record], used: Mapping[Key, Workload], identities: Mapping[Key, Identity]
) -> Iterator[CapabilityFound]:
    objects: dict[str, Counter[str]] = defaultdict(Counter)
    for record in rest:
        if (known := identify_object(record)) is not None:
            objects[known.capability][f"{record.key.group}/{record.key.kind}"] += 1
    for row in ROWS:
        of_row = [item for item in items if item.capability == row.capability]
        chosen = set()
        for key, identity in identities.items():
            if identity.capability == row.capability and _is_server(identity):
                version = version_of(used[key], identity)
                product = (
                    identity.image and Image.parse(identity.image).path.rpartition("/")[2]
                ) or identity.system.slug
                running = Running(product, version, used[key].record.replicas)
                arrived = identity.system == row.target != row.incumbent
                chosen.add((str(key), version, ARRIVED if arrived else method(row.capability, running)))
        yield CapabilityFound(
            row.capability,
            row.number,
            row.verdict,
            row.incumbent.title,
            row.target.title,
            tuple(item.id for item in of_row),
            tuple(sorted(objects[row.capability].items())),
            tuple(sorted(chosen, key=lambda each: each[:2])),
            tuple(
                item.id
                for item in items
                if item.capability != row.capability and any(use.capability == row.capability for use in item.uses)
            ),
        )


def _is_server(identity: Identity) -> bool:
    """Whether the version of a workload is that of what is moved, rather than of an operator or a part beside it."""
    return "operator" not in identity.image and "exporter" not in identity.image


def _registries(found: list[Workload], clients: Clients) -> Iterator[RegistryFound]:
    images: dict[str, set[str]] = defaultdict(set)
    users: dict[str, set[Key]] = defaultdict(set)
    for workload in found:
        for container in workload.images:
            if container.image:
                host = Image.parse(container.image).registry
                images[host].add(container.image)
                users[host].add(workload.key)
    for host in sorted(images):
        name = clients.harbor(host)
        what = (
            f"this cluster's service {'/'.join(filter(None, name))}"
            if name
            else "private: check"
            if is_private(host)
            else "public"
        )
        yield RegistryFound(host, len(images[host]), len(users[host]), what)


def _secrets(rest: list[Record], found: list[Workload]) -> Iterator[SecretFound]:
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for workload in found:
        for pod in (workload.pod, *workload.pods):
            for secret in pod.secrets:
                users[workload.key.namespace, secret.name].add(str(workload.key))
    for record in rest:
        if record.secret_type and record.secret_type not in _NO_SECRETS:
            place = (record.key.namespace, record.key.name)
            yield SecretFound(record.key.kind, *place, record.secret_type, record.keys, tuple(sorted(users[place])))


def _counts(read: Read, found: list[Workload]) -> Iterator[Count]:
    own = Counter((each.key.group, each.key.kind) for each in found if each.seen and each.key.group != "helm")
    own[RELEASE_KIND] = sum(1 for each in found if each.key[:2] == RELEASE_KIND)
    parts = Counter(key[:2] for each in found for key in each.parts)
    for kind, seen in sorted(read.seen.items()):
        repeated = read.repeated.get(kind, 0)
        left = seen - repeated - own[kind] - parts[kind]
        group = "" if kind[0] == "core" else f"{kind[0]}/"
        yield Count(f"{group}{kind[1]}", seen, own[kind], parts[kind], left, repeated)


def _notes(read: Read, items: list[Item]) -> Iterator[str]:
    for group, kind, without in _WANTED:
        if (group, kind) not in read.seen:
            yield f"no {kind} in the input: {without}"
    if RELEASE_KIND not in read.seen:
        yield "no output of helm list in the input: charts are known by labels alone"
    if read.differing:
        yield f"{len(read.differing)} objects stand in the input in different states: the newest resourceVersion counts"
    refused = [item.id for item in items if any(image.reference == NO_REFERENCE for image in item.images)]
    if refused:
        yield f"{len(refused)} workloads have an image that is no reference: the first is {refused[0]}"
