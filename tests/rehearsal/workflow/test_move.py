"""The move of the crawl from a real Kafka to a real Airflow, which has run this project's own DAG.

Airflow's scheduler is played by its own ``dag.test``, which runs every task; site, S3 and the store of vehicles are the
stand-ins of tests/airflow, and RDS is moto's. The four weeks of a soak were crawled before the first test.
"""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import timedelta

import boto3
import pytest

from migration.dags.danawa_topics import TOPICS
from migration.moves.workflow import MOVE
from migration.verification.workflow import NAMES, bounds, due
from tests.airflow.site import VEHICLES
from tests.rehearsal.rehearsed import gate_refuses_what_is_edited_copied_or_old
from tests.rehearsal.workflow.broker import CLUSTER, GROUP, WARNINGS
from tests.rehearsal.workflow.crawl import FAILED, KILLED, NEVER, QUEUED, SOAKED, WEEKS, moment

pytestmark = WARNINGS
DATABASE, ANOTHER = "alphacar-airflow", "alphacar-airflow-old"
WEEK, BEFORE = SOAKED[:2]
#: Of each topic of a week: as many as the site has vehicles.
EACH = len(VEHICLES)
A_WEEK = dict.fromkeys(TOPICS, EACH)


def sunday(week, minutes=0):
    return due(week) + timedelta(minutes=minutes)


def make_database(rds, name):
    rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t4g.micro", Engine="postgres")


@pytest.fixture
def rds(aws):
    client = boto3.client(
        "rds",
        endpoint_url=aws["AWS_ENDPOINT_URL"],
        region_name=aws["AWS_REGION"],
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",
    )
    make_database(client, DATABASE)
    yield client
    client.delete_db_instance(DBInstanceIdentifier=DATABASE, SkipFinalSnapshot=True)


@pytest.fixture
def move(broker, crawl, rehearsal, aws, rds):
    """The move, whose old crawl has filled the topics of the latest week, and read them."""
    only(broker, WEEK)
    made = rehearsal("workflow")
    made.stores = {
        "source": {"address": f"kafka://{broker.address}", "name": "kafka"},
        "target": {"address": aws["AWS_ENDPOINT_URL"], "name": DATABASE},
        "airflow": crawl.store.model_dump(mode="json", by_alias=True, exclude_none=True),
        "weeks": [WEEK],
        "waitMinutes": 0,
    }
    return made


def only(broker, *weeks):
    """The old crawl of these weeks, in their order, and nothing else; all of it is read."""
    broker.empty()
    for week in sorted(weeks):
        broker.produce(A_WEEK, sunday(week))
    broker.consume(EACH * len(TOPICS) * len(weeks))


def unpaused(crawl):
    """What the move's own command says of the crawl, as its step is verified."""
    (command,) = next(step for step in MOVE.steps if step.name == "unpause").verify
    asked, judged = command.pipeline
    said = crawl.told(*asked[asked.index("--") + 2 :])
    return subprocess.run(judged, input=said, text=True, capture_output=True, check=False).returncode == 0


def refused(done, *lines):
    """Ended with 1, and said each of the lines."""
    assert done.returncode == 1, done.stdout + done.stderr
    for line in lines:
        assert line in done.stdout, done.stdout


def test_a_week_that_both_crawled_is_proven_up_to_the_cut_over_and_soaks(move):
    move.passed("precheck", "verify", "cut-over")

    found = move.evidence("cut-over")
    counts, runs = found.comparisons
    assert counts.source == counts.target == {f"{WEEK} {topic}": EACH for topic in TOPICS}
    assert runs.source[f"{WEEK} run"] == 1
    assert runs.source[f"lag of {GROUP} in {NAMES['images']}"] == 0
    assert (found.source.system, found.source.identity) == ("Apache Kafka", f"cluster {CLUSTER}")
    assert (found.target.version, found.target.stand_in) == ("3.2.2", True)
    assert move.refusals() == []
    soak = move.verify("soak", "--rehearse")
    assert "health: equal, 6 of 6 compared\nrefused: lasted 0 days; allowed are 28 and more\n" in soak.stdout


def test_a_crawl_that_was_killed_is_run_again_and_comes_to_the_same(move, broker, crawl):
    only(broker, KILLED)
    move.passed("precheck")
    move.stores["weeks"] = [KILLED]
    # Where a later week has written, an earlier one writes nothing.
    crawl.world.vehicles = []
    crawl.site.asked.clear()
    running = crawl.world.started("run", moment(KILLED))
    while not crawl.site.asked and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    refused(move.verify(), f"  {KILLED} run: is running\n", f"  {KILLED} {next(iter(TOPICS))}: no task has saved it\n")

    crawl.site.asked.clear()
    # Asked for while it still runs: what was started a moment ago is waited for.
    again = crawl.world.started("run", sunday(KILLED, 30).isoformat())
    while not crawl.site.asked and again.poll() is None:
        time.sleep(0.01)
    move.stores["waitMinutes"] = 5
    move.passed("verify")
    assert again.wait() == 0
    assert [each["_id"] for each in crawl.world.vehicles] == [f"danawa:{vehicle}" for vehicle in VEHICLES]


