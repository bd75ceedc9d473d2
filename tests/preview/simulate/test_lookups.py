from __future__ import annotations

import json

import pulumi
import pytest

from model.resource import UNKNOWN
from preview.simulate import lookups
from preview.simulate.recorder import Registration, record
from preview.simulate.wire import UNKNOWN_TEXT, is_unknown, make_reference, wrap_secret

STACK = "urn:pulumi:prod::landing"
PINNED = {"addonVersion": "v1.22.2-eksbuild.1"}
PLAIN = {
    "name": "alphacar-eks",
    "version": "1.35",
    "vpcId": UNKNOWN_TEXT,
    "privateSubnetIds": [UNKNOWN_TEXT, UNKNOWN_TEXT],
    "authenticationMode": "API",
    "skipDefaultNodeGroup": True,
    "tags": {"owner": "platform"},
}


def cluster(changes=None, **options):
    inputs = {key: value for key, value in {**PLAIN, **(changes or {})}.items() if value is not None}
    return component("eks:index:Cluster", "main", inputs, **options)


def node_group(changes=None, **options):
    base = {"cluster": make_reference(cluster().urn, custom=False), "nodeRoleArn": UNKNOWN_TEXT}
    inputs = {key: value for key, value in {**base, **(changes or {})}.items() if value is not None}
    return component("eks:index:ManagedNodeGroup", "spot", inputs, **options)


def component(type_, name, inputs, **options):
    return Registration(
        urn=f"{STACK}::{type_}::{name}", type=type_, name=name, inputs=inputs, custom=False, remote=True, **options
    )


def tails(children):
    return [child.urn.removeprefix(f"{STACK}::eks:index:Cluster$") for child in children]


def child(registration, name, type_=""):
    found = [made for made in lookups.children(registration) if made.name == name and made.type.startswith(type_)]
    assert len(found) == 1
    return found[0]


def test_a_plain_cluster_registers_sixteen_children_parents_first():
    assert tails(lookups.children(cluster())) == [
        "eks:index:ServiceRole::main-eksRole",
        "eks:index:ServiceRole$aws:iam/role:Role::main-eksRole-role",
        "eks:index:ServiceRole$aws:iam/rolePolicyAttachment:RolePolicyAttachment::main-eksRole-4b490823",
        "aws:ec2/securityGroup:SecurityGroup::main-eksClusterSecurityGroup",
        "aws:ec2/securityGroupRule:SecurityGroupRule::main-eksClusterInternetEgressRule",
        "aws:eks/cluster:Cluster::main-eksCluster",
        "aws:eks/addon:Addon::main-kube-proxy",
        "pulumi:providers:kubernetes::main-eks-k8s",
        "eks:index:VpcCniAddon::main-vpc-cni",
        "eks:index:VpcCniAddon$aws:eks/addon:Addon::main-vpc-cni",
        "aws:ec2/securityGroup:SecurityGroup::main-nodeSecurityGroup",
        "aws:ec2/securityGroupRule:SecurityGroupRule::main-eksNodeIngressRule",
        "aws:ec2/securityGroupRule:SecurityGroupRule::main-eksNodeClusterIngressRule",
        "aws:ec2/securityGroupRule:SecurityGroupRule::main-eksExtApiServerClusterIngressRule",
        "aws:ec2/securityGroupRule:SecurityGroupRule::main-eksNodeInternetEgressRule",
        "aws:ec2/securityGroupRule:SecurityGroupRule::main-eksClusterIngressRule",
    ]


GROUPS = {
    *("main-eksClusterSecurityGroup", "main-eksClusterInternetEgressRule", "main-nodeSecurityGroup"),
    *("main-eksNodeIngressRule", "main-eksNodeClusterIngressRule", "main-eksExtApiServerClusterIngressRule"),
    *("main-eksNodeInternetEgressRule", "main-eksClusterIngressRule"),
}
ROLE = {"main-eksRole", "main-eksRole-role", "main-eksRole-4b490823"}


