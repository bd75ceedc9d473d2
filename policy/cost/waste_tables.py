"""Tables of what AWS charges more for than it has to, and where each type says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from model import type_tokens
from model.lifecycle.services import CLUSTER_RATES
from model.property_check import Check
from model.resource import MISSING, UNKNOWN, Resource
from pricing.aws.cache import serverless_least
from pricing.book import Book
from pricing.book.rates import extended_support

#: Families that AWS sells on only for those who have them; the present ones cost less for the same (AWS, 2026).
PREVIOUS_GENERATIONS: Final = frozenset(
    {
        *("t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "r3", "r4", "a1", "x1", "x1e"),
        *("i2", "i3", "d2", "h1", "g2", "g3", "g3s", "p2", "p3", "f1"),
        # Redshift's and the first cache nodes that held their data on disks of their own.
        *("dc1", "dc2", "ds1", "ds2"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Cheaper:
    """A property whose usual value costs more than it has to, where ``applies`` says that it means anything.

    ``why`` is a sentence, or makes one of the book's prices.
    """

    type: str
    check: Check
    why: str | Callable[[Book], str]
    applies: Callable[[Resource], bool] = lambda _: True

    def reason(self, book: Book) -> str:
        """Why it costs more, with the book's figures."""
        return self.why if isinstance(self.why, str) else self.why(book)


def _not_old(*path: str | int) -> Check:
    return Check(path=path, is_="one of", value=("gp3", "st1", "sc1", "standard"))


def _has_disks(domain: Resource) -> bool:
    return domain.get("ebsOptions", "ebsEnabled") not in (MISSING, False, "false")


def _has_extended_support(instance: Resource) -> bool:
    engines = ("mysql", "postgres", "aurora-mysql", "aurora-postgresql", UNKNOWN, MISSING)
    return instance.get("engine") in engines and instance.get("replicateSourceDb") is MISSING


def _serverless(book: Book) -> str:
    redis, valkey = (serverless_least(engine, book) for engine in ("Redis", "Valkey"))
    return f"serverless Redis starts at {redis:.0f} USD a month, serverless Valkey at {valkey:.0f}"


def _past_support(book: Book) -> str:
    return f"unset means EXTENDED: past its standard support a cluster costs {extended_support(book, CLUSTER_RATES)}"


