"""Resources that the program never made, and what one policy of a pack says of each."""

import json
from dataclasses import dataclass, field
from typing import Any

from policy.cost.rules import RULES as COST
from policy.decisions.rules import RULES as DECISIONS
from policy.guardrails.rules import RULES as GUARDRAILS

TAGS = {"project": "p", "environment": "prod", "owner": "o", "decision": "documents"}
DOCDB = "aws:docdb/cluster:Cluster"
RELEASE = "kubernetes:helm.sh/v3:Release"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SCALING_GROUP = "aws:autoscaling/group:Group"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ROLE = "aws:iam/role:Role"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
UNKNOWN = object()


@dataclass(frozen=True)
class Case:
    """A resource that the program never made, and what one policy says of it."""

    policy: str
    type: str
    props: dict[str, Any] = field(default_factory=dict)
    level: str | None = None
    protect: bool = False
    says: str = ""

    def __str__(self) -> str:
        return f"{self.policy}-{self.type.rpartition(':')[2]}-{self.level or 'quiet'}"


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def pods(image: str) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}}}


M, A = "mandatory", "advisory"
CASES = [
    Case("rejected-systems-stay-out", "aws:amp/workspace:Workspace", {}, M, says="Amazon Managed Service for Prometheus"),
    Case("rejected-systems-stay-out", "aws:msk/cluster:Cluster", {}, M, says="Amazon MSK"),
    Case("rejected-systems-stay-out", "aws:appmesh/mesh:Mesh", {}, M, says="AWS App Mesh"),
    Case("rejected-systems-stay-out", "kubernetes:templates.gatekeeper.sh/v1:ConstraintTemplate", {}, M),
    Case("rejected-systems-stay-out", RELEASE, {"chart": "appmesh-controller"}, M),
    Case("rejected-systems-stay-out", RELEASE, {"chart": "kyverno"}),
    Case("replaced-systems-stay-out", RELEASE, {"chart": "bitnami/mongodb"}, M, says="row documents"),
    Case("replaced-systems-stay-out", RELEASE, {"chart": "oci://registry-1.docker.io/bitnamicharts/redis"}, M),
    Case("replaced-systems-stay-out", RELEASE, {"chart": "loki"}, M, says="at most the guide's 100"),
    Case("replaced-systems-stay-out", "kubernetes:apps/v1:StatefulSet", pods("mongo:7"), M),
    Case("replaced-systems-stay-out", RELEASE, {"chart": UNKNOWN}, A, says="chart is not known yet"),
    Case("replaced-systems-stay-out", "kubernetes:apps/v1:Deployment", pods(UNKNOWN), A, says="an image of spec.template"),
    Case("replaced-systems-stay-out", "kubernetes:apps/v1:Deployment", pods("docker.io/bitnami/redis@sha256:0a"), M),
    Case("replaced-systems-stay-out", "kubernetes:kafka.strimzi.io/v1:Kafka", {}, M),
    Case("replaced-systems-stay-out", "kubernetes:storage.k8s.io/v1:StorageClass", {"provisioner": "driver.longhorn.io"}, M),
    Case("replaced-systems-stay-out", "kubernetes:apps/v1:Deployment", pods("percona/mongodb_exporter:0.40")),
    Case("replaced-systems-stay-out", "kubernetes:core/v1:Service", {"metadata": {"name": "redis", "labels": {"app": "redis"}}}),
    Case("types-are-priced", "aws:kafkaconnect/thing:Thing", {}, M, says="no price"),
    Case("types-are-priced", "aws:iam/role:Role", {}),
    Case("nothing-is-past-its-end", "aws:eks/cluster:Cluster", {"version": "1.33"}, M, says="ended on 2026-07-29"),
    Case("nothing-is-past-its-end", "aws:eks/cluster:Cluster", {"version": "1.34"}, A, says="ends on 2026-12-02"),
    Case("nothing-is-past-its-end", "aws:eks/cluster:Cluster", {"version": "1.99"}, A, says="nothing is known"),
    Case("nothing-is-past-its-end", "aws:eks/cluster:Cluster", {"version": "1.35"}),
    Case("nothing-is-past-its-end", "aws:eks/nodeGroup:NodeGroup", {"amiType": "AL2_ARM_64"}, M),
    Case("nothing-is-past-its-end", "aws:eks/nodeGroup:NodeGroup", {"amiType": "AL2023_ARM_64_STANDARD"}),
    Case("nothing-is-past-its-end", "aws:docdb/cluster:Cluster", {"engineVersion": "3.6.0"}, M),
    Case("nothing-is-past-its-end", "kubernetes:external-secrets.io/v1beta1:ExternalSecret", {}, M),
    Case("nothing-is-past-its-end", RELEASE,
         {"chart": "tempo", "repositoryOpts": {"repo": "https://grafana.github.io/helm-charts"}}, M, says="grafana-community"),
    Case("no-waste", "aws:ebs/volume:Volume", {"type": "gp2"}, M),
    Case("no-waste", "aws:ebs/volume:Volume", {"type": "gp3"}),
    Case("no-waste", "aws:elasticache/replicationGroup:ReplicationGroup", {"engine": "redis"}, M, says="Valkey"),
    Case("no-waste", "aws:elasticache/replicationGroup:ReplicationGroup",
         {"engine": "valkey", "nodeType": "cache.t4g.small"}),
    Case("no-waste", "aws:elasticache/replicationGroup:ReplicationGroup",
         {"engine": "valkey", "nodeType": "cache.m4.large"}, M, says="previous generation"),
    Case("no-waste", "aws:eks/addon:Addon", {"addonName": "amazon-cloudwatch-observability"}, M),
    Case("no-waste", "aws:eks/addon:Addon", {"addonName": "coredns"}),
    Case("no-waste", "aws:eks/cluster:Cluster", {"upgradePolicy": {"supportType": "EXTENDED"}}, M),
    Case("resource-within-ceiling", "aws:docdb/clusterInstance:ClusterInstance", {"instanceClass": "db.r6g.xlarge"}, M),
    Case("resource-within-ceiling", "aws:docdb/clusterInstance:ClusterInstance", {"instanceClass": "db.t4g.medium"}),
    Case("data-is-encrypted", DOCDB, {"storageEncrypted": False}, M, says="DocumentDB.1"),
    Case("data-is-encrypted", DOCDB, {"storageEncrypted": UNKNOWN}, M, says="undetermined"),
    Case("data-is-encrypted", DOCDB, {}, M),
    Case("data-is-encrypted", DOCDB, {"storageEncrypted": True}),
    Case("data-is-private", "aws:rds/instance:Instance", {"publiclyAccessible": True}, M),
    Case("data-is-private", "aws:rds/instance:Instance", {"publiclyAccessible": False}),
    Case("data-is-encrypted", "aws:rds/instance:Instance", {"replicateSourceDb": "arn:aws:rds:ap-northeast-2:1:db:a"}),
    Case("data-is-encrypted", "aws:elasticache/replicationGroup:ReplicationGroup",
         {"atRestEncryptionEnabled": True, "transitEncryptionEnabled": True, "transitEncryptionMode": "preferred"}, M),
    Case("data-is-encrypted", "aws:opensearch/domain:Domain",
         {"encryptAtRest": {"enabled": True}, "nodeToNodeEncryption": {"enabled": True},
          "domainEndpointOptions": {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"}},
         M, says="Opensearch.8"),
    Case("data-is-encrypted", "aws:ec2/instance:Instance", {"rootBlockDevice": {"encrypted": False}}, M),
    Case("data-is-encrypted", "aws:ec2/instance:Instance", {}),
    Case("data-is-encrypted", "aws:lb/listener:Listener", {"protocol": "HTTP", "defaultActions": [{"type": "forward"}]}, M),
    Case("data-is-encrypted", "aws:lb/listener:Listener", {"protocol": "HTTP", "defaultActions": [{"type": "redirect", "redirect": {"protocol": "HTTPS"}}]}),
    Case("data-is-encrypted", "aws:lb/listener:Listener", {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
    Case("data-is-encrypted", "aws:lb/listener:Listener", {"protocol": "HTTPS"}, M, says="ELB.17"),
    Case("data-is-encrypted", "aws:lb/listener:Listener", {"protocol": "TCP"}),
    Case("data-is-encrypted", "aws:elasticache/cluster:Cluster", {"replicationGroupId": "cache"}),
    Case("data-is-encrypted", "aws:kms/key:Key", {"keyUsage": "SIGN_VERIFY"}),
    Case("data-is-encrypted", "aws:kms/key:Key", {"customerMasterKeySpec": "RSA_2048"}),
    Case("data-is-encrypted", "aws:kms/key:Key", {}, M),
    Case("cluster-api-is-private", "aws:eks/cluster:Cluster", {"vpcConfig": {"publicAccessCidrs": ["203.0.113.0/24"]}}, M, says="EKS.1"),
    Case("cluster-api-is-private", "aws:eks/cluster:Cluster", {"vpcConfig": {"endpointPublicAccess": False}}),
    Case("data-is-private", "aws:opensearch/domain:Domain",
         {"vpcOptions": UNKNOWN, "advancedSecurityOptions": {"enabled": True}}, M, says="undetermined"),
    Case("data-is-private", "aws:opensearch/domain:Domain",
         {"vpcOptions": {"subnetIds": [UNKNOWN]}, "advancedSecurityOptions": {"enabled": True}}),
    Case("data-is-private", "aws:s3/bucketV2:BucketV2", {"acl": "public-read"}, M),
    Case("data-is-private", "aws:s3/bucketV2:BucketV2", {"acl": "private"}),
    Case("data-is-private", "aws:rds/snapshot:Snapshot", {"sharedAccounts": ["111122223333", "all"]}, M),
    Case("imds-v2-hop-limit-1", TEMPLATE,
         {"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 2}}, M, says="must be at most 1"),
    Case("imds-v2-hop-limit-1", TEMPLATE, {"metadataOptions": {"httpTokens": "required"}}, M, says="must be set"),
    Case("imds-v2-hop-limit-1", TEMPLATE,
         {"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1}}),
    Case("imds-v2-hop-limit-1", TEMPLATE,
         {"metadataOptions": {"httpEndpoint": "disabled", "httpPutResponseHopLimit": 2}}),
    Case("imds-v2-hop-limit-1", "aws:eks/nodeGroup:NodeGroup", {"diskSize": 20}, M, says="launchTemplate"),
    Case("imds-v2-hop-limit-1", "aws:eks/nodeGroup:NodeGroup", {"launchTemplate": UNKNOWN}),
    Case("audit-logging-enabled", "aws:eks/cluster:Cluster", {"enabledClusterLogTypes": ["api"]}, M, says="EKS.8"),
    Case("audit-logging-enabled", "aws:eks/cluster:Cluster", {"enabledClusterLogTypes": ["audit"]}, M, says="authenticationMode"),
    Case("audit-logging-enabled", "aws:eks/cluster:Cluster",
         {"enabledClusterLogTypes": ["api", "audit"], "accessConfig": {"authenticationMode": "API"}}),
    Case("audit-logging-enabled", "aws:cloudtrail/trail:Trail", {"enableLogging": False, "enableLogFileValidation": True}, M),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": document(Action="*", Resource="*")}, M, says="IAM.1"),
    Case("permissions-are-narrow", "aws:iam/rolePolicy:RolePolicy",
         {"policy": document(Action=["s3:GetObject", "kms:Decrypt"], Resource=["*"])}, M, says="KMS.2"),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": document(NotAction="iam:*", Resource="*")}, M),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": document(Action="ec2:Describe*", Resource="*")}),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": UNKNOWN}),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": document(Action="*", NotResource="arn:aws:s3:::a")}, M),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": document(Action="*", Resource="arn:aws:*:*:*:*")}, M),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": document(Action="kms:D*", Resource="*")}, M, says="KMS.2"),
    Case("permissions-are-narrow", "aws:iam/policy:Policy",
         {"policy": document(Action="kms:Decrypt", Resource="arn:aws:kms:ap-northeast-2:1:key/*")}, M),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": document(Action="logs:*", Resource="*", Condition={})}, M),
    Case("permissions-are-narrow", "aws:iam/policy:Policy",
         {"policy": document(Action="kms:Decrypt", Resource="arn:aws:kms:ap-northeast-2:1:key/11")}),
    Case("permissions-are-narrow", "aws:iam/policy:Policy", {"policy": "[" * 50_000}),
    Case("permissions-are-narrow", ROLE, {"inlinePolicies": [{"policy": document(Action="iam:*", Resource="*")}]}, M),
    Case("permissions-are-narrow", ROLE, {"managedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}, M),
    Case("permissions-are-narrow", ROLE, {"managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}),
    Case("permissions-are-narrow", "aws:iam/accessKey:AccessKey", {"user": "ci"}, M),
    Case("policies-name-principals", BUCKET_POLICY, {"policy": document(Principal="*", Action="s3:GetObject")}, M),
    Case("policies-name-principals", BUCKET_POLICY,
         {"policy": document(Principal={"AWS": ["*"]}, Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}})}, M),
    Case("policies-name-principals", BUCKET_POLICY,
         {"policy": document(Principal="*", Action="s3:*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})}),
    Case("policies-name-principals", BUCKET_POLICY,
         {"policy": document(Principal="*", Action="s3:*", Condition={"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}})}, M),
    Case("policies-name-principals", BUCKET_POLICY,
         {"policy": document(Principal="*", Action="s3:*", Condition={"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}})}, M),
    Case("policies-name-principals", "aws:kms/key:Key",
         {"policy": document(Principal="*", Action="kms:*", Condition={"StringEquals": {"kms:ViaService": "ec2.amazonaws.com"}})}, M),
    Case("policies-name-principals", BUCKET_POLICY, {"policy": document(Effect="Deny", Principal="*", Action="s3:*")}),
    Case("policies-name-principals", ROLE, {"assumeRolePolicy": document(Principal="*", Action="sts:AssumeRole")}, M),
    Case("policies-name-principals", ROLE, {"assumeRolePolicy": document(Principal={"Service": "ec2.amazonaws.com"})}),
    Case("policies-name-principals", "aws:lambda/permission:Permission", {"principal": "*"}, M),
    Case("no-open-ingress", INGRESS, {"cidrIpv4": "0.0.0.0/0"}, M),
    Case("no-open-ingress", INGRESS, {"cidrIpv4": "128.0.0.0/1"}, M),
    Case("no-open-ingress", INGRESS, {"cidrIpv4": " 1.2.3.4/0"}, M),
    Case("no-open-ingress", INGRESS, {"cidrIpv6": "0:0::/0"}, M),
    Case("no-open-ingress", INGRESS, {"cidrIpv4": UNKNOWN}, M),
    Case("no-open-ingress", INGRESS, {"cidrIpv4": "anywhere"}, M, says="undetermined"),
    Case("no-open-ingress", INGRESS, {"cidrIpv4": "10.0.0.0/8"}),
    Case("no-open-ingress", INGRESS, {"cidrIpv4": "203.0.113.0/24"}),
    Case("no-open-ingress", RULE, {"type": "ingress", "ipv6CidrBlocks": ["::/0"]}, M),
    Case("no-open-ingress", RULE, {"type": "ingress", "cidrBlocks": ["0.0.0.0/1", "128.0.0.0/1"]}, M),
    Case("no-open-ingress", RULE, {"type": "egress", "cidrBlocks": ["0.0.0.0/0"]}),
    Case("no-open-ingress", "aws:ec2/securityGroup:SecurityGroup", {"ingress": [{"cidrBlocks": ["0.0.0.0/0"]}]}, M),
    Case("no-open-ingress", "aws:ec2/managedPrefixList:ManagedPrefixList", {"entries": [{"cidr": "0.0.0.0/0"}]}, M),
    Case("no-open-ingress", "aws:ec2/networkAclRule:NetworkAclRule",
         {"ruleAction": "allow", "protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlock": "0.0.0.0/0"}, M),
    Case("no-open-ingress", "aws:ec2/networkAclRule:NetworkAclRule",
         {"ruleAction": "allow", "protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlock": "0.0.0.0/0"}),
    Case("no-open-ingress", "aws:ec2/networkAcl:NetworkAcl",
         {"ingress": [{"action": "ALLOW", "protocol": "6", "fromPort": "22", "toPort": "22", "cidrBlock": "0.0.0.0/0"}]}, M),
    Case("no-open-ingress", "aws:ec2/networkAcl:NetworkAcl",
         {"ingress": [{"action": "allow", "protocol": "6", "fromPort": "443", "toPort": "443", "cidrBlock": "0.0.0.0/0"}]}),
    Case("no-open-ingress", "aws:eks/cluster:Cluster", {"vpcConfig": {"endpointPublicAccess": True}}, M),
    Case("no-open-ingress", "aws:eks/cluster:Cluster", {"vpcConfig": {"publicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]}}, M),
    Case("no-open-ingress", "aws:eks/cluster:Cluster", {"vpcConfig": {"publicAccessCidrs": ["203.0.113.0/24"]}}),
    Case("stateful-is-protected-in-prod", DOCDB, {"deletionProtection": True}, M, says="protect must be on"),
    Case("stateful-is-protected-in-prod", DOCDB, {"deletionProtection": False}, M, protect=True, says="deletionProtection"),
    Case("stateful-is-protected-in-prod", DOCDB, {"deletionProtection": True}, protect=True),
    Case("resources-are-tagged", DOCDB, {"tags": {"project": "p"}}, M, says="missing: environment, owner, decision"),
    Case("resources-are-tagged", DOCDB, {"tags": UNKNOWN}, A, says="undetermined"),
    Case("resources-are-tagged", DOCDB, {"tags": TAGS}),
    Case("resources-are-tagged", DOCDB, {"tags": {**TAGS, "environment": "banana"}}, M, says="tags.environment must be prod"),
    Case("resources-are-tagged", DOCDB, {"tags": {**TAGS, "decision": "documnets"}}, M, says="tags.decision must be"),
    Case("resources-are-tagged", DOCDB, {"tags": {**TAGS, "owner": "  "}}, M, says="missing: owner"),
    Case("resources-are-tagged", "aws:cloudwatch/metricAlarm:MetricAlarm", {}, M, says="missing: project, environment"),
    Case("resources-are-tagged", TEMPLATE, {"tagSpecifications": [{"resourceType": "instance", "tags": TAGS}]}),
    Case("resources-are-tagged", TEMPLATE, {"tagSpecifications": [{"tags": {**TAGS, "decision": "nodes"}}]}, M, says="tags.decision"),
    Case("resources-are-tagged", TEMPLATE, {"tags": {"project": "p"}, "tagSpecifications": UNKNOWN}, A, says="undetermined"),
    Case("resources-are-tagged", SCALING_GROUP, {"tags": [{"key": key, "value": value} for key, value in TAGS.items()]}),
    Case("resources-are-tagged", SCALING_GROUP, {"tags": [{"key": "project", "value": "p"}]}, M, says="missing: environment"),
    Case("resources-are-tagged", SCALING_GROUP, {"tags": [{"key": UNKNOWN, "value": "p"}]}, A, says="undetermined"),
    Case("stateful-is-protected-in-prod", "aws:secretsmanager/secret:Secret", {"recoveryWindowInDays": "0"}, M, protect=True),
    Case("stateful-is-protected-in-prod", "aws:backup/vault:Vault", {"forceDestroy": True}, M, protect=True),
    Case("aws-accepts-it", "aws:dlm/lifecyclePolicy:LifecyclePolicy", {"description": "pods' volumes"}, M, says="[0-9A-Za-z _-]+"),
    Case("aws-accepts-it", "aws:cloudwatch/logGroup:LogGroup", {"name": "/aws/eks/shop/cluster", "retentionInDays": 30}),
    Case("aws-accepts-it", "aws:ec2/securityGroup:SecurityGroup", {"description": "the cluster's nodes"}, M, says="may hold a-z"),
    Case("aws-accepts-it", "aws:ec2/securityGroup:SecurityGroup", {"description": UNKNOWN}),
    Case("aws-accepts-it", "aws:secretsmanager/secret:Secret", {"name": "airflow-secret", "recoveryWindowInDays": 30}, A, says="should not end"),
    Case("services-are-hardened", "aws:rds/instance:Instance", {"backupRetentionPeriod": 0, "copyTagsToSnapshot": True}, M, says="RDS.11"),
    Case("services-are-hardened", "aws:rds/instance:Instance", {"backupRetentionPeriod": 7, "copyTagsToSnapshot": True}),
    Case("pods-are-restricted", "kubernetes:apps/v1:Deployment", pods("web:1"), M, says="runAsNonRoot"),
    Case("pods-are-restricted", "kubernetes:core/v1:Service", {"spec": {"selector": {"app": "web"}}}),
    Case("rbac-is-narrow", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", {"roleRef": {"name": "cluster-admin"}}, M),
    Case("rbac-is-narrow", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", {"roleRef": {"name": "view"}}),
    Case("users-have-no-policies", "aws:iam/userPolicyAttachment:UserPolicyAttachment", {"user": "kim"}, M, says="IAM.2"),
    Case("users-have-no-policies", "aws:iam/policyAttachment:PolicyAttachment", {"users": UNKNOWN}, M),
    Case("users-have-no-policies", "aws:iam/policyAttachment:PolicyAttachment", {"roles": ["deploy"]}),
    Case("logs-expire", "aws:cloudwatch/logGroup:LogGroup", {}, M),
    Case("logs-expire", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 0}, M),
    Case("logs-expire", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30}),
    Case("logs-expire", "aws:cloudwatch/logGroup:LogGroup", {"logGroupClass": "DELIVERY"}),
    Case("no-waste", "aws:eks/addon:Addon",
         {"addonName": "amazon-cloudwatch-observability", "configurationValues": "[" * 50_000}, M, says="must be false"),
    *(Case("policies-name-principals", f"{token}Mystery") for token in ("aws:s3/bucket:Bucket", ROLE, "aws:lambda/permission:Permission")),
    *(Case(rule.name, "foo:bar/unheard:Of", {"storageEncrypted": UNKNOWN}) for rule in (*DECISIONS, *COST, *GUARDRAILS)),
]  # fmt: skip
