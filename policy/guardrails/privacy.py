"""What no stranger reaches: addresses, buckets, snapshots and functions that must not be public, as a table by type."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.guardrails.property_rule import each, never, on

INSIDE: Final = "databases answer inside the VPC only"
BLOCKS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
PUBLIC_ACLS: Final = ("public-read", "public-read-write", "authenticated-read")
EVERYONE: Final = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
_NO_ACCESS_POINT_BLOCK: Final = Check(path=("publicAccessBlockConfiguration",), is_="absent")

PRIVACY: Final = (
    *each(
        (type_tokens.RDS, type_tokens.RDS_CLUSTER_INSTANCE, "aws:neptune/clusterInstance:ClusterInstance"),
        never(True, "publiclyAccessible"),
        why=INSIDE,
        control="RDS.2",
    ),
    *each(("aws:redshift/cluster:Cluster",), never(True, "publiclyAccessible"), why=INSIDE, control="Redshift.1"),
    *each(
        ("aws:dms/replicationInstance:ReplicationInstance",),
        never(True, "publiclyAccessible"),
        why=INSIDE,
        control="DMS.1",
    ),
    *each(("aws:mq/broker:Broker",), never(True, "publiclyAccessible"), why=INSIDE),
    *(
        demand
        for domain, prefix in ((type_tokens.DOMAIN, "Opensearch"), (type_tokens.OLD_DOMAIN, "ES"))
        for demand in each(
            (domain,),
            Check(path=("vpcOptions", "subnetIds"), is_="stated"),
            why="a domain without a VPC is public, and cannot be moved into one",
            control=f"{prefix}.2",
        )
    ),
    *each(
        (type_tokens.DOMAIN,),
        on("advancedSecurityOptions", "enabled"),
        why="without it whoever reaches the domain reads every index",
        control="Opensearch.7",
    ),
    *each(
        ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"),
        never(True, "mapPublicIpOnLaunch"),
        why="addresses are given on purpose, never by default",
        control="EC2.15",
    ),
    *each(
        (type_tokens.INSTANCE, "aws:ec2/launchConfiguration:LaunchConfiguration"),
        never(True, "associatePublicIpAddress"),
        why="machines answer inside the VPC only",
        control="EC2.9",
    ),
    *each(
        (type_tokens.TEMPLATE,),
        Check(path=("networkInterfaces", "*", "associatePublicIpAddress"), is_="not equal", value=True),
        why="nodes answer inside the VPC only",
        control="EC2.25",
    ),
    *each(
        (
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        ),
        *(on(key) for key in BLOCKS),
        why="no bucket is public",
        control="S3.8",
    ),
    *each(
        ("aws:s3/accessPoint:AccessPoint",),
        *(on("publicAccessBlockConfiguration", key, unless=_NO_ACCESS_POINT_BLOCK) for key in BLOCKS),
        why="no access point is public",
        control="S3.19",
    ),
    *each(
        (type_tokens.BUCKET, type_tokens.BUCKET_V2, "aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"),
        *(never(acl, "acl") for acl in PUBLIC_ACLS),
        why="no bucket is public",
        control="S3.2",
    ),
    *each(
        ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"),
        *(never(uri, "accessControlPolicy", "grants", "*", "grantee", "uri") for uri in EVERYONE),
        why="no bucket is public",
        control="S3.2",
    ),
    *each(
        ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"),
        never("Suspended", "versioningConfiguration", "status"),
        why="what is overwritten can be had back",
        control="S3.14",
    ),
    *each(
        ("aws:rds/snapshot:Snapshot", "aws:rds/clusterSnapshot:ClusterSnapshot"),
        never("all", "sharedAccounts", "*"),
        why="a snapshot shared with all is public",
        control="RDS.1",
    ),
    *each(
        ("aws:ec2/amiLaunchPermission:AmiLaunchPermission",),
        never("all", "group"),
        why="an image shared with all is public",
    ),
    *each(
        ("aws:lambda/functionUrl:FunctionUrl",),
        never("NONE", "authorizationType"),
        why="anybody on the internet could call it",
        control="Lambda.1",
    ),
)

#: Apart from the rest, because until a runner lives in the VPC it is excepted, stack by stack and until a day.
CLUSTER_API: Final = (
    *each(
        (type_tokens.EKS,),
        Check(path=("vpcConfig", "endpointPublicAccess"), is_="equal", value=False),
        why="an API that answers on the internet is one leaked credential away, whatever networks it is open to",
        control="EKS.1",
    ),
)
