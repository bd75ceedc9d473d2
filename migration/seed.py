"""``python -m migration.seed STACK``: give secrets a first value, drawn here and shown to nobody.

Run it while the first deployment runs: entries exist minutes after its start, and charts wait for their mirrors. Only
keys that the stack file says may be drawn are drawn; an entry that has a value is left alone; what only a person knows
is listed.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from stacks.command import app, refuse
from stacks.load import stack_file
from stacks.messages import SettingsError
from stacks.offered import REGION
from stacks.sections.stores import Secret

Outcome = Literal["drawn", "has a value", "wants a person", "not deployed yet"]
DRAW: Final[dict[str, Callable[[str], str]]] = {
    "token": lambda _: secrets.token_urlsafe(32),
    # Thirty-two bytes in base64, as Airflow's Fernet wants them.
    "fernet": lambda _: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "name": lambda name: name,
}


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What became of one entry. Its value is nowhere."""

    path: str
    outcome: Outcome


def seed(client: Any, environment: str, inventory: dict[str, Secret]) -> Iterator[Seeded]:
    """Draw what may be drawn for every entry without a value. Raises botocore's errors for anything but absence."""
    for name, entry in sorted(inventory.items()):
        path = f"alphacar/{environment}/{entry.namespace}/{name}"
        yield Seeded(path=path, outcome=_seed(client, path, name, entry))


def _seed(client: Any, path: str, name: str, entry: Secret) -> Outcome:
    try:
        described = client.describe_secret(SecretId=path)
    except client.exceptions.ResourceNotFoundException:
        return "not deployed yet"
    if described.get("VersionIdsToStages"):
        return "has a value"
    if set(entry.draw) != set(entry.keys):
        return "wants a person"
    value = {key: DRAW[kind](name) for key, kind in entry.draw.items()}
    client.put_secret_value(SecretId=path, SecretString=json.dumps(value))
    return "drawn"


def main(stack: Annotated[str, typer.Argument(help="Environment, by its stack file")]) -> None:
    """Give the secrets of STACK their first values."""
    try:
        settings = stack_file(stack).settings
        client = boto3.client("secretsmanager", region_name=REGION)
        for seeded in seed(client, settings.environment, settings.secrets.inventory):
            typer.echo(f"{seeded.outcome:16} {seeded.path}")
    except (SettingsError, BotoCoreError, ClientError) as error:
        refuse(" ".join(str(error).split()))


if __name__ == "__main__":
    app(main, "the seeding")
