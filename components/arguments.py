"""What components' arguments have in common: where, in which cluster, for whom; and how a wrong one is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi
import pulumi_kubernetes as kubernetes

#: An account's number, and a region's name as AWS writes them (source: AWS General Reference).
ACCOUNT_ID: Final = re.compile(r"\d{12}")
REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


@dataclass(frozen=True, kw_only=True)
class AccountRegion:
    """One AWS account, by its twelve digits, and one region: policies and global names hold both as plain text."""

    account_id: str
    region: str

    def __post_init__(self) -> None:
        require(self, "account_id", ACCOUNT_ID.fullmatch(self.account_id) is not None, "twelve digits")
        require(self, "region", REGION.fullmatch(self.region) is not None, "a region such as ap-northeast-2")


@dataclass(frozen=True, kw_only=True)
class ClusterAccess:
    """One EKS cluster: what AWS calls it, where it is, and the provider that declares objects in it.

    The name is plain text, and orders nothing: whatever needs nodes or pods is told so by ``after``.
    """

    cluster_name: str
    place: AccountRegion
    provider: kubernetes.Provider

    @property
    def arn(self) -> str:
        """The cluster's ARN, known before the cluster is."""
        return f"arn:aws:eks:{self.place.region}:{self.place.account_id}:cluster/{self.cluster_name}"


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """A namespace: its name, which identities and addresses hold as plain text, and the object that must be first."""

    name: str
    made: kubernetes.core.v1.Namespace


@dataclass(frozen=True, kw_only=True)
class StoreNetwork:
    """Where a data store stands: its subnets (one a zone), who may reach it, and networks that migrate into it."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_security_group_id: pulumi.Input[str]
    migrating_cidrs: Sequence[str] = ()

    def __post_init__(self) -> None:
        require(self, "subnet_ids", len(self.subnet_ids) >= 2, "subnets of two zones or more")


#: CloudWatch's classes of log groups. The second takes half the price for what is written, and neither filters metrics
#: nor tails nor subscribes; a group keeps its class for life (source: CloudWatch Logs user guide, log classes).
LogClass = Literal["STANDARD", "INFREQUENT_ACCESS"]


def require(args: Any, name: str, holds: bool, allowed: str) -> None:  # noqa: FBT001 - read as a sentence
    """Refuse an argument by its name.

    Raises:
        ValueError: Unless ``holds``; says the argument, its value and what is ``allowed``.
    """
    if not holds:
        raise ValueError(f"{name} must be {allowed}, not {getattr(args, name)!r}")


def within(args: Any, name: str, least: int, most: int) -> None:
    """Refuse a number outside ``least`` to ``most``."""
    value = getattr(args, name)
    require(args, name, isinstance(value, int) and least <= value <= most, f"{least} to {most}")


def physical(name: str, *, most: int, pattern: str = r"[a-z][a-z0-9]*(-[a-z0-9]+)*") -> str:
    """``name``, if AWS takes it where letters, digits and single hyphens are allowed.

    Raises:
        ValueError: Says the name, its length and ``most``.
    """
    if len(name) > most or not re.fullmatch(pattern, name):
        raise ValueError(
            f"{name!r} is no name that AWS takes here: at most {most} lower-case letters, digits and single hyphens, "
            "a letter first"
        )
    return name
