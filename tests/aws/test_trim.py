"""What is built of the provider: the services that are listed, and the clients that these ask for; on a small source."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SOURCE = {
    "go.mod": "module github.com/hashicorp/terraform-provider-aws\n",
    "go.sum": "",
    "internal/provider/factory.go": """package provider

import (
\t"{module}/internal/provider/sdkv2"
)
""",
    "internal/provider/sdkv2/service_packages_gen.go": """package sdkv2

import (
\t"context"

\t"{module}/internal/conns"
\t"{module}/internal/service/ec2"
\t"{module}/internal/service/s3"
\t"{module}/internal/service/waf"
)

func servicePackages(ctx context.Context) []conns.ServicePackage {
\tv := []conns.ServicePackage{
\t\tec2.ServicePackage(ctx),
\t\ts3.ServicePackage(ctx),
\t\twaf.ServicePackage(ctx),
\t}
\treturn v
}
""",
    "internal/conns/awsclient_gen.go": """package conns

import (
\t"context"

\t"github.com/aws/aws-sdk-go-v2/service/ec2"
\telb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
\t"github.com/aws/aws-sdk-go-v2/service/waf"
)

func (c *AWSClient) EC2Client(ctx context.Context) *ec2.Client {
\treturn client[*ec2.Client](ctx, c)
}

func (c *AWSClient) ELBClient(ctx context.Context) *elb.Client {
\treturn client[*elb.Client](ctx, c)
}

func (c *AWSClient) WAFClient(ctx context.Context) *waf.Client {
\treturn client[*waf.Client](ctx, c)
}
""",
    "internal/service/ec2/vpc.go": """package ec2

import (
\t"{module}/internal/shared"
)

//go:embed texts/*.txt
var texts embed.FS

func a() { conn := meta.EC2Client(ctx) }
""",
    "internal/service/ec2/vpc_test.go": 'package ec2\n\nimport (\n\t"{module}/internal/service/waf"\n)\n',
    "internal/service/ec2/generate.go": '//go:build generate\n\npackage ec2\n\nimport (\n\t"{module}/internal/generate"\n)\n',
    "internal/service/ec2/texts/words.txt": "words",
    "internal/service/s3/bucket.go": "package s3\n",
    "internal/service/waf/rule.go": "package waf\n\nfunc a() { conn := meta.WAFClient(ctx) }\n",
    "internal/shared/shared.go": "package shared\n\nfunc a() { conn := meta.ELBClient(ctx) }\n",
    "internal/generate/main.go": "package main\n",
}


@pytest.fixture(scope="module")
def trim():
    """The script, which is no module of a package."""
    spec = importlib.util.spec_from_file_location("trim", ROOT / "tools" / "aws" / "trim.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["trim"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def source(trim, tmp_path):
    for name, text in SOURCE.items():
        file = tmp_path / "source" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("{module}", trim.MODULE))
    return tmp_path / "source"


@pytest.fixture
def target(tmp_path):
    (tmp_path / "target").mkdir()
    return tmp_path / "target"


def test_only_what_the_services_need_is_copied(trim, source, target):
    trim.copy(source, target, ["ec2"])

    assert sorted(str(file.relative_to(target)) for file in target.rglob("*") if file.is_file()) == [
        "go.mod",
        "go.sum",
        "internal/conns/awsclient_gen.go",
        "internal/provider/factory.go",
        "internal/provider/sdkv2/service_packages_gen.go",
        "internal/service/ec2/generate.go",
        "internal/service/ec2/texts/words.txt",
        "internal/service/ec2/vpc.go",
        "internal/shared/shared.go",
    ]


def test_a_service_that_is_not_listed_leaves_both_lists(trim, source):
    cut = trim.trimmed(source, ["ec2"])

    assert "ec2.ServicePackage(ctx)," in cut[trim.SERVICES]
    assert not {"s3", "waf"} & {
        word for line in cut[trim.SERVICES].splitlines() for word in line.replace('"', "/").split("/")
    }
    assert "waf" not in cut[trim.CLIENTS].lower()


def test_a_client_stays_that_any_kept_package_asks_for(trim, source):
    cut = trim.trimmed(source, ["ec2"])

    assert [f"{name}Client(" in cut[trim.CLIENTS] for name in ("EC2", "ELB", "WAF")] == [True, True, False]
    assert "elb " in cut[trim.CLIENTS]


def test_a_service_that_the_provider_has_not_is_told_by_name(trim, source):
    with pytest.raises(trim.TrimError, match="the provider has no service ec3"):
        trim.trimmed(source, ["ec2", "ec3"])
