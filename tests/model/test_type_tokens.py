"""A type token is written once, under the name that it makes itself, and is one that an installed SDK registers."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pulumi_aws
import pulumi_eks
import pulumi_kubernetes
import pytest

from model import type_tokens
from model.kubernetes import kind_of

ROOT = Path(__file__).parents[2]
TABLE = "model/type_tokens.py"
NAMES = {name: value for name, value in vars(type_tokens).items() if name.isupper()}
REGISTERED = {
    token
    for sdk in (pulumi_aws, pulumi_eks, pulumi_kubernetes)
    for token in re.findall(r'"([a-z]+:[^":]+:\w+)"', Path(sdk.__file__).read_text(encoding="utf-8"))
}

_OLD_BALANCER = "an older name; pulumi_aws has it as an alias"
_CUSTOM = "a custom resource, whose definition a chart brings"
#: What no SDK registers, and why it stands in the table all the same.
UNREGISTERED = {
    type_tokens.APPLICATIONLOADBALANCING_LOAD_BALANCER: _OLD_BALANCER,
    type_tokens.APPLICATIONLOADBALANCING_TARGET_GROUP: _OLD_BALANCER,
    type_tokens.ELASTICLOADBALANCINGV2_LOAD_BALANCER: _OLD_BALANCER,
    type_tokens.ELASTICLOADBALANCINGV2_TARGET_GROUP: _OLD_BALANCER,
    type_tokens.AWS_NATIVE_INDEX_EXTENSION_RESOURCE: "of a package that is not installed",
    type_tokens.AWSX_EC2_DEFAULT_VPC: "of a package that is not installed",
    type_tokens.HELM_V2_CHART: "rendered by Python alone: an older one",
    type_tokens.HELM_V3_CHART: "rendered by Python alone: pulumi_kubernetes/helm/v3/helm.py",
    type_tokens.K8S_ELBV2_INGRESS_CLASS_PARAMS_KIND: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_CLUSTER_EXTERNAL_SECRET_KIND: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_CLUSTER_PUSH_SECRET_KIND: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_CLUSTER_SECRET_STORE_KIND: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_EXTERNAL_SECRET_KIND: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_PUSH_SECRET_KIND: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_SECRET_STORE_KIND: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_V1_SECRET_STORE: _CUSTOM,
    type_tokens.K8S_EXTERNAL_SECRETS_V1_EXTERNAL_SECRET: _CUSTOM,
    type_tokens.K8S_GATEWAY_LOAD_BALANCER_CONFIGURATION_KIND: _CUSTOM,
    type_tokens.K8S_GATEWAY_NETWORKING_GATEWAY_KIND: _CUSTOM,
    type_tokens.K8S_KUBERNETES_CROSSPLANE_OBJECT_KIND: _CUSTOM,
    type_tokens.K8S_KUBERNETES_M_CROSSPLANE_OBJECT_KIND: _CUSTOM,
    type_tokens.K8S_MONITORING_COREOS_V1_PROMETHEUS_RULE: _CUSTOM,
    type_tokens.K8S_POLICIES_KYVERNO_V1_VALIDATING_POLICY: _CUSTOM,
    type_tokens.K8S_SNAPSHOT_STORAGE_VOLUME_SNAPSHOT_CLASS_KIND: _CUSTOM,
    type_tokens.K8S_SNAPSHOT_STORAGE_VOLUME_SNAPSHOT_KIND: _CUSTOM,
    type_tokens.K8S_WORK_OPEN_CLUSTER_MANAGEMENT_MANIFEST_WORK_KIND: _CUSTOM,
    type_tokens.PULUMI_EKS_SERVICE_ROLE: "a part of the EKS component, which no program declares",
    type_tokens.PULUMI_STACK: "the engine's",
    type_tokens.PULUMI_STACK_REFERENCE: "the engine's",
}

_MOVED = "names the component that a resource stood in before; landing knows no model"
_RESERVED_TAGS = "not a token: tags whose keys begin so are AWS's own"
#: Who else writes one, and why.
WRITTEN_ELSEWHERE = {
    ("components/arguments.py", type_tokens.AWS_PACKAGE): _RESERVED_TAGS,
    ("components/cluster/control_plane.py", type_tokens.EKS_CLUSTER): "a transform tells the cluster by it; "
    "components know no model",
    ("components/cluster/volumes.py", "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass"): "declares one; no "
    "SDK has a class for it",
    ("landing/boundary.py", type_tokens.IAM_ROLE): "a transformation knows a role by it; the program knows no model",
    ("landing/observability.py", "alphacar:budgets:Budgets"): _MOVED,
    ("landing/observability.py", "alphacar:traces:Traces"): _MOVED,
    ("landing/stores.py", "alphacar:registry:Registry"): _MOVED,
    ("landing/stores.py", "alphacar:search:Search"): _MOVED,
    ("policy/guardrails/aws_api/documented.py", type_tokens.AWS_PACKAGE): _RESERVED_TAGS,
    ("stacks/rules.py", type_tokens.AWS_PACKAGE): _RESERVED_TAGS,
    ("stacks/section.py", type_tokens.AWS_PACKAGE): _RESERVED_TAGS,
}
#: Who makes tokens of AWS from words, and why.
COMPOSED = {
    "model/orders/cloudformation.py": "of whatever is declared by its CloudFormation type",
    **{
        f"policy/guardrails/services/{name}.py": "of services that nothing else here knows, each asked for once"
        for name in ("audit_logging", "encryption", "hardening", "privacy", "secrets")
    },
    "model/orders/images.py": "of what runs an image, which is no other module's business",
    "preview/charts/topology.py": "of what may stand in a network, which nothing but the picture asks",
    "pricing/coverage/free_types.py": "of a table of hundreds, by module and class",
    "pricing/coverage/unpriced_types.py": "of a table of hundreds, by module and class",
}

_PACKAGE = "(?:" + "|".join(sorted(value[:-1] for name, value in NAMES.items() if name.endswith("_PACKAGE"))) + ")"
WRITTEN = re.compile(
    # A whole token, wherever it stands: in a message, or after the :: of a URN. What ends in a lower-case word
    # (aws:index/getRegion:getRegion) is a function's.
    rf"(?<![\w.-])(?<!\w:){_PACKAGE}:[\w./-]*:[A-Z]\w*"
    r"|(?<![\w.:-])pulumi:providers:\w+"
    # What tokens of a module, of a type or of a group begin with.
    rf"|(?<![\w.:-]){_PACKAGE}:[a-z0-9.-]+/(?:\w+:)?(?!\w)"
    # What all of a package begin with, before what an f-string or a plus adds.
    rf"|(?<![\w.:-]){_PACKAGE}:$"
)


def snake(words: str) -> str:
    """``CLUSTER_INSTANCE`` of ``ClusterInstance``, and ``EXTERNAL_SECRETS`` of ``external-secrets``."""
    return re.sub(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", "_", words).upper()


def group_name(group: str) -> str:
    """``K8S_STORAGE`` of ``storage.k8s.io``: the domain's last label, and k8s before it, say nothing."""
    labels = group.split(".")
    labels = labels[:-1] if len(labels) > 1 else labels
    labels = labels[:-1] if labels[-1] == "k8s" else labels
    return snake(".".join(labels)) if group == "helm.sh" else f"K8S_{snake('.'.join(labels))}"


