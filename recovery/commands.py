"""What ``python -m recovery`` can be asked: write a canary, drill a store, collect its evidence, tell how old it is."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, cast

import typer

from migration.evidence.record import signature_of, text
from policy.gates.drills import FOLDER, STORES, DrillAge, DrillEvidence, drill_ages, judge_drill
from policy.gates.evidence import place
from policy.gates.inputs import ROOT
from recovery.canary import BusyError, DrillError, Ledger, asking
from recovery.drill import Asked, Patience, Store, drill, told, write_canary
from recovery.plan import PLACE, Plan, PlanError, read_plan
from stacks.command import day, harmless, put_out, refuse, write
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError, meant
from stacks.offered import REGION
from stacks.sections.drills import Drilled

STACK: Final = typer.Argument(metavar="ENV", help="Environment, by its stack file: " + ", ".join(stack_names()))
STORE: Final = typer.Argument(help="One of " + ", ".join(STORES))
PLAN: Final = typer.Option("--plan", help="File that names stores, and the files of what signs in")
KEPT: Final = typer.Option("--gates", help="Folder above gates/, in which evidence lies")
app: Final = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="Can it be brought back?")


@app.callback()
def main() -> None:
    """Canaries, and drills that restore them and read the data."""


@app.command(name="drill")
def run(
    stack: Annotated[str, STACK],
    store: Annotated[str, STORE],
    *,
    plan: Annotated[Path, PLAN] = PLACE,
    output: Annotated[Path | None, typer.Option(help="File for the evidence; the ledger has it in any case")] = None,
) -> int:
    """Restore STORE beside itself, compare, clean up; 0 green, 1 red, 2 bad input, or something is in the way."""
    asked, reached, ledger, read = _reach(stack, store, plan)
    # What Kubernetes ends after its deadline still cleans up.
    signal.signal(signal.SIGTERM, _ended)
    try:
        evidence = drill(asked, reached, ledger)
    except BusyError as error:
        refuse(str(error))
    evidence, unsigned = _signed(evidence, read.signing_key)
    for line in told(evidence):
        typer.echo(harmless(line))
    if read.signing_key is None:
        typer.echo("not signed: the plan has no signingKey; collect --key signs it")
    problems = [unsigned] if unsigned else []
    try:
        typer.echo(f"evidence: {ledger.keep_evidence(evidence)}")
    except DrillError as error:
        problems.append(f"evidence is not kept: {error}")
    if output is not None:
        write(output, text(evidence))
    for line in problems:
        typer.echo(harmless(f"red: {line}"))
    red = bool(problems) or any(judge_drill(evidence))
    typer.echo("red" if red else "green")
    return 1 if red else 0


@app.command()
def canary(stack: Annotated[str, STACK], store: Annotated[str, STORE], *, plan: Annotated[Path, PLAN] = PLACE) -> int:
    """Write a canary into STORE, and into the ledger what a backup from here on must hold; 1 when it cannot be."""
    asked, reached, ledger, _ = _reach(stack, store, plan)
    try:
        entry = write_canary(asked, reached, ledger)
    except (DrillError, BusyError) as error:
        typer.echo(harmless(f"red: {error}"))
        return 1
    typer.echo(f"canary {entry.id}: {entry.digest}")
    return 0


@app.command()
def collect(
    stack: Annotated[str, STACK],
    store: Annotated[str, STORE],
    *,
    plan: Annotated[Path, PLAN] = PLACE,
    key: Annotated[str, typer.Option(help="ARN or alias of the KMS key that signs it, where the drill did not")] = "",
    gates: Annotated[Path, KEPT] = ROOT,
) -> int:
    """Write what the last drill of STORE found to its place below gates/, to be committed; 1 when that is red."""
    _, _, ledger, _ = _reach(stack, store, plan, ask=False)
    try:
        evidence = ledger.newest_evidence()
    except DrillError as error:
        refuse(str(error))
    evidence, unsigned = _signed(evidence, key or None)
    if unsigned:
        refuse(unsigned)
    if (evidence.environment, evidence.store) != (stack, store):
        refuse(f"the ledger's evidence is of {evidence.environment} {evidence.store}, not of {stack} {store}")
    path = place(gates, stack, FOLDER, store)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, text(evidence))
    typer.echo(f"{path}: written")
    for line in told(evidence):
        typer.echo(harmless(line))
    return 1 if any(judge_drill(evidence)) else 0


@app.command()
def ages(
    stack: Annotated[str, STACK],
    *,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
    form: Annotated[str, typer.Option("--format", help="text or json")] = "text",
    gates: Annotated[Path, KEPT] = ROOT,
) -> int:
    """Tell when each store of ENV was last brought back, and where nobody plans it; 1 when one is late that counts."""
    if form not in ("text", "json"):
        refuse(f"--format: {form!r} is refused; {meant(form, ['text', 'json'])}")
    judged = day(today)
    _known("ENV", stack, stack_names())
    try:
        settings = stack_file(stack).settings
    except SettingsError as error:
        refuse(str(error))
    found = drill_ages(settings, judged, gates)
    if form == "json":
        put_out(json.dumps([vars(each) for each in found], indent=2) + "\n", None)
    else:
        put_out("".join(f"{harmless(_told(each))}\n" for each in found), None)
    return 1 if any(each.problems and each.counts for each in found) else 0


def _told(age: DrillAge) -> str:
    last = "never" if age.days is None else f"{age.days} days ago"
    every = f", every {age.every_days} days" if age.every_days else ""
    return "; ".join((f"{age.store}: {last}{every}", *age.problems))


def _ended(*_: object) -> NoReturn:
    raise SystemExit(1)


def _known(name: str, given: str, known: list[str] | tuple[str, ...]) -> None:
    if given not in known:
        refuse(f"{name}: {given!r} is refused; {meant(given, known)}")


def _reach(stack: str, store: str, path: Path, *, ask: bool = True) -> tuple[Asked, Store, Ledger, Plan]:
    """The store and its ledger, as the plan names them; refuses what is not planned, and whom AWS does not know."""
    import boto3

    _known("ENV", stack, stack_names())
    _known("STORE", store, STORES)
    drilled = cast("Drilled", store)
    try:
        plan = read_plan(path, drilled)
        patience = Patience(minutes=plan.wait_minutes)
        reached = _MADE[drilled](plan, patience) if ask else cast("Store", None)
        ledger = Ledger(boto3.client("s3", region_name=REGION), plan.ledger.bucket, plan.ledger.prefix, drilled)
        with asking("AWS does not say which account this is"):
            account = str(boto3.client("sts", region_name=REGION).get_caller_identity()["Account"])
    except (PlanError, DrillError) as error:
        refuse(str(error))
    return Asked(environment=stack, account=account, store=drilled, patience=patience), reached, ledger, plan


def _signed(evidence: DrillEvidence, key: str | None) -> tuple[DrillEvidence, str]:
    """With KMS's signature where a ``key`` is named; else what kept it from being made."""
    import boto3

    if key is None:
        return evidence, ""
    try:
        with asking("signing"):
            made = signature_of(evidence.to_sign, boto3.client("kms", region_name=REGION), key)
    except DrillError as error:
        return evidence, str(error)
    return evidence.model_copy(update={"signature": made}), ""


