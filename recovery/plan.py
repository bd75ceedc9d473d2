"""What is drilled, and how each store is reached: a file that names stores and the files of what signs in. No secret.

.. code-block:: yaml

    ledger: {bucket: alphacar-velero-111122223333-ap-northeast-2}
    signingKey: alias/alphacar-evidence
    backup: {schedule: velero-daily}
    documents: {cluster: alphacar-documents, user: drill, passwordFile: /recovery/documents/password}
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from stacks.command import read_held
from stacks.document import read_document
from stacks.messages import PREFIX, SettingsError, lines
from stacks.section import Name, Section, Text
from stacks.sections.drills import Drilled

PLACE: Final = Path("/etc/recovery/plan.yaml")
#: What a drill's own copy of a store is called behind the store's name.
COPY: Final = "-drill"
Bucket = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
InstanceClass = Annotated[str, StringConstraints(pattern=r"^db\.[a-z0-9-]+\.[a-z0-9]+$")]


class PlanError(Exception):
    """A plan that cannot be read, or that does not plan what is asked: one line, and never a secret."""


def _plain(value: str) -> str:
    if not value.startswith(("https://", "http://127.0.0.1:", "http://localhost:")) or "@" in value:
        raise ValueError(
            "is refused; allowed is https://HOST:PORT without a name in it, or a kubectl proxy on this machine"
        )
    return value.rstrip("/")


class Ledger(Section):
    """Where it is written down what a backup must hold: beside the backups, and not in them."""

    bucket: Bucket
    prefix: Name = "drills"


class Managed(Section):
    """A store of AWS's, restored beside itself to its latest restorable time, and read by a user of the drill's own."""

    user: Text | None = Field(default=None, description="its name; or userFile")
    user_file: Text | None = Field(default=None, description="a file that holds the name and nothing else; or user")
    password_file: Text = Field(description="a file that holds the password and nothing else")
    ca_file: Text | None = Field(default=None, description="whom TLS trusts; the system's authorities by default")

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.user is None) is (self.user_file is None):
            raise ValueError("names a user twice, or not at all; allowed is one of user and userFile")
        return self

    def sign_in(self) -> tuple[str, str]:
        """Name and password as the files hold them now. Raises :class:`PlanError`."""
        user = self.user or _held("userFile", str(self.user_file))
        return user, _held("passwordFile", self.password_file)


def _held(key: str, path: str) -> str:
    try:
        return read_held(path)
    except ValueError as error:
        raise PlanError(f"{key}: {error}") from None


class Documents(Managed):
    """DocumentDB, by its cluster identifier."""

    cluster: Text
    instance_class: InstanceClass = "db.t4g.medium"


class Workflow(Managed):
    """Airflow's database, by its instance identifier."""

    instance: Text
    database: Name = "airflow"
    instance_class: InstanceClass = "db.t4g.micro"


class Velero(Section):
    """Velero's newest backup of a schedule, of which the namespace ``canaries`` is restored beside itself."""

    schedule: Name
    namespace: Name = "velero"
    location: Name = "default"
    canaries: Name = "canaries"
    kubernetes: Annotated[Text, AfterValidator(_plain)] = Field(
        default="https://kubernetes.default.svc", description="the API server; outside of the cluster, kubectl proxy"
    )


class Objects(Section):
    """A versioned bucket, in which the drill has a prefix of its own."""

    bucket: Bucket
    prefix: Name = "drill-canary"


class Secrets(Section):
    """A secret of the drill's own; no other is touched."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_+=.@-]{1,500}$")]


class Plan(Section):
    """Everything that a drill is told."""

    ledger: Ledger
    signing_key: Text | None = Field(default=None, description="ARN or alias of the key that signs evidence")
    wait_minutes: Annotated[int, Field(ge=1, le=720)] = Field(default=90, description="until a restore is given up")
    documents: Documents | None = None
    workflow: Workflow | None = None
    backup: Velero | None = None
    objects: Objects | None = None
    secrets: Secrets | None = None


def read_plan(path: Path, store: Drilled) -> Plan:
    """The plan at ``path``, which plans ``store``. Raises :class:`PlanError`, naming the key and what is allowed."""
    try:
        # By way of JSON: strict, and nothing else than in YAML.
        plan = Plan.model_validate_json(json.dumps(read_document(path), default=str))
    except SettingsError as error:
        raise PlanError(str(error)) from None
    except ValidationError as error:
        raise PlanError(f"{path}: {lines(Plan, error)[0].removeprefix(PREFIX)}") from None
    except (TypeError, ValueError, RecursionError):
        raise PlanError(f"{path}: holds what is no text, number or list, or holds itself") from None
    if getattr(plan, store) is None:
        raise PlanError(f"{path}: plans no {store}; wanted is a key {store}")
    return plan
