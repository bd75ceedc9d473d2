"""The pods of a chart or an add-on, as plain data: what runs, how many of each, and what each container requests.

Requests are written as Kubernetes writes them (``100m``, ``128Mi``) and read by :mod:`model.quantity`; what they come
to under a release's values is :mod:`policy.capacity`'s to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from model.confidence import Confidence

Kind = Literal["deployment", "statefulset", "daemonset"]
#: CPU and memory.
Request = tuple[str, str]
#: A container that the chart itself lets ask for nothing, and for which no values can ask.
NOTHING: Final[Request] = ("0", "0")


@dataclass(frozen=True, slots=True)
class Container:
    """Where the values hold a container's ``resources``: dotted paths, of which the first that says anything counts.

    ``default`` is the chart's own request, CPU and memory; ``None`` when it has none, so that one must be written.
    """

    name: str
    paths: tuple[str, ...]
    default: Request | None = None
    #: The value that switches it on, and whether it is on when nothing is said.
    switch: str = ""
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One kind of pod. ``replicas`` is the path of their number, ``count`` what stands when nothing is said."""

    name: str
    kind: Kind = "deployment"
    containers: tuple[Container, ...]
    inits: tuple[Container, ...] = ()
    replicas: str = ""
    count: int = 1
    switch: str = ""
    on: bool = True


def one(
    name: str, path: str = "resources", default: Request | None = None, *, kind: Kind = "deployment", **more: Any
) -> Workload:
    """A workload of one container that is called like it; ``more`` are fields of :class:`Workload`."""
    return Workload(name=name, kind=kind, containers=(Container(name, (path,), default),), **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A chart or an add-on: its lasting ``workloads``, and what comes and goes (``passing``) and is not counted."""

    source: str
    workloads: tuple[Workload, ...] = ()
    passing: tuple[Container, ...] = ()
    confidence: Confidence = "exact"
