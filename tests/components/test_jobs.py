import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components import jobs
from tests.components.given import Before, cluster

JOB = "kubernetes:batch/v1:Job"
CRON_JOB = "kubernetes:batch/v1:CronJob"


@pytest.fixture
def made(declare):
    def program():
        first = Before("first")
        opts = pulumi.ResourceOptions(provider=cluster().provider, depends_on=[first])
        meta = ObjectMetaArgs(name="count", namespace="shop")
        spec = jobs.job_spec({"app": "count"}, {"restartPolicy": "Never"}, retries=2)
        jobs.job("count", meta, spec, opts)
        jobs.cron_job("count", meta, "0 3 * * *", spec, opts, failed=3)

    return declare(program)


def test_another_job_follows_the_one_before_under_its_name_and_waits_as_it_was_told(made):
    (job,) = made.made(JOB)

    assert job.delete_before_replace
    assert job.custom_timeouts["create"] == 1800
    assert made.waits(JOB, "count") == {"test:index:Before first"}


def test_what_a_job_says_is_never_changed_in_place(monkeypatch):
    kept = {}
    monkeypatch.setattr(kubernetes.batch.v1, "Job", lambda *_, opts, **__: kept.update(opts=opts))
    jobs.job("count", None, {}, pulumi.ResourceOptions())

    assert kept["opts"].replace_on_changes == ["spec"]


def test_a_job_by_schedule_is_the_same_job_one_at_a_time_in_utc(made):
    spec = made.only(CRON_JOB)["spec"]

    assert spec["jobTemplate"]["spec"] == made.only(JOB)["spec"]
    assert made.only(JOB)["spec"] == {
        "backoffLimit": 2,
        "template": {"metadata": {"labels": {"app": "count"}}, "spec": {"restartPolicy": "Never"}},
    }
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("0 3 * * *", "Etc/UTC", "Forbid")


def test_a_job_without_a_deadline_has_none_and_one_with_it_ends():
    assert "activeDeadlineSeconds" not in jobs.job_spec({}, {}, retries=0)
    assert jobs.job_spec({}, {}, retries=0, seconds=60)["activeDeadlineSeconds"] == 60


@pytest.mark.parametrize(("name", "taken"), [("a" * 52, True), ("a" * 53, False), ("Count", False), ("a.b-c", True)])
def test_a_name_leaves_room_for_what_tells_runs_apart(name, taken):
    assert bool(jobs.JOB_NAME.fullmatch(name)) is taken


@pytest.mark.parametrize(
    ("image", "taken"),
    [
        ("apache/airflow:3.2.2", True),
        (f"registry.example.com:5000/a/b:1@sha256:{'0' * 64}", True),
        ("apache/airflow", False),
        (f"apache/airflow@sha256:{'0' * 64}", False),
        (f"apache/airflow:1@sha256:{'0' * 63}", False),
    ],
)
def test_an_image_says_its_tag(image, taken):
    assert bool(jobs.IMAGE.fullmatch(image)) is taken
