"""Type tokens that several tables of the guardrails speak of."""

from __future__ import annotations

from typing import Final

BUCKET: Final = "aws:s3/bucket:Bucket"
#: The same bucket by its older door.
BUCKET_V2: Final = "aws:s3/bucketV2:BucketV2"
CACHE_CLUSTER: Final = "aws:elasticache/cluster:Cluster"
DOCDB: Final = "aws:docdb/cluster:Cluster"
DOCDB_INSTANCE: Final = "aws:docdb/clusterInstance:ClusterInstance"
DOMAIN: Final = "aws:opensearch/domain:Domain"
EKS: Final = "aws:eks/cluster:Cluster"
FILES: Final = "aws:efs/fileSystem:FileSystem"
INSTANCE: Final = "aws:ec2/instance:Instance"
KEY: Final = "aws:kms/key:Key"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
NODE_GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
OLD_DOMAIN: Final = "aws:elasticsearch/domain:Domain"
QUEUE: Final = "aws:sqs/queue:Queue"
RDS: Final = "aws:rds/instance:Instance"
RDS_CLUSTER: Final = "aws:rds/cluster:Cluster"
RDS_CLUSTER_INSTANCE: Final = "aws:rds/clusterInstance:ClusterInstance"
REPLICATION_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
REPOSITORY: Final = "aws:ecr/repository:Repository"
SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type token
SUBNET: Final = "aws:ec2/subnet:Subnet"
TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
TOPIC: Final = "aws:sns/topic:Topic"
TRAIL: Final = "aws:cloudtrail/trail:Trail"
VAULT: Final = "aws:backup/vault:Vault"
VOLUME: Final = "aws:ebs/volume:Volume"
