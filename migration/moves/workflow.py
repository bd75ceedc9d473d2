"""Kafka and its consumers to Airflow: no data moves, but the weekly run does; the queue is drained first."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Command, Move, NoReturn, NothingWritten, Parameter, Step, command, pipe

_AIRFLOW: Final = "https://airflow.apache.org/docs/apache-airflow/3.2.2/cli-and-env-variables-ref.html"
_GROUPS: Final = "https://kafka.apache.org/39/documentation.html#basic_ops_consumer_group"
_IN_AIRFLOW: Final = (
    *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "airflow", "exec", "deployment/airflow-scheduler"),
    *("--", "airflow", "dags"),
)
_PAUSE: Final = command(_AIRFLOW, *_IN_AIRFLOW, "pause", "danawa_crawler", "--yes", not_run=steps.NO_ACCOUNT)
_NOT_PAUSED: Final = pipe(
    _AIRFLOW,
    (*_IN_AIRFLOW, "details", "danawa_crawler", "--output", "json"),
    (
        *("jq", "--raw-input", "--null-input", "--exit-status"),
        # Its log is on standard output as well: the answer is the line that is a list.
        '[inputs | fromjson? | arrays | .[] | objects | .is_paused] == ["False"]',
    ),
    not_run=steps.NO_ACCOUNT,
)
#: One line a partition: group, topic, partition, offset, end, lag.
_LAG: Final = pipe(
    _GROUPS,
    (
        *("kafka-consumer-groups.sh", "--bootstrap-server", "$KAFKA_HOST:9092"),
        *("--command-config", "/move/client.properties", "--describe", "--group", "danawa-crawl"),
    ),
    ("tee", "/data/lag.txt"),
    ("grep", "--extended-regexp", "danawa-crawl-"),
)
_NO_LAG: Final = pipe(
    "https://jqlang.org/manual/v1.8/#inputs",
    (
        "jq",
        "--raw-input",
        "--null-input",
        "--exit-status",
        '[inputs | select(test("danawa-crawl-")) | [splits(" +")] | .[5]] | length > 0 and all(. == "0")',
        "/data/lag.txt",
    ),
)
#: Strimzi's pods belong to a StrimziPodSet and not to a StatefulSet; it makes both again while their Kafka is there.
_PODS: Final = "strimzi.io/kind=Kafka"


def _delete(kinds: str) -> Command:
    return command(
        f"{steps.KUBECTL}kubectl_delete/",
        *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "delete", kinds),
        *("--all", "--wait=true", "--timeout=10m"),
        not_run=steps.NO_CLUSTER,
    )


MOVE: Final = Move(
    capability="workflow",
    title="Kafka to Apache Airflow",
    summary=(
        "The topics carry one batch a week and hold nothing that is not in the documents afterwards. Producers stop, "
        "consumers drain the four topics to a lag of 0, and the DAG writes next Sunday instead. It is unpaused between "
        "two Sundays: Airflow starts at once what it thinks it has missed."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.TARGET_CONTEXT,
        steps.SOURCE_NAMESPACE,
        steps.WRITER_NAMESPACE,
        steps.WRITERS,
        steps.WRITER_REPLICAS,
        Parameter(name="KAFKA_HOST", meaning="a broker's address", found_by="kubectl get services -A"),
    ),
    steps=(
        Step(
            name="read-groups",
            kind="precheck",
            title="Read the consumer group: it must know the four topics, or a lag of 0 says nothing",
            owner="data",
            minutes=15,
            place="cluster",
            run=(_LAG,),
            verify=(_LAG,),
            undo=NothingWritten(),
        ),
        steps.prove_requirements("workflow"),
        Step(
            name="run-beside",
            kind="copy",
            title="Run the DAG by hand on the Sunday of the old crawl, and wait until it has ended",
            owner="data",
            minutes=120,
            run=(command(_AIRFLOW, *_IN_AIRFLOW, "trigger", "danawa_crawler", not_run=steps.NO_ACCOUNT),),
            # A run that was triggered has not ended: this waits for it, with a bound.
            verify=(steps.compare("workflow"),),
            undo=(_PAUSE,),
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare what both crawls of a week wrote: how many vehicles, and each run's end",
            owner="data",
            minutes=60,
            run=(steps.compare("workflow"),),
            verify=(steps.compare("workflow", "verify"),),
            undo=NothingWritten(),
        ),
        Step(
            name="drain",
            kind="cut-over",
            title="Stop producers and wait until nothing is left in the topics",
            owner="data",
            minutes=60,
            run=(*steps.hold_writes(), _LAG),
            verify=(steps.writes_held(), _NO_LAG, steps.compare("workflow", "cut-over")),
            undo=steps.let_write(),
        ),
        Step(
            name="unpause",
            kind="cut-over",
            title="Unpause the DAG, before Sunday 02:00 in Seoul and after the last one's run",
            owner="data",
            minutes=15,
            run=(command(_AIRFLOW, *_IN_AIRFLOW, "unpause", "danawa_crawler", "--yes", not_run=steps.NO_ACCOUNT),),
            verify=(_NOT_PAUSED,),
            undo=(_PAUSE,),
        ),
        Step(
            name="soak",
            kind="soak",
            title="Four Sundays by the DAG alone, each of them a success",
            owner="data",
            minutes=60,
            run=(steps.compare("workflow", None, "--step", "soak"),),
            verify=(steps.compare("workflow", "soak"),),
            undo=NothingWritten(),
        ),
        Step(
            name="remove-incumbent",
            kind="decommission",
            title="Remove Kafka with Strimzi from the on-premises cluster; its topics are not kept",
            owner="platform",
            minutes=30,
            run=(
                # A topic is let go by an operator that goes with its Kafka.
                _delete("kafkatopics.kafka.strimzi.io,kafkausers.kafka.strimzi.io"),
                _delete("kafkas.kafka.strimzi.io,kafkanodepools.kafka.strimzi.io"),
                # What it owned is collected later.
                command(
                    f"{steps.KUBECTL}kubectl_wait/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "wait", "pod"),
                    *("--for=delete", "--selector", _PODS, "--timeout=10m"),
                    not_run=steps.NO_CLUSTER,
                ),
                command(
                    f"{steps.KUBECTL}kubectl_delete/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "delete"),
                    *("deployment", "strimzi-cluster-operator", "--ignore-not-found", "--wait=true"),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            verify=(
                steps.absent(
                    "$SOURCE_CONTEXT",
                    "$SOURCE_NAMESPACE",
                    "pods,strimzipodsets.core.strimzi.io",
                    _PODS,
                    steps.NO_CLUSTER,
                ),
                *steps.gone("workflow"),
            ),
            undo=NoReturn(why="Kafka with Strimzi is gone; its topics are not kept"),
        ),
    ),
    roll_back=Step(
        name="start-producers",
        kind="roll-back",
        title="Pause the DAG before the next Sunday, and start producers and consumers again",
        owner="data",
        minutes=60,
        run=(_PAUSE, *steps.let_write()),
        verify=(_LAG,),
        undo=steps.hold_writes(),
    ),
    limits=(
        "A vehicle is doubled unless both crawls give it one _id: compare before the drain.",
        "Counts by week and topic are compared, values are not: the old messages have no known form.",
        "A week's messages are found by their time: one that is sent late counts with those that were sent beside it.",
        "A run by hand is of the week in which it is started, whatever logical date it is given.",
        "A task that is killed runs no callback on failure: absence of a run must raise an alarm of its own.",
    ),
    after=("documents", "secrets"),
)
