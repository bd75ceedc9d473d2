"""``lz environment``: makes an environment from another's stack file, and writes anew what lists environments.

An environment is its stack file. ``new`` writes one; ``derive`` writes what follows from all of them, after one was
added by hand or taken away. Exit code 0 when written, 2 on bad input.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Final

import typer

from stacks.command import ROOT, app, refuse, write
from stacks.commands.pipelines import written
from stacks.environments import FOLDER, promotion_order, stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError, meant
from stacks.settings import Settings

NAME: Final = r"[a-z][a-z0-9-]{0,18}[a-z0-9]"
application: Final = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="Environments")
#: The agreed bill, beside the stack file (policy/cost/baseline.py).
BASELINE: Final = "baseline.{}.json"
#: An AWS account in an ARN.
_ACCOUNT: Final = re.compile(r"(?<=:)\d{12}(?=:)")
BOOTSTRAPS: Final = ROOT / "bootstrap"
#: What is left to write anew, because it takes a recording of every environment.
LEFT: Final = (
    ("./lz docs --today 2026-11-23", "gives it its column on the generated pages"),
    (".venv/bin/python -m tests.golden", "counts its resources"),
    (".venv/bin/python -m bootstrap.generate", "writes what its roles may do: bootstrap/policies/{}.json"),
)


@application.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the new environment", metavar="NAME")],
    *,
    source: Annotated[str, typer.Option("--from", help="Environment whose stack file is copied")],
) -> int:
    """Write NAME's stack file and bootstrap like --from's, with its own name, network and domain, and what lists it."""
    _named(name, source)
    try:
        settings = {each: stack_file(each).settings for each in stack_names()}
    except SettingsError as error:
        refuse(str(error))
    path = FOLDER / f"Pulumi.{name}.yaml"
    cidr = free_network(settings.values())
    domain = renamed_domain(settings[source].edge.domain, source, name)
    text = copied((FOLDER / f"Pulumi.{source}.yaml").read_text(encoding="utf-8"), settings[source], name, cidr, domain)
    write(path, text)
    try:
        made = stack_file(name).settings
    except SettingsError as error:
        path.unlink()
        refuse(f"a copy of {source}'s stack file would be none: {error}")
    # Its bill is the one that was agreed to: nothing that costs differs.
    agreed = FOLDER / BASELINE.format(source)
    if agreed.exists():
        write(FOLDER / BASELINE.format(name), agreed.read_text(encoding="utf-8"))
    of_source, bootstrap = (BOOTSTRAPS / f"Pulumi.{each}.yaml" for each in (source, name))
    if of_source.exists() and not bootstrap.exists():
        write(bootstrap, _renamed(of_source.read_text(encoding="utf-8"), "bootstrap", source, name))
    print(f"stacks/{path.name}: made from {source}'s; network {cidr}, domain {domain}")
    if made.exceptions:
        came = ", ".join(sorted(_waived(made)))
        print(f"{len(made.exceptions)} waiver(s) came along: {came}; keep only what holds here")
    if made.moves:
        print(f"landing:moves came along, and its evidence did not: {name} starts where gates/{name}/ has files")
    if code := derive():
        return code
    print("\nleft to do:")
    for command, why in LEFT:
        print(f"  {command:<38} {why.format(name)}")
    for line in _by_people(name, source, text, made, bootstrap):
        print(f"  {line}")
    return 0


@application.command()
def derive() -> int:
    """Write anew what lists environments: the schema of stack files, both pipelines; and take old bills away."""
    try:
        manual = {each for each in stack_names() if stack_file(each).settings.promotion == "manual"}
    except SettingsError as error:
        refuse(str(error))
    for path in sorted(FOLDER.glob(BASELINE.format("*"))):
        if path.name not in map(BASELINE.format, stack_names()):
            path.unlink()
            print(f"{path.relative_to(ROOT)}: taken away")
    for path, text in written(promotion_order(), manual).items():
        if path.read_text(encoding="utf-8") != text:
            write(path, text)
            print(f"{path.relative_to(ROOT)}: written anew")
    # Its list of environments is made when the settings are imported, which they are already here.
    schema = subprocess.run([sys.executable, "-m", "stacks.schema"], cwd=ROOT, check=False)
    if schema.returncode:
        return schema.returncode
    print(f"environments are {', '.join(promotion_order())}")
    return 0


def _named(name: str, source: str) -> None:
    if re.fullmatch(NAME, name) is None:
        refuse(f"NAME: {name!r} is refused; allowed are 2 to 20 of a-z, 0-9 and hyphens, such as qa")
    if name in stack_names():
        refuse(f"NAME: {name!r} has a stack file already")
    if source not in stack_names():
        refuse(f"--from: {source!r} has no stack file; {meant(source, promotion_order())}")


def free_network(known: Iterable[Settings]) -> IPv4Network:
    """The first 10.X0.0.0/16 that overlaps neither a VPC nor a network on premises of any environment."""
    taken = [IPv4Network(text) for each in known for text in (each.network.cidr, *each.network.on_premises_cidrs)]
    tens = (IPv4Network(f"10.{number}.0.0/16") for number in range(10, 256, 10))
    free = next((network for network in tens if not any(network.overlaps(other) for other in taken)), None)
    if free is None:
        refuse("no network 10.X0.0.0/16 is free; copy the stack file by hand, and run: lz environment derive")
    return free


def renamed_domain(domain: str, source: str, name: str) -> str:
    """``domain`` with the environment's label replaced, or put before it where there is none, as production has it."""
    labels = domain.split(".")
    return ".".join(name if each == source else each for each in labels) if source in labels else f"{name}.{domain}"


