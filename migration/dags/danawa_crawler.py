"""The weekly crawl that replaces four topics, a producer and a consumer: Sunday, two in the morning in Seoul.

It wants two connections, ``danawa`` (host, login, password; extra: ``pages``, a list of paths) and ``documents``
(DocumentDB: host, port, login, password; schema: the database; extra: whatever pymongo is to be told besides), which
the landing zone makes of ``landing:workflow.crawl``, the cluster and two secrets; and workers that have pymongo, which
Airflow's own image lacks: ``landing:workflow.image`` names one that migration/image builds. What was crawled rests in
S3, and only its address is handed on: results between tasks are kept in the metadata database.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, CronTriggerTimetable, task

ZONE = "Asia/Seoul"
#: Seconds between two pages, so that the site hardly notices.
REST = 1.0
TIMEOUT = 30
ALERTS = "http://kps-alertmanager.monitoring.svc.cluster.local:9093/api/v2/alerts"
#: AWS's authority for databases, which no image trusts by itself.
AUTHORITY = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"


def tell(context: Any) -> None:
    """Tells Alertmanager of a task that has failed for good: a lost week is an alert like any other."""
    import json
    from datetime import UTC
    from urllib.request import Request, urlopen

    from danawa_specifications import failure_alert

    instance, error = context["task_instance"], context.get("exception")
    alerts = failure_alert(instance.dag_id, instance.task_id, str(error), instance.log_url, datetime.now(tz=UTC))
    body = json.dumps(alerts).encode()
    urlopen(Request(ALERTS, body, {"Content-Type": "application/json"}), timeout=TIMEOUT).close()


with DAG(
    dag_id="danawa_crawler",
    description="Vehicle specifications from Danawa into DocumentDB",
    schedule=CronTriggerTimetable("0 2 * * SUN", timezone=ZONE),
    start_date=datetime(2026, 11, 1, tzinfo=ZoneInfo(ZONE)),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "data",
        "retries": 3,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(hours=1),
        "on_failure_callback": tell,
    },
    tags=["workflow"],
) as dag:

    @task(execution_timeout=timedelta(hours=3))
    def crawl_specifications(dag_run: Any = None) -> str:
        """Reads every page into one object, whose key follows from the day: a retry replaces it."""
        import logging
        import time
        from urllib.request import urlopen

        import boto3
        from airflow.sdk import Connection, conf
        from danawa_specifications import crawl, day_of, request, resting_place, to_lines

        site, day = Connection.get("danawa"), day_of(dag_run.run_after)

        def read(path: str) -> str:
            with urlopen(request(site.host, path, site.login, site.password), timeout=TIMEOUT) as answer:  # noqa: S310
                return answer.read().decode(answer.headers.get_content_charset() or "utf-8")

        found = crawl(read, site.extra_dejson["pages"], day, lambda: time.sleep(REST))
        for path, fault in found.faults.items():
            logging.getLogger(__name__).warning("%s was not read: %s", path, fault)
        bucket, key = resting_place(conf.get("logging", "remote_base_log_folder"), day)
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=to_lines(found.documents).encode())
        return f"s3://{bucket}/{key}"

    @task(execution_timeout=timedelta(minutes=30))
    def save_to_mongodb(address: str) -> int:
        """Writes each vehicle once, whatever was written before, and says how many."""
        import tempfile
        from urllib.request import urlopen

        import boto3
        from airflow.sdk import Connection
        from danawa_specifications import from_lines, save
        from pymongo import MongoClient, UpdateOne

        bucket, _, key = address.removeprefix("s3://").partition("/")
        body = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        store = Connection.get("documents")
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
                return save(client[store.schema]["vehicles"], from_lines(body.decode()), UpdateOne)

    crawled = crawl_specifications()
    saved = save_to_mongodb(crawled)
    crawled >> saved
