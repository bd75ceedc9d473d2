"""Machines: what they boot, by how many interfaces and addresses they are reached, and what their disks rest in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.property_check import Check, found_at
from model.resource import MISSING, Resource, peek
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Check as Judge
from policy.guardrails.demand import Demand
from policy.guardrails.property_rule import PropertyRule, absent, each, never, on

_ONE: Final = "with a second interface a machine is a bridge between networks that were kept apart"
_LAUNCHED: Final = (
    type_tokens.EC2_INSTANCE,
    type_tokens.EC2_SPOT_INSTANCE_REQUEST,
    type_tokens.EC2_LAUNCH_TEMPLATE,
    type_tokens.EC2_LAUNCH_CONFIGURATION,
)
#: Any class that is not of EBS is no business of AWS's encryption.
_NOT_EBS: Final = Check(
    path=("provisioner",),
    is_="absent or matching",
    value=r"(?!(ebs\.csi\.(aws|eks\.amazonaws)\.com|kubernetes\.io/aws-ebs)$).*",
)

DISKS: Final = (
    PropertyRule(
        type=type_tokens.K8S_STORAGE_V1_STORAGE_CLASS,
        check=on("parameters", "encrypted", unless=_NOT_EBS),
        why="every volume of the class rests in clear text",
        control="EC2.3",
    ),
)
MACHINES: Final = (
    # Amazon Linux and every current generation of machines are HVM; unset, Terraform's default is paravirtual.
    PropertyRule(
        type=type_tokens.EC2_AMI,
        check=Check(path=("virtualizationType",), is_="equal", value="hvm"),
        why="no current machine starts a paravirtual image",
        control="EC2.24",
    ),
    *(
        PropertyRule(
            type=kind,
            check=Check(
                path=("instanceType",),
                is_="absent or matching",
                value=r"(?!(c1|m1|m2|t1)\.).*",
                said="of a family that starts HVM images",
            ),
            why="the family is paravirtual, and no longer patched",
            control="EC2.24",
            may_name_another=True,
        )
        for kind in _LAUNCHED
    ),
    *each(
        (type_tokens.EC2_INSTANCE, type_tokens.EC2_SPOT_INSTANCE_REQUEST, type_tokens.EC2_LAUNCH_TEMPLATE),
        absent("networkInterfaces", 1),
        why=_ONE,
        control="EC2.17",
    ),
    *each(
        (type_tokens.EC2_NETWORK_INTERFACE_ATTACHMENT,),
        Check(path=("deviceIndex",), is_="at most", value=0),
        why=_ONE,
        control="EC2.17",
    ),
    *each(
        (type_tokens.EC2_NETWORK_INTERFACE,),
        Check(path=("attachments", "*", "deviceIndex"), is_="at most", value=0),
        why=_ONE,
        control="EC2.17",
    ),
    *each(
        (type_tokens.EC2_NETWORK_INTERFACE, type_tokens.EC2_INSTANCE, type_tokens.EC2_SPOT_INSTANCE_REQUEST),
        never(False, "sourceDestCheck"),
        why="a machine that forwards what others sent may pose as any of them",
        control="EC2.180",
    ),
)


def _of_a_machine(name: str) -> Judge:
    def check(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
        if resource.get(name) not in (MISSING, None, ""):
            yield Finding(
                f"{name} must be absent: a machine answers inside the VPC only, and is reached through a load balancer "
                "(EC2.9)"
            )

    return check


#: A public address that is given to a machine, in place of a load balancer or a NAT gateway.
ADDRESSES: Final = tuple(
    Demand(name=f"{kind.rpartition(':')[2]}.{name} absent", types=(kind,), check=_of_a_machine(name), control="EC2.9")
    for kind, name in ((type_tokens.EC2_EIP, "instance"), (type_tokens.EC2_EIP_ASSOCIATION, "instanceId"))
)


def _fleet_s_disks(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
    for key in ("rootBlockDevices", "ebsBlockDevices"):
        for disk in found_at(resource.props, ("launchSpecifications", "*", key, "*")):
            if disk is not MISSING and str(peek(disk, "encrypted")).lower() != "true":
                yield Finding(f"launchSpecifications.*.{key}.*.encrypted must be true: disks of machines (EC2.173)")


def _fleet_s_addresses(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - as above
    for given in found_at(resource.props, ("launchSpecifications", "*", "associatePublicIpAddress")):
        if str(given).lower() == "true":
            yield Finding(
                "launchSpecifications.*.associatePublicIpAddress must be anything but true: machines answer inside the "
                "VPC only (EC2.9)"
            )


_FLEETS: Final = (type_tokens.EC2_SPOT_FLEET_REQUEST,)
FLEET_DISKS: Final = (Demand(name="SpotFleetRequest's disks", types=_FLEETS, check=_fleet_s_disks, control="EC2.173"),)
FLEET_ADDRESSES: Final = (
    Demand(name="SpotFleetRequest's addresses", types=_FLEETS, check=_fleet_s_addresses, control="EC2.9"),
)
