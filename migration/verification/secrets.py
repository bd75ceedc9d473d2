"""Sealed Secrets and Secrets Manager, entry by entry: the same keys with the same values, and a current version.

What is sealed in Git is unsealed in memory, by ``kubeseal --recovery-unseal`` with the controller's keys; no plaintext
is written anywhere. A short password could be guessed from its SHA-256, and evidence is committed: what stands there is
an HMAC by a key that is drawn for one run and forgotten, so that both sides can be compared and nothing be guessed.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets as random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import Field

from migration.verification.kit import Compared, by_item, differing
from migration.verification.programs import ask
from migration.verification.stores import Store, StoreError, Stores
from policy.gates.evidence import Side, digest
from stacks.offered import REGION
from stacks.section import Name, Text
from stacks.settings import Settings

_CURRENT: Final = "AWSCURRENT"
_PENDING: Final = "AWSPENDING"
#: How kubeseal says that the file was sealed for another controller, or was changed.
_OTHER_KEY: Final = ("no key could decrypt secret",)


class Sealed(Stores):
    """``target.name`` is the path of the environment's entries, alphacar/dev; its address an endpoint of AWS's."""

    keys: Text = Field(
        description="file of the controller's keys: kubectl get secret -l the sealing key's label -o yaml or json"
    )
    entries: Annotated[
        dict[Name, Text], Field(min_length=1, description="the sealed file of each entry of the inventory")
    ]
    drawn: tuple[Name, ...] = Field(default=(), description="entries whose values are new, and were sealed nowhere")


STORES = Sealed
LIBRARIES: tuple[str, ...] = ()
Values = Mapping[str, str]


class SecretsKit:
    """Both sides; the values live in it and leave it as digests only."""

    def __init__(self, stores: Sealed, client: Any, account: str, namespaces: Mapping[str, str]) -> None:
        self._stores, self._client, self._account = stores, client, account
        self._paths = {entry: f"{stores.target.name}/{namespace}/{entry}" for entry, namespace in namespaces.items()}
        self._key = random.token_bytes(32)
        said = (ask(("kubeseal", "--version")) or b"").decode().strip()
        self.tools = {"kubeseal": said.rpartition(" ")[2].removeprefix("v")}

    @property
    def sides(self) -> tuple[Side, Side]:
        """The controller is known by its keys, Secrets Manager by its account."""
        source, target = self._stores.source, self._stores.target
        return (
            Side(
                system="Sealed Secrets",
                name=source.name,
                host=source.host,
                version=self.tools["kubeseal"],
                identity=f"key {self._first_key()}",
            ),
            Side(
                system="AWS Secrets Manager",
                name=target.name,
                host=target.host,
                version="2017-10-17",
                identity=f"arn:aws:secretsmanager:{REGION}:{self._account}:secret:{target.name}",
            ).model_copy(update={"stand_in": not target.is_aws}),
        )

    def requirements(self) -> Compared:
        """Each entry unseals, and exists at the target to be filled."""
        wanted: dict[str, int | str] = {}
        found: dict[str, int | str] = {}
        for entry in self._stores.entries:
            wanted |= {f"{entry} unseals": 1, f"{entry} exists": 1}
            found[f"{entry} unseals"] = int(self._sealed(entry) is not None)
            found[f"{entry} exists"] = int(self._described(entry) is not None)
        return by_item("requirements", wanted, found, differences=differing(wanted, found))

    def compare(self) -> Iterator[Compared]:
        """Keys by number, then everything by digest."""
        read = {entry: (self._sealed(entry), self._current(entry)) for entry in self._stores.entries}
        counts = [{entry: len(values[side] or ()) for entry, values in read.items()} for side in (0, 1)]
        yield by_item("counts", counts[0], counts[1], differences=differing(counts[0], counts[1]))
        digests = [
            {entry: self._digest(values[side]) for entry, values in read.items() if values[side] is not None}
            for side in (0, 1)
        ]
        different = tuple(
            f"{entry}: {key}"
            for entry, (source, target) in read.items()
            for key in sorted({*(source or ()), *(target or ())})
            if (source or {}).get(key) != (target or {}).get(key)
        )
        yield by_item("digests", digests[0], digests[1], of=len(read), differences=different)

    def health(self) -> Compared:
        """Everything has a current version, and no rotation of it has been asked for in vain."""
        ill: dict[str, int | str] = {}
        for entry in (*self._stores.entries, *self._stores.drawn):
            told = self._described(entry)
            versions = [set(stages) for stages in (told or {}).get("VersionIdsToStages", {}).values()]
            current = any(_CURRENT in stages for stages in versions)
            # A rotation that failed leaves its version pending; one that succeeded may leave both on one version.
            failed = any(_PENDING in stages and _CURRENT not in stages for stages in versions)
            ill[entry] = int(failed or not current)
        return by_item(
            "health", dict.fromkeys(ill, 0), ill, differences=tuple(name for name, state in ill.items() if state)
        )

    def _first_key(self) -> str:
        """The digest of the oldest key's certificate: the controller makes a key each month, and keeps the others."""
        file = self._stores.keys
        try:
            content = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
            keys = content["items"] if content["kind"].endswith("List") else [content]
            first = min(keys, key=lambda key: str(key["metadata"].get("creationTimestamp", "")))
            return digest(base64.b64decode(first["data"]["tls.crt"], validate=True))
        except OSError as error:
            raise StoreError(f"keys: {file} cannot be read ({error.strerror})") from None
        except (yaml.YAMLError, RecursionError, ValueError, KeyError, TypeError, AttributeError):
            raise StoreError(f"keys: {file} is no output of kubectl get secret with tls.crt and tls.key") from None

    def _sealed(self, entry: str) -> Values | None:
        file = self._stores.entries[entry]
        unseal = ("kubeseal", "--recovery-unseal", "--recovery-private-key", self._stores.keys, "--format", "json")
        told = ask((*unseal, "--secret-file", file), missing=_OTHER_KEY)
        if told is None:
            return None
        try:
            data = json.loads(told)["data"]
            return {key: _text(base64.b64decode(value)) for key, value in data.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StoreError(f"entries.{entry}: {file} unseals to no Secret with data") from None

    def _described(self, entry: str) -> dict[str, Any] | None:
        told = self._asked("describe_secret", SecretId=self._paths[entry])
        # One that waits for its deletion is described as if it were there, and neither read nor written.
        return None if told is None or "DeletedDate" in told else told

    def _current(self, entry: str) -> Values | None:
        told = self._asked("get_secret_value", SecretId=self._paths[entry], VersionStage=_CURRENT)
        if told is None:
            return None
        # No key of a Secret has parentheses: what is no object of JSON is equal to none.
        if "SecretBinary" in told:
            return {"(binary)": _text(told["SecretBinary"])}
        try:
            values = json.loads(told["SecretString"])
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            return {"(text)": told["SecretString"]}
        # A number is another value than its text: Kubernetes has only text.
        return {
            key: value if isinstance(value, str) else json.dumps(["not text", value]) for key, value in values.items()
        }

    def _asked(self, operation: str, **given: str) -> dict[str, Any] | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return dict(getattr(self._client, operation)(**given))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise StoreError(f"{given['SecretId']}: {' '.join(str(error).split())}") from None
        except BotoCoreError as error:
            raise StoreError(f"{given['SecretId']}: {' '.join(str(error).split())}") from None

    def _digest(self, values: Values | None) -> str:
        canonical = json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
        return f"sha256:{hmac.digest(self._key, canonical, 'sha256').hex()}"


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return json.dumps(["not text", base64.b64encode(value).decode()])


def _known(store: Store, settings: Settings, stores: Sealed) -> None:
    """Refuses entries that the inventory has not, and those of it that are left out."""
    inventory = set(settings.secrets.inventory)
    if unknown := sorted({*stores.entries, *stores.drawn} - inventory):
        raise StoreError(f"entries.{unknown[0]}: is not in landing:secrets.inventory")
    if left := sorted(inventory - {*stores.entries, *stores.drawn}):
        raise StoreError(
            f"entries: {left[0]} of landing:secrets.inventory is missing; name its file, or put it into drawn"
        )
    if store.name != (path := f"alphacar/{settings.environment}"):
        raise StoreError(f"target.name: {store.name} is refused; the environment's entries are at {path}")


@contextmanager
def connect(stores: Sealed, settings: Settings) -> Iterator[SecretsKit]:
    """The sealed files and Secrets Manager."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    _known(stores.target, settings, stores)
    try:
        account = str(boto3.client("sts", region_name=REGION).get_caller_identity()["Account"])
        client = boto3.client("secretsmanager", region_name=REGION, endpoint_url=stores.target.address)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise StoreError(f"Secrets Manager: {' '.join(str(error).split())}") from None
    namespaces = {name: entry.namespace for name, entry in settings.secrets.inventory.items()}
    yield SecretsKit(stores, client, account, namespaces)
