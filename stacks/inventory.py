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
    "airflow-database": Read("airflow", ("username", "password"), 3),
    "airflow-fernet-key": Read("airflow", ("fernet-key",), 3),
    "airflow-git": Read("airflow", ("connection",), 3),
    "airflow-jwt-key": Read("airflow", ("jwt-secret",), 3),
    "alert-webhook": Read("monitoring", ("url",)),
    "grafana-admin": Read("monitoring", ("admin-user", "admin-password")),
}

_USER: Final = {"username": "name", "password": "token"}
#: What an entry must draw, by what rotates it; of what is only drawn, any key.
DRAWN: Final[Mapping[str, Mapping[str, str]]] = {
    "documents": _USER,
    "documents-reader": _USER,
    "database": _USER,
    "database-reader": _USER,
    "airflow": _USER,
    "grafana": {"admin-user": "name", "admin-password": "token"},
    "fernet": {"fernet-key": "fernet"},
}
#: Airflow's own user in its PostgreSQL, which the rotation makes.
DATABASE_USER: Final = "airflow-database"


#: What is read in another namespace than its own, from which phase on: the crawl writes documents (landing/workloads).
SHARED: Final[Mapping[str, tuple[str, int]]] = {"mongodb-password": ("airflow", 3)}


def inventory_problems(settings: Settings) -> Iterator[str]:
    """One line a problem, beginning with the key as typed below ``landing:``."""
    inventory = settings.secrets.inventory
    for name, read in READ.items():
        if name in inventory:
            yield from _misread(name, inventory[name], read)
        elif read.phase in settings.phases:
            yield f"secrets.inventory.{name}: is missing; phase {read.phase} reads it"
    yield from _rotation_problems(settings)
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
        yield from _misshared(name, secret, settings)
        mirror = (secret.namespace, secret.kubernetes_secret)
        if (other := mirrors.setdefault(mirror, name)) != name:
            yield f"{where}.kubernetesSecret: {secret.kubernetes_secret!r} is {other}'s in {secret.namespace} already"


def _misshared(name: str, secret: Secret, settings: Settings) -> Iterator[str]:
    where = f"secrets.inventory.{name}.readers"
    if len(set(secret.readers)) < len(secret.readers) or secret.namespace in secret.readers:
        yield f"{where}: {list(secret.readers)} is refused; allowed are others than {secret.namespace}, once each"
    reader, phase = SHARED.get(name, ("", 0))
    if phase in settings.phases and reader not in (secret.namespace, *secret.readers):
        yield f"{where}: lacks {reader}, where phase {phase} reads it"


def _rotation_problems(settings: Settings) -> Iterator[str]:
    """Every entry rotates, or says why not and until when."""
    rotated: dict[str, str] = {}
    for name, secret in settings.secrets.inventory.items():
        where = f"secrets.inventory.{name}"
        if (secret.rotates is None) is (secret.unrotated is None):
            told = "neither rotates nor says why not" if secret.rotates is None else "rotates and says why not"
            yield f"{where}: {told}; allowed is one of rotates (days, by) and unrotated (reason, until)"
        elif secret.rotates is None:
            continue
        elif secret.draw and set(secret.draw) != set(secret.keys):
            continue  # told beside it already
        elif (wanted := DRAWN.get(secret.rotates.by)) and secret.draw != wanted:
            yield f"{where}.draw: {secret.draw} is not what {secret.rotates.by} rotates; allowed is {dict(wanted)}"
        elif not set(secret.draw.values()) & {"token", "fernet"}:
            yield f"{where}.rotates: has nothing to draw; allowed are entries with a token or a fernet key in draw"
        elif wanted and (other := rotated.setdefault(secret.rotates.by, name)) != name:
            yield f"{where}.rotates.by: {secret.rotates.by!r} is {other}'s already; allowed is one entry of it"
        elif settings.secrets.rotation is None:
            yield f"secrets.rotation: is missing; {where} rotates, and allowed is an image with day and hourUtc"
    if DATABASE_USER in settings.secrets.inventory and rotated.get("database") != DATABASE_USER:
        yield f"secrets.inventory.{DATABASE_USER}.rotates.by: must be 'database', which also makes Airflow's user"


def _misread(name: str, secret: Secret, read: Read) -> Iterator[str]:
    where = f"secrets.inventory.{name}"
    if secret.namespace != read.namespace:
        yield f"{where}.namespace: {secret.namespace!r} is refused; it is read in {read.namespace}"
    if secret.kubernetes_secret != name:
        yield f"{where}.kubernetesSecret: {secret.kubernetes_secret!r} is refused; it is read as {name}"
    if missing := [key for key in read.keys if key not in secret.keys]:
        yield f"{where}.keys: {list(secret.keys)} lacks {', '.join(missing)}, which is read"
