import pytest

from components.observability.traces import OTLP_ENDPOINTS, Traces, TracesArgs, sdk_environment
from tests.components.given import ASSOCIATION, BUCKET, KEY, RELEASE, Before, cluster, namespace


def args(store, **changes):
    given = {
        "store": store,
        "retention_days": 14,
        "sampling_percent": 5,
        "storage_class": "gp3",
        "key_arn": KEY,
        "cluster": cluster(),
        "namespaces": {"tempo": namespace("tempo")},
        "after": [Before("nodes")],
    }
    return TracesArgs(**{**given, **changes})


def test_x_ray_encrypts_and_bills_no_span_as_a_log(declare):
    made = declare(lambda: Traces("traces", args("xray")))

    assert made.only("aws:xray/encryptionConfig:EncryptionConfig") == {"type": "KMS", "keyId": KEY}
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


@pytest.mark.parametrize("store", OTLP_ENDPOINTS)
def test_applications_are_told_the_address_and_the_share_that_they_sample(declare, store):
    found = []

    declare(lambda: found.append(Traces("traces", args(store)).environment))

    assert found == [
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": OTLP_ENDPOINTS[store],
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "0.05",
        }
    ]
    assert OTLP_ENDPOINTS[store].endswith(":4318")


@pytest.mark.parametrize(("percent", "ratio"), [(0, "0"), (1, "0.01"), (100, "1")])
def test_a_share_is_written_as_a_ratio(percent, ratio):
    assert sdk_environment("tempo", percent)["OTEL_TRACES_SAMPLER_ARG"] == ratio


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_is_at_most_the_whole(declare, percent):
    with pytest.raises(ValueError, match=f"sampling_percent must be 0 to 100, not {percent}"):
        declare(lambda: args("xray", sampling_percent=percent))
