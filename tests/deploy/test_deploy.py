"""What is read from plans, records and environments, without a CLI: what would be lost, and what is not as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deploy.engine import Checkout, State, environment
from deploy.loss import losses_in
from deploy.saved import PLAN, RECORD, Found, SavedError, load, refuse_another, save

CLUSTER = "urn:pulumi:prod::zone::alphacar:documents:Documents$aws:docdb/cluster:Cluster::documents"
CLAIM = "urn:pulumi:prod::zone::kubernetes:core/v1:PersistentVolumeClaim::disk"
QUEUE = "urn:pulumi:prod::zone::aws:sqs/queue:Queue::queue"


def planned(**steps):
    urns = {"cluster": CLUSTER, "claim": CLAIM, "queue": QUEUE}
    return {"resourcePlans": {urns[name]: {"steps": each} for name, each in steps.items()}}


@pytest.mark.parametrize(
    ("plan", "steps", "told"),
    [
        (planned(cluster=["same"], claim=["update"]), [], []),
        (planned(cluster=["create"], queue=["delete"]), [], []),
        (planned(cluster=None), [], []),
        (planned(cluster=["delete"]), [], ["aws:docdb/cluster:Cluster documents holds data and would be deleted"]),
        (
            planned(cluster=["create-replacement", "replace", "delete-replaced"]),
            [{"op": "replace", "urn": CLUSTER, "keys": ["port"], "detailedDiff": None}],
            ["aws:docdb/cluster:Cluster documents holds data and would be replaced, because of port"],
        ),
        (
            planned(claim=["delete-replaced", "replace", "create-replacement"]),
            [
                {"op": "delete-replaced", "urn": CLAIM, "detailedDiff": None},
                {
                    "op": "replace",
                    "urn": CLAIM,
                    "keys": ["spec"],
                    "detailedDiff": {"spec.storageClassName": {"diffKind": "update-replace"}, "metadata": {"diffKind": "update"}},
                },
            ],
            ["kubernetes:core/v1:PersistentVolumeClaim disk holds data and would be replaced, because of spec.storageClassName"],
        ),
        # A preview that the engine stopped leaves no plan.
        ({}, [{"op": "delete", "urn": CLUSTER}], ["aws:docdb/cluster:Cluster documents holds data and would be deleted"]),
    ],
)  # fmt: skip
def test_what_holds_data_is_named_with_what_forces_it(plan, steps, told):
    assert [loss.told(refused=True) for loss in losses_in(plan, steps)] == told


@pytest.mark.parametrize(
    ("name", "told", "named"),
    [
        ("PATH", True, False),
        ("AWS_PROFILE", True, False),
        ("PULUMI_BACKEND_URL", True, False),
        ("https_proxy", True, False),
        ("AWS_ENDPOINT_URL_S3", False, True),
        ("PULUMI_DEBUG_PROVIDERS", False, True),
        ("PULUMI_RUN_PROGRAM", False, True),
        ("PYTHONPATH", False, True),
        ("LANDING_TODAY", False, True),
        ("LD_PRELOAD", False, False),
        ("NODE_OPTIONS", False, False),
    ],
)
def test_a_deployment_is_told_what_is_listed_and_what_else_may_count_is_named(name, told, named):
    assert environment({name: "x"}) == ({name: "x"} if told else {}, [name] if named else [])


@pytest.fixture
def found():
    there = Checkout(commit="a" * 40, tree="b" * 40, changed=())
    return Found("dev", datetime(2026, 11, 29, 12, tzinfo=UTC), there, State("c" * 64, ()), "v3.259.0")


def test_a_plan_is_applied_where_everything_is_as_it_was(tmp_path, found):
    (tmp_path / PLAN).write_text("{}")
    record = save(tmp_path, found)

    assert load(tmp_path) == record
    refuse_another(record, replace(found, now=found.now + timedelta(hours=23)))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"stack": "prod"}, "the plan is of dev, and prod is asked for"),
        ({"now": datetime(2026, 11, 30, 12, 1, tzinfo=UTC)}, "the plan was made at 2026-11-29 12:00 UTC and lasts a day"),
        ({"now": datetime(2026, 11, 29, 11, tzinfo=UTC)}, "the plan was made at 2026-11-29 12:00 UTC and lasts a day"),
        ({"state": State("d" * 64, ())}, "the state of dev moved since the plan was made"),
        ({"engine": "v3.260.0"}, "the plan was made by pulumi v3.259.0, and v3.260.0 is on PATH"),
        ({"checkout": Checkout("e" * 40, "b" * 40, ())}, f"the plan was made from commit {'a' * 12}, and {'e' * 12} is"),
        (
            {"checkout": Checkout("a" * 40, "f" * 40, ("landing/stores.py",))},
            "the checkout is not the one that the plan was made from (landing/stores.py)",
        ),
    ],
)  # fmt: skip
def test_whatever_is_not_as_it_was_is_named(tmp_path, found, now, told):
    (tmp_path / PLAN).write_text("{}")
    record = save(tmp_path, found)

    with pytest.raises(SavedError) as refused:
        refuse_another(record, replace(found, **now))
    assert str(refused.value).startswith(told)


def test_another_plan_or_record_in_its_place_is_not_applied(tmp_path, found):
    (tmp_path / PLAN).write_text("{}")
    save(tmp_path, found)
    (tmp_path / PLAN).write_text("{ }")
    with pytest.raises(SavedError, match=r"plan\.json: is not the plan that was saved"):
        load(tmp_path)

    text = (tmp_path / RECORD).read_text()
    (tmp_path / RECORD).write_text(text.replace("a" * 40, "main"))
    with pytest.raises(SavedError, match=r"made-from\.json: commit is not as it was written"):
        load(tmp_path)
    with pytest.raises(SavedError, match=r"holds no saved plan \(made-from\.json: No such file"):
        load(tmp_path / "nowhere")
