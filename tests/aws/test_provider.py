"""The real AWS provider validates and plans everything that the program declares at AWS.

Twice: as a first preview knows it, and as if everything that a resource waits for existed already.
"""

from itertools import product

import pytest

from preview.simulate.wire import is_unknown, leaves
from tests.aws.conversion import PROPERTIES, ConversionError, candidates, configured, places
from tests.aws.provider import OFFLINE, Asked, BrokenError
from tests.aws.variations import BOOTSTRAP, PROGRAMS, registered
from tools.sdk.shape import read

#: What the provider asks of AWS while it plans, by type. It asks whether an existing domain can be upgraded in place,
#: and plans a new one alike whatever the answer (internal/service/opensearch/domain.go, CustomizeDiff).
ASKS = {"aws_opensearch_domain": "GET es.ap-northeast-2.amazonaws.com/2021-01-01/opensearch/compatibleVersions"}


#: Inputs that the SDK has and the pinned provider does not know yet, of the types that the program declares.
NEWER = {
    "aws_cloudwatch_metric_alarm": {"evaluationWindow", "warmUpConfiguration"},
    "aws_db_instance": {"warningEventCategories"},
    "aws_eks_cluster": {
        "defaultAddonsToRemoves",
        "kubeApiServerConfig",
        "kubeControllerManagerConfig",
        "kubeSchedulerConfig",
    },
    "aws_eks_node_group": {"warmPoolConfig"},
    "aws_eks_pod_identity_association": {"policy"},
    "aws_elasticache_replication_group": {"authTokenWo", "authTokenWoVersion", "durability"},
    "aws_flow_log": {"tagFieldSpecifications"},
    "aws_secretsmanager_secret": {"type"},
    "aws_sns_topic": {"maximumMessageSize"},
}
KNOWN = {False: "a first preview", True: "all known"}


@pytest.fixture(
    scope="module",
    params=product(PROGRAMS, KNOWN),
    ids=lambda each: f"{each[0]}: {KNOWN[each[1]]}",
)
def judged(provider, request):
    """A variation's name, what it registers, the same for the provider, and what is said of each."""
    variation, created = request.param
    made = registered(variation, created=created)
    asked = configured(provider, made)
    return variation, made, asked, provider.judge(asked)


def test_everything_is_validated_and_planned_without_an_error(judged):
    *_, verdicts = judged

    assert [f"{each.type} {each.name}: {error}" for each in verdicts for error in each.errors] == []
    assert [f"{each.type} {each.name}" for each in verdicts if not each.planned] == []


def test_nothing_is_warned_of(judged):
    *_, verdicts = judged

    assert [f"{each.type} {each.name}: {warning}" for each in verdicts for warning in each.warnings] == []


def test_nothing_is_left_out(judged):
    _, made, asked, verdicts = judged

    assert made
    assert [(each.type, each.name) for each in verdicts] == [(each.type, each.name) for each in asked]
    assert [each.name for each in asked] == [each.name for each in made]
    # A name may be added, which the bridge makes up; nothing else is, and nothing is lost.
    for one, other in zip(made, asked, strict=True):
        assert len(other.config) - len(one.inputs) in (0, 1), one.urn


def test_nothing_that_the_provider_calls_deprecated_is_used(provider, judged):
    _, _, asked, _ = judged
    schemas = provider.schemas(each.type for each in asked)

    used = [(each, schemas[each.type]["attributes"].get(key, {})) for each in asked for key in each.config]
    assert [f"{each.type} {each.name}" for each, attribute in used if attribute.get("deprecated")] == []


def test_nothing_is_unknown_any_more_where_all_is_known(judged, request):
    _, made, _, _ = judged
    unknown = [f"{each.urn} {path}" for each in made for path, leaf in leaves(each.inputs) if is_unknown(leaf)]

    assert bool(unknown) != request.node.callspec.params["judged"][1]


def test_aws_is_asked_for_nothing_that_a_plan_depends_on(judged):
    *_, verdicts = judged

    assert {(each.type, request) for each in verdicts for request in each.asked} <= {*ASKS.items()}
    assert all(each.asked for each in verdicts if each.type in ASKS)


def test_the_pinned_provider_knows_all_but_a_few_inputs_of_the_sdk(provider):
    declared = {made.type for variation in ("dev", "prod", "prod, a VPN", BOOTSTRAP) for made in registered(variation)}
    schemas = provider.schemas(name for token in declared for name in candidates(token))
    newer = {}
    for token in declared:
        name = next(name for name in candidates(token) if name in schemas)
        known = {*places(schemas[name]), *PROPERTIES.get(name, {})}
        if unknown := {*read(token).inputs.properties} - known:
            newer[name] = unknown

    assert newer == NEWER


def test_a_provider_that_would_ask_aws_when_it_is_configured_is_no_judge(provider):
    with pytest.raises(
        BrokenError, match=r"configuring the provider asked for POST sts\.ap-northeast-2\.amazonaws\.com"
    ):
        provider.judge([], {**OFFLINE, "skip_credentials_validation": False})


def test_a_type_that_the_provider_lacks_is_told_by_name(provider):
    [verdict] = provider.judge([Asked("crawl", "aws_lambda_function", {})])

    assert verdict.errors == ["schema: : the provider has no type aws_lambda_function"]
    assert not verdict.planned


def test_a_resource_without_a_counterpart_is_told_by_name(provider):
    made = registered("prod, no phase")[0]

    with pytest.raises(
        ConversionError, match="aws:lambda/function:Function: the provider knows 0 of aws_lambda_function"
    ):
        configured(provider, [type(made)(urn=made.urn, type="aws:lambda/function:Function", name="crawl", inputs={})])


@pytest.mark.parametrize(
    ("token", "types"),
    [
        ("aws:ec2/eip:Eip", ["aws_ec2_eip", "aws_eip"]),
        ("aws:docdb/clusterInstance:ClusterInstance", ["aws_docdb_cluster_instance", "aws_cluster_instance"]),
        ("aws:cloudtrail/trail:Trail", ["aws_cloudtrail"]),
    ],
)
def test_a_token_is_one_of_few_types(token, types):
    assert candidates(token) == types