def name_of(token: str) -> str:
    """The one name that ``token`` may have, by the scheme that the table's docstring tells."""
    package, module, kind = (*token.split(":"), "")[:3]
    area, _, version = module.partition("/")
    match package, module, kind:
        case _, "", "":
            return f"{snake(package)}_PACKAGE"
        case "aws", _, "":
            return f"{snake(area)}_MODULE"
        case "aws", _, _:
            return f"{snake(area)}_{snake(kind)}"
        case "kubernetes", _, "":
            return f"{group_name(area)}_GROUP"
        case "kubernetes", _, _:
            return f"{group_name(area)}_" + (f"{snake(version)}_{snake(kind)}" if version else f"{snake(kind)}_KIND")
        case "eks", "index", _:
            return f"PULUMI_EKS_{snake(kind)}"
        case "pulumi", "pulumi", _:
            return f"PULUMI_{snake(kind)}"
    return f"{snake(package)}_{snake(module)}_{snake(kind)}"


def test_a_name_is_made_from_its_token_and_no_token_has_two():
    assert {name: name_of(token) for name, token in NAMES.items()} == {name: name for name in NAMES}
    assert len(set(NAMES.values())) == len(NAMES)


def test_every_token_is_one_that_an_sdk_registers_or_has_a_reason():
    kinds = {kind_of(token) for token in REGISTERED}
    whole = {token for token in NAMES.values() if not token.endswith((":", "/"))}

    assert whole - REGISTERED - kinds == UNREGISTERED.keys()


