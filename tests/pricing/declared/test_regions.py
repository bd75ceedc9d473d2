"""Where a resource stands: prices of one region are never those of another without a word."""

import pytest

from tests.pricing.declared.files import (
    INSTANCE,
    PROVIDER,
    SEOUL,
    STACK,
    UNKNOWN,
    digest,
    gaps,
    lines,
    priced,
    provider,
    resource,
    state,
    step,
)

ELSEWHERE = f"is in eu-west-1, and the price book is of {SEOUL}"
EXPLICIT = f"{STACK}::pulumi:providers:aws::paris"
ASSUMED = f"1 resource taken to be in {SEOUL}: no region is told by the resource, its provider, aws:region or an ARN"


def web(inputs=None, **more):
    return resource(INSTANCE, "www", {"instanceType": "t2.micro", "subnetId": "subnet-0", **(inputs or {})}, **more)


def explicit(region):
    return {**provider(region), "urn": EXPLICIT}


CASES = [
    ("the default provider's", state(provider("eu-west-1"), web()), "elsewhere"),
    ("the default provider's, here", state(provider(), web()), "here"),
    ("the resource's own comes before its provider's", state(provider(), web({"region": "eu-west-1"})), "elsewhere"),
    ("the resource's own, here", state(provider("eu-west-1"), web({"region": SEOUL})), "here"),
    ("a declared provider's", state(explicit("eu-west-1"), web(provider=f"{EXPLICIT}::0b5c")), "elsewhere"),
    (
        "the configuration's, for a default provider",
        digest(step("create", web()), config={"aws:region": "eu-west-1"}),
        "elsewhere",
    ),
    ("that in an ARN", state(web(outputs={"arn": "arn:aws:ec2:eu-west-1:1:instance/i-0"})), "elsewhere"),
    ("that which AWS answered", state(web(outputs={"region": "eu-west-1", "arn": "arn:aws:s3:::x"})), "elsewhere"),
    (
        "that in the ARN of another resource of the same provider",
        state(web(), resource("aws:ec2/vpc:Vpc", "vpc", outputs={"arn": "arn:aws:ec2:eu-west-1:1:vpc/v"})),
        "elsewhere",
    ),
    ("its own zone's", state(web({"availabilityZone": "eu-west-1a"})), "elsewhere"),
    (
        "its own zone's, whatever the provider's",
        state(provider(), web({"availabilityZone": "eu-west-1b"})),
        "elsewhere",
    ),
    ("its own zone's, here", state(provider("eu-west-1"), web({"availabilityZone": f"{SEOUL}c"})), "here"),
    ("a local zone's", state(web({"availabilityZone": "eu-west-1-dub-1a"})), "elsewhere"),
    ("the zones that it spreads over", state(web({"availabilityZones": ["eu-west-1a", "eu-west-1c"]})), "elsewhere"),
    (
        "a zone that is none",
        state(web({"availabilityZone": "apne2-az1", "availabilityZones": "eu-west-1a"})),
        "assumed",
    ),
    ("none at all", state(web()), "assumed"),
    ("one that is not known yet", state(provider(UNKNOWN), web()), "assumed"),
    (
        "the configuration's says nothing of a declared provider",
        digest(step("create", web(provider=f"{EXPLICIT}::1"))),
        "assumed",
    ),
    ("one that is no region", state(provider("\x1b[31m"), web()), "assumed"),
]


@pytest.mark.parametrize(("text", "where"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_region_is_told_by(text, where):
    found = priced(text)
    told = [gap for gap in gaps(found) if gap[0] == "www"]

    assert told == ([("www", ELSEWHERE)] if where == "elsewhere" else [])
    assert bool(lines(found)) is (where != "elsewhere")
    assert found.assumptions == ((ASSUMED,) if where == "assumed" else ())


def test_what_is_free_elsewhere_is_no_gap_and_what_has_no_price_anywhere_still_is():
    tokens = ("aws:iam/role:Role", "aws:ec2/subnet:Subnet", "aws:sqs/queue:Queue", "aws:quantum/computer:Computer")

    found = priced(state(provider("eu-west-1"), *(resource(token, token[4:7]) for token in tokens)))

    assert gaps(found) == [("qua", ELSEWHERE), ("sqs", ELSEWHERE)]


def test_global_services_cost_the_same_wherever_their_provider_looks():
    zone = resource("aws:route53/zone:Zone", "zone", {"name": "example.com"})
    certificate = resource("aws:acm/certificate:Certificate", "cdn", {"domainName": "example.com"})

    found = priced(state(provider("us-east-1"), zone, certificate))

    assert [name for name, _, _ in lines(found)] == ["cdn", "zone"]
    assert gaps(found) == [("zone", "queries: landing:usage.dnsQueries is not set")]


def test_the_first_resource_here_bears_what_the_stack_uses_even_where_another_stands_elsewhere():
    def vpc(name, **more):
        return resource("aws:ec2/vpc:Vpc", name, **more)

    found = priced(state(provider(), vpc("b"), vpc("a", inputs={"region": "eu-west-1"})))

    assert gaps(found) == [
        ("a", ELSEWHERE),
        ("b", "data between zones: landing:usage.crossZoneGb is not set"),
        ("b", "data to the internet: landing:usage.egressGb is not set"),
    ]


CLAIM = resource(
    "kubernetes:core/v1:PersistentVolumeClaim",
    "data",
    {"spec": {"resources": {"requests": {"storage": "10Gi"}}}},
)
CLUSTER = resource("aws:eks/cluster:Cluster", "eks", {})


def test_an_object_stands_where_the_only_cluster_does():
    found = priced(state(provider("eu-west-1"), CLUSTER, CLAIM))

    assert gaps(found)[-1] == ("data", f"is in a cluster in eu-west-1, and the price book is of {SEOUL}")
    assert not lines(found)


def test_an_object_without_a_cluster_is_assumed_to_be_on_eks_here():
    found = priced(state(CLAIM))

    assert [name for name, _, _ in lines(found)] == ["data"]
    assert found.assumptions == (
        f"1 resource of Kubernetes taken to be on EKS in {SEOUL}: no cluster's region is told",
    )


def test_a_provider_s_name_decides_nothing_but_whether_it_is_a_default_one():
    renamed = state(provider(), web(provider=f"{PROVIDER}::{UNKNOWN}"))

    assert priced(renamed).assumptions == ()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("eu-west-3", [("data", f"is in a cluster in eu-west-1 or eu-west-3, and the price book is of {SEOUL}")]),
        (SEOUL, []),
    ],
)
def test_an_object_that_may_stand_in_several_regions_is_billed_where_one_of_them_is_here(other, told):
    second = resource("aws:eks/cluster:Cluster", "second", {"region": other})

    found = priced(state(provider("eu-west-1"), CLUSTER, second, CLAIM))

    assert [gap for gap in gaps(found) if gap[0] == "data"] == told
    assert ("data" in [name for name, _, _ in lines(found)]) is (other == SEOUL)
