"""Which capability a workload is, by the ledger's forms; else whether it is part of the platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migration.inventory.known import PLATFORM_CHARTS, PLATFORM_NAMESPACES, SYSTEMS, is_platform_image, is_sidecar
from migration.inventory.record import Container, Record
from migration.inventory.workload import Workload
from model.image import Image
from policy.ledger.matching import image_is
from policy.ledger.row import System
from stacks.section import Capability

#: What runs once or by a calendar has a store's image for the tools in it.
TOOLS = ("Job", "CronJob")
_VERSION = re.compile(r"v?(\d{1,4}(?:\.\d{1,4}){0,3})(?![\d])")
#: Strimzi writes its own version first and Kafka's behind it.
_BEHIND = re.compile(r"-kafka-(\d{1,4}(?:\.\d{1,4}){1,3})")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a workload is; ``why`` names the evidence, ``image`` the one that it was known by, if any."""

    capability: Capability
    system: System
    why: str
    image: str = ""


def identify(workload: Workload) -> Identity | None:
    """The system that ``workload`` is: by its release's chart, its images, its own chart, or what owns it."""
    record = workload.record
    if record.charts:
        # Its values name images too, but the chart says what it is for.
        return _by_chart(list(record.charts), owning=False) or _by_images(workload)
    by_image = _by_images(workload)
    if by_image is None and (known := _by_kind([_owner(record), _kind(record)])):
        return known
    if workload.release is not None and (known := _by_chart([workload.release.chart], owning=True)):
        # A cache that Harbor's chart brings is Harbor's, and goes with it.
        if by_image and by_image.system == known.system:
            return by_image
        return Identity(known.capability, known.system, f"release {workload.release.name}, {known.why}")
    if by_image is not None:
        return None if workload.key.kind in TOOLS else by_image
    if workload.key.kind in TOOLS and any(each.image for each in workload.images):
        return None
    charts = [*record.charts, record.chart, workload.release.chart if workload.release else ""]
    return _by_chart(list(filter(None, charts)), owning=False)


def tool_of(workload: Workload) -> Identity | None:
    """The system whose image a job runs, which makes it a client of it."""
    return _by_images(workload) if workload.key.kind in TOOLS else None


def waits_for(workload: Workload) -> Iterator[tuple[Capability, str]]:
    """Systems whose images run only before, or beside, what the workload is for."""
    for container in workload.images:
        if container.init and (found := _by_image(container)):
            yield found.capability, f"container {container.name} runs {found.why}"


def platform(workload: Workload) -> str:
    """Why a workload is part of the cluster itself; nothing where it is not."""
    if workload.key.namespace in PLATFORM_NAMESPACES:
        return f"namespace {workload.key.namespace}"
    mains = main_containers(workload)
    if mains and all(container.image and is_platform_image(container.image) for container in mains):
        return f"image {Image.parse(mains[0].image).path}"
    charts = [*workload.record.charts, workload.record.chart, workload.release.chart if workload.release else ""]
    return next((f"chart {chart}" for chart in charts if chart in PLATFORM_CHARTS), "")


def identify_object(record: Record) -> Identity | None:
    """The system whose API an object is."""
    return _by_kind([_kind(record)])


def main_containers(workload: Workload) -> list[Container]:
    """What the pods are for: neither what runs before, nor a mesh's proxy, unless that is all there is."""
    declared = [each for each in workload.pod.containers if not each.init]
    return [each for each in declared if not is_sidecar(each)] or declared


def version_of(workload: Workload, identity: Identity | None) -> str:
    """The version that runs, as far as anything says; nothing where nothing does."""
    tags = [Image.parse(identity.image).tag or ""] if identity and identity.image else []
    found = next((version for tag in tags if (version := _version(tag))), "")
    own = _version(workload.record.version)
    released = _version(workload.release.app_version) if workload.release else ""
    return found or own or released


def numbers(version: str) -> tuple[int, ...]:
    """``(7, 10, 2)`` of ``7.10.2``; empty for no version."""
    return tuple(map(int, version.split("."))) if version else ()


def _version(text: str) -> str:
    found = _BEHIND.search(text) or _VERSION.match(text)
    return found[1] if found else ""


def _by_images(workload: Workload) -> Identity | None:
    return next(filter(None, map(_by_image, main_containers(workload))), None)


def _by_image(container: Container) -> Identity | None:
    if not container.image:
        return None
    for capability, system, forms in SYSTEMS:
        if any(image_is(container.image, name) for name in forms.images):
            return Identity(capability, system, f"image {Image.parse(container.image).path}", container.image)
    return None


def _by_chart(charts: list[str], *, owning: bool) -> Identity | None:
    for capability, system, forms in SYSTEMS:
        for chart in charts:
            known = forms.charts if owning else (*forms.charts, *forms.repository_charts)
            # The charts of metrics bring dashboards, and each is a row of its own.
            if chart in known and not (owning and capability == "metrics"):
                return Identity(capability, system, f"chart {chart}")
    return None


def _by_kind(kinds: Iterable[tuple[str, str] | None]) -> Identity | None:
    for group, kind in filter(None, kinds):
        for capability, system, forms in SYSTEMS:
            if group in forms.kinds or f"{group}/{kind}" in forms.kinds:
                return Identity(capability, system, f"kind {group}/{kind}")
    return None


def _owner(record: Record) -> tuple[str, str] | None:
    return record.owner[:2] if record.owner else None


def _kind(record: Record) -> tuple[str, str]:
    return record.key.group, record.key.kind
