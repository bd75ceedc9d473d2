import pytest

from components.cluster.control_plane import Access, Cluster, ClusterArgs
from tests.components.given import CLUSTER, KEY, LOG_GROUP, PLACE, SUBNETS

EKS = "eks:index:Cluster"
DEPLOYER = "arn:aws:iam::111122223333:role/deployer"
CONTROL_PLANE = "aws:eks/cluster:Cluster"
ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"


def args(**changes):
    given = {
        "place": PLACE,
        "cluster_name": CLUSTER,
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "api_allowed_cidrs": ["203.0.113.0/24"],
        "access": {
            "deployer": Access(principal_arn=DEPLOYER, policy="AmazonEKSClusterAdminPolicy"),
            "people": Access(principal_arn="arn:aws:iam::111122223333:role/people", policy="AmazonEKSViewPolicy"),
        },
        "log_retention_days": 365,
        "key_arn": KEY,
    }
    return ClusterArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Cluster("cluster", args()))


def test_what_it_makes(makes):
    assert makes("Cluster") == {
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:eks/accessEntry:AccessEntry": 1,
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": 1,
        "aws:eks/addon:Addon": 2,
        "aws:eks/cluster:Cluster": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
        "eks:index:Cluster": 1,
        "eks:index:ServiceRole": 1,
        "eks:index:VpcCniAddon": 1,
        "pulumi:providers:kubernetes": 2,
    }


def test_the_cluster_stays_in_standard_support(made):
    assert made.only(CONTROL_PLANE)["upgradePolicy"] == {"supportType": "STANDARD"}


def test_secrets_are_encrypted_and_every_log_is_on(made):
    plane = made.only(CONTROL_PLANE)

    assert plane["encryptionConfig"] == {"provider": {"keyArn": KEY}, "resources": ["secrets"]}
    assert plane["enabledClusterLogTypes"] == ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def test_the_log_group_is_there_before_the_cluster_and_ends(made):
    group = made.only(LOG_GROUP)

    assert (group["name"], group["retentionInDays"]) == (f"/aws/eks/{CLUSTER}/cluster", 365)
    assert "aws:cloudwatch/logGroup:LogGroup cluster" in made.waits(EKS, "cluster")


def test_the_api_answers_only_the_networks_on_the_list(made):
    assert made.only(CONTROL_PLANE)["vpcConfig"]["publicAccessCidrs"] == ["203.0.113.0/24"]
    assert "0.0.0.0/0" not in str([one.inputs for one in made.recording.registrations])


def test_the_creator_gets_no_entry_of_its_own(made):
    assert made.only(CONTROL_PLANE)["accessConfig"]["bootstrapClusterCreatorAdminPermissions"] is False
    entries = made.made("aws:eks/accessEntry:AccessEntry")
    assert [entry.inputs["principalArn"] for entry in entries].count(DEPLOYER) == 1


@pytest.mark.parametrize("namespaces", [(), ("alphacar",)])
def test_somebody_administers_the_whole_cluster(namespaces):
    policy = "AmazonEKSClusterAdminPolicy" if namespaces else "AmazonEKSAdminPolicy"

    with pytest.raises(ValueError, match="access must give somebody AmazonEKSClusterAdminPolicy"):
        args(access={"people": Access(principal_arn=DEPLOYER, policy=policy, namespaces=namespaces)})


def test_nobody_gets_in_by_the_old_config_map(made):
    assert made.only(CONTROL_PLANE)["accessConfig"]["authenticationMode"] == "API"
    assert not made.all("kubernetes:core/v1:ConfigMap")


@pytest.mark.parametrize(
    ("namespaces", "scope"),
    [((), {"type": "cluster"}), (("shop",), {"type": "namespace", "namespaces": ["shop"]})],
)
def test_access_is_for_the_cluster_or_for_named_namespaces(declare, namespaces, scope):
    way_in = Access(
        principal_arn="arn:aws:iam::111122223333:role/x", policy="AmazonEKSEditPolicy", namespaces=namespaces
    )
    made = declare(lambda: Cluster("cluster", args(access={**args().access, "x": way_in})))

    assert made.all(ACCESS_POLICY)["cluster-x-access"]["accessScope"] == scope


def test_the_cni_enforces_network_policies(made):
    (cni,) = (addon for addon in made.all("aws:eks/addon:Addon").values() if addon["addonName"] == "vpc-cni")

    assert '"enableNetworkPolicy":"true"' in cni["configurationValues"].replace(" ", "")


def test_coredns_waits_for_nodes_and_is_not_made_here(made):
    assert "coredns" not in {addon["addonName"] for addon in made.all("aws:eks/addon:Addon").values()}


def test_the_kubeconfig_is_a_secret(made):
    assert made.all("pulumi:providers:kubernetes")["cluster"]["kubeconfig"] == "[secret]"


@pytest.mark.parametrize(("told", "called"), [(None, "cluster"), ("shop-eks", "shop-eks")])
def test_it_is_called_after_the_component_or_as_told(declare, told, called):
    found = []
    made = declare(lambda: found.append(Cluster("cluster", args(cluster_name=told)).access))

    assert made.only(CONTROL_PLANE)["name"] == found[0].cluster_name == called
    assert made.only(LOG_GROUP)["name"] == f"/aws/eks/{called}/cluster"
    # Known before the cluster is.
    assert found[0].arn == f"arn:aws:eks:{PLACE.region}:{PLACE.account_id}:cluster/{called}"


def test_a_version_is_kubernetes_s(declare, made):
    assert made.only(CONTROL_PLANE)["version"] == "1.35"
    assert declare(lambda: Cluster("cluster", args(version="1.36"))).only(CONTROL_PLANE)["version"] == "1.36"


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_the_caller_s_in_pulumi_and_in_aws(declare, protect):
    (plane,) = declare(lambda: Cluster("cluster", args(protect=protect))).made(EKS)

    assert plane.protect is plane.inputs["deletionProtection"] is protect


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"api_allowed_cidrs": []}, "EKS reads an empty list as 0.0.0.0/0"),
        ({"subnet_ids": SUBNETS[:1]}, "subnet_ids must be subnets of two zones or more"),
    ],
)
def test_what_would_open_or_break_it_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        args(**changes)
