"""Run by the Python that has Airflow: its command line, or a question, with stand-ins for what is not on this machine.

``inside.py FOLDER airflow ARGUMENTS...``, or ``inside.py FOLDER first-run|paused|run|runs ARGUMENTS...``, whose answer is
JSON on the last line. The store is mongomock's, kept in FOLDER/vehicles.json between two processes; S3 is FOLDER/s3; what
Alertmanager is told is a line of FOLDER/alerts.jsonl. Airflow, the driver's operations and the site are real.
"""

import atexit
import io
import json
import sys
import time
import urllib.request
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(sys.argv[1])
DAG = "danawa_crawler"


class Folder:
    """S3, as far as the crawl uses it."""

    def put_object(self, *, Bucket, Key, Body):  # noqa: N803 - S3's own
        path = FOLDER / "s3" / Bucket / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Body)

    def get_object(self, *, Bucket, Key):  # noqa: N803 - S3's own
        return {"Body": io.BytesIO((FOLDER / "s3" / Bucket / Key).read_bytes())}


def stand_in():
    """Put the stand-ins where the crawl looks."""
    import boto3
    import mongomock
    import pymongo

    added = mongomock.collection.BulkOperationBuilder.add_update

    # mongomock 4.3 is older than the driver's ``sort``, which the crawl never gives.
    def add_update(builder, *arguments, sort=None, **options):
        assert sort is None
        return added(builder, *arguments, **options)

    mongomock.collection.BulkOperationBuilder.add_update = add_update
    client = mongomock.MongoClient()
    kept, vehicles = FOLDER / "vehicles.json", client["alphacar"]["vehicles"]
    if kept.exists() and (documents := json.loads(kept.read_text())):
        vehicles.insert_many(documents)
    atexit.register(lambda: kept.write_text(json.dumps(sorted(vehicles.find(), key=lambda one: str(one["_id"])))))

    def connect(host, port, **options):
        assert (host, port, options["tls"], options["retryWrites"]) == ("store.invalid", 27017, True, False)
        assert Path(options["tlsCAFile"]).read_bytes() == b"an authority"
        return client

    really = urllib.request.urlopen

    def urlopen(asked, *arguments, **options):
        address = asked if isinstance(asked, str) else asked.full_url
        if address.startswith("https://truststore.pki.rds.amazonaws.com/"):
            return io.BytesIO(b"an authority")
        if "kps-alertmanager" in address:
            with (FOLDER / "alerts.jsonl").open("a") as told:
                told.write(asked.data.decode() + "\n")
            return io.BytesIO()
        return really(asked, *arguments, **options)

    pymongo.MongoClient, boto3.client, urllib.request.urlopen = connect, lambda _: Folder(), urlopen
    time.sleep = lambda _, sleep=time.sleep: sleep(0.01)


def parsed():
    """The DAG as Airflow parses it."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag()
    assert not bag.import_errors, bag.import_errors
    return bag.dags[DAG]


def first_run(*moments):
    """When the DAG would run first, if it were seen first at each of the moments."""
    from unittest.mock import patch

    from airflow.serialization.serialized_objects import DagSerialization
    from airflow.timetables.base import TimeRestriction

    dag = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(parsed()))
    earliest = TimeRestriction(earliest=dag.start_date, latest=None, catchup=dag.catchup)
    found = []
    for now in map(datetime.fromisoformat, moments):
        with patch("airflow.timetables.trigger.utcnow", lambda now=now: now):
            run = dag.timetable.next_dagrun_info(last_automated_data_interval=None, restriction=earliest)
        found.append(run.run_after.isoformat())
    return found


def paused():
    """Whether the scheduler would leave the DAG alone."""
    from airflow.models.dag import DagModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        return session.scalar(select(DagModel.is_paused).where(DagModel.dag_id == DAG))


def run(logical_date="", run_after=""):
    """One run, in which a retry waits for nothing: its state, and of each task instance its state and tries."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    dag = parsed()
    for task in dag.tasks:
        if task.is_mapped:
            task.partial_kwargs |= {"retry_delay": timedelta(), "retry_exponential_backoff": 0}
        task.__dict__["retry_delay"] = timedelta()
    when = {"logical_date": datetime.fromisoformat(logical_date) if logical_date else None}
    if run_after:
        when["run_after"] = datetime.fromisoformat(run_after)
    done = dag.test(**when)
    with create_session() as session:
        instances = session.scalars(select(TaskInstance).where(TaskInstance.run_id == done.run_id)).all()
        found = {f"{one.task_id}[{one.map_index}]": [str(one.state), one.try_number] for one in instances}
    return {"state": str(done.state), "tasks": found}


def runs(*logical_dates):
    """The states of several runs, one after the other."""
    return [run(logical_date)["state"] for logical_date in logical_dates]


def main(what, *arguments):
    """Do what was asked."""
    stand_in()
    if what == "airflow":
        from airflow.__main__ import main as airflow

        sys.argv = ["airflow", *arguments]
        return airflow()
    questions = {"first-run": first_run, "paused": paused, "run": run, "runs": runs}
    with redirect_stdout(sys.stderr):
        answer = questions[what](*arguments)
    print(json.dumps(answer))  # noqa: T201 - the answer
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[2:]))
