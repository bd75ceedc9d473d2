"""What several moves do alike: open the network, compare both sides, watch the target, and take the incumbent away."""

from __future__ import annotations

from typing import Final

from migration.moves.model import Command, Kind, NoReturn, NothingWritten, Parameter, Step, Undo, command, pipe
from policy.ledger.moves import Proven
from stacks.sections.moves import Moved

KUBECTL: Final = "https://kubernetes.io/docs/reference/kubectl/generated/"
AWS: Final = "https://docs.aws.amazon.com/cli/latest/reference/"
MAKE: Final = "https://www.gnu.org/software/make/manual/html_node/Overriding.html"
MIGRATION: Final = "https://docs.python.org/3.11/using/cmdline.html#cmdoption-m"
#: Why what speaks to AWS was never run where this was written.
NO_ACCOUNT: Final = "wants an AWS account: the command was composed from its reference, and never run"
NO_CLUSTER: Final = "wants the on-premises cluster: the command was composed from its reference, and never run"
NO_KIT: Final = "wants both stores; what it compares is in the table of proofs, policy/ledger/moves.py"

ENVIRONMENT: Final = Parameter(
    name="ENVIRONMENT", meaning="the environment, by its stack file", found_by="stacks/Pulumi.<stack>.yaml"
)
SOURCE_CONTEXT: Final = Parameter(
    name="SOURCE_CONTEXT",
    meaning="kubectl's context of the on-premises cluster",
    found_by="kubectl config get-contexts",
)
TARGET_CONTEXT: Final = Parameter(
    name="TARGET_CONTEXT", meaning="kubectl's context of EKS", found_by="pulumi stack output kubeconfig"
)
SOURCE_NAMESPACE: Final = Parameter(
    name="SOURCE_NAMESPACE", meaning="the incumbent's namespace", found_by="kubectl get statefulsets,deployments -A"
)
WRITER_NAMESPACE: Final = Parameter(
    name="WRITER_NAMESPACE",
    meaning="the namespace of the workloads that write, which is not the incumbent's own",
    found_by="kubectl get deployments -A -l $WRITERS",
)
WRITERS: Final = Parameter(
    name="WRITERS", meaning="a label that every on-premises workload which writes has", found_by="you put it on them"
)
WRITER_REPLICAS: Final = Parameter(
    name="WRITER_REPLICAS", meaning="how many replicas the writers had", found_by="kubectl get deployments -l $WRITERS"
)


#: Names both sides; docs/migration.md has its form.
STORES: Final = "/move/stores.yaml"


def deploy(not_run: str = NO_ACCOUNT) -> Command:
    """The deployment of the environment, previewed with all packs first; the stack file says what changes."""
    return command(MAKE, "make", "up", "STACK=$ENVIRONMENT", not_run=not_run)


def compare(capability: Moved, step: Proven | None = None, *more: str, stores: str = STORES) -> Command:
    """Both sides compared, as evidence of ``step``, or for nothing but the answer; ends with 1 when they differ."""
    written = ("--step", step) if step else ("--rehearse",)
    return command(
        MIGRATION,
        *("python", "-m", "migration", "verify", "$ENVIRONMENT", capability, "--stores", stores),
        *(*written, *more),
        not_run=NO_KIT,
    )


def prove_requirements(capability: Moved) -> Step:
    """The last precheck: what the source uses, and whether the target has it."""
    return Step(
        name="compare-requirements",
        kind="precheck",
        title="Hold what the source uses against what the target has; the move stops at what it lacks",
        owner="platform",
        minutes=15,
        run=(compare(capability, None, "--step", "precheck"),),
        verify=(compare(capability, "precheck"),),
        undo=NothingWritten(),
    )


def absent(context: str, namespace: str, kind: str, selector: str, not_run: str) -> Command:
    """Nothing of ``kind`` is left by the label ``selector``."""
    return pipe(
        f"{KUBECTL}kubectl_get/",
        ("kubectl", "--context", context, "--namespace", namespace, "get", kind, "--selector", selector, "-o", "json"),
        ("jq", "--exit-status", ".items | length == 0"),
        not_run=not_run,
    )


def open_network(capability: Moved, port: int) -> Step:
    """The stores answer on-premises networks while data moves."""
    open_to = f"select(.FromPort == {port} and (.IsEgress | not) and .CidrIpv4 != null)"
    check = pipe(
        f"{AWS}ec2/describe-security-group-rules.html",
        (
            *("aws", "ec2", "describe-security-group-rules", "--output", "json", "--filters"),
            # What the program puts on everything that a decision orders, and on everything of one environment.
            *(f"Name=tag:decision,Values={capability}", "Name=tag:environment,Values=$ENVIRONMENT"),
        ),
        ("jq", "--exit-status", f"[.SecurityGroupRules[] | {open_to}] | length > 0"),
        not_run=NO_ACCOUNT,
    )
    return Step(
        name="open-network",
        # What the source uses is held against the target through it.
        kind="precheck",
        title="Set network.migrationOpen to true and deploy, so that the store answers on-premises through the VPN",
        owner="platform",
        minutes=30,
        run=(deploy(),),
        verify=(check,),
        # The same deployment after the setting is false again.
        undo=(deploy(),),
    )


