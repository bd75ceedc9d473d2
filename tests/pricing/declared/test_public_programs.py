"""Bills of resource lists that public programs have, worked out by hand with Seoul's prices.

The files themselves are not here: each case is a shape that one of them has, cut down, with what it taught.
"""

from decimal import Decimal

from stacks.sections.measures import Spread, Usage
from tests.pricing.declared.files import (
    INSTANCE,
    NAT,
    PROVIDER,
    SEOUL,
    UNKNOWN,
    component,
    digest,
    event,
    events,
    gaps,
    lines,
    priced,
    provider,
    resource,
    state,
    step,
    urn,
)

D = Decimal
HOURS = 730
CLUSTER = "aws:eks/cluster:Cluster"
GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def managed_node_groups(region):
    # pulumi/pulumi-eks, tests/testdata/recorded/TestProviderUpgrade/managed-nodegroups/3.0.0/stack.json: components say
    # custom false and have no inputs; default providers say their region; the provider of Kubernetes depends on the
    # cluster; a group names its template by an id that no template has among its inputs, and depends on it; inputs
    # carry __defaults.
    cluster = urn(CLUSTER, "eks", "eks:index:Cluster")
    template = urn(TEMPLATE, "ng4-template", "eks:index:ManagedNodeGroup")
    kubernetes = urn("pulumi:providers:kubernetes", "eks-k8s", "eks:index:Cluster")
    scaling = {"__defaults": [], "desiredSize": 2, "maxSize": 2, "minSize": 1}
    return state(
        component("pulumi:pulumi:Stack", "web-dev"),
        provider(region, __internal={}, skipCredentialsValidation="false"),
        component("awsx:ec2:Vpc", "vpc"),
        resource("aws:ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16"}, "awsx:ec2:Vpc"),
        resource("aws:ec2/eip:Eip", "vpc-1", {}, "awsx:ec2:Vpc"),
        resource(NAT, "vpc-1", {"allocationId": "eipalloc-0"}, "awsx:ec2:Vpc"),
        component("eks:index:Cluster", "eks"),
        resource(CLUSTER, "eks", {"vpcConfig": {"subnetIds": []}}, "eks:index:Cluster"),
        {
            "urn": kubernetes,
            "custom": True,
            "type": "pulumi:providers:kubernetes",
            "inputs": {"kubeconfig": "x"},
            "dependencies": [cluster],
        },
        resource(GROUP, "ng1", {"__defaults": [], "scalingConfig": scaling}, dependencies=[cluster]),
        resource(TEMPLATE, "ng4-template", {"imageId": "ami-0"}, "eks:index:ManagedNodeGroup"),
        resource(
            GROUP,
            "ng4",
            {
                "instanceTypes": ["t4g.medium"],
                "launchTemplate": {"id": "lt-0", "version": "1"},
                "scalingConfig": scaling,
            },
            dependencies=[cluster, template],
        ),
        resource(
            "kubernetes:core/v1:PersistentVolumeClaim",
            "data",
            {"spec": {"storageClassName": "gp2", "resources": {"requests": {"storage": "10Gi"}}}},
            provider=f"{kubernetes}::0b5c",
        ),
    )


def test_a_cluster_with_managed_node_groups_from_its_state():
    found = priced(managed_node_groups(SEOUL))

    assert [(name, item, round(usd, 7)) for name, item, usd in lines(found)] == [
        ("ng1", "disk", 2 * 20 * D("0.114")),
        ("ng1", "instances", 2 * D("0.052") * HOURS),
        ("ng4", "disk", 2 * 20 * D("0.0912")),
        ("ng4", "instances", 2 * D("0.0416") * HOURS),
        ("vpc-1", "public IPv4", D("0.005") * HOURS),
        # Four nodes are renewed once, and pull a gigabyte each; fifty GB a node cross zones, and pay twice.
        ("vpc-1", "NAT data of images", 4 * D("0.059")),
        ("vpc-1", "NAT hours", D("0.059") * HOURS),
        # And two thirds of the four gigabytes cross on their way to the one gateway.
        ("vpc", "data between zones", D("4.0533333")),
        ("eks", "control plane", D("0.10") * HOURS),
        ("data", "volume", 10 * D("0.114")),
    ]
    assert round(found.bill.usd_per_month, 7) == D("270.0133333")
    unlimited = (
        "is unlimited unless creditSpecification.cpuCredits is standard, and no landing:usage figure says how many"
    )
    assert gaps(found) == [
        ("ng1", f"surplus CPU credits: t3 {unlimited} are used"),
        ("ng4", f"surplus CPU credits: t4g {unlimited} are used"),
        ("vpc-1", "NAT data: landing:usage.natGb is not set"),
        ("vpc", "data to the internet: landing:usage.egressGb is not set"),
    ]
    assert found.assumptions == ()


