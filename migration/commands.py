"""What ``python -m migration`` can be asked: what runs in the old cluster, and the moves away from it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, cast

import typer
from pydantic import ValidationError

from migration.evidence.record import text
from migration.rendering import render as written
from model.resource import Resource
from policy.gates.evidence import Evidence, EvidenceError, place, read_evidence
from policy.gates.inputs import ROOT
from policy.ledger.decide import decide
from policy.ledger.moves import OPENS, PROOFS, Proven
from stacks import clock
from stacks.command import day, harmless, put_out, refuse, write
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError, meant
from stacks.sections.moves import Moved
from stacks.settings import Settings

FORMATS: Final = ("text", "json")
STACK: Final = typer.Argument(help="Environment, by its stack file: " + ", ".join(stack_names()))
FILE: Final = typer.Option("--stack-file", help="A stack file other than the stack's own")
TODAY: Final = typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")
FORM: Final = typer.Option("--format", help="One of " + ", ".join(FORMATS))
app: Final = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="How alphacar gets there")


@app.callback()
def main() -> None:
    """What is to be moved, how, and how far it has come."""


@app.command()
def inventory(
    files: Annotated[
        list[str], typer.Argument(help="Output of `kubectl get -A -o yaml|json` and `helm list -A -o json`; - is stdin")
    ],
    *,
    form: Annotated[str, typer.Option("--format", help="text, json, or svg: who talks to what")] = "text",
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
) -> None:
    """Map every workload of a cluster to a capability, a client of one, the platform, or unknown."""
    from migration.inventory.build import build
    from migration.inventory.document import render_json
    from migration.inventory.formats.refusal import InputError
    from migration.inventory.picture import draw
    from migration.inventory.reading import read_files
    from migration.inventory.text import render_text

    pictured = (*FORMATS, "svg")
    if form not in pictured:
        refuse(f"--format: {form!r} is unknown; {meant(form, sorted(pictured))}")
    try:
        found = build(read_files(files))
    except InputError as error:
        refuse(str(error))
    if form == "text":
        content = render_text(found, colour=output is None and sys.stdout.isatty())
    else:
        content = render_json(found) if form == "json" else draw(found)
    put_out(content, output)


@app.command()
def render(
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a page is stale")] = False,
    manifests: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write scripts and Kubernetes objects there instead of pages")
    ] = None,
) -> int:
    """Write the moves down: pages in docs/migration, or scripts and objects in DIR."""
    if check and manifests:
        refuse("--check: belongs to pages; --manifests are written and never committed")
    if manifests is not None:
        if not str(manifests).strip() or str(manifests) == ".":
            refuse("--manifests: is no folder of its own; allowed is a folder for scripts and objects alone")
        _write(manifests, written.files())
        return 0
    if check:
        stale = written.stale()
        typer.echo(f"stale, run .venv/bin/python -m migration render: {', '.join(stale)}" if stale else "fresh")
        return 1 if stale else 0
    _write(written.PAGES, written.pages())
    return 0


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, content in texts.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            refuse(f"{path.parent}: cannot be made ({error.strerror})")
        write(path, content)
        if path.suffix == ".sh":
            path.chmod(0o755)


@app.command()
def plan(
    stack: Annotated[str, STACK],
    *,
    stack_path: Annotated[Path | None, FILE] = None,
    today: Annotated[str, TODAY] = "",
    form: Annotated[str, FORM] = "text",
) -> int:
    """Show the moves that STACK has before it: ordered steps, who, how long, and dollars while both sides run."""
    from migration.outlook import plan as outlook

    asked = _asked(stack, stack_path, today, form)
    made = outlook.make_plan(asked.settings, decide(asked.settings, asked.today), asked.bill, asked.today)
    put_out(_json(outlook.as_json(made)) if form == "json" else outlook.as_text(made), None)
    return 0


@app.command()
def status(
    stack: Annotated[str, STACK],
    *,
    stack_path: Annotated[Path | None, FILE] = None,
    today: Annotated[str, TODAY] = "",
    form: Annotated[str, FORM] = "text",
) -> int:
    """Show how far STACK has come: states, what blocks the next ones, what waiting costs; 1 when one is refused."""
    from migration.outlook import status as outlook
    from policy.engine.rule import Context

    asked = _asked(stack, stack_path, today, form)
    context = Context(settings=asked.settings, today=asked.today)
    found = outlook.standings(asked.settings, context, asked.bill, asked.resources)
    shown = (
        _json(outlook.as_json(asked.settings, asked.today, found))
        if form == "json"
        else outlook.as_text(asked.settings, asked.today, found)
    )
    put_out(shown, None)
    return 1 if any(each.blocked for each in found) else 0


@app.command()
def verify(
    stack: Annotated[str, STACK],
    capability: Annotated[str, typer.Argument(help="What is moved: one of " + ", ".join(PROOFS))],
    *,
    step: Annotated[str, typer.Option(help="What it is evidence of: one of " + ", ".join(OPENS))] = "verify",
    stores: Annotated[Path | None, typer.Option(help="File that names both stores, and the files of passwords")] = None,
    dump: Annotated[str | None, typer.Option(help="For decommission: kubectl get all -A -o json, afterwards")] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Compare, and write no evidence")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace evidence that was approved")] = False,
    gates: Annotated[
        Path, typer.Option(help="Folder above gates/ with earlier evidence, where this is written")
    ] = ROOT,
    output: Annotated[str, typer.Option(help="- writes the evidence on standard output instead")] = "",
    stack_path: Annotated[Path | None, FILE] = None,
) -> int:
    """Compare both stores of a move and write evidence; 1 when they differ, 2 when one of them cannot be read."""
    from migration.verification.stores import StoreError
    from migration.verification.verify import Asked, told
    from migration.verification.verify import verify as compared

    known = _known(stack, capability, step)
    if output not in ("", "-"):
        refuse(f"--output: {output!r} is refused; allowed is -, and evidence lies below gates/ otherwise")
    path = place(gates, stack, capability, step)
    if not (rehearse or output or replace) and _approved(path):
        refuse(f"{path}: is approved; --replace makes it anew, and it is approved again")
    try:
        settings = stack_file(stack, stack_path).settings
        verdict = compared(
            Asked(
                settings=settings,
                capability=known[0],
                step=known[1],
                stores=stores,
                dump=dump,
                kept=gates,
                rehearse=rehearse,
            )
        )
    except (SettingsError, StoreError, EvidenceError) as error:
        refuse(str(error))
    for line in told(verdict):
        typer.echo(line, err=bool(output))
    if output and not rehearse:
        typer.echo(text(verdict.evidence), nl=False)
    elif not rehearse:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            refuse(f"{path.parent}: cannot be made ({error.strerror})")
        write(path, text(verdict.evidence))
        typer.echo(f"{path}: written")
    return 1 if verdict.problems else 0


@app.command()
def approve(
    stack: Annotated[str, STACK],
    capability: Annotated[str, typer.Argument(help="What is moved")],
    step: Annotated[str, typer.Argument(help="One of " + ", ".join(OPENS))],
    *,
    by: Annotated[str, typer.Option(help="Who answers for it")],
    ticket: Annotated[str, typer.Option(help="Where it was agreed")],
) -> int:
    """Record who approved a step's evidence, as it is."""
    from migration.evidence.record import approve as approved

    path, evidence = _evidence(stack, capability, step)
    for option, given in (("--by", by), ("--ticket", ticket)):
        if not given.strip():
            refuse(f"{option}: is empty; an approval names who and where")
    try:
        agreed = approved(evidence, by.strip(), ticket.strip(), clock.today())
    except ValidationError:
        refuse("--by, --ticket: name nobody; allowed is a name with a letter in it")
    except EvidenceError as error:
        refuse(f"{path.relative_to(ROOT)} {error}")
    write(path, text(agreed))
    typer.echo(harmless(f"{by.strip()} approved {evidence.to_approve}"))
    return 0


