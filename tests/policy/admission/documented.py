"""The objects that the project's pages tell a person to create: by a kubectl command, or as a manifest to be applied."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

ROOT = Path(__file__).parents[3]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("observability/*.md")])
#: What kubectl does that puts an object or a container into the cluster.
MAKING = r"kubectl(?:\s+(?:-n|--namespace)[ =]\S+)?\s+(?:apply|create|debug|replace|run)\b"
#: Where code is: between fences, indented, or in a sentence.
_FENCED = re.compile(r"^(```|~~~)[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^ {4}[^\n]*\n(?:[ ]*\n(?= {4}))?)+", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(rf"{MAKING}[^|;&<>\n]*")


@dataclass(frozen=True)
class Documented:
    """An object that a page describes. Of a job made from a CronJob, ``origin`` is that CronJob's name."""

    page: str
    manifest: dict[str, Any]
    origin: str | None = None


class _Reader(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AssertionError(f"not understood here: {message}")


def documented(page: str, text: str) -> Iterator[Documented]:
    """Every object that ``text`` says to create."""
    fenced = [found[2] for found in _FENCED.finditer(text)]
    rest = _FENCED.sub("", text)
    blocks = [*fenced, *(re.sub(r"^ {4}", "", found, flags=re.MULTILINE) for found in _INDENTED.findall(rest))]
    for code in [*blocks, *_SPAN.findall(_INDENTED.sub("", rest))]:
        for command in _COMMAND.findall(code.replace("\\\n", " ")):
            # The file that is applied stands on the page, and is read as a manifest.
            if (words := shlex.split(command))[-3:] != ["apply", "--filename", "FILE"]:
                yield _created(page, words)
    for block in blocks:
        for manifest in _manifests(block):
            yield Documented(page, manifest)


def _created(page: str, words: list[str]) -> Documented:
    """What a command creates. One that is not understood here is an error, never passed over."""
    words, own = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
    reader = _Reader(prog="kubectl", allow_abbrev=False)
    reader.add_argument("--namespace", "-n", default="default")
    reader.add_argument("verb", choices=["create", "run"])
    reader.add_argument("rest", nargs="+")
    for flag in ("--image", "--restart", "--from", "--from-file"):
        reader.add_argument(flag)
    reader.add_argument("--command", action="store_true")
    given = reader.parse_intermixed_args(words[1:])
    *kind, name = given.rest
    metadata = {"name": name, "namespace": given.namespace}
    source = getattr(given, "from")
    match given.verb, kind:
        case "run", []:
            # As `kubectl run` makes it.
            container = {"name": name, "image": given.image, "resources": {}}
            container["command" if given.command else "args"] = own
            spec = {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": given.restart or "Always"}
            pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {**metadata, "labels": {"run": name}}, "spec": spec}
            return Documented(page, pod)
        case "create", ["configmap"]:
            data = {given.from_file: "its content"}
            return Documented(page, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
        case "create", ["job"] if source and source.startswith("cronjob/"):
            job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata}
            return Documented(page, job, source.removeprefix("cronjob/"))
    return reader.error(f"{page}: {' '.join(words)}")


def _manifests(block: str) -> Iterator[dict[str, Any]]:
    """Whole manifests in a block, and parts of a pod, which begin with its ``containers``."""
    for piece in (block, *re.split(r"\n\s*\n", block)):
        try:
            read = list(yaml.safe_load_all(piece))
        except yaml.YAMLError:
            continue
        yield from (each for each in read if isinstance(each, dict) and {"kind", "containers"} & each.keys())
        if piece is block:
            return
