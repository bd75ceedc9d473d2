"""``python -m preview.sbom STACK``: the software that a deployment brings, as a CycloneDX 1.6 document.

Python packages of the lock, charts, images that the program names, EKS add-ons and Kubernetes itself. Images that a
chart brings by default are the chart's own list: they are in no value of ours, and ``make charts`` renders them.
The document has no time in it and its serial number follows from its content: two runs write the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import typer
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from model import type_tokens
from model.helm import CHART_TYPES, chart_images
from model.image import Image
from model.pods import doubtful, image_references
from model.resource import Resource
from preview.run import PROJECT, ROOT, plan_stack
from preview.simulate.registration import RecordingError
from pricing.book import PriceBookError
from stacks.command import app, day, put_out, refuse
from stacks.environments import stack_names
from stacks.load import stack_file

LOCK: Final = ROOT / "requirements.lock"
_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def main(
    stack: Annotated[str, typer.Argument(help="Environment: " + ", ".join(stack_names()))],
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
    today: Annotated[
        str, typer.Option(help="Day to read the stack as of, YYYY-MM-DD; the present one by default")
    ] = "",
) -> None:
    """Write an environment's bill of materials; what is not known before a deployment is told on standard error."""
    if stack not in stack_names():
        refuse(f"STACK: {stack!r} has no stack file; stacks are {', '.join(stack_names())}")
    at = day(today)
    try:
        recording = plan_stack(stack, stack_file(stack), at).recording
    except (OSError, PriceBookError, RecordingError, ValueError) as error:
        refuse(str(error))
    resources = [made.resource() for made in recording.registrations]
    for name, where in unknown_images(resources):
        sys.stderr.write(f"{name}: {where} is not known before a deployment, and not listed\n")
    put_out(document(stack, resources, LOCK.read_text()), output)


def document(stack: str, resources: Iterable[Resource], lock: str) -> str:
    """CycloneDX 1.6 in JSON: ``resources`` are a stack's, ``lock`` is a pip lock's text."""
    resources = list(resources)
    components = {*_packages(lock)}
    for resource in resources:
        components |= {*_of_chart(resource), *_of_images(resource), *_of_eks(resource)}
    listed = sorted(components, key=lambda each: str(each.purl))
    root = Component(name=PROJECT, version=stack, type=ComponentType.APPLICATION, bom_ref=f"{PROJECT}/{stack}")
    digest = hashlib.sha256("\n".join([stack, *(str(each.purl) for each in listed)]).encode()).digest()
    bom = Bom(components=listed, serial_number=UUID(bytes=digest[:16], version=4))
    bom.metadata.component = root
    bom.metadata.timestamp = None  # type: ignore[assignment] # the format lets it be absent, the class does not say so
    bom.register_dependency(root, listed)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def unknown_images(resources: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    """Resources that run an image which is known only once something else exists, and where it stands."""
    for resource in resources:
        if place := doubtful(resource):
            yield resource.name, place


def _packages(lock: str) -> Iterator[Component]:
    for name, version in _PINNED.findall(lock):
        yield _component(PackageURL("pypi", name=name.lower(), version=version), ComponentType.LIBRARY)


def _of_chart(resource: Resource) -> Iterator[Component]:
    if resource.type not in CHART_TYPES:
        return
    name, version = resource.get("chart"), resource.get("version")
    home = resource.get("repositoryOpts", "repo")
    if isinstance(name, str) and isinstance(version, str):
        where = {"repository_url": home} if isinstance(home, str) else {}
        yield _component(PackageURL("helm", name=name, version=version, qualifiers=where), ComponentType.APPLICATION)


def _of_images(resource: Resource) -> Iterator[Component]:
    for text in (*image_references(resource), *chart_images(resource)):
        image = Image.parse(text)
        if not image.valid or not (image.tag or image.digest):
            continue
        above, _, name = image.path.rpartition("/")
        where = {"repository_url": f"{image.registry}/{image.path}", "tag": image.tag}
        known = {key: value for key, value in where.items() if value}
        # An image without a digest is whatever its tag points at: its type says docker, whose version may be a tag.
        url = (
            PackageURL("oci", name=name, version=image.digest, qualifiers=known)
            if image.digest
            else PackageURL("docker", above, name, image.tag, {"repository_url": image.registry})
        )
        yield _component(url, ComponentType.CONTAINER)


def _of_eks(resource: Resource) -> Iterator[Component]:
    if resource.type == type_tokens.EKS_ADDON:
        name, version = resource.get("addonName"), resource.get("addonVersion")
        if isinstance(name, str) and isinstance(version, str):
            yield _component(PackageURL("generic", "eks-addon", name, version), ComponentType.APPLICATION)
    if resource.type == type_tokens.EKS_CLUSTER and isinstance(version := resource.get("version"), str):
        yield _component(PackageURL("generic", "eks", "kubernetes", version), ComponentType.PLATFORM)


def _component(url: PackageURL, kind: ComponentType) -> Component:
    return Component(name=url.name, version=url.version, type=kind, purl=url, bom_ref=str(url))


if __name__ == "__main__":
    app(main, "the bill of materials")
