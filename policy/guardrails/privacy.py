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
        (type_tokens.RDS_INSTANCE, type_tokens.RDS_CLUSTER_INSTANCE, type_tokens.NEPTUNE_CLUSTER_INSTANCE),
        never(True, "publiclyAccessible"),
        why=INSIDE,
        control="RDS.2",
    ),
    *each((type_tokens.REDSHIFT_CLUSTER,), never(True, "publiclyAccessible"), why=INSIDE, control="Redshift.1"),
    *each(
        (type_tokens.DMS_REPLICATION_INSTANCE,),
        never(True, "publiclyAccessible"),
        why=INSIDE,
        control="DMS.1",
    ),
    *each((type_tokens.MQ_BROKER,), never(True, "publiclyAccessible"), why=INSIDE),
    *(
        demand
        for domain, prefix in ((type_tokens.OPENSEARCH_DOMAIN, "Opensearch"), (type_tokens.ELASTICSEARCH_DOMAIN, "ES"))
        for demand in each(
            (domain,),
            Check(path=("vpcOptions", "subnetIds"), is_="stated"),
            why="a domain without a VPC is public, and cannot be moved into one",
            control=f"{prefix}.2",
        )
    ),
    *each(
        (type_tokens.OPENSEARCH_DOMAIN,),
        on("advancedSecurityOptions", "enabled"),
        why="without it whoever reaches the domain reads every index",
        control="Opensearch.7",
    ),
    *each(
        (type_tokens.EC2_SUBNET, type_tokens.EC2_DEFAULT_SUBNET),
        never(True, "mapPublicIpOnLaunch"),
        why="addresses are given on purpose, never by default",
        control="EC2.15",
    ),
    *each(
        (type_tokens.EC2_INSTANCE, type_tokens.EC2_LAUNCH_CONFIGURATION),
        never(True, "associatePublicIpAddress"),
        why="machines answer inside the VPC only",
        control="EC2.9",
    ),
    *each(
        (type_tokens.EC2_LAUNCH_TEMPLATE,),
        Check(path=("networkInterfaces", "*", "associatePublicIpAddress"), is_="not equal", value=True),
        why="nodes answer inside the VPC only",
        control="EC2.25",
    ),
    *each(
        (
            type_tokens.S3_BUCKET_PUBLIC_ACCESS_BLOCK,
            type_tokens.S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
        ),
        *(on(key) for key in BLOCKS),
        why="no bucket is public",
        control="S3.8",
    ),
    *each(
        (type_tokens.S3_ACCESS_POINT,),
        *(on("publicAccessBlockConfiguration", key, unless=_NO_ACCESS_POINT_BLOCK) for key in BLOCKS),
        why="no access point is public",
        control="S3.19",
    ),
    *each(
        (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2, type_tokens.S3_BUCKET_ACL, type_tokens.S3_BUCKET_ACL_V2),
        *(never(acl, "acl") for acl in PUBLIC_ACLS),
        why="no bucket is public",
        control="S3.2",
    ),
    *each(
        (type_tokens.S3_BUCKET_ACL, type_tokens.S3_BUCKET_ACL_V2),
        *(never(uri, "accessControlPolicy", "grants", "*", "grantee", "uri") for uri in EVERYONE),
        why="no bucket is public",
        control="S3.2",
    ),
    *each(
        (type_tokens.S3_BUCKET_VERSIONING, type_tokens.S3_BUCKET_VERSIONING_V2),
        never("Suspended", "versioningConfiguration", "status"),
        why="what is overwritten can be had back",
        control="S3.14",
    ),
    *each(
        (type_tokens.RDS_SNAPSHOT, type_tokens.RDS_CLUSTER_SNAPSHOT),
        never("all", "sharedAccounts", "*"),
        why="a snapshot shared with all is public",
        control="RDS.1",
    ),
    *each(
        (type_tokens.EC2_AMI_LAUNCH_PERMISSION,),
        never("all", "group"),
        why="an image shared with all is public",
    ),
    *each(
        (type_tokens.LAMBDA_FUNCTION_URL,),
        never("NONE", "authorizationType"),
        why="anybody on the internet could call it",
        control="Lambda.1",
    ),
)

#: Apart from the rest, because until a runner lives in the VPC it is excepted, stack by stack and until a day.
CLUSTER_API: Final = (
    *each(
        (type_tokens.EKS_CLUSTER,),
        Check(path=("vpcConfig", "endpointPublicAccess"), is_="equal", value=False),
        why="an API that answers on the internet is one leaked credential away, whatever networks it is open to",
        control="EKS.1",
    ),
)
