"""What each type must be, as tables. Controls are AWS Foundational Security Best Practices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from policy.check import Check

DOCDB: Final = "aws:docdb/cluster:Cluster"
DOCDB_INSTANCE: Final = "aws:docdb/clusterInstance:ClusterInstance"
REPLICATION_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
RDS: Final = "aws:rds/instance:Instance"
RDS_CLUSTER: Final = "aws:rds/cluster:Cluster"
DOMAIN: Final = "aws:opensearch/domain:Domain"
OLD_DOMAIN: Final = "aws:elasticsearch/domain:Domain"
EKS: Final = "aws:eks/cluster:Cluster"
TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
REPOSITORY: Final = "aws:ecr/repository:Repository"
SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type token
KEY: Final = "aws:kms/key:Key"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One property that a type must have, why, and the control that asks for it."""

    type: str
    check: Check
    why: str
    control: str = ""


def _true(*path: str | int) -> Check:
    return Check(path=path, is_="equal", value=True)


ENCRYPTION: Final = (
    Demand(type=DOCDB, check=_true("storageEncrypted"), why="data at rest", control="DocumentDB.1"),
    Demand(type=RDS, check=_true("storageEncrypted"), why="data at rest", control="RDS.3"),
    Demand(type=RDS_CLUSTER, check=_true("storageEncrypted"), why="data at rest", control="RDS.27"),
    Demand(type=REPLICATION_GROUP, check=_true("atRestEncryptionEnabled"), why="data at rest", control="ElastiCache.4"),
    Demand(type=REPLICATION_GROUP, check=_true("transitEncryptionEnabled"), why="traffic", control="ElastiCache.5"),
    Demand(type=DOMAIN, check=_true("encryptAtRest", "enabled"), why="data at rest", control="Opensearch.1"),
    Demand(type=DOMAIN, check=_true("nodeToNodeEncryption", "enabled"), why="traffic", control="Opensearch.3"),
    Demand(type=DOMAIN, check=_true("domainEndpointOptions", "enforceHttps"), why="traffic", control="Opensearch.8"),
    Demand(type=OLD_DOMAIN, check=_true("encryptAtRest", "enabled"), why="data at rest", control="ES.1"),
    Demand(type="aws:ebs/volume:Volume", check=_true("encrypted"), why="data at rest", control="EC2.3"),
    Demand(type="aws:efs/fileSystem:FileSystem", check=_true("encrypted"), why="data at rest", control="EFS.1"),
    Demand(
        type=TEMPLATE,
        check=_true("blockDeviceMappings", "*", "ebs", "encrypted"),
        why="disks of nodes",
        control="EC2.181",
    ),
    Demand(
        type=EKS,
        check=Check(path=("encryptionConfig", "provider", "keyArn"), is_="set"),
        why="Kubernetes Secrets rest in etcd",
        control="EKS.3",
    ),
)

PRIVACY: Final = (
    Demand(
        type=RDS,
        check=Check(path=("publiclyAccessible",), is_="not equal", value=True),
        why="databases answer inside the VPC only",
        control="RDS.2",
    ),
    Demand(
        type="aws:rds/clusterInstance:ClusterInstance",
        check=Check(path=("publiclyAccessible",), is_="not equal", value=True),
        why="databases answer inside the VPC only",
        control="RDS.2",
    ),
    Demand(
        type=DOMAIN,
        check=Check(path=("vpcOptions",), is_="set"),
        why="a domain without a VPC is public",
        control="Opensearch.2",
    ),
    Demand(
        type=OLD_DOMAIN,
        check=Check(path=("vpcOptions",), is_="set"),
        why="a domain without a VPC is public",
        control="ES.2",
    ),
    Demand(
        type="aws:ec2/subnet:Subnet",
        check=Check(path=("mapPublicIpOnLaunch",), is_="not equal", value=True),
        why="addresses are given on purpose, never by default",
        control="EC2.15",
    ),
    Demand(
        type="aws:ec2/instance:Instance",
        check=Check(path=("associatePublicIpAddress",), is_="not equal", value=True),
        why="machines answer inside the VPC only",
        control="EC2.9",
    ),
    *(
        Demand(
            type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            check=_true(key),
            why="no bucket is public",
            control="S3.8",
        )
        for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    ),
)

METADATA: Final = (
    Demand(
        type=TEMPLATE,
        check=Check(path=("metadataOptions", "httpTokens"), is_="equal", value="required"),
        why="version 1 of the metadata service answers any forwarded request",
        control="EC2.170",
    ),
    Demand(
        type=TEMPLATE,
        check=Check(path=("metadataOptions", "httpPutResponseHopLimit"), is_="at most", value=1),
        why="with a second hop every pod could take the node's role",
        control="AutoScaling.4",
    ),
)

#: Types whose data cannot be made again, and what keeps each from being deleted.
STATEFUL: Final[dict[str, tuple[Check, ...]]] = {
    DOCDB: (_true("deletionProtection"), Check(path=("skipFinalSnapshot",), is_="not equal", value=True)),
    DOCDB_INSTANCE: (),
    RDS: (_true("deletionProtection"), Check(path=("skipFinalSnapshot",), is_="not equal", value=True)),
    RDS_CLUSTER: (_true("deletionProtection"), Check(path=("skipFinalSnapshot",), is_="not equal", value=True)),
    REPLICATION_GROUP: (Check(path=("finalSnapshotIdentifier",), is_="set"),),
    DOMAIN: (),
    EKS: (_true("deletionProtection"),),
    REPOSITORY: (Check(path=("forceDelete",), is_="not equal", value=True),),
    SECRET: (Check(path=("recoveryWindowInDays",), is_="not equal", value=0),),
    KEY: (),
    "aws:s3/bucket:Bucket": (Check(path=("forceDestroy",), is_="not equal", value=True),),
}

REQUIRED_TAGS: Final = ("project", "environment", "owner", "decision")
#: Types that carry tags and that the bill or an audit must be able to attribute.
TAGGED: Final = frozenset(
    {
        DOCDB,
        DOCDB_INSTANCE,
        RDS,
        RDS_CLUSTER,
        REPLICATION_GROUP,
        DOMAIN,
        EKS,
        TEMPLATE,
        REPOSITORY,
        SECRET,
        KEY,
        LOG_GROUP,
        "aws:ebs/volume:Volume",
        "aws:ec2/eip:Eip",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "aws:eks/addon:Addon",
        "aws:eks/nodeGroup:NodeGroup",
        "aws:elasticache/user:User",
        "aws:elasticache/userGroup:UserGroup",
        "aws:iam/role:Role",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:s3/bucket:Bucket",
    }
)
