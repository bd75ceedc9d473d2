"""Which actions a type needs, read from a provider's source in small, by a reference in small."""

import json

import pytest

from tools.iam.__main__ import table
from tools.iam.reference import Reference
from tools.iam.source import Source, candidates

SDK = """package shop

import (
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	cwl "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// @SDKResource("aws_ecr_shelf", name="Shelf")
// @Tags(identifierAttribute="arn")
func resourceShelf() *schema.Resource {
	return &schema.Resource{
		CreateWithoutTimeout: resourceShelfCreate,
		ReadWithoutTimeout:   resourceShelfRead,
		DeleteWithoutTimeout: resourceShelfDelete,
	}
}

func resourceShelfCreate(ctx context.Context) {
	conn.CreateRepository(ctx, &ecr.CreateRepositoryInput{})
	resourceShelfRead(ctx)
}

func resourceShelfRead(ctx context.Context) {
	find(ctx)
}

func resourceShelfDelete(ctx context.Context) {
	conn.DeleteLogGroup(ctx, &cwl.DeleteLogGroupInput{})
}

func find(ctx context.Context) {
	input := ecr.DescribeRepositoriesInput{}
}

func updateTags(ctx context.Context) {
	input := ecr.TagResourceInput{}
}

func listTags(ctx context.Context) {
	input := ecr.ListTagsForResourceInput{}
}

func neverNamed(ctx context.Context) {
	input := ecr.DeleteRepositoryInput{}
}
"""
FRAMEWORK = """package shop

import "github.com/aws/aws-sdk-go-v2/service/ecr"

// @FrameworkResource("aws_ecr_book", name="Book")
func newBookResource(context.Context) (resource.ResourceWithConfigure, error) {
	return &bookResource{}, nil
}

type bookResource struct {
	printed
}

type printed struct {
}

func (r *printed) Create(ctx context.Context) {
	r.press(ctx)
}

func (r *bookResource) press(ctx context.Context) {
	input := ecr.CreateRepositoryInput{}
}

func (r *printed) Read(ctx context.Context) {
	input := ecr.DescribeRepositoriesInput{}
}
"""


def privilege(level, *types, along=()):
    kinds = {name: {"dependent_actions": list(along), "condition_keys": []} for name in (*types, "")}
    return {"access_level": level, "resource_types": kinds}


KNOWN = {
    "ecr": {
        "privileges": {
            "CreateRepository": privilege(
                "Write", "repository", along=["ecr:TagResource", "s3:GetObject", "kms:DescribeKey"]
            ),
            "DescribeRepositories": privilege("Read", "repository"),
            "ListTagsForResource": privilege("Read", "repository"),
            "TagResource": privilege("Tagging", "repository"),
        }
    },
    "logs": {"privileges": {"DeleteLogGroup": privilege("Write")}},
    "kms": {"privileges": {name: privilege("Write", "key") for name in ("CreateGrant", "DescribeKey", "RetireGrant")}},
}


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "internal" / "service" / "ecr"
    folder.mkdir(parents=True)
    (folder / "shelf.go").write_text(SDK)
    (folder / "book.go").write_text(FRAMEWORK)
    return Source(tmp_path)


@pytest.fixture
def reference(tmp_path):
    (tmp_path / "definition.json").write_text(json.dumps(KNOWN))
    return Reference(tmp_path / "definition.json")


def test_calls_are_those_of_every_function_that_is_reached(source, reference):
    found = table(source, reference, ["aws:ecr/shelf:Shelf"])

    assert found["types"]["aws:ecr/shelf:Shelf"] == {
        "reads": ["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
        "writes": ["ecr:CreateRepository", "ecr:TagResource", "logs:DeleteLogGroup"],
        # An object to restore from is nobody's need; what encrypts is.
        "lends": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
    }
    assert found["anywhere"] == ["logs:DeleteLogGroup"]


def test_methods_are_found_where_a_struct_holds_another(source):
    calls = source.calls("aws:ecr/book:Book")

    assert calls.read == {("ecr", "DescribeRepositories")}
    assert calls.write == {("ecr", "CreateRepository")}


@pytest.mark.parametrize("token", ["aws:ecr/lamp:Lamp", "aws:ecr/shelves:Shelves", "aws:iam/shelf:Shelf"])
def test_a_type_that_the_source_does_not_declare_is_named(source, token):
    with pytest.raises(ValueError, match=f"{token}: the provider declares 0 of aws_"):
        source.calls(token)


@pytest.mark.parametrize("call", [("ecr", "Describe"), ("lambda", "Invoke"), ("s3", "HeadBucket")])
def test_an_action_that_the_reference_does_not_know_is_named(reference, call):
    with pytest.raises(ValueError, match="no such action in the service authorization reference"):
        reference.actions([call])


def test_a_token_is_a_type_of_the_module_or_of_none():
    assert candidates("aws:ec2/vpcEndpoint:VpcEndpoint") == ["aws_ec2_vpc_endpoint", "aws_vpc_endpoint"]
    assert candidates("aws:rds/instance:Instance") == ["aws_db_instance"]
    assert candidates("aws:costexplorer/anomalyMonitor:AnomalyMonitor")[0] == "aws_ce_anomaly_monitor"