def _documents(plan: Plan, patience: Patience) -> Any:
    import boto3

    from recovery.managed import Clusters, ManagedStore
    from recovery.reading import DocumentReader

    assert plan.documents is not None  # noqa: S101 - asked for by its name
    api = Clusters(boto3.client("docdb", region_name=REGION), plan.documents.instance_class)
    return ManagedStore(plan.documents.cluster, api, DocumentReader(plan.documents), patience)


def _workflow(plan: Plan, patience: Patience) -> Any:
    import boto3

    from recovery.managed import Instances, ManagedStore
    from recovery.reading import SqlReader

    assert plan.workflow is not None  # noqa: S101 - asked for by its name
    api = Instances(boto3.client("rds", region_name=REGION), plan.workflow.instance_class)
    return ManagedStore(plan.workflow.instance, api, SqlReader(plan.workflow), patience)


def _backup(plan: Plan, patience: Patience) -> Any:
    from recovery.kubernetes import Kubernetes
    from recovery.velero import Cluster

    assert plan.backup is not None  # noqa: S101 - asked for by its name
    return Cluster(Kubernetes(plan.backup.kubernetes), plan.backup, patience)


def _objects(plan: Plan, patience: Patience) -> Any:
    import boto3

    from recovery.objects import Objects

    assert plan.objects is not None  # noqa: S101 - asked for by its name
    return Objects(boto3.client("s3", region_name=REGION), plan.objects, REGION)


def _secrets(plan: Plan, patience: Patience) -> Any:
    import boto3

    from recovery.objects import Secrets

    assert plan.secrets is not None  # noqa: S101 - asked for by its name
    return Secrets(boto3.client("secretsmanager", region_name=REGION), plan.secrets, patience, REGION)


_MADE: Final[dict[Drilled, Callable[[Plan, Patience], Any]]] = {
    "documents": _documents,
    "workflow": _workflow,
    "backup": _backup,
    "objects": _objects,
    "secrets": _secrets,
}