@app.command()
def sign(
    stack: Annotated[str, STACK],
    capability: Annotated[str, typer.Argument(help="What is moved")],
    step: Annotated[str, typer.Argument(help="One of " + ", ".join(OPENS))],
    *,
    key: Annotated[str, typer.Option(help="ARN or alias of the asymmetric KMS key")],
) -> int:
    """Sign a step's approved evidence with KMS."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from migration.evidence.record import sign as signed
    from stacks.offered import REGION

    path, evidence = _evidence(stack, capability, step)
    try:
        content = text(signed(evidence, boto3.client("kms", region_name=REGION), key))
    except EvidenceError as error:
        refuse(f"{path}: {error}")
    except (BotoCoreError, ClientError) as error:
        refuse(" ".join(str(error).split()))
    write(path, content)
    return 0


@dataclass(frozen=True, kw_only=True)
class _Asked:
    settings: Settings
    today: date
    bill: Mapping[str, Decimal]
    #: What the stack declares.
    resources: Sequence[Resource]


def _asked(stack: str, path: Path | None, today: str, form: str) -> _Asked:
    """What a question is about, priced by the preview; refuses bad input."""
    from migration.outlook.cost import read_bill
    from pricing.declared.fault import FaultError
    from pricing.declared.read import inventory_of
    from pricing.usage.effect import PreviewError, run_preview

    if form not in FORMATS:
        refuse(f"--format: {form!r} is refused; allowed are {', '.join(FORMATS)}")
    judged = day(today)
    try:
        file = stack_file(stack, path)
        told = run_preview(stack, file.path.absolute(), judged)
        bill, resources = read_bill(told), [entry.resource for entry in inventory_of(told).entries]
    except (SettingsError, PreviewError, FaultError) as error:
        refuse(str(error))
    return _Asked(settings=file.settings, today=judged, bill=bill, resources=resources)


def _known(stack: str, capability: str, step: str) -> tuple[Moved, Proven]:
    """A capability and a step, as they are known; refuses others, and an unknown stack."""
    for name, given, known in (
        ("ENVIRONMENT", stack, stack_names()),
        ("CAPABILITY", capability, list(PROOFS)),
        ("STEP", step, list(OPENS)),
    ):
        if given not in known:
            refuse(f"{name}: {given!r} is refused; {meant(given, known)}")
    return cast("Moved", capability), cast("Proven", step)


def _approved(path: Path) -> bool:
    """Whether evidence lies at ``path`` that somebody agreed to; what is none may be replaced."""
    try:
        return read_evidence(path).approval is not None
    except EvidenceError:
        return False


def _evidence(stack: str, capability: str, step: str) -> tuple[Path, Evidence]:
    """A step's evidence and its file; refuses what is none."""
    _known(stack, capability, step)
    path = place(ROOT, stack, capability, step)
    try:
        return path, read_evidence(path)
    except EvidenceError as error:
        refuse(f"{path.relative_to(ROOT)} {error}")


def _json(content: object) -> str:
    return json.dumps(content, indent=2, sort_keys=True) + "\n"
