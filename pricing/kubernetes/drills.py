"""CronJobs that restore something of AWS's beside itself: what they bill while a drill runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.property_check import found_at
from model.resource import Resource, peek
from pricing.aws.storage import LONGEST_MONTH, restored_database, restored_documents
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, switch, whole, word

#: How a drill is started: the store follows the environment.
_DRILL: Final = ("-m", "recovery", "drill")
_CONTAINERS: Final = ("spec", "jobTemplate", "spec", "template", "spec", "containers", "*")
#: Every day, or every so many from the first of the month on, at one time of the day.
_EVERY: Final = re.compile(r"\d+ \d+ \*(?:/([1-9]|[12]\d|3[01]))? \* \*")
_HOUR: Final = 3600
NOT_DECLARED: Final = "what a drill restores is not declared here, so nobody knows what its hours cost"


def drill(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Hours of the copy, of each run up to its deadline, in a month of 31 days; a CronJob that restores none is free.

    Of several stores of one kind the dearest is taken, as for a restore test.
    """
    store = _drilled(resource)
    if store not in _RESTORED or switch(resource.props, "spec", "suspend"):
        return
    every = _EVERY.fullmatch(word(resource.props, "spec", "schedule"))
    if every is None:
        raise UnreadableError("how often it restores a store cannot be read")
    most = whole(resource.props, "spec", "jobTemplate", "spec", "activeDeadlineSeconds") / _HOUR
    runs = -(-LONGEST_MONTH // int(every[1] or 1))
    yield from _RESTORED[store](runs * most, context)


def _drilled(resource: Resource) -> str | None:
    """The store that it restores; ``None`` for what is no drill."""
    for container in found_at(resource.props, _CONTAINERS):
        command = peek(container, "command")
        words = command if isinstance(command, list) else []
        for place in range(len(words) - len(_DRILL) - 1):
            if tuple(words[place : place + len(_DRILL)]) == _DRILL:
                store = words[place + len(_DRILL) + 1]
                return store if isinstance(store, str) else None
    return None


def _documents(hours: Decimal, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    instances = context.of.get(type_tokens.DOCDB_CLUSTER_INSTANCE, ())
    if not instances:
        yield UnpricedReason(NOT_DECLARED, "value")
        return
    rates = [f"docdb/{word(each.props, 'instanceClass')}" for each in instances]
    yield CostComponent(
        "restored instance", max(rates, key=lambda rate: (context.rate(rate), rate)), hours, "assumption"
    )
    yield restored_documents(hours, context)


def _workflow(hours: Decimal, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    if type_tokens.RDS_INSTANCE in context.of:
        yield from restored_database(hours, context)
    else:
        yield UnpricedReason(NOT_DECLARED, "value")


#: What is restored as something billed by the hour; objects, secrets and a namespace of ConfigMaps are not.
_RESTORED: Final = {"documents": _documents, "workflow": _workflow}
PRICED: Final[Meters] = {type_tokens.K8S_BATCH_CRON_JOB_KIND: drill}
