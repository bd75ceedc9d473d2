"""The weekly crawl that replaces four topics, a producer and a consumer: Sunday, two in the morning in Seoul.

It wants two connections, which the landing zone makes of ``landing:workflow.crawl``, the cluster and two secrets:
``danawa`` (host, login, password; extra: ``pages``, a list of paths, and ``matchField`` where documents were restored)
and ``documents`` (DocumentDB: host, port, login, password; schema: the database; extra: whatever pymongo is to be told
besides). And it wants workers that have pymongo, which Airflow's own image lacks: ``landing:workflow.image`` names one
that migration/image builds. What was crawled rests in S3, and only its address is handed on: results between tasks are
kept in the metadata database.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, task, task_group
from danawa_topics import TOPICS

ZONE = "Asia/Seoul"
#: Seconds between two pages, so that the site hardly notices; topics at once, for the same reason.
REST = 1.0
AT_ONCE = 2
TIMEOUT = 30
ALERTS = "http://kps-alertmanager.monitoring.svc.cluster.local:9093/api/v2/alerts"
#: AWS's authority for databases, which no image trusts by itself.
AUTHORITY = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
#: Seconds since 1970 of the crawl that is in the store as a whole; the exporter calls it airflow_ and so on, with _ for
#: dots. observability/rules/workflow.yaml waits for it.
COMPLETE = "danawa_crawler.complete_timestamp_seconds"


def tell(context: Any) -> None:
    """Tells Alertmanager of a task that has failed for good: a lost week is an alert like any other."""
    instance = context["task_instance"]
    _alert(instance.dag_id, instance.task_id, str(context.get("exception") or "its log says why"), instance.log_url)


def tell_run(context: Any) -> None:
    """Tells Alertmanager of a run that has failed, whatever became of its tasks: one that is killed tells nothing."""
    run = context["dag_run"]
    _alert(run.dag_id, "", f"run {run.run_id}: {context.get('reason')}", "")


def _alert(dag_id: str, task_id: str, error: str, address: str) -> None:
    import json
    from datetime import UTC, datetime
    from urllib.request import Request, urlopen

    from danawa_topics import failure_alert

    body = json.dumps(failure_alert(dag_id, task_id, error, address, datetime.now(tz=UTC))).encode()
    urlopen(Request(ALERTS, body, {"Content-Type": "application/json"}), timeout=TIMEOUT).close()


with DAG(
    dag_id="danawa_crawler",
    description="What Danawa shows of vehicles, by topic, into DocumentDB",
    # No start_date: with one, Airflow 3.2 runs at once for the Sunday before it was first seen. Without one, what
    # run_immediately calls False is a tenth of the week (3.2.2, timetables/trigger.py): no time at all is what waits.
    schedule=CronTriggerTimetable("0 2 * * SUN", timezone=ZONE, run_immediately=timedelta()),
    catchup=False,
    # At its first sight only: a person who pauses it later is obeyed, and NoCrawlThisWeek tells of it.
    is_paused_upon_creation=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    on_failure_callback=tell_run,
    default_args={
        "owner": "data",
        "retries": 3,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(hours=1),
        "max_active_tis_per_dagrun": AT_ONCE,
        "on_failure_callback": tell,
    },
    tags=["workflow"],
) as dag:

    @task(execution_timeout=timedelta(hours=3))
    def crawl(topic: str, dag_run: Any = None) -> str:
        """Reads every page of a topic into one object, whose key follows from the week: a retry replaces it."""
        import logging
        import time
        from urllib.request import urlopen

        import boto3
        from airflow.sdk import Connection, conf
        from danawa_topics import crawl as read_pages
        from danawa_topics import moment_of, request, resting_place, to_lines, week_of

        site, week = Connection.get("danawa"), week_of(moment_of(dag_run))

        def read(path: str) -> str:
            with urlopen(request(site.host, path, site.login, site.password), timeout=TIMEOUT) as answer:  # noqa: S310
                return answer.read().decode(answer.headers.get_content_charset() or "utf-8")

        found = read_pages(read, site.extra_dejson["pages"], topic, week, lambda: time.sleep(REST))
        for path, fault in found.faults.items():
            logging.getLogger(__name__).warning("%s was not read: %s", path, fault)
        bucket, key = resting_place(conf.get("logging", "remote_base_log_folder"), week, topic)
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=to_lines(found.documents).encode())
        return f"s3://{bucket}/{key}"

    @task(execution_timeout=timedelta(minutes=30))
    def save(address: str) -> int:
        """Writes each vehicle once, whatever was written before, and says how many."""
        import tempfile
        from urllib.request import urlopen

        import boto3
        from airflow.sdk import Connection
        from danawa_documents import identities
        from danawa_documents import save as write
        from danawa_topics import from_lines
        from pymongo import MongoClient, UpdateOne

        bucket, _, key = address.removeprefix("s3://").partition("/")
        found = from_lines(boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode())
        site, store = Connection.get("danawa"), Connection.get("documents")
        with tempfile.NamedTemporaryFile(suffix=".pem") as authority, urlopen(AUTHORITY, timeout=TIMEOUT) as answer:
            authority.write(answer.read())
            authority.flush()
            # Before engine 8.0.2 a retried write fails; the task is retried instead, which changes nothing twice.
            client: Any = MongoClient(
                store.host,
                store.port or 27017,
                username=store.login,
                password=store.password,
                tls=True,
                tlsCAFile=authority.name,
                retryWrites=False,
                **store.extra_dejson,
            )
            with client:
                vehicles = client[store.schema]["vehicles"]
                pages, field = [each["page"] for each in found], site.extra_dejson.get("matchField")
                return write(vehicles, found, identities(vehicles, pages, site.host, field), UpdateOne)

    @task(execution_timeout=timedelta(minutes=5))
    def complete(dag_run: Any = None) -> None:
        """Says for Prometheus which crawl is complete: no news by the next Sunday is the alert."""
        from airflow.sdk.observability.stats import Stats
        from danawa_topics import moment_of

        Stats.gauge(COMPLETE, int(moment_of(dag_run).timestamp()))

    @task_group
    def topic(topic: str) -> None:
        """One topic by itself: it is retried alone, and another's failure does not keep it from being saved."""
        save(crawl(topic))

    topic.expand(topic=list(TOPICS)) >> complete()
