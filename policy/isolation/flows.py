"""The table of flows as data: workloads, places, and which of both exist in an environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from stacks.document import read_document
from stacks.section import Section, Text

TABLE: Final = Path(__file__).with_name("flows.yaml")
EVERY: Final = "every workload"
#: Every namespace in which applications land, whole; their own policies are a component's.
APPLICATIONS: Final = "applications"
#: Who is no pod, and speaks first.
CALLERS: Final = ("balancer", "control-plane", "mesh-probes")
#: Where a store is: an address in the data subnets, told from others by its port.
STORES: Final = ("cache", "documents", "search", "workflow-database")
#: Who is no pod, and answers.
ANSWERING: Final = ("control-plane", "identity-agent", "nodes", "on-premises", "world", *STORES)
#: What is always there.
ALWAYS: Final = frozenset({"balancer", "control-plane", "identity-agent", "kube-system", "nodes", "world"})
_PORT: Final = re.compile(r"(\d{1,5})/(TCP|UDP)")
#: A label's value, some of which one must be, or none: the label is absent.
Labels = Mapping[str, str | list[str] | None]


@dataclass(frozen=True, order=True)
class Port:
    """A port of a pod, or of an address."""

    number: int
    protocol: str = "TCP"

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol}"


def _ports(value: Any) -> Any:
    found = [_PORT.fullmatch(str(one)) for one in value] if isinstance(value, list) else [None]
    if not all(found):
        raise ValueError("must be a list of ports such as 443/TCP")
    return tuple(Port(int(one[1]), one[2]) for one in found if one)


def _ends(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


class Workload(Section):
    """Pods of a namespace, by ``labels``; one that is ``open`` is only called, and not shut."""

    labels: dict[str, Any]
    open: bool = False


class Flow(Section):
    """Who may open a connection to whom. Without ``ports`` at any; ``needs`` names what must be there as well."""

    sources: Annotated[tuple[Text, ...], BeforeValidator(_ends), Field(alias="from", min_length=1)]
    to: Text
    ports: Annotated[tuple[Port, ...], BeforeValidator(_ports)]
    why: Text
    source: Text
    needs: Literal["", "cloudwatch-logs", "xray"] = ""


class Table(Section):
    """Every workload by ``namespace/name``, and every flow between them and the places that are none."""

    workloads: dict[str, Workload]
    flows: tuple[Flow, ...]

    @model_validator(mode="after")
    def _known(self) -> Table:
        for flow in self.flows:
            ends = ((flow.sources, (EVERY, APPLICATIONS, *CALLERS)), ((flow.to,), (APPLICATIONS, *ANSWERING)))
            for named, places in ends:
                if strangers := [end for end in named if end not in self.workloads and end not in places]:
                    raise ValueError(f"{strangers[0]} is neither a workload nor one of {', '.join(places)}")
        return self


@dataclass(frozen=True)
class Pair:
    """One flow of the table between two ends that exist."""

    source: str
    target: str
    ports: tuple[Port, ...]
    flow: Flow = field(compare=False)


@cache
def load_table(path: Path = TABLE) -> Table:
    """The table. Raises :class:`pydantic.ValidationError` for an end or a port that is none."""
    document = read_document(path)
    flows = [{**flow, "ports": flow["ports"]} for flow in document["flows"]]
    return Table.model_validate({**document, "flows": tuple(flows)})


def namespace_of(end: str) -> str:
    """The namespace of a workload; a place is its own."""
    return end.partition("/")[0]


def existing_workloads(table: Table, present: frozenset[str]) -> dict[str, Workload]:
    """The workloads whose namespaces are among ``present``."""
    return {name: one for name, one in table.workloads.items() if namespace_of(name) in present | ALWAYS}


def existing_flows(table: Table, present: frozenset[str]) -> Iterator[Pair]:
    """The flows whose both ends are ``present``: namespaces, stores, and what flows need."""
    workloads = existing_workloads(table, present)
    there = present | ALWAYS | workloads.keys()
    for flow in table.flows:
        if flow.needs and flow.needs not in present:
            continue
        shut = [name for name, one in workloads.items() if not one.open]
        for source in shut if flow.sources == (EVERY,) else flow.sources:
            if source in there and flow.to in there:
                yield Pair(source, flow.to, flow.ports, flow)
