"""Single resources of the platform and what they cost: compute, network, Kubernetes.

Each case is a claim, a type, its properties and the month written out; usage figures are 100, KMS requests 500,000.
"""

from model.resource import UNKNOWN
from tests.pricing.billing import CLAIM, GROUP, HOURS, INGRESS, RELEASE, SERVICE, D, claimed, group, mapped

PLATFORM = [
    ("a control plane is billed by the hour", "aws:eks/cluster:Cluster", {"version": "1.35"}, D("0.1") * HOURS),
    (
        "a control plane whose log group nobody declares still pays for its logs",
        "aws:eks/cluster:Cluster",
        {"version": "1.35", "enabledClusterLogTypes": ["audit"]},
        D("0.1") * HOURS + 100 * D("0.76"),
    ),
    (
        "nodes on demand pay for hours and for the disk EKS gives them",
        GROUP,
        group(),
        3 * D("0.094") * HOURS + 3 * 20 * D("0.114"),
    ),
    (
        "a spot group costs its fraction of the dearest class on offer",
        GROUP,
        group("SPOT", ["m6g.large", "m7g.large", "r6g.large"], desired=2, diskSize=30),
        2 * D("0.122") * D("0.38") * HOURS + 2 * 30 * D("0.114"),
    ),
    (
        "an instance pays for hours, its address and both disks",
        "aws:ec2/instance:Instance",
        {
            "instanceType": "t3.medium",
            "creditSpecification": {"cpuCredits": "standard"},
            "associatePublicIpAddress": True,
            "rootBlockDevice": {"volumeSize": 30, "volumeType": "gp3"},
            "ebsBlockDevices": [{"volumeSize": 10}],
        },
        D("0.052") * HOURS + D("0.005") * HOURS + 30 * D("0.0912") + 10 * D("0.114"),
    ),
    (
        "a gp3 volume pays for IOPS and throughput beyond the included",
        "aws:ebs/volume:Volume",
        {"size": 100, "type": "gp3", "iops": 4000, "throughput": 225},
        100 * D("0.0912") + 1000 * D("0.0057") + 100 * D("0.0456"),
    ),
    (
        "a large io2 volume pays less for IOPS above 32,000 and again above 64,000",
        "aws:ebs/volume:Volume",
        {"size": 100, "type": "io2", "iops": 100_000},
        100 * D("0.1278") + 32_000 * (D("0.0666") + D("0.04662")) + 36_000 * D("0.032634"),
    ),
    (
        "io1 has one rate for all its IOPS",
        "aws:ebs/volume:Volume",
        {"size": 100, "type": "io1", "iops": 64_000},
        100 * D("0.1278") + 64_000 * D("0.0666"),
    ),
    (
        "a NAT gateway pays for hours and data",
        "aws:ec2/natGateway:NatGateway",
        {},
        D("0.059") * HOURS + 100 * D("0.059"),
    ),
    (
        "a regional NAT gateway pays in every zone",
        "aws:ec2/natGateway:NatGateway",
        {"availabilityMode": "regional", "availabilityZoneAddresses": [{}, {}]},
        2 * D("0.059") * HOURS + 2 * D("0.005") * HOURS + 100 * D("0.059"),
    ),
    ("an elastic IP pays even when idle", "aws:ec2/eip:Eip", {}, D("0.005") * HOURS),
    ("a gateway endpoint is free", "aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcEndpointType": "Gateway"}, D(0)),
    (
        "an interface endpoint pays in every subnet",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {"vpcEndpointType": "Interface", "subnetIds": ["a", "b", UNKNOWN]},
        3 * D("0.013") * HOURS + 100 * D("0.01"),
    ),
    ("a VPN connection pays from creation on", "aws:ec2/vpnConnection:VpnConnection", {}, D("0.05") * HOURS),
    (
        "the VPC bears the data that crosses zones, both ways, and leaves",
        "aws:ec2/vpc:Vpc",
        {},
        2 * 100 * D("0.01") + 100 * D("0.126"),
    ),
    (
        "a public load balancer has an address in every subnet",
        "aws:lb/loadBalancer:LoadBalancer",
        {"subnets": ["a", "b", "c"]},
        D("0.0225") * HOURS + 3 * D("0.005") * HOURS + 100 * D("0.008"),
    ),
    (
        "an internal network load balancer has none",
        "aws:lb/loadBalancer:LoadBalancer",
        {"loadBalancerType": "network", "internal": True},
        D("0.0225") * HOURS + 100 * D("0.006"),
    ),
    (
        "an ingress is an application load balancer",
        INGRESS,
        {
            "metadata": {"annotations": {"alb.ingress.kubernetes.io/scheme": "internet-facing"}},
            "spec": {"ingressClassName": "alb"},
        },
        D("0.0225") * HOURS + 2 * D("0.005") * HOURS + 100 * D("0.008"),
    ),
    (
        "a Gateway is a load balancer too",
        "kubernetes:gateway.networking.k8s.io/v1:Gateway",
        {"spec": {"gatewayClassName": "istio"}},
        D("0.0225") * HOURS + 2 * D("0.005") * HOURS + 100 * D("0.006"),
    ),
    (
        "a Service behind the controller is a network load balancer",
        SERVICE,
        {"spec": {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}},
        D("0.0225") * HOURS + 100 * D("0.006"),
    ),
    ("a claim of no class is taken as gp3", CLAIM, claimed("50Gi"), 50 * D("0.0912")),
    ("a claim of the class that EKS brings is gp2", CLAIM, claimed("50Gi", storageClassName="gp2"), 50 * D("0.114")),
    (
        "a claim that names its volume is billed where the volume is declared",
        CLAIM,
        claimed("50Gi", storageClassName="", volumeName="pv-1"),
        D(0),
    ),
    ("a claim is rounded up to whole GiB", CLAIM, claimed("50G"), 47 * D("0.0912")),
    (
        "a stateful set claims once for each replica",
        "kubernetes:apps/v1:StatefulSet",
        {"spec": {"replicas": 3, "volumeClaimTemplates": [claimed("10Gi")]}},
        3 * 10 * D("0.0912"),
    ),
    (
        "a chart's claim template is a volume for each replica",
        RELEASE,
        mapped(
            {"prometheus": {"prometheusSpec": {"replicas": 2, "storageSpec": {"volumeClaimTemplate": claimed("50Gi")}}}}
        ),
        2 * 50 * D("0.0912"),
    ),
    (
        "a chart's persistence is a volume unless it, or what it belongs to, is off",
        RELEASE,
        mapped(
            {
                "grafana": {"persistence": {"enabled": True, "size": "10Gi"}},
                "alertmanager": {"persistence": {"enabled": False, "size": "10Gi"}},
                "redis": {"enabled": False, "persistence": {"enabled": True, "size": "10Gi"}},
                "write": {"replicas": 0, "persistence": {"size": "10Gi"}},
            }
        ),
        10 * D("0.0912"),
    ),
    (
        "airflow claims volumes for triggerer, PostgreSQL, workers and Redis when nobody says otherwise",
        RELEASE,
        {"chart": "airflow"},
        (100 + 8 + 100 + 1) * D("0.0912"),
    ),
    (
        "airflow's workers are pods, and not volumes, without Celery",
        RELEASE,
        {"chart": "airflow", "values": {"executor": "KubernetesExecutor", "postgresql": {"enabled": False}}},
        100 * D("0.0912"),
    ),
    (
        "a scalable loki claims for each of its parts",
        RELEASE,
        {"chart": "loki", "values": {"deploymentMode": "SimpleScalable", "singleBinary": {"replicas": 0}}},
        (3 * 10 + 3 * 10) * D("0.0912"),
    ),
    (
        "a chart's ingress is an application load balancer",
        RELEASE,
        {"chart": "grafana", "values": {"ingress": {"enabled": True, "ingressClassName": "alb"}}},
        D("0.0225") * HOURS + 100 * D("0.008"),
    ),
    (
        "reserved capacity of a load balancer is paid every hour",
        "aws:lb/loadBalancer:LoadBalancer",
        {"internal": True, "minimumLoadBalancerCapacity": {"capacityUnits": 100}},
        D("0.0225") * HOURS + 100 * D("0.008") * HOURS + 100 * D("0.008"),
    ),
    (
        "an ingress gateway's chart makes a load balancer",
        RELEASE,
        {"chart": "gateway", "values": {}},
        D("0.0225") * HOURS + 2 * D("0.005") * HOURS + 100 * D("0.006"),
    ),
    (
        "an external secret reads each key once an interval",
        "kubernetes:external-secrets.io/v1:ExternalSecret",
        {"spec": {"refreshInterval": "1h", "data": [{"remoteRef": {"key": "a"}}, {"remoteRef": {"key": "a"}}]}},
        D(730) / 10_000 * D("0.05"),
    ),
    (
        "fifty keys every ten seconds are thirteen million reads",
        "kubernetes:external-secrets.io/v1:ExternalSecret",
        {"spec": {"refreshInterval": "10s", "data": [{"remoteRef": {"key": f"app/{place}"}} for place in range(50)]}},
        50 * D(262_800) / 10_000 * D("0.05"),
    ),
]