def copied(text: str, old: Settings, name: str, cidr: IPv4Network, domain: str) -> str:
    """The stack file ``text`` of ``old`` as that of ``name``; comments stay, and what else it says is for people."""
    source = old.environment
    text = _renamed(text, "landing", source, name)
    text = re.sub(rf"^(    cidr: ){re.escape(old.network.cidr)}$", rf"\g<1>{cidr}", text, count=1, flags=re.MULTILINE)
    ending = re.escape(old.edge.domain)
    text = re.sub(rf"^( +(?:domain|host): (?:\S+\.)?){ending}$", rf"\g<1>{domain}", text, flags=re.MULTILINE)
    text = re.sub(rf"^(    cost-centre: .*)\b{source}\b", rf"\g<1>{name}", text, flags=re.MULTILINE)
    text = text.replace(BASELINE.format(source), BASELINE.format(name))
    first, line, rest = text.partition("\n")
    return f"{first}{line}# Made from {source} by lz environment new: say here what it is for.\n{rest}"


def _renamed(text: str, project: str, source: str, name: str) -> str:
    return re.sub(rf"^(  {project}:environment: ){source}$", rf"\g<1>{name}", text, count=1, flags=re.MULTILINE)


def _by_people(name: str, source: str, text: str, made: Settings, bootstrap: Path) -> Iterator[str]:
    """What no command knows: whose account it is, who may what there, and what the forge is told of it."""
    if accounts := sorted(set(_ACCOUNT.findall(text))):
        yield f"stacks/Pulumi.{name}.yaml: {', '.join(accounts)} is {source}'s account; put {name}'s own in each ARN"
    if bootstrap.exists():
        yield f"bootstrap/{bootstrap.name}: owner, operators and forges are {source}'s; keep what holds here"
    else:
        yield f"bootstrap/{bootstrap.name}: {source} has none to copy; write it as docs/bootstrap.md says"
    yield f"make bootstrap ENV={name}, and its outputs in both forges' variables: docs/deploying.md"
    if made.promotion == "manual":
        yield f"the forge: protect the environment {name}; on GitHub let it require a reviewer"


def _waived(made: Settings) -> set[str]:
    return {waiver.policy or f"row {waiver.row}" for waiver in made.exceptions}


if __name__ == "__main__":
    app(application, "the environments' command")