def test_the_same_cluster_in_oregon_is_no_bill_of_seoul_and_can_be_asked_for_all_the_same():
    there, asked = priced(managed_node_groups("us-west-2")), priced(managed_node_groups("us-west-2"), anywhere=True)

    assert (there.bill.lines, len(there.bill.unpriced)) == ((), 7)
    assert gaps(there)[0] == ("ng1", f"is in us-west-2, and the price book is of {SEOUL}")
    assert gaps(there)[-1] == ("data", f"is in a cluster in us-west-2, and the price book is of {SEOUL}")
    assert asked.bill == priced(managed_node_groups(SEOUL)).bill
    assert asked.assumptions == (f"7 resources in us-west-2 priced as if in {SEOUL}, as asked",)


def test_a_replaced_web_server_from_events_is_billed_once():
    # pulumi/pulumi, pkg/backend/display/testdata/not-truncated/webserver-userdata.json: a replacement comes as
    # create-replacement, replace and delete-replaced of one URN, each before and after; the default provider is in no
    # event, so that only aws:region in the prelude tells the region; nothing that is false is written.
    old, new = (resource(INSTANCE, "www", {"instanceType": kind}) for kind in ("t2.medium", "t2.micro"))
    group = resource("aws:ec2/securityGroup:SecurityGroup", "web", {"ingress": []})
    told = events(
        event("same", component("pulumi:pulumi:Stack", "web-dev")),
        event("same", group, group),
        event("create-replacement", new, old),
        event("create-replacement", new, {**old, "delete": True}, kind="resOutputsEvent"),
        event("replace", new, {**old, "delete": True}),
        event("delete-replaced", None, {**old, "delete": True}),
        event("delete-replaced", None, {**old, "delete": True}, kind="resOutputsEvent"),
    )

    found = priced(told)

    assert lines(found) == [
        ("www", "instance", D("0.0144") * HOURS),
        # Without a subnet of its own it starts in a default one, which gives it an address.
        ("www", "public IPv4", D("0.005") * HOURS),
        ("www", "root disk", 20 * D("0.0912")),
    ]
    assert found.bill.usd_per_month == D("15.986")
    assert (gaps(found), found.inventory.left_out, found.assumptions) == ([], {}, ())


def bucket_with_handler(op, old=None):
    # dundalek/stratify, test/resources/pulumi/sample-preview-creates.json and -update.json: the region came from the
    # environment, so that no configuration and no provider tells it; a bucket's ARN has none either, its old outputs
    # have. A subscription is a component of the provider's own package, and a function's code is an asset.
    handler = "aws:s3:BucketEventSubscription"
    before = {"oldState": old} if old else {}
    bucket = resource("aws:s3/bucket:Bucket", "docs", {"acl": "private"}, provider=f"{PROVIDER}::{UNKNOWN}")
    code = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", "assets": {}}
    return digest(
        {**step(op, bucket), **before},
        step(op, component(handler, "docsHandler")),
        step(op, resource("aws:iam/role:Role", "docsHandler", {}, handler)),
        step(op, resource("aws:lambda/function:Function", "docsHandler", {"code": code, "memorySize": 128}, handler)),
        config={"pulumi:tags": "{}"},
        changeSummary={op: 4},
    )


def test_a_bucket_and_its_handler_from_a_first_preview_are_assumed_to_be_in_seoul():
    figures = {"audit_gb": 100, "bucket_writes": 200_000, "bucket_reads": 1_000_000}
    usage = Usage.model_construct(**{name: Spread.of(D(figure)) for name, figure in figures.items()})

    found = priced(bucket_with_handler("create"), usage)

    assert lines(found) == [
        ("docs", "objects", 100 * D("0.025")),
        ("docs", "reads", 100 * D("0.0035")),
        ("docs", "writes", 200 * D("0.0045")),
    ]
    assert found.bill.usd_per_month == D("3.75")
    assert [name for name, _ in gaps(found)] == ["docsHandler"]
    assert found.assumptions == (
        f"1 resource taken to be in {SEOUL}: no region is told by the resource, its provider, aws:region or an ARN",
    )


def test_what_aws_answered_before_tells_the_region_of_what_stays():
    answered = {"urn": urn("aws:s3/bucket:Bucket", "docs"), "outputs": {"arn": "arn:aws:s3:::d", "region": "eu-west-1"}}

    found = priced(bucket_with_handler("same", answered))

    assert found.bill.lines == ()
    assert gaps(found) == [
        ("docs", f"is in eu-west-1, and the price book is of {SEOUL}"),
        ("docsHandler", f"is in eu-west-1, and the price book is of {SEOUL}"),
    ]


def test_a_component_of_a_plugin_of_which_nothing_is_here_is_a_gap():
    # A preview of a program in Python whose plugins are not run.
    hollow = priced(state(component("pulumi:pulumi:Stack", "web-dev"), component("eks:index:Cluster", "eks")))
    default = priced(state(component("pulumi:pulumi:Stack", "web-dev"), component("awsx:ec2:DefaultVpc", "vpc")))

    assert gaps(hollow) == [("eks", "is constructed by the plugin eks, and nothing of it is here")]
    assert gaps(default) == []