DISKS: Final = "gp3 costs less than gp2 at the same speed, and io1 and io2 bill every IOPS"
CHEAPER: Final = (
    Cheaper(type=type_tokens.EBS_VOLUME, check=_not_old("type"), why=DISKS),
    Cheaper(
        type=type_tokens.EC2_LAUNCH_TEMPLATE,
        check=_not_old("blockDeviceMappings", "*", "ebs", "volumeType"),
        why=DISKS,
        # Without one the image says what its disk is.
        applies=lambda template: template.get("blockDeviceMappings") not in (MISSING, []),
    ),
    Cheaper(
        type=type_tokens.RDS_INSTANCE,
        check=_not_old("storageType"),
        why=DISKS,
        # Unset it is gp3, or with IOPS io1 (source: RDS API, CreateDBInstance).
        applies=lambda instance: any(instance.get(name) is not MISSING for name in ("storageType", "iops")),
    ),
    Cheaper(
        type=type_tokens.OPENSEARCH_DOMAIN,
        check=_not_old("ebsOptions", "volumeType"),
        why=DISKS,
        applies=_has_disks,
    ),
    Cheaper(
        type=type_tokens.EC2_INSTANCE,
        check=_not_old("rootBlockDevice", "volumeType"),
        why=DISKS,
        # Without one the image says what its disk is.
        applies=lambda instance: instance.get("rootBlockDevice") is not MISSING,
    ),
    Cheaper(
        type=type_tokens.EC2_INSTANCE,
        check=_not_old("ebsBlockDevices", "*", "volumeType"),
        why=DISKS,
        applies=lambda instance: instance.get("ebsBlockDevices") not in (MISSING, []),
    ),
    Cheaper(
        type=type_tokens.ELASTICSEARCH_DOMAIN,
        check=_not_old("ebsOptions", "volumeType"),
        why=DISKS,
        applies=_has_disks,
    ),
    Cheaper(
        type=type_tokens.ELASTICACHE_CLUSTER,
        check=Check(path=("engine",), is_="not equal", value="redis"),
        why="Valkey costs a fifth less than Redis, and runs in a replication group",
    ),
    Cheaper(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=Check(path=("engine",), is_="equal", value="valkey"),
        why="Valkey costs a fifth less than Redis, and unset means Redis",
        # A secondary runs what its primary does.
        applies=lambda group: group.get("globalReplicationGroupId") is MISSING,
    ),
    Cheaper(
        type=type_tokens.ELASTICACHE_SERVERLESS_CACHE,
        check=Check(path=("engine",), is_="equal", value="valkey"),
        why=_serverless,
    ),
    Cheaper(
        type=type_tokens.EKS_CLUSTER,
        check=Check(path=("upgradePolicy", "supportType"), is_="equal", value="STANDARD"),
        why=_past_support,
    ),
    *(
        Cheaper(
            type=type_,
            check=Check(
                path=("engineLifecycleSupport",), is_="equal", value="open-source-rds-extended-support-disabled"
            ),
            why="unset means paid extended support once the engine's version has ended",
            applies=_has_extended_support,
        )
        for type_ in (type_tokens.RDS_INSTANCE, type_tokens.RDS_CLUSTER)
    ),
)
#: Where each type names its class.
CLASSES: Final[dict[str, tuple[str, ...]]] = {
    type_tokens.EC2_INSTANCE: ("instanceType",),
    type_tokens.EC2_LAUNCH_TEMPLATE: ("instanceType",),
    type_tokens.EKS_NODE_GROUP: ("instanceTypes",),
    type_tokens.DOCDB_CLUSTER_INSTANCE: ("instanceClass",),
    type_tokens.RDS_INSTANCE: ("instanceClass",),
    type_tokens.ELASTICACHE_CLUSTER: ("nodeType",),
    type_tokens.ELASTICACHE_REPLICATION_GROUP: ("nodeType",),
    type_tokens.OPENSEARCH_DOMAIN: ("clusterConfig", "instanceType"),
    type_tokens.ELASTICSEARCH_DOMAIN: ("clusterConfig", "instanceType"),
    type_tokens.EC2_LAUNCH_CONFIGURATION: ("instanceType",),
    type_tokens.EC2_SPOT_INSTANCE_REQUEST: ("instanceType",),
    type_tokens.RDS_CLUSTER_INSTANCE: ("instanceClass",),
    type_tokens.NEPTUNE_CLUSTER_INSTANCE: ("instanceClass",),
    type_tokens.MEMORYDB_CLUSTER: ("nodeType",),
    type_tokens.REDSHIFT_CLUSTER: ("nodeType",),
    type_tokens.DMS_REPLICATION_INSTANCE: ("replicationInstanceClass",),
}
#: Where each type says whether it shares its hardware, which is what the meter prices.
TENANCIES: Final[dict[str, tuple[str, ...]]] = {
    type_tokens.EC2_INSTANCE: ("tenancy",),
    type_tokens.EC2_LAUNCH_TEMPLATE: ("placement", "tenancy"),
    type_tokens.EC2_LAUNCH_CONFIGURATION: ("placementTenancy",),
    type_tokens.EC2_VPC: ("instanceTenancy",),
}


def family(name: str) -> str:
    """``m4`` of ``m4.large``, ``db.m4.large``, ``cache.m4.large``, ``dms.m4.large`` and ``m4.large.search``."""
    first, _, rest = name.partition(".")
    return rest.split(".")[0] if first in {"db", "cache", "dms"} else first
