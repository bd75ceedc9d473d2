"""What no stranger reaches: addresses, buckets, snapshots and functions that must not be public, as a table by type."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import JSON, Check
from policy.guardrails.property_rule import absent, each, never, on

INSIDE: Final = "databases answer inside the VPC only"
BLOCKS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
PUBLIC_ACLS: Final = ("public-read", "public-read-write", "authenticated-read")
EVERYONE: Final = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
#: Whatever has a canned access control list.
_WITH_ACL: Final = (
    *(type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2, type_tokens.S3_BUCKET_ACL, type_tokens.S3_BUCKET_ACL_V2),
    *(type_tokens.S3_BUCKET_OBJECT, type_tokens.S3_BUCKET_OBJECTV2, type_tokens.S3_OBJECT_COPY),
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
    *each(
        (type_tokens.MQ_BROKER, type_tokens.RDS_CLUSTER, type_tokens.REDSHIFTSERVERLESS_WORKGROUP),
        never(True, "publiclyAccessible"),
        why=INSIDE,
    ),
    *each(
        (type_tokens.MSK_CLUSTER,),
        never("SERVICE_PROVIDED_EIPS", "brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type"),
        why=INSIDE,
        control="MSK.4",
    ),
    *each(
        (type_tokens.SAGEMAKER_NOTEBOOK_INSTANCE,),
        # Unset, it is Enabled.
        Check(path=("directInternetAccess",), is_="equal", value="Disabled"),
        why="notebooks answer inside the VPC only",
        control="SageMaker.1",
    ),
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
        (type_tokens.EC2_INSTANCE, type_tokens.EC2_LAUNCH_CONFIGURATION, type_tokens.EC2_SPOT_INSTANCE_REQUEST),
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
        control="S3.1, S3.8",
    ),
    *each(
        (type_tokens.S3CONTROL_MULTI_REGION_ACCESS_POINT,),
        *(never(False, "details", "publicAccessBlock", key) for key in ("blockPublicAcls", "blockPublicPolicy")),
        *(never(False, "details", "publicAccessBlock", key) for key in ("ignorePublicAcls", "restrictPublicBuckets")),
        why="no access point is public",
        control="S3.24",
    ),
    *each(
        (type_tokens.S3_ACCESS_POINT,),
        *(on("publicAccessBlockConfiguration", key, unless=_NO_ACCESS_POINT_BLOCK) for key in BLOCKS),
        why="no access point is public",
        control="S3.19",
    ),
    *each(
        _WITH_ACL,
        *(never(acl, "acl") for acl in PUBLIC_ACLS),
        why="neither bucket nor object is public",
        control="S3.2, S3.3",
    ),
    *each(
        (type_tokens.S3_BUCKET_ACL, type_tokens.S3_BUCKET_ACL_V2),
        *(never(uri, "accessControlPolicy", "grants", "*", "grantee", "uri") for uri in EVERYONE),
        why="no bucket is public",
        control="S3.2, S3.3",
    ),
    *each(
        (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2, type_tokens.S3_OBJECT_COPY),
        *(never(uri, "grants", "*", "uri") for uri in EVERYONE),
        why="neither bucket nor object is public",
        control="S3.2, S3.3",
    ),
    *each(
        (type_tokens.S3_BUCKET_OWNERSHIP_CONTROLS,),
        Check(path=("rule", "objectOwnership"), is_="equal", value="BucketOwnerEnforced"),
        why="with anything else lists beside the policy say who may read",
        control="S3.12",
    ),
    *each(
        (type_tokens.S3_BUCKET_VERSIONING, type_tokens.S3_BUCKET_VERSIONING_V2),
        *(never(status, "versioningConfiguration", "status") for status in ("Disabled", "Suspended")),
        why="what is overwritten can be had back",
        control="S3.14",
    ),
    *each(
        (type_tokens.S3_BUCKET,),
        never(False, "versioning", "enabled"),
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
        (type_tokens.EC2_IMAGE_BLOCK_PUBLIC_ACCESS, type_tokens.EBS_SNAPSHOT_BLOCK_PUBLIC_ACCESS),
        never("unblocked", "state"),
        why="nothing stands in the way of an image or snapshot that is shared with all",
        control="EC2.1",
    ),
    *each(
        (type_tokens.EC2_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS,),
        never("off", "internetGatewayBlockMode"),
        why="declared to block the internet, it blocks nothing",
        control="EC2.172",
    ),
    *each(
        (type_tokens.SSM_DOCUMENT,),
        *(
            Check(
                path=("permissions", key),
                is_="absent or matching",
                value=r"(?is)(?!(.*,)?\s*all\s*(,|$)).*",
                said="accounts, not All",
            )
            # The provider takes the map's keys as they are written in Terraform.
            for key in ("account_ids", "accountIds")
        ),
        why="a document shared with all shows how machines are run",
        control="SSM.4",
    ),
    *each(
        (type_tokens.RAM_RESOURCE_SHARE,),
        never(True, "allowExternalPrincipals"),
        why="a share reaches beyond the organisation",
    ),
    *each(
        (type_tokens.EC2TRANSITGATEWAY_TRANSIT_GATEWAY,),
        never("enable", "autoAcceptSharedAttachments"),
        why="whoever the gateway is shared with joins the network unasked",
        control="EC2.23",
    ),
    *each(
        (type_tokens.CODEBUILD_PROJECT,),
        never("PUBLIC_READ", "projectVisibility"),
        why="logs and artifacts of builds would be public",
    ),
    *each(
        (type_tokens.LAMBDA_FUNCTION_URL,),
        never("NONE", "authorizationType"),
        why="anybody on the internet could call it",
        control="Lambda.1",
    ),
    *each(
        (type_tokens.OPENSEARCH_SERVERLESS_SECURITY_POLICY,),
        never(True, "policy", JSON, "*", "AllowFromPublic"),
        why="collections answer inside the VPC only",
    ),
    *each(
        (type_tokens.OPENSEARCH_SERVERLESS_ACCESS_POLICY,),
        Check(
            path=("policy", JSON, "*", "Principal", "*"),
            is_="absent or matching",
            value=r"(?!(\*|arn:[^:]*:iam::\*:.*)$).*",
            said="a principal of a named account",
        ),
        why="whoever has an account could read the collection",
    ),
    # What belongs to nobody in particular admits nobody.
    *each(
        (type_tokens.EC2_DEFAULT_SECURITY_GROUP,),
        absent("ingress"),
        absent("egress"),
        why="whatever names no security group gets this one",
        control="EC2.2",
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
