"""How many pods a workload has and what they request, read from a chart's or an add-on's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from model.resource import MISSING, UNKNOWN, peek
from model.workloads import Bundle, Container, Kind, Workload
from policy.capacity.amount import Amount, add_amounts, cpu_millis, largest, memory_mib


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """``count`` pods of a release's workload, ``each`` of which asks for so much; a daemon's count is a node."""

    release: str
    workload: str
    kind: Kind
    count: int
    each: Amount

    @property
    def amount(self) -> Amount:
        """What all of them ask for; of a daemon, what one node's pod asks for."""
        return self.each * self.count


def needs(release: str, bundle: Bundle, values: Any) -> Iterator[Need | str]:
    """What the bundle's workloads ask for under ``values``, or in words why that is not known."""
    for workload in bundle.workloads:
        switched = switched_on(values, workload.switch, default=workload.on)
        if switched is None:
            yield f"{release}: {workload.switch} is not known yet, and decides whether {workload.name} runs"
        elif switched:
            yield from _need(release, workload, values)


def _need(release: str, workload: Workload, values: Any) -> Iterator[Need | str]:
    count = _count(values, workload)
    if count is None:
        yield f"{release}: {workload.replicas} is not a number of replicas that is known"
        return
    if not count:
        return
    amounts: list[list[Amount]] = []
    for containers in (workload.containers, workload.inits):
        found = [_request(values, container) for container in containers if _runs(values, container)]
        unknown = [item for item in found if isinstance(item, str)]
        yield from (f"{release}: {workload.name}: {item}" for item in unknown)
        amounts.append([item for item in found if isinstance(item, Amount)])
    # Init containers run one after the other, before the others: a pod asks for the larger of both.
    each = largest([add_amounts(amounts[0]), *amounts[1]]) + Amount(pods=1)
    yield Need(release=release, workload=workload.name, kind=workload.kind, count=count, each=each)


def switched_on(values: Any, path: str, *, default: bool) -> bool | None:
    """Whether a switch is on: ``None`` when that is unknown; something that is there and no boolean is on."""
    found = at(values, path) if path else MISSING
    if found is UNKNOWN:
        return None
    if found is MISSING:
        return default
    return found if isinstance(found, bool) else True


def _runs(values: Any, container: Container) -> bool:
    # An unknown switch counts its container: what might run needs room.
    return switched_on(values, container.switch, default=container.on) is not False


def _count(values: Any, workload: Workload) -> int | None:
    if workload.kind == "daemonset":
        return 1
    found = at(values, workload.replicas) if workload.replicas else MISSING
    if found is MISSING:
        return workload.count
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _request(values: Any, container: Container) -> Amount | str:
    found = [at(values, path) for path in container.paths]
    said = next((item for item in found if item is UNKNOWN or (isinstance(item, Mapping) and item)), MISSING)
    default = container.default or (MISSING, MISSING)
    asked: list[int] = []
    for resource, standing, read in (("cpu", default[0], cpu_millis), ("memory", default[1], memory_mib)):
        limit = peek(said, "limits", resource)
        # Kubernetes requests what is limited when nothing is requested.
        quantity = next(
            (item for item in (peek(said, "requests", resource), standing, limit) if item is not MISSING), MISSING
        )
        if quantity is MISSING:
            return f"{container.paths[0]}.requests.{resource} is not set, and the chart asks for nothing by itself"
        amount = None if quantity is UNKNOWN else read(quantity)
        if amount is None:
            return f"{container.paths[0]}.requests.{resource} is not a quantity that is known"
        asked.append(amount)
    return Amount(*asked)


def at(values: Any, path: str) -> Any:
    """The value at a dotted path; a number is a place in a list."""
    return peek(values, *(int(step) if step.isdecimal() else step for step in path.split(".")))
