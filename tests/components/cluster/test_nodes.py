import pytest

from components.cluster.control_plane import Cluster
from components.cluster.nodes import NodeGroupSize, Nodes, NodesArgs, OffHours
from tests.components.cluster.test_control_plane import args as cluster_args
from tests.components.given import ADDON, ASSOCIATION, KEY, SUBNETS

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:eks/nodeGroup:NodeGroup"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def size(**changes):
    given = {
        "instance_types": ["m7g.large"],
        "capacity_type": "ON_DEMAND",
        "min_size": 2,
        "desired_size": 3,
        "max_size": 6,
        "disk_gb": 40,
    }
    return NodeGroupSize(**{**given, **changes})


def args(**changes):
    given = {
        "cluster": Cluster("cluster", cluster_args()),
        "subnet_ids": SUBNETS,
        "groups": {"steady": size()},
        "key_arn": KEY,
    }
    return NodesArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Nodes("nodes", args()))


def test_what_it_makes(makes):
    assert makes("Nodes") == {
        "aws:ec2/launchTemplate:LaunchTemplate": 1,
        "aws:eks/nodeGroup:NodeGroup": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 2,
        "eks:index:ManagedNodeGroup": 1,
    }


def test_a_pod_cannot_reach_the_node_s_credentials(made):
    metadata = made.only(TEMPLATE)["metadataOptions"]

    assert (metadata["httpTokens"], metadata["httpPutResponseHopLimit"]) == ("required", 1)


def test_disks_are_gp3_and_encrypted_with_our_key(made):
    (disk,) = made.only(TEMPLATE)["blockDeviceMappings"]

    assert (disk["ebs"]["volumeType"], disk["ebs"]["volumeSize"]) == ("gp3", 40)
    assert (disk["ebs"]["encrypted"], disk["ebs"]["kmsKeyId"]) == ("true", KEY)


def test_nodes_run_an_image_that_still_lives_on_graviton(made):
    assert made.only(GROUP)["amiType"] == "AL2023_ARM_64_STANDARD"


def test_each_group_has_the_size_it_was_given(declare):
    groups = {"steady": size(), "spot": size(capacity_type="SPOT", min_size=0, desired_size=1, max_size=4)}
    made = declare(lambda: Nodes("nodes", args(groups=groups)))

    assert made.all(GROUP)["nodes-steady"]["scalingConfig"] == {"minSize": 2, "desiredSize": 3, "maxSize": 6}
    assert made.all(GROUP)["nodes-spot"]["capacityType"] == "SPOT"
    assert len(made.all(TEMPLATE)) == 2


def test_what_needs_nodes_waits_for_them_and_nodes_for_what_hands_out_identities(made):
    assert "eks:index:ManagedNodeGroup nodes-steady" in made.waits(ADDON, "nodes-coredns")
    first = {f"{ADDON} nodes-eks-pod-identity-agent", f"{ASSOCIATION} nodes-cni"}

    assert first <= made.waits("eks:index:ManagedNodeGroup", "nodes-steady")
    assert all(made.all(ADDON)[f"nodes-{addon}"]["addonVersion"] for addon in ("coredns", "eks-pod-identity-agent"))


def test_the_network_plugin_takes_addresses_by_its_own_role_and_nodes_by_none(made):
    attached = {key: each["policyArn"].rpartition("/")[2] for key, each in made.all(ATTACHMENT).items()}
    association = made.only(ASSOCIATION)

    assert attached.pop("nodes-cni-AmazonEKS_CNI_Policy") == "AmazonEKS_CNI_Policy"
    assert {name for key, name in attached.items() if key.startswith("nodes-")} == {
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
    }
    assert (association["namespace"], association["serviceAccount"]) == ("kube-system", "aws-node")


def test_further_nodes_bring_neither(declare):
    made = declare(lambda: Nodes("more", args(addons=())))

    assert not made.all(ASSOCIATION)
    assert not [key for key in made.all(ADDON) if key.startswith("more-")]


def test_a_node_may_pull_images_and_nothing_more(made):
    attached = made.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")

    assert {grant["policyArn"].rpartition("/")[2] for name, grant in attached.items() if name.startswith("nodes-")} == {
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonEC2ContainerRegistryPullOnly",
    }


@pytest.mark.parametrize("sizes", [(3, 2, 4), (0, 5, 4), (-1, 0, 1)])
def test_sizes_must_not_decrease(sizes):
    lowest, wanted, highest = sizes
    with pytest.raises(ValueError, match=f"must not decrease, but are {lowest}, {wanted}, {highest}"):
        size(min_size=lowest, desired_size=wanted, max_size=highest)


def test_nights_put_the_group_to_sleep_and_wake_it_as_it_was(declare):
    nights = OffHours(wake="08:30", sleep="20:00", days="MON-FRI")
    made = declare(lambda: Nodes("nodes", args(off_hours=nights))).all("aws:autoscaling/schedule:Schedule")

    assert {name: (one["recurrence"], one["timeZone"], one["desiredCapacity"]) for name, one in made.items()} == {
        "nodes-steady-sleep": ("0 20 * * MON-FRI", "Asia/Seoul", 0),
        "nodes-steady-wake": ("30 8 * * MON-FRI", "Asia/Seoul", 3),
    }


def test_nodes_wake_before_they_sleep():
    with pytest.raises(ValueError, match="not 20:00 and 08:00"):
        OffHours(wake="20:00", sleep="08:00", days="MON-FRI")


def test_by_default_two_nodes_survive_a_zone_and_say_which_group_is_theirs(declare):
    def program():
        cluster = Cluster("cluster", cluster_args())
        Nodes("nodes", NodesArgs(cluster=cluster, subnet_ids=SUBNETS, key_arn=KEY))

    group = declare(program).only(GROUP)

    assert group["scalingConfig"] == {"minSize": 2, "desiredSize": 2, "maxSize": 4}
    assert (group["instanceTypes"], group["capacityType"], group["version"]) == (["m6g.large"], "ON_DEMAND", "1.35")
    assert group["labels"] == {"node-group": "steady"}


def test_a_label_and_a_version_are_the_caller_s(declare):
    group = declare(lambda: Nodes("nodes", args(group_label="shop.example/group", version="1.34"))).only(GROUP)

    assert (group["labels"], group["version"]) == ({"shop.example/group": "steady"}, "1.34")


def test_further_nodes_of_a_cluster_bring_no_add_on(declare):
    made = declare(lambda: Nodes("nodes", args(addons=())))

    assert not [name for name in made.all(ADDON) if name.startswith("nodes-")]
