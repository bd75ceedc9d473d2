import pytest

from components.cluster.control_plane import Access, Cluster, ClusterArgs, cluster_arn
from tests.components.given import CLUSTER, KEY, LOG_GROUP, PLACE, SUBNETS

EKS = "eks:index:Cluster"
DEPLOYER = "arn:aws:iam::111122223333:role/deployer"
CONTROL_PLANE = "aws:eks/cluster:Cluster"
ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"


def args(**changes):
    given = {
        "cluster_name": CLUSTER,
        "version": "1.35",
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
    way_in = Access(principal_arn="arn:aws:iam::1:role/x", policy="AmazonEKSEditPolicy", namespaces=namespaces)
    made = declare(lambda: Cluster("cluster", args(access={**args().access, "x": way_in})))

    assert made.all(ACCESS_POLICY)["cluster-x-access"]["accessScope"] == scope


def test_the_cni_enforces_network_policies(made):
    (cni,) = (addon for addon in made.all("aws:eks/addon:Addon").values() if addon["addonName"] == "vpc-cni")

    assert '"enableNetworkPolicy":"true"' in cni["configurationValues"].replace(" ", "")


def test_coredns_waits_for_nodes_and_is_not_made_here(made):
    assert "coredns" not in {addon["addonName"] for addon in made.all("aws:eks/addon:Addon").values()}


def test_the_kubeconfig_is_a_secret(made):
    assert made.all("pulumi:providers:kubernetes")["cluster"]["kubeconfig"] == "[secret]"


def test_the_arn_is_known_before_the_cluster_is():
    assert cluster_arn(PLACE.region, PLACE.account_id, CLUSTER) == PLACE.cluster_arn


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"api_allowed_cidrs": []}, "EKS reads an empty list as 0.0.0.0/0"),
        ({"subnet_ids": SUBNETS[:1]}, "subnet_ids must name two zones or more, not 1"),
    ],
)
def test_what_would_open_or_break_it_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        args(**changes)
