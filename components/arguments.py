"""What components' arguments have in common: where, in which cluster, for whom; and how a wrong one is refused.

An argument of one of these names means the same wherever it stands:

- ``place``: the account and the region, which policies and global names hold as plain text.
- ``cluster``: the cluster that objects and identities are declared in.
- ``network``: where a data store stands, and who may reach it.
- ``namespace``: the namespace of what is installed, which must be there first.
- ``vpc_id``, ``subnet_ids``: a VPC, and one subnet of it a zone.
- ``key_arn``: the KMS key that whatever rests is encrypted with.
- ``storage_class``: the class that pods' disks are claimed from.
- ``after``: what must be there before.
- ``protect``: whether what holds data refuses to be deleted, in Pulumi and, where it can, in AWS.
- ``tags``: tags of every AWS resource that takes some.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses
from typing import Any, Final, Literal

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi.runtime.rpc import UNKNOWN

from .hinted import Misfit, allowed, misfits

#: An account's number, and a region's name as AWS writes them (source: AWS General Reference). Every ARN here is of
#: the partition aws, which China, GovCloud, the European Sovereign Cloud and the isolated regions are not in.
ACCOUNT_ID: Final = re.compile(r"\d{12}", re.ASCII)
REGION: Final = re.compile(r"(?!cn-|us-gov-|[a-z]{2}-iso)[a-z]{2}(-[a-z]+)+-\d", re.ASCII)
#: A key by its own ARN: an alias may come to mean another key (source: KMS developer guide, key ARN).
KEY_ARN: Final = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
#: What EKS takes for a cluster (source: EKS API reference, CreateCluster).
CLUSTER_NAME: Final = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
PRINCIPAL_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/.+")
CLUSTER_NAMES: Final = "at most 100 letters, digits, hyphens and underscores, a letter or digit first"
#: Names of Kubernetes objects: one label, or several with dots between (source: Kubernetes, object names and IDs).
LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LABELS: Final = "at most 63 lower-case letters, digits and hyphens"
SUBDOMAIN: Final = re.compile(rf"(?=.{{1,253}}$){LABEL.pattern}(\.{LABEL.pattern})*")
SUBDOMAINS: Final = "lower-case letters, digits, dots and hyphens"
#: A release's name stands before what its chart makes (source: Helm, chart best practices: 53 characters).
RELEASE_NAME: Final = re.compile(rf"(?=.{{1,53}}$){LABEL.pattern}")
RELEASE_NAMES: Final = "at most 53 lower-case letters, digits and hyphens"
#: Keys and values of Kubernetes labels.
LABEL_VALUE: Final = re.compile(r"([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")
LABEL_KEY: Final = re.compile(rf"({SUBDOMAIN.pattern.removeprefix('(?=.{1,253}$)')}/)?(?!$){LABEL_VALUE.pattern}")
#: Amounts of CPU and memory as Kubernetes reads them.
QUANTITY: Final = re.compile(r"[1-9]\d*(\.\d+)?(m|k|M|G|Ki|Mi|Gi)?")
#: What CloudWatch takes (source: CloudWatch Logs API reference, CreateLogGroup).
LOG_GROUP_NAME: Final = re.compile(r"(?!aws/)[A-Za-z0-9_/.#-]{1,512}")
LOG_GROUP_NAMES: Final = "at most 512 letters, digits and _/.#-"
#: For how many days CloudWatch keeps a log group (source: CloudWatch Logs API reference, PutRetentionPolicy).
LOG_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
#: What AWS takes for a resource's tags (source: AWS General Reference, tagging).
MOST_TAGS: Final = 50
TAG_KEY: Final = re.compile(r"(?!(?i:aws:))[\w\s.:/=+\-@]{1,128}")
TAG_VALUE: Final = re.compile(r"[\w\s.:/=+\-@]{0,256}")


@dataclass(frozen=True, kw_only=True)
class AccountRegion:
    """One AWS account, by its twelve digits, and one region: policies and global names hold both as plain text."""

    #: Twelve digits.
    account_id: str
    #: Such as ap-northeast-2.
    region: str

    def __post_init__(self) -> None:
        common(self)
        matches(self, "account_id", ACCOUNT_ID, "twelve digits")
        matches(self, "region", REGION, "a region such as ap-northeast-2, of the partition aws")


@dataclass(frozen=True, kw_only=True)
class ClusterAccess:
    """One EKS cluster: what AWS calls it, where it is, and the provider that declares objects in it.

    The name is plain text, and orders nothing: whatever needs nodes or pods is told so by ``after``.
    """

    #: What EKS calls the cluster.
    cluster_name: str
    place: AccountRegion
    #: Through which objects are declared in it.
    provider: kubernetes.Provider

    def __post_init__(self) -> None:
        common(self)
        matches(self, "cluster_name", CLUSTER_NAME, CLUSTER_NAMES)

    @property
    def arn(self) -> str:
        """The cluster's ARN, known before the cluster is."""
        return f"arn:aws:eks:{self.place.region}:{self.place.account_id}:cluster/{self.cluster_name}"


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """A namespace: its name, which identities and addresses hold as plain text, and the object that must be first."""

    #: At most 63 lower-case letters, digits and hyphens.
    name: str
    #: The object.
    made: kubernetes.core.v1.Namespace

    def __post_init__(self) -> None:
        common(self)
        matches(self, "name", LABEL, "at most 63 lower-case letters, digits and hyphens")


