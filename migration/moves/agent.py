"""Grafana Alloy to the CloudWatch agent: Prometheus scrapes what Alloy sent it, and the agent takes traces."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NothingWritten, Parameter, Step, command, pipe

_QUERY: Final = "https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries"
_UP: Final = pipe(
    _QUERY,
    (
        *("curl", "--fail-with-body", "--silent", "--show-error", "--get", "http://$PROMETHEUS_HOST:9090/api/v1/query"),
        *("--data-urlencode", "query=sum(up)"),
    ),
    ("jq", "--exit-status", ".data.result[0].value[1] | tonumber > 0"),
    not_run=steps.NO_ACCOUNT,
)
_ADDON: Final = pipe(
    f"{steps.AWS}eks/describe-addon.html",
    (
        *("aws", "eks", "describe-addon", "--cluster-name", "alphacar-eks", "--output", "json"),
        *("--addon-name", "amazon-cloudwatch-observability"),
    ),
    ("jq", "--exit-status", '.addon.status == "ACTIVE" and .addon.health.issues == []'),
    not_run=steps.NO_ACCOUNT,
)

MOVE: Final = Move(
    capability="agent",
    title="Grafana Alloy to the CloudWatch agent",
    summary=(
        "Nothing is copied: series begin anew where they are scraped. What Alloy scraped is compared with what "
        "Prometheus in EKS scrapes, target by target. The agent ships no metrics: what it shipped would be billed."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.SOURCE_NAMESPACE,
        Parameter(
            name="PROMETHEUS_HOST", meaning="Prometheus in EKS", found_by="kubectl --namespace monitoring get services"
        ),
    ),
    steps=(
        Step(
            name="list-targets",
            kind="precheck",
            title="Prometheus in EKS answers and scrapes something",
            owner="platform",
            minutes=15,
            place="cluster",
            run=(_UP,),
            verify=(_UP,),
            undo=NothingWritten(),
        ),
        steps.prove_requirements("agent"),
        steps.deployed("install-agent", "Deploy phase 1, the agent's add-on with it", _ADDON),
        Step(
            name="compare",
            kind="verify",
            title="Compare the targets and the series of both sides over the same hour",
            owner="platform",
            minutes=60,
            run=(steps.compare("agent"),),
            verify=(steps.compare("agent", "verify"), _UP),
            undo=NothingWritten(),
        ),
        Step(
            name="stop-alloy",
            kind="cut-over",
            title="Let no pod of Alloy be scheduled any more",
            owner="platform",
            minutes=15,
            # While both sides still run: of a source that has stopped nothing can be compared.
            run=(
                steps.compare("agent", "cut-over"),
                command(
                    f"{steps.KUBECTL}kubectl_patch/",
                    *(
                        "kubectl",
                        "--context",
                        "$SOURCE_CONTEXT",
                        "--namespace",
                        "$SOURCE_NAMESPACE",
                        "patch",
                        "daemonset",
                    ),
                    *(
                        "alloy",
                        "--patch",
                        '{"spec":{"template":{"spec":{"nodeSelector":{"alphacar.io/stopped":"true"}}}}}',
                    ),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            verify=(
                steps.absent(
                    "$SOURCE_CONTEXT", "$SOURCE_NAMESPACE", "pods", "app.kubernetes.io/name=alloy", steps.NO_CLUSTER
                ),
            ),
            undo=(
                command(
                    f"{steps.KUBECTL}kubectl_patch/",
                    *(
                        "kubectl",
                        "--context",
                        "$SOURCE_CONTEXT",
                        "--namespace",
                        "$SOURCE_NAMESPACE",
                        "patch",
                        "daemonset",
                    ),
                    *("alloy", "--type=json", "--patch"),
                    '[{"op":"remove","path":"/spec/template/spec/nodeSelector/alphacar.io~1stopped"}]',
                    not_run=steps.NO_CLUSTER,
                ),
            ),
        ),
        Step(
            name="soak",
            kind="soak",
            title="Two weeks without a gap in what is scraped",
            owner="platform",
            minutes=30,
            run=(steps.compare("agent", "soak"),),
            verify=(_UP, _ADDON),
            undo=NothingWritten(),
        ),
        steps.remove_release("agent", "Alloy", "its configuration is in Git", "app.kubernetes.io/name=alloy"),
    ),
    roll_back=Step(
        name="start-alloy",
        kind="roll-back",
        title="Let Alloy be scheduled again; choose Tempo first, because X-Ray goes with the agent",
        owner="platform",
        minutes=30,
        run=(
            command(
                f"{steps.KUBECTL}kubectl_patch/",
                *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "patch", "daemonset"),
                *("alloy", "--type=json", "--patch"),
                '[{"op":"remove","path":"/spec/template/spec/nodeSelector/alphacar.io~1stopped"}]',
                not_run=steps.NO_CLUSTER,
            ),
        ),
        verify=(
            command(
                f"{steps.KUBECTL}kubectl_rollout/kubectl_rollout_status/",
                *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "rollout", "status"),
                *("daemonset/alloy", "--timeout=10m"),
                not_run=steps.NO_CLUSTER,
            ),
        ),
        undo=(
            command(
                f"{steps.KUBECTL}kubectl_patch/",
                *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "patch", "daemonset"),
                *("alloy", "--patch", '{"spec":{"template":{"spec":{"nodeSelector":{"alphacar.io/stopped":"true"}}}}}'),
                not_run=steps.NO_CLUSTER,
            ),
        ),
    ),
    limits=(
        "The same metrics in CloudWatch are given up on purpose: Prometheus stays, and the add-on bills by default.",
        "Series of before are read in the old Prometheus until its retention has passed.",
    ),
)
