"""What an operator or a controller makes is billed as well, and what only configures is free."""

import pytest

from model.resource import UNKNOWN
from pricing import meter
from tests.pricing.billing import billed, claimed, resource

CONFIG = {"apiVersion": "v1", "kind": "ConfigMap"}


@pytest.mark.parametrize(
    ("token", "props"),
    [
        ("kubernetes:rds.services.k8s.aws/v1alpha1:DBInstance", {}),
        ("kubernetes:ec2.aws.upbound.io/v1beta1:Instance", {}),
        ("kubernetes:ec2.aws.m.upbound.io/v1beta1:Instance", {}),
        ("kubernetes:cache.aws.crossplane.io/v1beta1:ReplicationGroup", {}),
        ("kubernetes:karpenter.sh/v1alpha5:Provisioner", {}),
        ("kubernetes:karpenter.sh/v1:NodePool", {}),
        ("kubernetes:karpenter.sh/v1:NodeClaim", {}),
        ("kubernetes:postgresql.cnpg.io/v1:Cluster", {}),
        ("kubernetes:controlplane.cluster.x-k8s.io/v1beta2:AWSManagedControlPlane", {"spec": {"version": "v1.35"}}),
        ("kubernetes:controlplane.cluster.x-k8s.io/v1beta2:ROSAControlPlane", {}),
        ("kubernetes:infrastructure.cluster.x-k8s.io/v1beta2:AWSCluster", {}),
        ("kubernetes:infrastructure.cluster.x-k8s.io/v1beta2:AWSFargateProfile", {}),
        ("kubernetes:cluster.x-k8s.io/v1beta1:MachineDeployment", {"spec": {"replicas": 3}}),
        ("kubernetes:helm.crossplane.io/v1beta1:Release", {}),
        ("kubernetes:helm.m.crossplane.io/v1beta1:Release", {}),
        ("kubernetes:addons.cluster.x-k8s.io/v1alpha1:HelmChartProxy", {}),
        ("kubernetes:fleet.cattle.io/v1alpha1:GitRepo", {}),
        ("kubernetes:core.oam.dev/v1beta1:Application", {}),
        ("kubernetes:pulumi.com/v1:Stack", {"spec": {"stack": "org/net/prod"}}),
        ("kubernetes:infra.contrib.fluxcd.io/v1alpha2:Terraform", {}),
        ("kubernetes:app.terraform.io/v1alpha2:Workspace", {}),
        ("kubernetes:mysql.oracle.com/v2:InnoDBCluster", {"spec": {"instances": 3}}),
        ("kubernetes:k8s.mariadb.com/v1alpha1:MariaDB", {"spec": {"storage": {"size": "1Gi"}}}),
        ("kubernetes:scylla.scylladb.com/v1:ScyllaCluster", {}),
        ("kubernetes:loki.grafana.com/v1:LokiStack", {"spec": {"size": "1x.small"}}),
        *(
            (f"kubernetes:{kind}", {"spec": {"forProvider": {"manifest": manifest}}})
            for kind in ("kubernetes.crossplane.io/v1alpha2:Object", "kubernetes.m.crossplane.io/v1alpha1:Object")
            for manifest in ({"apiVersion": "v1", "kind": "PersistentVolumeClaim"}, UNKNOWN)
        ),
        (
            "kubernetes:work.open-cluster-management.io/v1:ManifestWork",
            {"spec": {"workload": {"manifests": [CONFIG, {"apiVersion": "karpenter.sh/v1", "kind": "NodePool"}]}}},
        ),
        ("kubernetes:argoproj.io/v1alpha1:Application", {}),
        ("kubernetes:argoproj.io/v1alpha1:ApplicationSet", {}),
        ("kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease", {}),
        ("kubernetes:source.toolkit.fluxcd.io/v1:HelmChart", {}),
        ("kubernetes:helm.cattle.io/v1:HelmChart", {}),
        ("kubernetes:helm.sh/v3:Chart", {}),
        ("kubernetes:helm.sh/v4:Chart", {}),
        ("kubernetes:core/v1:List", {}),
        ("kubernetes:apps/v1:DeploymentList", {}),
        (
            "kubernetes:monitoring.coreos.com/v1:Prometheus",
            {"spec": {"storage": {"volumeClaimTemplate": claimed("9Gi")}}},
        ),
        ("kubernetes:monitoring.coreos.com/v1:Prometheus", {"spec": {"storage": UNKNOWN}}),
        ("kubernetes:shop.example/v1:Thing", {"spec": {"a": [{"resources": {"requests": {"storage": "9Gi"}}}]}}),
        ("kubernetes:provisioning.cattle.io/v1:Cluster", {}),
        ("kubernetes:hypershift.openshift.io/v1beta1:HostedCluster", {}),
        ("kubernetes:machine.openshift.io/v1beta1:MachineSet", {"spec": {"replicas": 2}}),
        ("kubernetes:config.projectsveltos.io/v1beta1:ClusterProfile", {}),
        ("kubernetes:helm.k0sproject.io/v1beta1:Chart", {}),
        ("kubernetes:packaging.carvel.dev/v1alpha1:PackageInstall", {}),
        ("kubernetes:gitops.kluctl.io/v1beta1:KluctlDeployment", {}),
        ("kubernetes:infra3.galleybytes.com/v1:Terraform", {}),
        ("kubernetes:apps.kubeblocks.io/v1:Cluster", {"spec": {"clusterDef": "mysql"}}),
        ("kubernetes:cluster.redpanda.com/v1alpha2:Redpanda", {}),
        # A size is enough, whoever the operator is.
        ("kubernetes:stackgres.io/v1:SGCluster", {"spec": {"pods": {"persistentVolume": {"size": "5Gi"}}}}),
        ("kubernetes:platform.confluent.io/v1beta1:Kafka", {"spec": {"dataVolumeCapacity": "10Gi"}}),
        ("kubernetes:shop.example/v1:Thing", {"spec": {"nodes": [{"disk": {"size": "1.5T"}}]}}),
        *(
            (
                f"kubernetes:{kind}",
                {"spec": {"template": {"spec": {"volumes": [{"ephemeral": {"volumeClaimTemplate": claimed("9Gi")}}]}}}},
            )
            for kind in ("apps/v1:Deployment", "apps/v1:StatefulSet", "batch/v1:Job")
        ),
    ],
)
def test_what_makes_something_billed_in_the_cluster_is_a_gap(token, props):
    assert billed(resource(token, props)).at_least