@pytest.mark.parametrize(
    ("changes", "lost", "gained"),
    [
        ({"skipDefaultSecurityGroups": True}, GROUPS, set()),
        ({"useDefaultVpcCni": True}, {"main-vpc-cni"}, set()),
        ({"kubeProxyAddonOptions": {"enabled": False}}, {"main-kube-proxy"}, set()),
        ({"corednsAddonOptions": {"version": "v1"}}, set(), set()),
        ({"corednsAddonOptions": {"enabled": True}}, set(), {"main-coredns"}),
        ({"corednsAddonOptions": {"enabled": False, "configurationValues": {}}}, set(), {"main-coredns"}),
        ({"serviceRole": make_reference(f"{STACK}::aws:iam/role:Role::mine", custom=True)}, ROLE, set()),
        ({"accessEntries": {"a": {"accessPolicies": {"b": {}}}}}, set(), {"main-a", "main-a-b"}),
    ],
)
def test_an_argument_adds_or_removes_its_children(changes, lost, gained):
    before, after = ({made.name for made in lookups.children(each)} for each in (cluster(), cluster(changes)))

    assert (before - after, after - before) == (lost, gained)


def test_an_access_entry_is_the_parent_of_its_policies():
    scope = {"type": "cluster"}
    policies = {"admin": {"policyArn": "arn:p", "accessScope": scope}}
    entry = {"principalArn": "arn:aws:iam::1:role/x", "username": "bob", "accessPolicies": policies}
    made = cluster({"accessEntries": {"platform": entry}})

    association = child(made, "main-platform-admin")

    assert association.parent == child(made, "main-platform").urn
    assert association.dependencies == tuple(
        sorted((child(made, "main-eksCluster").urn, child(made, "main-platform").urn))
    )
    assert association.inputs == {
        "accessScope": scope,
        "clusterName": "alphacar-eks",
        "policyArn": "arn:p",
        "principalArn": "arn:aws:iam::1:role/x",
    }
    assert child(made, "main-platform").inputs["userName"] == "bob"


def test_the_control_plane_gets_exactly_what_the_component_gives_it():
    vpc, key = f"{STACK}::aws:ec2/vpc:Vpc::v", f"{STACK}::aws:kms/key:Key::k"
    given = {
        "encryptionConfigKeyArn": UNKNOWN_TEXT,
        "endpointPublicAccess": True,
        "publicAccessCidrs": ["203.0.113.0/24"],
        "clusterTags": {"owner": "nobody", "kind": "cluster"},
        "upgradePolicy": {"supportType": "STANDARD"},
    }
    made = child(
        cluster(given, property_dependencies={"vpcId": (vpc,), "encryptionConfigKeyArn": (key,)}), "main-eksCluster"
    )

    assert made.inputs == {
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
        "bootstrapSelfManagedAddons": True,
        "encryptionConfig": UNKNOWN_TEXT,
        "name": "alphacar-eks",
        "roleArn": UNKNOWN_TEXT,
        "tags": {"Name": "main-eksCluster", "kind": "cluster", "owner": "platform"},
        "upgradePolicy": {"supportType": "STANDARD"},
        "version": "1.35",
        "vpcConfig": {
            "endpointPublicAccess": True,
            "publicAccessCidrs": ["203.0.113.0/24"],
            "securityGroupIds": [UNKNOWN_TEXT],
            "subnetIds": UNKNOWN_TEXT,
        },
    }
    assert made.ignore_changes == (
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        "bootstrapSelfManagedAddons",
    )
    assert made.property_dependencies["encryptionConfig"] == (key,)


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"privateSubnetIds": ["a", UNKNOWN_TEXT]}, UNKNOWN_TEXT),
        ({"privateSubnetIds": ["a"], "publicSubnetIds": ["b"]}, ["b", "a"]),
        ({"privateSubnetIds": None, "subnetIds": ["a", UNKNOWN_TEXT]}, ["a", UNKNOWN_TEXT]),
    ],
)
def test_one_unknown_subnet_hides_their_number_unless_given_as_they_are(given, seen):
    assert child(cluster(given), "main-eksCluster").inputs["vpcConfig"]["subnetIds"] == seen


def test_one_unknown_tag_hides_every_merged_tag_but_not_those_passed_on():
    made = cluster({"tags": {"owner": "platform", "key": UNKNOWN_TEXT}})

    assert is_unknown(child(made, "main-eksCluster").inputs["tags"])
    assert child(made, "main-kube-proxy").inputs["tags"] == {"key": UNKNOWN_TEXT, "owner": "platform"}


def test_only_a_named_cluster_tags_the_group_of_its_nodes():
    tag = "kubernetes.io/cluster/alphacar-eks"

    assert child(cluster(), "main-nodeSecurityGroup").inputs["tags"][tag] == "owned"
    assert is_unknown(child(cluster({"name": None}), "main-nodeSecurityGroup").inputs["tags"])


