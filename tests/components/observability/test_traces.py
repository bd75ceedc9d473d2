import pytest

from components.observability.traces import AGENT_ENDPOINT, Traces, TracesArgs, sdk_environment
from tests.components.given import ACCOUNT, ASSOCIATION, BUCKET, KEY, REGION, RELEASE, Before, cluster, namespace

GROUP = "aws:xray/group:Group"


def args(store, **changes):
    given = {
        "store": store,
        "key_arn": KEY,
        "cluster": cluster(),
        "namespace": namespace("spans"),
        "after": [Before("nodes")],
    }
    return TracesArgs(**{**given, **changes})


def test_what_it_makes_in_x_ray(makes):
    assert makes("Traces") == {
        "aws:xray/group:Group": 1,
    }


def test_what_it_makes_in_tempo(makes):
    assert makes("Traces in Tempo") == {
        "alphacar:bucket:Bucket": 1,
        "alphacar:identity:PodIdentity": 1,
        "kubernetes:helm.sh/v3:Release": 1,
    }


def test_x_ray_bills_no_span_as_a_log_and_its_encryption_is_the_account_s(declare):
    made = declare(lambda: Traces("traces", args("xray")))

    assert made.only(GROUP)["filterExpression"] == "fault = true OR responsetime > 3"
    assert not made.names("aws:xray/encryptionConfig")
    assert not made.names("aws:xray/traceSegmentDestination")
    assert not made.names("aws:xray/indexingRule")
    assert not made.all(RELEASE)


def test_tempo_keeps_its_blocks_in_s3(declare):
    made = declare(lambda: Traces("traces", args("tempo")))
    tempo = made.only(RELEASE)["values"]["tempo"]

    assert tempo["storage"]["trace"]["backend"] == "s3"
    assert tempo["storage"]["trace"]["s3"]["bucket"] == made.only(BUCKET)["bucket"]
    # With a scheme the client would look for a host of that name.
    assert tempo["storage"]["trace"]["s3"]["endpoint"] == "s3.ap-northeast-2.amazonaws.com"
    assert (tempo["retention"], tempo["memBallastSizeMbs"]) == ("336h", 0)
    assert f"{ASSOCIATION} traces" in made.waits(RELEASE, "traces")
    assert not made.names("aws:xray/")


@pytest.mark.parametrize(
    ("store", "told", "address"),
    [
        ("xray", {}, AGENT_ENDPOINT),
        ("tempo", {}, "http://traces.spans.svc.cluster.local:4318"),
        ("tempo", {"release_name": "tempo"}, "http://tempo.spans.svc.cluster.local:4318"),
    ],
)
def test_applications_are_told_the_address_and_the_share_that_they_sample(declare, store, told, address):
    found = []

    declare(lambda: found.append(Traces("traces", args(store, **told)).environment))

    assert found == [
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "0.05",
        }
    ]


@pytest.mark.parametrize(("percent", "ratio"), [(0, "0"), (1, "0.01"), (100, "1")])
def test_a_share_is_written_as_a_ratio(percent, ratio):
    assert sdk_environment("tempo", percent)["OTEL_TRACES_SAMPLER_ARG"] == ratio


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_is_at_most_the_whole(declare, percent):
    with pytest.raises(ValueError, match=f"sampling_percent must be 0 to 100, not {percent}"):
        declare(lambda: args("xray", sampling_percent=percent))


@pytest.mark.parametrize(("told", "called"), [(None, "traces-faults"), ("shop-faults", "shop-faults")])
def test_the_group_of_faults_is_called_after_the_component_or_as_told(declare, told, called):
    assert declare(lambda: Traces("traces", args("xray", group_name=told))).only(GROUP)["groupName"] == called


@pytest.mark.parametrize(("told", "called"), [(None, "traces"), ("tempo", "tempo"), ("shop", "shop")])
def test_tempo_its_account_and_what_it_makes_are_called_after_the_component_or_as_told(declare, told, called):
    made = declare(lambda: Traces("traces", args("tempo", release_name=told)))
    release = made.only(RELEASE)

    assert release["name"] == release["values"]["serviceAccount"]["name"] == called
    # The chart calls what it makes after itself where the release is, too.
    assert release["values"].get("fullnameOverride", release["chart"]) == called
    assert made.only(ASSOCIATION)["serviceAccount"] == called


@pytest.mark.parametrize(("told", "called"), [(None, f"traces-{ACCOUNT}-{REGION}"), ("shop-spans", "shop-spans")])
def test_tempo_s_bucket_is_called_after_the_component_or_as_told(declare, told, called):
    assert declare(lambda: Traces("traces", args("tempo", bucket_name=told))).only(BUCKET)["bucket"] == called


def test_tempo_needs_a_namespace(declare):
    with pytest.raises(ValueError, match="namespace must be given for Tempo, not None"):
        declare(lambda: args("tempo", namespace=None))
