"""One question to the AWS Price List Query API, and how each service wants to be asked.

Filters and usage types are those of public clients of the API and of public bills (the price book's sources); none was
tried against AWS from here, which is why anything but exactly one SKU in a stated unit is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from stacks.offered import REGION

#: How usage types write Seoul.
SHORT: Final = "APN2"
HOUR: Final = ("hrs", "hours", "hour")
GB: Final = ("gb",)
GB_MONTH: Final = ("gb-mo", "gb-month", "gb-months")
REQUEST: Final = ("requests", "request", "api requests")
ONE: Final = Decimal(1)
THOUSAND: Final = Decimal(1_000)
TEN_THOUSAND: Final = Decimal(10_000)
MILLION: Final = Decimal(1_000_000)
#: A MiB/s as a part of the GiB/s that AWS prices.
MIB_OF_GIB: Final = ONE / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Filters for the API, and the usage type (and operation) that singles out one SKU among its answers.

    ``units`` are AWS's, in lower case. ``per`` of them make one of the book's: prices are multiplied by it, tier limits
    divided. ``included``, in the book's units, comes with every resource unbilled, which no SKU says.
    """

    service: str
    filters: tuple[tuple[str, str], ...]
    usagetype: str
    units: tuple[str, ...]
    per: Decimal = ONE
    operation: str | None = None
    included: Decimal | None = None
    #: Usage types that AWS sells what lies above a limit as, instead of a tier; limits in the book's units, rising.
    beyond: tuple[tuple[Decimal, str], ...] = ()
    region: str = REGION


def seoul(service: str, usagetype: str, units: tuple[str, ...], filters: Mapping[str, str], **more: Any) -> Query:
    """A SKU of Seoul that the API finds by attributes, told from its neighbours by its usage type."""
    found = (("regionCode", REGION), *filters.items())
    return Query(service=service, filters=found, usagetype=f"{SHORT}-{usagetype}", units=units, **more)


def by_usage(
    service: str, usagetype: str, units: tuple[str, ...], filters: Mapping[str, str] | None = None, **more: Any
) -> Query:
    """A SKU that the API itself looks up by its usage type."""
    return seoul(service, usagetype, units, {"usagetype": f"{SHORT}-{usagetype}", **(filters or {})}, **more)


def ec2(name: str) -> Query:
    """An instance on demand: Linux, shared tenancy, no licence."""
    return seoul(
        "AmazonEC2",
        f"BoxUsage:{name}",
        HOUR,
        {
            "instanceType": name,
            "operatingSystem": "Linux",
            "tenancy": "Shared",
            "preInstalledSw": "NA",
            "capacitystatus": "Used",
            "licenseModel": "No License required",
        },
        operation="RunInstances",
    )


def ebs(kind: str, usagetype: str) -> Query:
    """Storage of a kind of volume, whose usage type may spell it otherwise."""
    filters = {"productFamily": "Storage", "volumeApiName": kind}
    return seoul("AmazonEC2", f"EBS:VolumeUsage.{usagetype}", GB_MONTH, filters)


def iops(
    kind: str, usagetype: str = "", *, included: int | None = None, beyond: Mapping[int, str] | None = None
) -> Query:
    """Provisioned IOPS of a kind of volume; the cheaper tiers of io2 are SKUs of their own."""
    name = f"EBS:VolumeP-IOPS.{usagetype or kind}"
    return seoul(
        "AmazonEC2",
        name,
        ("iops-mo",),
        {"productFamily": "System Operation", "volumeApiName": kind},
        included=None if included is None else Decimal(included),
        beyond=tuple((Decimal(limit), f"{SHORT}-{name}.{tier}") for limit, tier in (beyond or {}).items()),
    )


def nat(what: str, units: tuple[str, ...]) -> Query:
    """A NAT gateway; the regional kind has usage types of its own."""
    filters = {"productFamily": "NAT Gateway", "group": "NGW:NatGateway", "operation": "NatGateway"}
    return seoul("AmazonEC2", f"NatGateway-{what}", units, filters)


def balancer(kind: str, usagetype: str, units: tuple[str, ...]) -> Query:
    """A load balancer; the family tells the kinds apart, for they share their usage types."""
    return by_usage("AWSELB", usagetype, units, {"productFamily": f"Load Balancer{kind}"})


def endpoint(what: str, units: tuple[str, ...]) -> Query:
    """An interface endpoint."""
    return by_usage("AmazonVPC", f"VpcEndpoint-{what}", units, {"operation": "VpcEndpoint"})


def docdb(usagetype: str, units: tuple[str, ...], per: Decimal = ONE) -> Query:
    """Anything of DocumentDB: nothing narrows its SKUs down, so the service is paged once for all of them."""
    return seoul("AmazonDocDB", usagetype, units, {}, per=per)


def cache(node: str, engine: str) -> Query:
    """A cache node; surcharges for extended support share its filters, not its usage type."""
    filters = {"instanceType": node, "cacheEngine": engine}
    return seoul("AmazonElastiCache", f"NodeUsage:{node}", HOUR, filters)


def search(name: str) -> Query:
    """A data node, whose usage type drops the suffix of its class."""
    return by_usage("AmazonES", f"ESInstance:{name.removesuffix('.search')}", HOUR, {"instanceType": name})


def postgres(name: str) -> Query:
    """A PostgreSQL instance in one zone."""
    filters = {"instanceType": name, "databaseEngine": "PostgreSQL", "deploymentOption": "Single-AZ"}
    return seoul("AmazonRDS", f"InstanceUsage:{name}", HOUR, filters)


def kms(what: str, units: tuple[str, ...], per: Decimal = ONE) -> Query:
    """KMS, which alone writes the region out in its usage types."""
    found = (("regionCode", REGION),)
    return Query(service="awskms", filters=found, usagetype=f"{REGION}-KMS-{what}", units=units, per=per)


def everywhere(service: str, usagetype: str, units: tuple[str, ...], per: Decimal = ONE, **filters: str) -> Query:
    """A SKU of all regions: no region is asked for, and its usage type has no prefix."""
    return Query(
        service=service, filters=(("usagetype", usagetype), *filters.items()), usagetype=usagetype, units=units, per=per
    )


def from_seoul(usagetype: str, **filters: str) -> Query:
    """Data that leaves Seoul: transfer knows where data comes from, not which region a price is of."""
    found = (("fromRegionCode", REGION), *filters.items())
    return Query(service="AWSDataTransfer", filters=found, usagetype=f"{SHORT}-{usagetype}", units=GB)
