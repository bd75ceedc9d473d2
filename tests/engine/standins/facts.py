"""What AWS calls its things: the form of ids, ARNs and endpoints, as far as a program or a person looks at them.

Source: the examples in AWS's own API references. A type without a row gets the common forms at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

#: The properties that name a resource, the first that a type has.
NAMING: Final = (
    *("name", "identifier", "clusterIdentifier", "bucket", "replicationGroupId", "userGroupId", "userId"),
    *("domainName", "nodeGroupName", "addonName"),
)
#: Those among them that a provider fills in by itself.
AUTONAMED: Final = ("name", "identifier", "clusterIdentifier", "bucket", "nodeGroupName")

#: The output that counts a resource's changes.
COUNTED: Final = MappingProxyType({"aws:ec2/launchTemplate:LaunchTemplate": "latestVersion"})

#: Prefix of an id that is otherwise seventeen hexadecimal digits.
PREFIXES: Final = MappingProxyType(
    {
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "sg",
        "aws:ec2/eip:Eip": "eipalloc",
        "aws:ec2/flowLog:FlowLog": "fl",
        "aws:ec2/internetGateway:InternetGateway": "igw",
        "aws:ec2/launchTemplate:LaunchTemplate": "lt",
        "aws:ec2/natGateway:NatGateway": "nat",
        "aws:ec2/route:Route": "r-rtb",
        "aws:ec2/routeTable:RouteTable": "rtb",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc",
        "aws:ec2/securityGroup:SecurityGroup": "sg",
        "aws:ec2/securityGroupRule:SecurityGroupRule": "sgrule",
        "aws:ec2/subnet:Subnet": "subnet",
        "aws:ec2/vpc:Vpc": "vpc",
        "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation": "a",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr",
    }
)

#: ``id`` and outputs by type; in braces stand the facts of tests.engine.standins.outputs and the resource's own inputs.
OUTPUTS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "aws:cloudwatch/logGroup:LogGroup": {
            "id": "{name}",
            "arn": "arn:aws:logs:{region}:{account}:log-group:{name}",
        },
        "aws:docdb/cluster:Cluster": {
            "id": "{name}",
            "arn": "arn:aws:rds:{region}:{account}:cluster:{name}",
            "endpoint": "{name}.cluster-{hex12}.{region}.docdb.amazonaws.com",
            "readerEndpoint": "{name}.cluster-ro-{hex12}.{region}.docdb.amazonaws.com",
        },
        "aws:docdb/clusterInstance:ClusterInstance": {
            "id": "{name}",
            "arn": "arn:aws:rds:{region}:{account}:db:{name}",
            "endpoint": "{name}.{hex12}.{region}.docdb.amazonaws.com",
        },
        "aws:ecr/repository:Repository": {
            "id": "{name}",
            "arn": "arn:aws:ecr:{region}:{account}:repository/{name}",
            "registryId": "{account}",
            "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
        },
        "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 1, "defaultVersion": 1},
        "aws:eks/addon:Addon": {
            "id": "{clusterName}:{addonName}",
            "arn": "arn:aws:eks:{region}:{account}:addon/{clusterName}/{addonName}/{uuid}",
        },
        "aws:eks/cluster:Cluster": {
            "id": "{name}",
            "arn": "arn:aws:eks:{region}:{account}:cluster/{name}",
            "endpoint": "https://{HEX32}.gr7.{region}.eks.amazonaws.com",
            "identities": [{"oidcs": [{"issuer": "https://oidc.eks.{region}.amazonaws.com/id/{HEX32}"}]}],
            "certificateAuthority": {"data": "{base64}"},
        },
        "aws:eks/nodeGroup:NodeGroup": {
            "id": "{clusterName}:{name}",
            "arn": "arn:aws:eks:{region}:{account}:nodegroup/{clusterName}/{name}/{uuid}",
        },
        "aws:elasticache/replicationGroup:ReplicationGroup": {
            "id": "{name}",
            "arn": "arn:aws:elasticache:{region}:{account}:replicationgroup:{name}",
            "primaryEndpointAddress": "master.{name}.{hex6}.apn2.cache.amazonaws.com",
            "readerEndpointAddress": "replica.{name}.{hex6}.apn2.cache.amazonaws.com",
        },
        "aws:elasticache/user:User": {"id": "{name}", "arn": "arn:aws:elasticache:{region}:{account}:user:{name}"},
        # AWS names a provider of tokens by its address without the scheme, and conditions on tokens begin with the same.
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
            "id": "arn:aws:iam::{account}:oidc-provider/{address}",
            "arn": "arn:aws:iam::{account}:oidc-provider/{address}",
        },
        "aws:iam/policy:Policy": {
            "id": "arn:aws:iam::{account}:policy/{name}",
            "arn": "arn:aws:iam::{account}:policy/{name}",
        },
        "aws:iam/role:Role": {"id": "{name}", "arn": "arn:aws:iam::{account}:role/{name}"},
        "aws:iam/rolePolicy:RolePolicy": {"id": "{role}:{name}"},
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"id": "{role}-{hex17}"},
        "aws:kms/alias:Alias": {"id": "{name}", "arn": "arn:aws:kms:{region}:{account}:{name}"},
        "aws:kms/key:Key": {
            "id": "{uuid}",
            "keyId": "{uuid}",
            "arn": "arn:aws:kms:{region}:{account}:key/{uuid}",
        },
        "aws:opensearch/domain:Domain": {
            "id": "arn:aws:es:{region}:{account}:domain/{name}",
            "arn": "arn:aws:es:{region}:{account}:domain/{name}",
            "endpoint": "vpc-{name}-{hex26}.{region}.es.amazonaws.com",
        },
        "aws:rds/instance:Instance": {
            "id": "db-{HEX26}",
            "arn": "arn:aws:rds:{region}:{account}:db:{name}",
            "address": "{name}.{hex12}.{region}.rds.amazonaws.com",
            "endpoint": "{name}.{hex12}.{region}.rds.amazonaws.com:5432",
        },
        "aws:s3/bucket:Bucket": {
            "id": "{name}",
            "arn": "arn:aws:s3:::{name}",
            "bucketDomainName": "{name}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{name}.s3.{region}.amazonaws.com",
        },
        "aws:secretsmanager/secret:Secret": {
            "id": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{hex6}",
            "arn": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{hex6}",
        },
        "aws:sns/topic:Topic": {
            "id": "arn:aws:sns:{region}:{account}:{name}",
            "arn": "arn:aws:sns:{region}:{account}:{name}",
        },
    }
)

#: Outputs of any type, by name; then by the end of the name.
BY_NAME: Final = MappingProxyType(
    {
        "accountId": "{account}",
        "arn": "arn:aws:{service}:{region}:{account}:{kind}/{id}",
        "clusterSecurityGroupId": "sg-{hex17}",
        "ownerId": "{account}",
        "region": "{region}",
        "status": "ACTIVE",
        "vpcId": "vpc-{hex17}",
    }
)
BY_ENDING: Final = (
    ("Arn", "arn:aws:{service}:{region}:{account}:{kind}/{key}/{hex17}"),
    ("Endpoint", "{name}-{hex12}.{region}.amazonaws.com"),
    ("endpoint", "{name}-{hex12}.{region}.amazonaws.com"),
    ("Id", "{key}-{hex17}"),
    ("At", "2026-11-23T00:00:00Z"),
    ("Date", "2026-11-23T00:00:00Z"),
)
ANY_TEXT: Final = "{key}-{hex12}"
