"""What is encrypted, at rest and on its way, as a table by type."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check, Having
from policy.guardrails.property_rule import PropertyRule, each, never, on

AT_REST: Final = "data at rest"
TRAFFIC: Final = "traffic"
#: A replica is encrypted as its source is, and may not say so itself.
_REPLICA: Final = Check(path=("replicateSourceDb",), is_="set")
_SECONDARY: Final = Check(path=("globalReplicationGroupId",), is_="set")
#: AWS renews no key that signs or agrees, is asymmetric, or rests in a store of one's own.
_CUSTOM_STORE: Final = Check(path=("customKeyStoreId",), is_="set")
_ASYMMETRIC: Final = Check(
    path=("customerMasterKeySpec",),
    is_="one of",
    value=(
        *("RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"),
        *("HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"),
    ),
    otherwise=_CUSTOM_STORE,
)
_SIGNING: Final = Check(
    path=("keyUsage",),
    is_="one of",
    value=("SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"),
    otherwise=_ASYMMETRIC,
)

ENCRYPTION: Final = (
    PropertyRule(type=type_tokens.DOCDB_CLUSTER, check=on("storageEncrypted"), why=AT_REST, control="DocumentDB.1"),
    PropertyRule(
        type=type_tokens.RDS_INSTANCE, check=on("storageEncrypted", unless=_REPLICA), why=AT_REST, control="RDS.3"
    ),
    PropertyRule(
        type=type_tokens.RDS_CLUSTER,
        check=on("storageEncrypted", unless=Check(path=("replicationSourceIdentifier",), is_="set")),
        why=AT_REST,
        control="RDS.27",
    ),
    PropertyRule(type=type_tokens.NEPTUNE_CLUSTER, check=on("storageEncrypted"), why=AT_REST, control="Neptune.1"),
    PropertyRule(type=type_tokens.REDSHIFT_CLUSTER, check=on("encrypted"), why=AT_REST, control="Redshift.10"),
    PropertyRule(
        type=type_tokens.DAX_CLUSTER, check=on("serverSideEncryption", "enabled"), why=AT_REST, control="DynamoDB.3"
    ),
    PropertyRule(
        type=type_tokens.DAX_CLUSTER,
        check=Check(path=("clusterEndpointEncryptionType",), is_="equal", value="TLS"),
        why=TRAFFIC,
        control="DynamoDB.7",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=on("atRestEncryptionEnabled", unless=_SECONDARY),
        why=AT_REST,
        control="ElastiCache.4",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=on("transitEncryptionEnabled", unless=_SECONDARY),
        why=TRAFFIC,
        control="ElastiCache.5",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=never("preferred", "transitEncryptionMode"),
        why="preferred still lets clients in without TLS",
        control="ElastiCache.5",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_CLUSTER,
        # A replica of a group is encrypted as its group is, and may not say so itself.
        check=on("transitEncryptionEnabled", unless=Check(path=("replicationGroupId",), is_="set")),
        why=TRAFFIC,
        control="ElastiCache.5",
    ),
    PropertyRule(type=type_tokens.MEMORYDB_CLUSTER, check=never(False, "tlsEnabled"), why=TRAFFIC),
    *(
        demand
        for domain, prefix in ((type_tokens.OPENSEARCH_DOMAIN, "Opensearch"), (type_tokens.ELASTICSEARCH_DOMAIN, "ES"))
        for demand in (
            PropertyRule(type=domain, check=on("encryptAtRest", "enabled"), why=AT_REST, control=f"{prefix}.1"),
            PropertyRule(type=domain, check=on("nodeToNodeEncryption", "enabled"), why=TRAFFIC, control=f"{prefix}.3"),
            PropertyRule(
                type=domain, check=on("domainEndpointOptions", "enforceHttps"), why=TRAFFIC, control=f"{prefix}.8"
            ),
        )
    ),
    PropertyRule(type=type_tokens.EBS_VOLUME, check=on("encrypted"), why=AT_REST, control="EC2.3"),
    PropertyRule(type=type_tokens.EBS_SNAPSHOT_COPY, check=on("encrypted"), why=AT_REST),
    PropertyRule(
        type=type_tokens.EBS_ENCRYPTION_BY_DEFAULT,
        check=never(False, "enabled"),
        why="a volume that nobody thought of is encrypted too",
        control="EC2.7",
    ),
    PropertyRule(type=type_tokens.EFS_FILE_SYSTEM, check=on("encrypted"), why=AT_REST, control="EFS.1"),
    *each(
        (type_tokens.EC2_LAUNCH_TEMPLATE,),
        # The rest are disks of the machine's own, and devices of the image that are left out.
        on("blockDeviceMappings", Having("ebs"), "ebs", "encrypted"),
        why="disks of nodes",
        control="EC2.181",
    ),
    *each(
        (type_tokens.EC2_INSTANCE, type_tokens.EC2_LAUNCH_CONFIGURATION, type_tokens.EC2_SPOT_INSTANCE_REQUEST),
        on("rootBlockDevice", "encrypted", unless=Check(path=("rootBlockDevice",), is_="absent")),
        on(
            "ebsBlockDevices",
            Having("noDevice", absent=True),
            "encrypted",
            unless=Check(path=("ebsBlockDevices",), is_="absent"),
        ),
        why="disks of machines",
        control="EC2.3",
    ),
    PropertyRule(
        type=type_tokens.EKS_CLUSTER,
        check=Check(path=("encryptionConfig", "provider", "keyArn"), is_="set"),
        why="Kubernetes Secrets rest in etcd",
        control="EKS.3",
    ),
    PropertyRule(
        type=type_tokens.SNS_TOPIC, check=Check(path=("kmsMasterKeyId",), is_="set"), why=AT_REST, control="SNS.1"
    ),
    PropertyRule(type=type_tokens.SQS_QUEUE, check=never(False, "sqsManagedSseEnabled"), why=AT_REST, control="SQS.1"),
    PropertyRule(
        type=type_tokens.KINESIS_STREAM,
        check=Check(path=("encryptionType",), is_="equal", value="KMS"),
        why=AT_REST,
        control="Kinesis.1",
    ),
    PropertyRule(
        type=type_tokens.CLOUDTRAIL_TRAIL,
        check=Check(path=("kmsKeyId",), is_="set"),
        why=AT_REST,
        control="CloudTrail.2",
    ),
    PropertyRule(
        type=type_tokens.KMS_KEY,
        check=on("enableKeyRotation", unless=_SIGNING),
        why="what a stolen key opens ends with the year",
        control="KMS.4",
    ),
    # AWS encrypts a vault anyway, by a key of its own that nobody here can take back.
    PropertyRule(
        type=type_tokens.BACKUP_VAULT,
        check=Check(path=("kmsKeyArn",), is_="set"),
        why=AT_REST,
        control="Backup.1",
    ),
)
