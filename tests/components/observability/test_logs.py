import pytest

from components.observability.logs import Logs, LogsArgs, cloudwatch_output, loki_output
from tests.components.given import ASSOCIATION, BUCKET, KEY, LOG_GROUP, PLACE, RELEASE, Before, cluster, namespace


def args(store, **changes):
    given = {
        "store": store,
        "retention_days": 30,
        "storage_class": "gp3",
        "key_arn": KEY,
        "cluster": cluster(),
        "namespaces": {name: namespace(name) for name in ("logging", "loki")},
        "after": [Before("nodes")],
    }
    return LogsArgs(**{**given, **changes})


@pytest.fixture
def in_cloudwatch(declare):
    return declare(lambda: Logs("logs", args("cloudwatch-logs")))


@pytest.fixture
def in_loki(declare):
    return declare(lambda: Logs("logs", args("loki")))


def test_cloudwatch_gets_a_group_that_ends_and_is_there_first(in_cloudwatch):
    group = in_cloudwatch.only(LOG_GROUP)

    assert (group["retentionInDays"], group["kmsKeyId"], group["logGroupClass"]) == (30, KEY, "STANDARD")
    assert {f"{LOG_GROUP} logs", f"{ASSOCIATION} logs-shipper"} <= in_cloudwatch.waits(RELEASE, "logs-shipper")
    assert not in_cloudwatch.all(BUCKET)


def test_the_shipper_writes_into_that_group_and_makes_none(in_cloudwatch):
    output = in_cloudwatch.only(RELEASE)["values"]["config"]["outputs"]

    assert output == cloudwatch_output(PLACE.region, in_cloudwatch.only(LOG_GROUP)["name"])
    assert "auto_create_group false" in output


def test_loki_keeps_its_chunks_in_s3_and_deletes_them_itself(in_loki):
    values = in_loki.all(RELEASE)["logs"]["values"]
    (rule,) = in_loki.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]

    assert set(values["loki"]["storage"]["bucketNames"].values()) == {in_loki.only(BUCKET)["bucket"]}
    assert values["loki"]["limits_config"]["retention_period"] == "720h"
    assert values["loki"]["compactor"]["retention_enabled"] is True
    assert rule["expiration"]["days"] > 30
    assert not in_loki.all(LOG_GROUP)


def test_loki_is_one_binary_without_caches_of_eleven_gigabytes(in_loki):
    values = in_loki.all(RELEASE)["logs"]["values"]

    assert (values["deploymentMode"], values["singleBinary"]["replicas"]) == ("Monolithic", 1)
    assert {values[part]["replicas"] for part in ("read", "write", "backend")} == {0}
    assert not values["chunksCache"]["enabled"]
    assert not values["resultsCache"]["enabled"]
    # Alone it is ready only after it has joined itself, and resolves only once it is ready.
    assert values["memberlist"]["service"]["publishNotReadyAddresses"] is True


def test_the_shipper_waits_for_loki_which_waits_for_its_bucket_and_identity(in_loki):
    assert f"{RELEASE} logs" in in_loki.waits(RELEASE, "logs-shipper")
    assert {f"{ASSOCIATION} logs", "aws:s3/bucketPolicy:BucketPolicy logs"} <= in_loki.waits(RELEASE, "logs")
    assert in_loki.all(RELEASE)["logs-shipper"]["values"]["config"]["outputs"] == loki_output()


def test_the_shipper_is_the_same_for_both_but_for_its_output(in_cloudwatch, in_loki):
    one, other = in_cloudwatch.only(RELEASE)["values"], in_loki.all(RELEASE)["logs-shipper"]["values"]
    one["config"].pop("outputs")
    other["config"].pop("outputs")

    assert one == other


@pytest.mark.parametrize("output", [cloudwatch_output("ap-northeast-2", "/pods"), loki_output()])
def test_what_cannot_be_sent_waits_on_disk(output):
    assert output.startswith("[OUTPUT]\n")
    assert "storage.total_limit_size 1G" in output
    # The chart renders the section as a template.
    assert "{{" not in output