@dataclass(frozen=True, kw_only=True)
class StoreNetwork:
    """Where a data store stands: its subnets (one a zone), who may reach it, and networks that migrate into it."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    #: The group of whoever may reach it: the cluster's.
    client_security_group_id: pulumi.Input[str]
    #: Networks on-premises that reach it, too, while data moves.
    migrating_cidrs: Sequence[str] = ()

    def __post_init__(self) -> None:
        common(self)
        zones(self)
        networks(self, "migrating_cidrs")
        differ(self, "migrating_cidrs", "networks")


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
    """Refuse a number outside ``least`` to ``most``, and what is no whole number."""
    value = getattr(args, name)
    require(args, name, type(value) is int and least <= value <= most, f"{least} to {most}")


def one_of(args: Any, name: str, known: Collection[Any]) -> None:
    """Refuse what is none of ``known``."""
    require(args, name, getattr(args, name) in known, f"one of {', '.join(map(str, known))}")


def matches(args: Any, name: str, pattern: re.Pattern[str], allowed: str) -> None:
    """Refuse text, or one text of several, that ``pattern`` does not match whole.

    ``None`` is a default, and what only a deployment knows is AWS's to judge: neither is looked at.
    """
    value = getattr(args, name)
    several = value if isinstance(value, list | tuple | Mapping) else (value,)
    require(args, name, all(fits(one, pattern) for one in several), allowed)


def values_match(args: Any, name: str, pattern: re.Pattern[str], allowed: str) -> None:
    """The same of what a mapping holds, whose keys :func:`matches` looks at."""
    require(args, name, all(fits(one, pattern) for one in getattr(args, name).values()), allowed)


def fits(value: Any, pattern: re.Pattern[str]) -> bool:
    """Whether ``pattern`` matches whole what is known of ``value``: an output, or text that stands for one, is not."""
    return not isinstance(value, str) or value == UNKNOWN or pattern.fullmatch(value) is not None


def differ(args: Any, name: str, what: str) -> None:
    """Refuse what is given twice; what only a deployment knows may differ."""
    known = [one for one in getattr(args, name) if isinstance(one, str) and one != UNKNOWN]
    require(args, name, len(set(known)) == len(known), f"{what} that differ")


def networks(args: Any, name: str) -> None:
    """Refuse what is no IPv4 network, or all of them: AWS would open the store, or the tunnel, to everybody.

    Two halves are all of them, too.
    """
    try:
        narrow = all(net.prefixlen for net in collapse_addresses(map(IPv4Network, getattr(args, name))))
    except ValueError:
        narrow = False
    require(args, name, narrow, "IPv4 networks such as 10.0.0.0/16, and not all of them")


def zones(args: Any) -> None:
    """Refuse ``subnet_ids`` that lose everything with one zone."""
    require(args, "subnet_ids", len(args.subnet_ids) >= 2, "subnets of two zones or more")
    differ(args, "subnet_ids", "subnets of two zones or more")


def log_days(args: Any, name: str) -> None:
    """Refuse a number of days for which CloudWatch keeps no log group."""
    one_of(args, name, LOG_DAYS)


def labels(args: Any, name: str) -> None:
    """Refuse labels that Kubernetes does not take."""
    given = getattr(args, name)
    fits = all(LABEL_KEY.fullmatch(key) and LABEL_VALUE.fullmatch(value) for key, value in given.items())
    require(args, name, fits, "labels: keys and values of at most 63 letters, digits, dots, hyphens and underscores")


def given(args: Any, kind: type) -> None:
    """Refuse a component's arguments that are none of its own.

    Raises:
        TypeError: Says what was given, and what is allowed.
    """
    if not isinstance(args, kind):
        raise TypeError(f"args must be {allowed(kind)}, not {Misfit(args)}")


def common(args: Any, *, named: bool = False) -> None:
    """Refuse what is not of its type, and a ``key_arn`` and ``tags`` that AWS would refuse.

    Every class of arguments begins with it. ``named`` resources get a tag ``Name`` besides.
    """
    for name, wanted, misfit in misfits(args):
        raise ValueError(f"{name} must be {wanted}, not {misfit}")
    if hasattr(args, "key_arn"):
        matches(args, "key_arn", KEY_ARN, "a KMS key's ARN, such as arn:aws:kms:REGION:ACCOUNT:key/ID")
    if isinstance(tags := getattr(args, "tags", None), Mapping):
        most = MOST_TAGS - (1 if named and "Name" not in tags else 0)
        require(args, "tags", len(tags) <= most, f"{most} or fewer")
        fits = all(TAG_KEY.fullmatch(key) and TAG_VALUE.fullmatch(value) for key, value in tags.items())
        require(
            args,
            "tags",
            fits,
            "keys of 1 to 128 and values of at most 256 letters, digits, spaces and _.:/=+-@; no key begins with aws:",
        )