def test_what_the_old_crawl_writes_after_the_drain_is_named_with_its_lag(move, broker):
    move.passed("precheck")
    broker.produce({"reviews": 1}, sunday(WEEK, 30))

    refused(
        move.verify("cut-over", "--rehearse"),
        f"counts: DIFFERENT, 4 of 4 compared\n  {WEEK} reviews\n",
        f"  {WEEK} reviews: is not read to the week's end\n",
        f"  lag of {GROUP} in {NAMES['reviews']}: 1 not read\n",
        f"refused: counts: {WEEK} reviews is 3 at the source and 2 at the target\n",
    )
    broker.consume(1)
    # Drained again, it is still one more than the new crawl has.
    done = move.verify("cut-over", "--rehearse")
    refused(done, f"counts: DIFFERENT, 4 of 4 compared\n  {WEEK} reviews\n", "runs: equal")


def test_what_is_still_to_be_read_is_refused_though_the_week_is_equal(move, broker):
    only(broker, BEFORE)
    broker.produce({"images": 3}, sunday(WEEK))
    move.stores["weeks"] = [BEFORE]
    move.passed("precheck")

    refused(
        move.verify(),
        "counts: equal",
        f"runs: DIFFERENT, 10 of 10 compared\n  lag of {GROUP} in {NAMES['images']}: 3 not read\n",
    )
    assert any("is 3 at the source and 0 at the target" in refusal for refusal in move.refusals())


def test_a_document_of_another_topic_is_named_though_the_sum_is_the_same(move, broker):
    broker.empty()
    broker.produce({**A_WEEK, "images": EACH + 1, "options": EACH - 1}, sunday(WEEK))
    broker.consume(EACH * len(TOPICS))
    move.passed("precheck")

    done = move.verify()
    refused(done, f"counts: DIFFERENT, 4 of 4 compared\n  {WEEK} images\n  {WEEK} options\n", "runs: equal")
    counts = move.evidence("verify").comparisons[0]
    assert sum(counts.source.values()) == sum(counts.target.values())


def test_messages_of_another_week_and_those_that_expired_are_none_of_this(move, broker):
    broker.empty()
    broker.produce({"options": EACH}, bounds(WEEK)[0] - timedelta(seconds=1))
    broker.produce({**A_WEEK, "options": 0}, sunday(WEEK))
    broker.consume(EACH * len(TOPICS))
    move.passed("precheck")
    refused(move.verify(), f"refused: counts: {WEEK} options is 0 at the source and 2 at the target\n")

    from kafka import TopicPartition

    with broker.admin() as admin:
        # What retention does, without waiting for it.
        admin.delete_records({TopicPartition(NAMES["images"], 0): 1})
    refused(move.verify(), f"refused: counts: {WEEK} images is 1 at the source and 2 at the target\n")


def test_a_crawl_that_cannot_be_parsed_or_offsets_that_do_not_count_stop_the_precheck(move, broker, crawl):
    from kafka.admin import ConfigResource, ConfigResourceType

    with broker.admin() as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, NAMES["images"], {"cleanup.policy": "compact"})])
    broker.consume(1, "audit")
    file = crawl.world.dags / "danawa_crawler.py"
    whole = file.read_text()
    file.write_text(f"{whole}\nimport a_module_that_no_image_has\n")
    crawl.told("dags", "reserialize")
    try:
        refused(
            move.verify("precheck"),
            f"  offsets of {NAMES['images']} count: is compacted: what is left is fewer\n",
            "  group audit is known: reads a topic, and stands neither in groups nor in leftBehind\n",
            "  danawa_crawler has no import error: see Airflow's import errors\n",
        )
    finally:
        file.write_text(whole)
        crawl.told("dags", "reserialize")
    with broker.admin() as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, NAMES["images"], {"cleanup.policy": "delete"})])
    move.stores["leftBehind"] = ["audit"]
    move.passed("precheck")


def test_topics_that_nobody_has_read_stop_the_precheck_and_are_no_evidence(move, broker):
    move.passed("precheck")
    broker.empty()

    told = f"  {NAMES['reviews']} is read: none of {GROUP} has read it, and a lag of 0 would say nothing\n"
    refused(move.verify("precheck", "--rehearse"), told)
    refused(
        move.verify(),
        "refused: counts: the source is empty, and an empty target equals it: that cannot fail\n",
        f"refused: counts: {WEEK} images is 0 at the source and 2 at the target\n",
        f"  {WEEK} images: is not read to the week's end\n",
    )