def test_every_beginning_is_of_a_token_that_an_sdk_registers():
    beginnings = [token for token in NAMES.values() if token.endswith("/")]

    assert [start for start in beginnings if not any(token.startswith(start) for token in REGISTERED)] == []


@cache
def sources() -> list[tuple[str, ast.Module]]:
    """Every Python file of the program, the packs and the tools, by its path."""
    names = [path.relative_to(ROOT) for path in sorted(ROOT.rglob("*.py"))]
    ours = [name for name in names if not name.parts[0].startswith((".", "tests", "benchmarks"))]
    return [(name.as_posix(), ast.parse((ROOT / name).read_text(encoding="utf-8"))) for name in ours]


def written(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each token that a text of the program holds, with its line; docstrings may speak of any."""
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from ((node.lineno, token) for token in WRITTEN.findall(node.value))


def test_no_other_file_writes_a_token():
    known = {token: name for name, token in NAMES.items()}
    found = {
        (name, token): f"{name}:{line} writes {token}: it is type_tokens.{known.get(token, name_of(token))}"
        for name, tree in sources()
        if name != TABLE
        for line, token in written(tree)
        # A component's own type is written by the component.
        if not (name.startswith("components/") and token.startswith(type_tokens.ALPHACAR_PACKAGE))
    }

    assert [told for place, told in found.items() if place not in WRITTEN_ELSEWHERE] == []
    assert found.keys() == WRITTEN_ELSEWHERE.keys()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("x = 'aws:eks/cluster:Cluster'", ["aws:eks/cluster:Cluster"]),
        ("x = 'as in *::kubernetes:apps/v1:Deployment::shop/web'", ["kubernetes:apps/v1:Deployment"]),
        ("x = 'kubernetes:acid.zalan.do/v1:Postgresql'", ["kubernetes:acid.zalan.do/v1:Postgresql"]),
        ("x = 'kubernetes:core:Service'", ["kubernetes:core:Service"]),
        ("x = 'eks:index:Cluster'", ["eks:index:Cluster"]),
        ("x = 'aws-native:eks:Cluster'", ["aws-native:eks:Cluster"]),
        ("x = 'pulumi:providers:aws'", ["pulumi:providers:aws"]),
        ("x = 'aws:mwaa/'", ["aws:mwaa/"]),
        ("x = 'aws:cloudwatch/logGroup:'", ["aws:cloudwatch/logGroup:"]),
        ("x = 'aws:appmesh/* is refused'", ["aws:appmesh/"]),
        ("x = 'kubernetes:storage.k8s.io/'", ["kubernetes:storage.k8s.io/"]),
        ("x = f'aws:{module}/{kind}'", ["aws:"]),
        ("x = 'kubernetes:' + version", ["kubernetes:"]),
        ("def f():\n  'Of aws:eks/cluster:Cluster.'", []),
        ("x = 'arn:aws:iam::aws:policy/AdministratorAccess'", []),
        ("x = 'aws:SourceArn'", []),
        ("x = 'aws:ResourceTag/owner'", []),
        ("x = 'urn:pulumi:prod::p'", []),
        ("x = 'aws:index/getRegion:getRegion'", []),
    ],
)
def test_a_token_is_noticed_in_whatever_text_it_stands(text, tokens):
    assert [token for _, token in written(ast.parse(text))] == tokens


def test_tokens_are_made_from_words_only_where_a_reason_is_given():
    found = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and ast.unparse(node).rpartition(".")[2] in ("aws_token", "aws_tokens")
    }

    assert found - {TABLE} == COMPOSED.keys()


def test_no_module_gives_a_token_a_second_name():
    renamed = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, tree in sources()
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Attribute)
        and ast.unparse(node.value).startswith("type_tokens.")
    ]

    assert renamed == []
