"""EBS volumes, wherever they come from: node disks, claims, charts, volumes and their snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, Resource, peek
from pricing.bill import Basis
from pricing.context import ONE, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, number, section, whole, word

IN_TREE: Final = "kubernetes.io/aws-ebs"
EBS_DRIVERS: Final = frozenset({"ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", IN_TREE})
#: EKS makes a class of this name, of volumes of this kind.
EKS_CLASS: Final = "gp2"
#: The second is the former name, which Kubernetes still reads (source: pkg/volume/util/storageclass.go).
DEFAULT_CLASS: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
SNAPSHOTS: Final = (
    type_tokens.K8S_SNAPSHOT_STORAGE_VOLUME_SNAPSHOT_CLASS_KIND,
    type_tokens.K8S_SNAPSHOT_STORAGE_VOLUME_SNAPSHOT_KIND,
    type_tokens.DLM_LIFECYCLE_POLICY,
    type_tokens.EBS_SNAPSHOT,
    type_tokens.EBS_SNAPSHOT_COPY,
)


def volume(
    item: str,
    gib: Decimal,
    kind: str,
    *,
    iops: Decimal | None = None,
    throughput: Decimal | None = None,
    times: Decimal = ONE,
    basis: Basis = "fixed",
) -> Iterator[CostComponent]:
    """``times`` volumes of ``gib`` GiB; IOPS and MiB/s where the kind charges for them (gp3: beyond the included)."""
    yield CostComponent(item, f"ec2/ebs-{kind}", gib * times, basis)
    if iops is not None and kind not in {"gp2", "st1", "sc1"}:
        yield CostComponent(f"{item}, IOPS", f"ec2/ebs-{kind}-iops", iops, basis, times)
    if throughput is not None and kind == "gp3":
        yield CostComponent(f"{item}, throughput", "ec2/ebs-gp3-throughput", throughput, basis, times)


def mapped(item: str, disk: Any, times: Decimal, basis: Basis = "fixed") -> Iterator[CostComponent]:
    """The volumes of a block device mapping's ``ebs``, or of anything else with the same property names."""
    yield from volume(
        item,
        whole(disk, "volumeSize"),
        # EC2 itself, unlike the console, still makes gp2 when nothing is said.
        word(disk, "volumeType", default="gp2"),
        iops=_maybe(disk, "iops"),
        throughput=_maybe(disk, "throughput"),
        times=times,
        basis=basis,
    )


def claimed(
    item: str, gib: Decimal, class_name: Any, times: Decimal, context: PricingContext
) -> Iterator[CostComponent]:
    """A volume claimed in Kubernetes, by what its storage class says; without any name gp3 is assumed.

    A class that nobody declares may be anything, but for the one that EKS brings.
    """
    found = _class(class_name, context)
    if found is None and class_name not in (MISSING, EKS_CLASS) and not context.alone:
        raise UnreadableError(f"{item}: its storage class is declared nowhere here, so nobody knows what it buys")
    if found is None:
        kind = EKS_CLASS if class_name == EKS_CLASS else "gp3"
        yield from volume(item, gib, kind, times=times, basis="assumption")
        return
    # The driver reads its parameters whatever their case (source: aws-ebs-csi-driver, docs/parameters.md).
    parameters = {key.lower(): value for key, value in section(found.props, "parameters").items()}
    kind = word(parameters, "type", default="gp2" if found.get("provisioner") == IN_TREE else "gp3")
    yield from volume(
        item,
        gib,
        kind,
        iops=_text_number(parameters, "iops"),
        throughput=_text_number(parameters, "throughput"),
        times=times,
    )


def _class(class_name: Any, context: PricingContext) -> Resource | None:
    if class_name is MISSING:
        found = context.once(
            "default storage class",
            lambda: next(filter(_is_default, context.of.get(type_tokens.K8S_STORAGE_STORAGE_CLASS_KIND, ())), None),
        )
    elif isinstance(class_name, str):
        names = context.once(
            "storage classes",
            lambda: {_name(item): item for item in context.of.get(type_tokens.K8S_STORAGE_STORAGE_CLASS_KIND, ())},
        )
        found = names.get(class_name)
    else:
        raise UnreadableError("the storage class of a volume is not known before the deployment, or not a text")
    if found is None:
        return None
    driver = found.get("provisioner")
    if isinstance(driver, str) and driver not in EBS_DRIVERS:
        raise UnreadableError("the price book has no storage of this provisioner", "price")
    return found


def _name(item: Resource) -> str:
    name = item.get("metadata", "name")
    return name if isinstance(name, str) else item.name


def _is_default(item: Resource) -> bool:
    return any(item.get("metadata", "annotations", name) == "true" for name in DEFAULT_CLASS)


def _maybe(value: Any, key: str) -> Decimal | None:
    return None if peek(value, key) is MISSING else number(value, key)


def _text_number(value: Any, key: str) -> Decimal | None:
    # Kubernetes wants every parameter of a storage class as text.
    found = peek(value, key)
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 9:
        return Decimal(found)
    return None if found is MISSING else number(value, key)


def ebs_volume(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A volume declared by itself."""
    yield from volume(
        "volume",
        whole(resource.props, "size"),
        word(resource.props, "type", default="gp2"),
        iops=_maybe(resource.props, "iops"),
        throughput=_maybe(resource.props, "throughput"),
    )


def snapshots(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Snapshots of volumes: one figure for the stack, borne by the first thing that takes any."""
    if context.carries(resource, "snapshots", *SNAPSHOTS):
        yield context.used("volume snapshots", "ec2/ebs-snapshot-standard", "snapshot_gb")


PRICED: Final[Meters] = {type_tokens.EBS_VOLUME: ebs_volume}
USAGE: Final[Meters] = dict.fromkeys(SNAPSHOTS, snapshots)
