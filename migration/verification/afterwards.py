"""What is looked at once the target is live: its alarms at the end of the soak, and that the incumbent is gone."""

from __future__ import annotations

from migration.inventory.build import build
from migration.inventory.formats.refusal import InputError
from migration.inventory.reading import read_files
from migration.verification.kit import Compared, by_item
from migration.verification.stores import StoreError
from stacks.offered import REGION
from stacks.sections.moves import Moved


def raised(prefix: str) -> Compared:
    """Every CloudWatch alarm whose name begins with ``prefix``: none of them is to be raised.

    No alarm at all is no evidence, and the gate says so. Raises :class:`StoreError`.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client = boto3.client("cloudwatch", region_name=REGION)
        pages = client.get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix)
        alarms = {alarm["AlarmName"]: alarm["StateValue"] for page in pages for alarm in page["MetricAlarms"]}
    except (BotoCoreError, ClientError) as error:
        raise StoreError(f"CloudWatch: {' '.join(str(error).split())}") from None
    return by_item(
        "health",
        dict.fromkeys(alarms, 0),
        # An alarm without data says nothing of health.
        {name: int(state != "OK") for name, state in alarms.items()},
        differences=tuple(f"{name}: {state}" for name, state in alarms.items() if state != "OK"),
    )


def removed(dump: str, capability: Moved) -> Compared:
    """No workload of ``capability`` is left in ``dump``, the file of ``kubectl get all -A -o json`` after the removal.

    Raises :class:`StoreError` for what is no such file.
    """
    try:
        found = build(read_files([dump]))
    except InputError as error:
        raise StoreError(str(error)) from None
    left = [each for each in found.items if each.role == "capability" and each.capability == capability]
    item = f"workloads of {capability}"
    return by_item(
        "removed",
        {item: 0},
        {item: len(left)},
        # A dump of nothing holds none either.
        of=len(found.items),
        differences=tuple(f"{each.id} is still there" for each in left),
    )
