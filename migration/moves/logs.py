"""Loki to CloudWatch Logs: both are written for a while; old lines are read where they are."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NoReturn, NothingWritten, Parameter, Step, command, pipe

_GROUP: Final = "/alphacar/alphacar-eks/pods"
_STREAMS: Final = pipe(
    f"{steps.AWS}logs/describe-log-streams.html",
    (
        *("aws", "logs", "describe-log-streams", "--log-group-name", _GROUP, "--order-by", "LastEventTime"),
        *("--descending", "--max-items", "50", "--output", "json"),
    ),
    ("jq", "--exit-status", "[.logStreams[] | select(.lastIngestionTime / 1000 > now - 900)] | length > 0"),
    not_run=steps.NO_ACCOUNT,
)
_LOKI: Final = pipe(
    "https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-labels",
    ("curl", "--fail-with-body", "--silent", "--show-error", "http://$LOKI_HOST:3100/loki/api/v1/labels"),
    ("jq", "--exit-status", ".data | length > 0"),
    not_run=steps.NO_CLUSTER,
)

#: Its chart makes a DaemonSet (https://grafana.com/docs/loki/latest/send-data/promtail/installation/).
_PROMTAIL: Final = (
    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "patch", "daemonset", "promtail"),
    "--patch",
)

MOVE: Final = Move(
    capability="logs",
    title="Loki to Amazon CloudWatch Logs",
    summary=(
        "Lines are not copied. Fluent Bit writes to both, paid twice while it lasts; then to CloudWatch alone, "
        "and Loki is read until the retention of its last line has passed."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.SOURCE_NAMESPACE,
        Parameter(name="LOKI_HOST", meaning="Loki's address", found_by="kubectl get services -A"),
    ),
    steps=(
        Step(
            name="read-labels",
            kind="precheck",
            title="Loki answers and has lines: an empty one has nothing to compare with",
            owner="platform",
            minutes=15,
            run=(_LOKI,),
            verify=(_LOKI,),
            undo=NothingWritten(),
        ),
        steps.prove_requirements("logs"),
        steps.deployed("write-to-both", "Deploy Fluent Bit with CloudWatch Logs as output, beside Loki", _STREAMS),
        Step(
            name="compare",
            kind="verify",
            title="Compare lines by stream over the same hour",
            owner="platform",
            minutes=60,
            run=(steps.compare("logs"),),
            verify=(steps.compare("logs", "verify"), _STREAMS),
            undo=NothingWritten(),
        ),
        Step(
            name="stop-writing-to-loki",
            kind="cut-over",
            title="Let no pod of Promtail be scheduled any more: new lines are in CloudWatch alone",
            owner="platform",
            minutes=30,
            # While both sides still run: of a source that has stopped nothing can be compared.
            run=(
                steps.compare("logs", "cut-over"),
                command(
                    f"{steps.KUBECTL}kubectl_patch/",
                    *(*_PROMTAIL, '{"spec":{"template":{"spec":{"nodeSelector":{"alphacar.io/stopped":"true"}}}}}'),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            verify=(
                _STREAMS,
                steps.absent(
                    "$SOURCE_CONTEXT", "$SOURCE_NAMESPACE", "pods", "app.kubernetes.io/name=promtail", steps.NO_CLUSTER
                ),
            ),
            undo=(
                command(
                    f"{steps.KUBECTL}kubectl_patch/",
                    *(*_PROMTAIL[:-1], "--type=json", "--patch"),
                    '[{"op":"remove","path":"/spec/template/spec/nodeSelector/alphacar.io~1stopped"}]',
                    not_run=steps.NO_CLUSTER,
                ),
            ),
        ),
        Step(
            name="soak",
            kind="soak",
            title="Read old lines in Loki until its retention has passed",
            owner="platform",
            minutes=15,
            run=(steps.compare("logs", "soak"),),
            verify=(_STREAMS,),
            undo=NothingWritten(),
        ),
        steps.remove_release("logs", "Loki", "its lines are past their retention", "app.kubernetes.io/name=loki"),
    ),
    roll_back=Step(
        name="write-to-loki",
        kind="roll-back",
        title="Record the measurement that decides for Loki, and deploy: Fluent Bit writes there again",
        owner="platform",
        minutes=60,
        run=(steps.deploy(),),
        verify=(_LOKI,),
        undo=NoReturn(why="lines of the time between are in CloudWatch, and stay there until they expire"),
    ),
    limits=("While both are written, the ingestion of CloudWatch is paid on top of Loki's disk.",),
)