@pytest.mark.parametrize(
    ("token", "props"),
    [
        ("kubernetes:external-secrets.io/v1:ClusterSecretStore", {"spec": {}}),
        ("kubernetes:monitoring.coreos.com/v1:PrometheusRule", {"spec": {"groups": []}}),
        ("kubernetes:monitoring.coreos.com/v1:Prometheus", {"spec": {"replicas": 2}}),
        ("kubernetes:policies.kyverno.io/v1:ValidatingPolicy", {"spec": {"volumeClaimTemplate": {"a": 1}}}),
        ("kubernetes:infrastructure.cluster.x-k8s.io/v1beta2:AWSMachineTemplate", {}),
        ("kubernetes:infrastructure.cluster.x-k8s.io/v1beta2:AWSClusterRoleIdentity", {}),
        ("kubernetes:bootstrap.cluster.x-k8s.io/v1beta2:EKSConfig", {}),
        ("kubernetes:helm.crossplane.io/v1beta1:ProviderConfig", {}),
        ("kubernetes:pulumi.com/v1:Program", {}),
        ("kubernetes:mysql.oracle.com/v2:MySQLBackup", {}),
        ("kubernetes:postgresql.cnpg.io/v1:Pooler", {}),
        ("kubernetes:kubernetes.crossplane.io/v1alpha2:Object", {"spec": {"forProvider": {"manifest": CONFIG}}}),
        (
            "kubernetes:work.open-cluster-management.io/v1:ManifestWork",
            {"spec": {"workload": {"manifests": [CONFIG]}}},
        ),
        ("kubernetes:iam.services.k8s.aws/v1alpha1:Role", {}),
        ("kubernetes:aws.upbound.io/v1beta1:ProviderConfig", {}),
        ("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", {}),
        ("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleList", {}),
        ("kubernetes:core/v1:ResourceQuota", {"spec": {"hard": {"requests.storage": "9Gi"}}}),
        ("kubernetes:shop.example/v1:Thing", {"spec": {"resources": {"requests": {"cpu": 1}}}}),
        ("kubernetes:shop.example/v1:Thing", {"spec": {"cache": {"size": "9Gi"}, "disk": {"kind": "ssd"}}}),
        (
            "kubernetes:shop.example/v1:Thing",
            {
                "spec": {
                    "pod": {"volumes": [{"emptyDir": {"sizeLimit": "9Gi"}}]},
                    "resources": {"limits": {"ephemeral-storage": "9Gi"}},
                }
            },
        ),
        (
            "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
            {"spec": {"blockDeviceMappings": [{"ebs": {"volumeSize": "9Gi"}}]}},
        ),
        ("kubernetes:core/v1:LimitRange", {"spec": {"limits": [{"max": {"storage": "9Gi"}}]}}),
        ("kubernetes:cluster.x-k8s.io/v1beta1:ClusterClass", {}),
        ("kubernetes:helm.cattle.io/v1:HelmChartConfig", {"spec": {"valuesContent": "a: 1"}}),
        ("kubernetes:source.toolkit.fluxcd.io/v1:OCIRepository", {"spec": {"url": "oci://charts.example/redis"}}),
        ("kubernetes:apps/v1:Deployment", {"spec": UNKNOWN}),
    ],
)
def test_what_only_configures_stays_free(token, props):
    assert billed(resource(token, props)) == meter.Bill((), ())