def test_the_cni_is_configured_by_one_known_sorted_text():
    options = {**PINNED, "enableNetworkPolicy": True, "enablePrefixDelegation": True, "logLevel": "WARN"}
    made = child(cluster({"vpcCniOptions": options}), "main-vpc-cni", "aws:")

    assert made.inputs["addonVersion"] == PINNED["addonVersion"]
    assert made.inputs["configurationValues"] == json.dumps(
        {
            "enableNetworkPolicy": "true",
            "env": {
                "AWS_VPC_ENI_MTU": "9001",
                "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "false",
                "AWS_VPC_K8S_CNI_EXTERNALSNAT": "false",
                "AWS_VPC_K8S_CNI_LOGLEVEL": "WARN",
                "AWS_VPC_K8S_CNI_LOG_FILE": "/host/var/log/aws-routed-eni/ipamd.log",
                "AWS_VPC_K8S_CNI_VETHPREFIX": "eni",
                "AWS_VPC_K8S_PLUGIN_LOG_FILE": "/var/log/aws-routed-eni/plugin.log",
                "AWS_VPC_K8S_PLUGIN_LOG_LEVEL": "DEBUG",
                "ENABLE_POD_ENI": "false",
                "ENABLE_PREFIX_DELEGATION": "true",
                "WARM_ENI_TARGET": "1",
            },
            "init": {"env": {"DISABLE_TCP_EARLY_DEMUX": "false"}},
        },
        separators=(",", ":"),
    )


@pytest.mark.parametrize("name", ["main-kube-proxy", "main-vpc-cni"])
def test_an_unpinned_add_on_has_an_unknown_version(name):
    assert is_unknown(child(cluster(), name, "aws:").inputs["addonVersion"])


def test_every_child_inherits_protection():
    assert all(made.protect for made in lookups.children(cluster(protect=True)))
    assert not any(made.protect for made in lookups.children(cluster()))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fargate": True}, "the argument fargate is not modelled; modelled are accessEntries, "),
        ({"name": wrap_secret("x")}, "the argument name holds a secret"),
        ({"instanceRoles": ["r"]}, "'instanceRoles' does not support non-empty values in authenticationMode 'API'"),
        ({"roleMappings": [{}]}, "'roleMappings' does not support non-empty values"),
        ({"userMappings": [{}]}, "'userMappings' does not support non-empty values"),
        ({"authenticationMode": None}, "authenticationMode is not set, which is not modelled"),
        ({"authenticationMode": "CONFIG_MAP", "accessEntries": {"a": {}}}, "'accessEntries' is not supported when"),
        ({"subnetIds": ["s"]}, "subnetIds excludes publicSubnetIds and privateSubnetIds"),
        ({"endpointPublicAccess": False, "publicAccessCidrs": []}, "publicAccessCidrs can only be set when"),
        ({"skipDefaultNodeGroup": None}, "the default node group is not modelled"),
        ({"createOidcProvider": True}, "createOidcProvider is not modelled"),
        ({"vpcId": None}, "the default VPC is not modelled"),
        ({"vpcCniOptions": {"securityContextPrivileged": True}}, "vpcCniOptions.securityContextPrivileged is not mod"),
        ({"vpcCniOptions": {"externalSnat": True, "cniExternalSnat": True}}, "one of `cniExternalSnat` or `external"),
    ],
)
def test_a_cluster_that_is_not_modelled_or_refused_there_fails_by_name(changes, reason):
    with pytest.raises(ValueError, match="eks:index:Cluster main: ") as raised:
        lookups.children(cluster(changes))

    assert reason in str(raised.value)


def test_an_explicit_aws_provider_is_refused():
    with pytest.raises(ValueError, match="an explicit AWS provider needs providerCredentialOpts"):
        lookups.children(cluster(providers={"aws": "urn"}))


@pytest.mark.parametrize(
    ("name", "empty"), [("instanceRoles", []), ("roleMappings", []), ("createOidcProvider", False)]
)
def test_an_argument_that_says_nothing_is_accepted(name, empty):
    assert lookups.children(cluster({name: empty}))


def test_a_node_group_never_knows_its_cluster_in_a_first_preview():
    (made,) = lookups.children(node_group(protect=True))

    assert made.urn == f"{STACK}::eks:index:ManagedNodeGroup$aws:eks/nodeGroup:NodeGroup::spot"
    assert made.protect
    assert made.inputs == {
        "clusterName": UNKNOWN_TEXT,
        "nodeRoleArn": UNKNOWN_TEXT,
        "scalingConfig": {"desiredSize": 2, "maxSize": 2, "minSize": 1},
        "subnetIds": UNKNOWN_TEXT,
        "version": UNKNOWN_TEXT,
    }


