import pytest

from components.traces import OTLP_ENDPOINTS, Traces, TracesArgs
from tests.components.given import ASSOCIATION, BUCKET, KEY, PLACE, RELEASE, Before, namespace, provider

SAMPLING = "aws:xray/samplingRule:SamplingRule"


def args(store, **changes):
    given = {
        "store": store,
        "retention_days": 14,
        "sampling_percent": 5,
        "storage_class": "gp3",
        "place": PLACE,
        "key_arn": KEY,
        "provider": provider(),
        "namespaces": {"tempo": namespace("tempo")},
        "after": [Before("nodes")],
    }
    return TracesArgs(**{**given, **changes})


def test_x_ray_samples_and_encrypts_and_bills_no_span_as_a_log(declare):
    made = declare(lambda: Traces("traces", args("xray")))

    assert made.only(SAMPLING)["fixedRate"] == 0.05
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
    assert not made.all(SAMPLING)


def test_applications_speak_otlp_to_one_address_either_way(declare):
    found = []

    for store in OTLP_ENDPOINTS:
        declare(lambda store=store: found.append(Traces("traces", args(store)).otlp_endpoint))

    assert [address.rpartition(":")[2] for address in found] == ["4318", "4318"]
    assert found == list(OTLP_ENDPOINTS.values())


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_is_at_most_the_whole(declare, percent):
    with pytest.raises(ValueError, match=f"sampling_percent must be 0 to 100, not {percent}"):
        declare(lambda: args("xray", sampling_percent=percent))
