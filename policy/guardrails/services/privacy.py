"""What no stranger reaches in other services: servers, APIs, tasks and shares, as a table by type.

Controls are AWS Foundational Security Best Practices; where those have none, Checkov's policies.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check, Having
from model.type_tokens import aws_tokens
from policy.guardrails.property_rule import each, never, on

#: An origin of S3's own kind; what says nothing of it is a server.
_OF_S3: Final = Having("s3OriginConfig")
#: The setting by which documents may be shared with all at all.
_SHARING: Final = r".*/ssm/documents/console/public-sharing-permission"

PRIVATE: Final = (
    *each(
        aws_tokens("ecs", "Service TaskSet"),
        never(True, "networkConfiguration", "assignPublicIp"),
        why="tasks answer inside the VPC only",
        control="ECS.2",
    ),
    *each(
        aws_tokens("emr", "BlockPublicAccessConfiguration"),
        on("blockPublicSecurityGroupRules"),
        why="clusters answer inside the VPC only",
        control="EMR.2",
    ),
    *each(
        aws_tokens("cognito", "IdentityPool"),
        never(True, "allowUnauthenticatedIdentities"),
        why="anybody on the internet would get credentials of this account",
        control="Cognito.2",
    ),
    *each(
        aws_tokens("transfer", "Server"),
        Check(path=("endpointType",), is_="one of", value=("VPC", "VPC_ENDPOINT")),
        why="by default it answers on the internet",
        control="CKV_AWS_164",
    ),
    *each(
        aws_tokens("ec2", "VpcEndpointService"),
        on("acceptanceRequired"),
        why="whoever may ask is connected unasked",
        control="CKV_AWS_123",
    ),
    *each(
        aws_tokens("apigateway", "Method"),
        Check(
            path=("authorization",),
            is_="not equal",
            value="NONE",
            # A browser asks for permission before it has any.
            otherwise=Check(path=("httpMethod",), is_="equal", value="OPTIONS", otherwise=on("apiKeyRequired")),
        ),
        why="anybody on the internet could call it",
        control="CKV_AWS_59",
    ),
    *each(
        aws_tokens("apigatewayv2", "Route"),
        Check(
            path=("authorizationType",),
            is_="one of",
            value=("AWS_IAM", "CUSTOM", "JWT"),
            # A socket's messages are those of whom its $connect has let in.
            otherwise=Check(path=("routeKey",), is_="matching", value=r"OPTIONS .*|(?!\$connect$|\$default$)[^ ]+"),
        ),
        why="anybody on the internet could call it",
        control="APIGateway.8",
    ),
    *each(
        aws_tokens("apigateway", "MethodSettings"),
        never(True, "settings", "dataTraceEnabled"),
        why="whole requests, with what is secret in them, would stand in a log",
        control="CKV_AWS_276",
    ),
    *each(
        aws_tokens("appsync", "GraphQLApi"),
        never("API_KEY", "authenticationType"),
        never("API_KEY", "additionalAuthenticationProviders", "*", "authenticationType"),
        why="a key that every client carries is no secret",
        control="AppSync.5",
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        Check(
            path=("origins", _OF_S3, "originAccessControlId"),
            is_="set",
            otherwise=Check(
                path=("origins", _OF_S3, "s3OriginConfig", "originAccessIdentity"),
                is_="set",
                otherwise=Check(path=("origins", "*", "s3OriginConfig"), is_="absent"),
            ),
        ),
        why="a bucket that answers without it answers everybody",
        control="CloudFront.13",
    ),
    *each(
        (type_tokens.MWAA_ENVIRONMENT,),
        never("PUBLIC_ONLY", "webserverAccessMode"),
        why="its server answers inside the VPC only",
    ),
    *each(
        (*aws_tokens("lightsail", "Database"), *aws_tokens("dms", "InstanceProfile")),
        never(True, "publiclyAccessible"),
        why="databases answer inside the VPC only",
    ),
    *each(
        aws_tokens("neptunegraph", "Graph"),
        never(True, "publicConnectivity"),
        why="graphs answer inside the VPC only",
    ),
    *each(
        (type_tokens.MSK_CLUSTER,),
        never(True, "clientAuthentication", "unauthenticated"),
        why="whoever reaches the brokers reads every topic",
        control="MSK.6",
    ),
    *each(
        aws_tokens("rds", "SnapshotCopy ClusterSnapshotCopy"),
        never("all", "sharedAccounts", "*"),
        why="a snapshot shared with all is public",
        control="RDS.1",
    ),
    *each(
        aws_tokens("ssm", "ServiceSetting"),
        Check(
            path=("settingValue",),
            is_="not equal",
            value="Enable",
            otherwise=Check(path=("settingId",), is_="absent or matching", value=rf"(?!{_SHARING}$).*"),
        ),
        why="nothing stands in the way of a document that is shared with all",
        control="SSM.7",
    ),
    *each(
        (type_tokens.EKS_NODE_GROUP,),
        Check(
            path=("remoteAccess", "sourceSecurityGroupIds"),
            is_="set",
            otherwise=Check(path=("remoteAccess", "ec2SshKey"), is_="absent"),
        ),
        why="with a key and no group, EKS opens port 22 of every node to the internet",
        control="CKV_AWS_100",
    ),
    *each(
        aws_tokens("imagebuilder", "DistributionConfiguration"),
        never("all", "distributions", "*", "amiDistributionConfiguration", "launchPermission", "userGroups", "*"),
        why="an image shared with all is public",
        control="CKV_AWS_205",
    ),
    *each(
        aws_tokens("acmpca", "CertificateAuthority"),
        never("PUBLIC_READ", "revocationConfiguration", "crlConfiguration", "s3ObjectAcl"),
        why="objects that anybody reads",
    ),
    *each(
        aws_tokens("sagemaker", "Domain"),
        never("PublicInternetOnly", "appNetworkAccessType"),
        why="its applications answer, and ask, inside the VPC only",
        control="CKV_AWS_306",
    ),
    *each(
        (type_tokens.OPENSEARCH_DOMAIN, type_tokens.ELASTICSEARCH_DOMAIN),
        never(True, "advancedSecurityOptions", "anonymousAuthEnabled"),
        why="whoever reaches the domain reads it",
        control="Opensearch.7",
    ),
)