def test_a_node_group_passes_on_what_it_was_given():
    template = {"id": UNKNOWN_TEXT, "version": "1"}
    given = {
        "launchTemplate": template,
        "subnetIds": ["a", "b"],
        "scalingConfig": {"maxSize": 4},
        "taints": [{"key": "spot", "effect": "NO_SCHEDULE"}],
        "ignoreScalingChanges": True,
    }
    (made,) = lookups.children(node_group(given))

    assert made.inputs["launchTemplate"] == template
    assert made.inputs["subnetIds"] == ["a", "b"]
    assert made.inputs["scalingConfig"] == {"desiredSize": 2, "maxSize": 4, "minSize": 1}
    assert made.inputs["taints"] == given["taints"]
    assert made.ignore_changes == ("scalingConfig.desiredSize",)
    assert not {"version", "cluster", "ignoreScalingChanges"} & set(made.inputs)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"gpu": True}, "the argument gpu is not modelled"),
        ({"launchTemplate": {}, "enableIMDSv2": True}, "a custom launchTemplate excludes all of bootstrapExtraArgs, "),
        ({"nodeRole": make_reference("urn", custom=True)}, "specify one of nodeRole and nodeRoleArn"),
        ({"nodeRoleArn": None}, "an IAM role must be given"),
        ({"cluster": None}, "cluster is missing"),
    ],
)
def test_a_node_group_that_is_not_modelled_or_refused_there_fails_by_name(changes, reason):
    with pytest.raises(ValueError, match="eks:index:ManagedNodeGroup spot: ") as raised:
        lookups.children(node_group(changes))

    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("token", "key", "value"),
    [
        ("getCallerIdentity", "accountId", "123456789012"),
        ("getRegion", "region", "ap-northeast-2"),
        ("getPartition", "dnsSuffix", "amazonaws.com"),
        ("getAvailabilityZones", "names", [f"ap-northeast-2{zone}" for zone in "abcd"]),
    ],
)
def test_a_look_up_is_answered_for_seoul(token, key, value):
    assert lookups.invoke(f"aws:index/{token}:{token}", {})[key] == value


@pytest.mark.parametrize("args", [{}, {"region": "us-east-1"}])
def test_any_other_look_up_fails_by_name(args):
    token = "aws:index/getRegion:getRegion" if args else "aws:ssm/getParameter:getParameter"

    with pytest.raises(LookupError, match=token):
        lookups.invoke(token, args)


def test_a_program_sees_of_its_cluster_what_it_would_see_in_a_first_preview():
    import pulumi_eks as eks

    def program():
        made = eks.Cluster(
            "main",
            name="alphacar-eks",
            vpc_id="vpc-1",
            private_subnet_ids=["a", "b"],
            authentication_mode=eks.AuthenticationMode.API,
            skip_default_node_group=True,
            opts=pulumi.ResourceOptions(protect=True),
        )
        group = eks.ManagedNodeGroup("spot", cluster=made, node_role_arn="arn:aws:iam::1:role/nodes")
        pulumi.export("name", made.eks_cluster.name)
        pulumi.export("endpoint", made.eks_cluster.endpoint)
        pulumi.export("group", made.eks_cluster.vpc_config.cluster_security_group_id)
        pulumi.export("kubeconfig", pulumi.Output.secret(made.kubeconfig_json))
        pulumi.export("core", made.core)
        pulumi.export("nodes", group.node_group.node_role_arn)

    seen = record(program, project="landing", stack="prod", config={})

    assert seen.outputs == {
        "core": UNKNOWN_TEXT,
        "endpoint": UNKNOWN_TEXT,
        "group": UNKNOWN_TEXT,
        "kubeconfig": wrap_secret(UNKNOWN_TEXT),
        "name": "alphacar-eks",
        "nodes": "arn:aws:iam::1:role/nodes",
    }
    made = {each.name: each for each in seen.registrations if each.type.startswith("aws:eks/")}
    assert made["main-eksCluster"].protect
    assert made["main-eksCluster"].resource().get("vpcConfig", "subnetIds") == ["a", "b"]
    assert made["spot"].resource().get("clusterName") is UNKNOWN
    assert len(seen.registrations) == 20