def test_a_sign_in_that_ends_while_a_run_is_waited_for_ends_with_2_and_leaves_nothing(move, crawl):
    move.passed("precheck")
    move.stores |= {"weeks": [QUEUED], "waitMinutes": 2}
    crawl.trigger(sunday(QUEUED))
    with crawl.api(AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME="5") as address:
        move.stores["airflow"]["address"] = address
        done = move.verify()

    assert done.returncode == 2
    assert "airflow: /api/v2/dags/danawa_crawler/dagRuns: 401 the sign-in is refused, or has ended" in done.stderr
    assert "Traceback" not in done.stderr
    assert not move.path("verify").exists()


def test_a_run_that_failed_and_a_week_without_one_are_no_success(move, broker, crawl):
    only(broker, NEVER, FAILED)
    move.passed("precheck")
    move.stores["weeks"] = [FAILED, NEVER]
    crawl.world.vehicles = []
    crawl.site.away["/vehicles/1/images"] = 99
    try:
        assert crawl.world.ask("run", moment(FAILED))["state"] == "failed"
    finally:
        crawl.site.away.clear()

    done = move.verify()
    refused(
        done,
        f"  {FAILED} images: no task has saved it\n",
        f"  {FAILED} run: is failed\n",
        f"  {NEVER} run: Airflow has none of that week\n",
        f"  {FAILED} images\n",
    )
    assert f"  {FAILED} options: no task has saved it\n" not in done.stdout
    assert move.refusals()


def test_weeks_that_airflow_has_forgotten_or_that_are_ahead_are_not_compared(move):
    ahead = sunday(WEEKS[0]) + timedelta(days=8)
    for week, told in (("2020-W01", "is over for more than 90 days"), (f"{ahead:%G-W%V}", "is not crawled yet")):
        move.stores["weeks"] = [week]
        done = move.verify("precheck")
        assert done.returncode == 2
        assert f"weeks: {week} {told}" in done.stderr


def test_a_database_that_is_not_there_is_no_target_and_another_is_another(move, rds):
    move.passed("precheck")
    move.stores["target"]["name"] = ANOTHER
    missing = move.verify()
    make_database(rds, ANOTHER)
    try:
        other = move.verify()
    finally:
        rds.delete_db_instance(DBInstanceIdentifier=ANOTHER, SkipFinalSnapshot=True)

    assert missing.returncode == 2
    assert f"target: AWS does not describe {ANOTHER}: " in missing.stderr
    assert other.returncode == 1
    assert "refused: is of another target, " in other.stdout


def test_a_crawl_that_is_paused_starts_no_run_and_does_not_soak(move, broker, crawl):
    only(broker, QUEUED)
    move.passed("precheck")
    crawl.told("dags", "pause", "danawa_crawler", "--yes")
    try:
        crawl.trigger(sunday(QUEUED, 30))
        move.stores |= {"weeks": [QUEUED], "waitMinutes": 30}
        refused(move.verify(), f"  {QUEUED} run: is queued, and danawa_crawler is paused: it will not go on\n")
        refused(move.verify("soak", "--rehearse"), "health: DIFFERENT, 6 of 6 compared\n  paused\n")
    finally:
        crawl.told("dags", "unpause", "danawa_crawler", "--yes")


def test_going_back_pauses_the_crawl_and_empties_neither_side(move, broker, crawl):
    move.passed("precheck", "verify", "cut-over")
    vehicles, kept = crawl.world.vehicles, broker.ends()
    # The week before was crawled by Airflow alone: there is nothing of it in Kafka.
    move.stores["weeks"] = [WEEK, BEFORE]
    alone = move.verify("cut-over", "--rehearse")
    refused(
        alone,
        f"refused: counts: {BEFORE} images is 0 at the source and 2 at the target\n",
        f"  {BEFORE} crawled: the topics have nothing of that week\n",
    )

    crawl.told("dags", "pause", "danawa_crawler", "--yes")
    try:
        assert unpaused(crawl) is False
        broker.produce(A_WEEK, sunday(WEEK, 30))
        # The group goes on where it stood: it reads what is new, and nothing twice.
        broker.consume(EACH * len(TOPICS))
    finally:
        crawl.told("dags", "unpause", "danawa_crawler", "--yes")
    assert unpaused(crawl) is True
    now = broker.ends()
    assert all(now[f"{name} EARLIEST"] == kept[f"{name} EARLIEST"] for name in NAMES.values())
    assert all(now[f"{name} LATEST"] == kept[f"{name} LATEST"] + EACH for name in NAMES.values())
    assert crawl.world.vehicles == vehicles
    # Evidence of before does not hold for what both have done since.
    move.stores["weeks"] = [WEEK]
    again = move.verify("cut-over", "--rehearse")
    refused(again, f"refused: counts: {WEEK} images is 4 at the source and 2 at the target\n", "runs: equal")


def test_the_gate_refuses_evidence_that_is_edited_of_another_environment_or_old(move):
    move.passed("precheck", "verify")

    gate_refuses_what_is_edited_copied_or_old(move)
