"""What AWS says of a store that is one of its own: the ARN that no other has, and the version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migration.verification.stores import Store, StoreError
from stacks.offered import REGION


def described(store: Store, service: str, ask: Callable[[Any], list[dict[str, Any]]]) -> dict[str, Any]:
    """The one that ``store`` names, as ``service`` describes it. Raises :class:`StoreError` when there is none."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = ask(boto3.client(service, region_name=REGION))
    except (BotoCoreError, ClientError) as error:
        raise StoreError(f"target: AWS does not describe {store.name}: {' '.join(str(error).split())}") from None
    if not found:
        raise StoreError(f"target: AWS knows no {store.name}")
    return found[0]


def at_its_address(store: Store, *endpoints: str | None) -> None:
    """Raises :class:`StoreError` when ``store`` is not reached at one of ``endpoints``: its name is another's."""
    host = store.host.rpartition(":")[0] or store.host
    if host not in endpoints:
        known = ", ".join(each for each in endpoints if each) or "at none yet"
        raise StoreError(f"target: {store.name} is not at {host}; AWS says it is at {known}")