def hold_writes() -> tuple[Command, ...]:
    """Everything on premises that writes is stopped."""
    return (
        command(
            f"{KUBECTL}kubectl_scale/",
            *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$WRITER_NAMESPACE", "scale", "deployment"),
            *("--selector", "$WRITERS", "--replicas=0"),
            not_run=NO_CLUSTER,
        ),
        # A pod that is ending still writes.
        command(
            f"{KUBECTL}kubectl_wait/",
            *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$WRITER_NAMESPACE", "wait", "pod"),
            *("--for=delete", "--selector", "$WRITERS", "--timeout=10m"),
            not_run=NO_CLUSTER,
        ),
    )


def let_write() -> tuple[Command, ...]:
    """What :func:`hold_writes` stopped runs again."""
    return (
        command(
            f"{KUBECTL}kubectl_scale/",
            *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$WRITER_NAMESPACE", "scale", "deployment"),
            *("--selector", "$WRITERS", "--replicas=$WRITER_REPLICAS"),
            not_run=NO_CLUSTER,
        ),
    )


def writes_held() -> Command:
    """No pod that writes is left on premises."""
    return absent("$SOURCE_CONTEXT", "$WRITER_NAMESPACE", "pods", "$WRITERS", NO_CLUSTER)


def restart(namespace: str = "alphacar") -> Command:
    """Applications read their connections anew."""
    return command(
        f"{KUBECTL}kubectl_rollout/kubectl_rollout_restart/",
        *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", namespace, "rollout", "restart", "deployment"),
        not_run=NO_ACCOUNT,
    )


def rolled_out(namespace: str = "alphacar") -> tuple[Command, ...]:
    """Every deployment of applications is up with them, and there is one: a namespace of none has rolled out too."""
    inside = ("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", namespace)
    return (
        command(
            f"{KUBECTL}kubectl_rollout/kubectl_rollout_status/",
            *(*inside, "rollout", "status", "deployment", "--timeout=10m"),
            not_run=NO_ACCOUNT,
        ),
        command(
            f"{KUBECTL}kubectl_wait/",
            *(*inside, "wait", "deployment", "--all", "--for=condition=Available", "--timeout=10m"),
            not_run=NO_ACCOUNT,
        ),
    )


def no_alarm(prefix: str, capability: Moved) -> Step:
    """The target runs alone for its days, and none of its alarms is raised at the end."""
    alarms = (
        *("aws", "cloudwatch", "describe-alarms", "--alarm-name-prefix", prefix, "--output", "json"),
        *("--query", "{raised: MetricAlarms[?StateValue=='ALARM'].AlarmName, known: MetricAlarms[].AlarmName}"),
    )
    source = f"{AWS}cloudwatch/describe-alarms.html"
    return Step(
        name="soak",
        kind="soak",
        title="Let the target run alone for its days, and look at its alarms at the end",
        owner="platform",
        minutes=30,
        run=(compare(capability, "soak"),),
        # No alarm at all would be quiet as well.
        verify=(
            pipe(
                source,
                alarms,
                ("jq", "--exit-status", "(.known | length > 0) and (.raised | length == 0)"),
                not_run=NO_ACCOUNT,
            ),
        ),
        undo=NothingWritten(),
    )


def remove_release(capability: Moved, release: str, kept: str, selector: str) -> Step:
    """The incumbent's Helm release is removed; ``kept`` says what of it still exists afterwards."""
    return Step(
        name="remove-incumbent",
        kind="decommission",
        title=f"Remove {release} from the on-premises cluster; {kept}",
        owner="platform",
        minutes=30,
        run=(
            command(
                f"{KUBECTL}kubectl_delete/",
                *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "delete"),
                *("statefulset,deployment,daemonset,service", "--selector", selector, "--wait=true"),
                not_run=NO_CLUSTER,
            ),
        ),
        verify=(absent("$SOURCE_CONTEXT", "$SOURCE_NAMESPACE", "pods", selector, NO_CLUSTER), *gone(capability)),
        undo=NoReturn(why=f"{release} is gone; {kept}"),
    )


def gone(capability: Moved) -> tuple[Command, ...]:
    """Evidence that nothing of the incumbent is left in the cluster on premises, whatever it is labelled."""
    return (
        pipe(
            f"{KUBECTL}kubectl_get/",
            ("kubectl", "--context", "$SOURCE_CONTEXT", "get", "all", "--all-namespaces", "--output", "json"),
            ("tee", "/data/after.json"),
            not_run=NO_CLUSTER,
        ),
        compare(capability, "decommission", "--dump", "/data/after.json"),
    )


def deployed(name: str, title: str, check: Command, undo: Undo = (), kind: Kind = "copy") -> Step:
    """A change of the stack file, deployed; undone by taking the change back and deploying again."""
    return Step(
        name=name,
        kind=kind,
        title=title,
        owner="platform",
        minutes=45,
        run=(deploy(),),
        verify=(check,),
        undo=undo or (deploy(),),
    )
