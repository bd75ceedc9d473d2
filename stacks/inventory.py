"""Rules of the secrets inventory: what charts read by name must be there, under that name and with those keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stacks.sections.stores import Secret
    from stacks.settings import Settings


@dataclass(frozen=True)
class Read:
    """A Kubernetes Secret that a chart's values name: its namespace and keys, and the phase that cannot do without."""

    namespace: str
    keys: tuple[str, ...]
    phase: int | None = None


#: By name, which is the inventory's and the Kubernetes Secret's alike (components/values, landing/observability.py).
READ: Final[Mapping[str, Read]] = {
    "airflow-admin": Read("airflow", ("username", "password"), 3),
    "airflow-api-secret-key": Read("airflow", ("api-secret-key",), 3),
    "airflow-fernet-key": Read("airflow", ("fernet-key",), 3),
    "airflow-git": Read("airflow", ("connection",), 3),
    "airflow-jwt-key": Read("airflow", ("jwt-secret",), 3),
    "alert-webhook": Read("monitoring", ("url",)),
    "grafana-admin": Read("monitoring", ("admin-user", "admin-password")),
}


def inventory_problems(settings: Settings) -> Iterator[str]:
    """One line a problem, beginning with the key as typed below ``landing:``."""
    inventory = settings.secrets.inventory
    for name, read in READ.items():
        if name in inventory:
            yield from _misread(name, inventory[name], read)
        elif read.phase in settings.phases:
            yield f"secrets.inventory.{name}: is missing; phase {read.phase} reads it"
    mirrors: dict[tuple[str, str], str] = {}
    for name, secret in inventory.items():
        where = f"secrets.inventory.{name}"
        if len(set(secret.keys)) < len(secret.keys):
            yield f"{where}.keys: {list(secret.keys)} names a key twice; allowed is once"
        if strange := sorted(set(secret.draw) - set(secret.keys)):
            yield f"{where}.draw: {strange[0]!r} is no key of it; allowed are {', '.join(secret.keys)}"
        elif secret.draw and len(secret.draw) < len(secret.keys):
            left = ", ".join(key for key in secret.keys if key not in secret.draw)
            yield f"{where}.draw: leaves out {left}; allowed is every key, or none"
        mirror = (secret.namespace, secret.kubernetes_secret)
        if (other := mirrors.setdefault(mirror, name)) != name:
            yield f"{where}.kubernetesSecret: {secret.kubernetes_secret!r} is {other}'s in {secret.namespace} already"


def _misread(name: str, secret: Secret, read: Read) -> Iterator[str]:
    where = f"secrets.inventory.{name}"
    if secret.namespace != read.namespace:
        yield f"{where}.namespace: {secret.namespace!r} is refused; it is read in {read.namespace}"
    if secret.kubernetes_secret != name:
        yield f"{where}.kubernetesSecret: {secret.kubernetes_secret!r} is refused; it is read as {name}"
    if missing := [key for key in read.keys if key not in secret.keys]:
        yield f"{where}.keys: {list(secret.keys)} lacks {', '.join(missing)}, which is read"
