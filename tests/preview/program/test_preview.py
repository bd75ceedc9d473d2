"""One program that has everything a program may have, judged, priced and shown in every form."""

import json
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest

from preview.program.look_ups import Answers
from preview.program.preview import preview_program
from preview.program.project import find_project
from preview.report.render import FORMATS, render
from preview.result import LookUp
from preview.simulate.wire import show_to_reader
from pricing.declared.read import inventory_of
from tests.conftest import TODAY

ROOT = Path(__file__).parents[3]
PROJECT = """
name: shop
runtime: python
main: infra
config:
  aws:region: us-west-2
  size: {type: integer, default: 2}
"""
STACK = """
config:
  shop:password:
    secure: AAABAJxQ
  aws:region: ap-northeast-2
"""
PROGRAM = """
import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as k8s

import model

print("noise", flush=True)
config = pulumi.Config()
password = config.require_secret("password")
pulumi.runtime.register_resource_transform(
    lambda args: pulumi.ResourceTransformResult({**args.props, "tags": {"by": "transform"}}, args.opts)
    if args.type_ == "aws:ec2/vpc:Vpc"
    else None
)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="net")]))
model.Net("net", vpc, aws.get_availability_zones().names[: config.require_int("size")])
image = aws.ec2.get_ami_output(owners=["amazon"], most_recent=True)
aws.ec2.Instance("here", ami=image.id, instance_type="t3.micro", user_data=pulumi.Output.concat("p=", password))
west = aws.Provider("west", region="us-west-2")
aws.ec2.Instance("there", ami="ami-1", instance_type="t3.micro", opts=pulumi.ResourceOptions(provider=west))
cluster = eks.Cluster("cluster", instance_type="t3.medium", desired_capacity=2)
k8s.core.v1.Namespace("team", opts=pulumi.ResourceOptions(provider=k8s.Provider("k", kubeconfig=cluster.kubeconfig_json)))
pulumi.CustomResource("nobody:index:Thing", "thing", {"plain": config.require("password") + "!"})
other = pulumi.StackReference("org/other/dev")
zone = aws.route53.Zone.get("zone", "Z1")
pulumi.export("theirs", other.get_output("url"))
pulumi.export("zone", zone.zone_id)
pulumi.export("password", password)
pulumi.export("cluster", cluster.eks_cluster.name)
"""
#: Called as one of our own rooms: a program's modules are its own.
MODEL = """
import pulumi
import pulumi_aws as aws


class Net(pulumi.ComponentResource):
    def __init__(self, name, vpc, zones):
        super().__init__("shop:net:Net", name)
        for place, zone in enumerate(zones):
            aws.ec2.Subnet(
                f"{name}-{place}", vpc_id=vpc.id, cidr_block=f"10.0.{place}.0/24", availability_zone=zone,
                opts=pulumi.ResourceOptions(parent=self),
            )
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    (folder / "infra").mkdir()
    for name, text in {
        "Pulumi.yaml": PROJECT,
        "Pulumi.dev.yaml": STACK,
        "infra/__main__.py": PROGRAM,
        "infra/model.py": MODEL,
    }.items():
        (folder / name).write_text(dedent(text))
    return preview_program(find_project(folder, "dev"), Answers(), TODAY)


@pytest.fixture(scope="module")
def made(shop):
    return {each.name: each for each in shop.recording.registrations}


def gaps(shop, name):
    return [gap.reason for gap in shop.bill.unpriced if gap.urn.endswith(f"::{name}")]


def test_everything_that_is_declared_is_placed(made):
    assert sorted(made) == [
        *("cluster", "here", "k", "net", "net-0", "net-1", "shop-dev", "team", "there", "thing", "vpc", "west"),
    ]
    assert made["net-1"].parent == made["net"].urn
    assert made["there"].provider == made["west"].urn
    assert made["vpc"].aliases == ("urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::net",)


def test_the_configuration_is_the_stack_s_over_the_project_s(shop, made):
    assert shop.asked.region == "ap-northeast-2"
    assert made["net-1"].inputs["availabilityZone"] == "ap-northeast-2b"


def test_a_transform_of_the_stack_is_followed(made):
    assert made["vpc"].inputs["tags"] == {"by": "transform"}


def test_a_secret_of_the_configuration_is_an_unknown_secret_wherever_it_goes(shop, made):
    assert show_to_reader(shop.recording.outputs)["password"] == "[secret]"
    assert show_to_reader(made["here"].inputs["userData"]) == "[secret]"
    assert show_to_reader(made["thing"].inputs["plain"]) == "[secret]"
    assert made["here"].resource().get("userData").name == "UNKNOWN"


def test_what_exists_outside_is_read_and_not_placed(shop):
    assert [each.name for each in shop.asked.reads] == ["zone", "org/other/dev"]
    assert show_to_reader(shop.recording.outputs)["theirs"] == "[unknown]"


def test_look_ups_are_told_with_who_answered_them(shop):
    assert shop.asked.look_ups == (
        LookUp("aws:ec2/getAmi:getAmi", {"mostRecent": True, "owners": ["amazon"]}, "unknown"),
        LookUp("aws:index/getAvailabilityZones:getAvailabilityZones", {}, "preview"),
    )


def test_a_component_of_a_plugin_is_placed_as_one_and_named_with_the_reason(shop, made):
    (cluster,) = shop.asked.unexpanded
    assert (cluster.urn, cluster.type) == (made["cluster"].urn, "eks:index:Cluster")
    assert cluster.reason == (
        "constructed by the plugin eks, which is not run here: the argument desiredCapacity is not modelled"
    )
    assert gaps(shop, "cluster") == [cluster.reason]
    assert show_to_reader(shop.recording.outputs)["cluster"] == "[unknown]"


def test_another_region_is_a_gap_and_never_a_price(shop):
    assert {line.urn.rpartition("::")[2] for line in shop.bill.lines} == {"here"}
    assert shop.bill.lines[0].usd_per_month == 730 * Decimal("0.013")
    assert gaps(shop, "there") == ["is in us-west-2, and the price book is of ap-northeast-2"]


def test_packs_take_the_same_bill_and_know_components_from_resources(shop):
    (total,) = [each.message for each in shop.findings if "no budget is known" in each.message]
    assert (
        total == f"undetermined: the stack costs at least {shop.bill.usd_per_month:.2f} USD a month; no budget is known"
    )
    unpriced = {each.urn.rpartition("::")[2] for each in shop.findings if "has no price" in each.message}
    assert unpriced == {"cluster", "there", "thing"}


def test_nothing_of_a_stack_of_ours_is_invented(shop):
    told = json.loads(render(shop, "json"))

    assert (told["phases"], told["decisions"], told["cost"]["budget"], told["cost"]["byCapability"]) == (
        [],
        [],
        None,
        [],
    )
    for form in ("text", "markdown", "html"):
        text = render(shop, form)
        assert "budget</dt>" not in text
        assert "| budget |" not in text
        assert "Decisions" not in text
        assert "| phases |" not in text
        assert ", phases " not in text


def test_the_document_satisfies_the_published_schema(shop):
    jsonschema.validate(
        json.loads(render(shop, "json")), json.loads((ROOT / "docs" / "preview.schema.json").read_text())
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_tells_what_was_asked_for_and_nothing_that_the_program_printed(shop, form):
    # In markdown what reads like a link is broken by a character that nobody sees.
    text = render(shop, form).replace("&#8203;", "")

    for word in ("aws:ec2/getAmi:getAmi", "org/other/dev", "eks:index:Cluster"):
        assert word in text
    for word in ("noise", "AAABAJxQ", "04da6b54"):
        assert word not in text


def test_the_meter_reads_the_document_and_comes_to_the_same_gaps(shop):
    inventory = inventory_of(render(shop, "json"))

    assert inventory.region == "ap-northeast-2"
    assert [gap.reason for gap in inventory.gaps] == gaps(shop, "cluster")
    by_name = {entry.resource.name: entry for entry in inventory.entries}
    assert by_name["there"].provider == by_name["west"].resource.urn
    assert not by_name["net"].resource.custom
