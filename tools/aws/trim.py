"""Copies of the AWS provider's source only what our services need: ``python3 trim.py SOURCE TARGET SERVICES``.

The provider lists its services, and a client of each, in two generated files. Both are cut to the services of a file
with one name a line, and to the clients that what is left asks for; packages that nothing imports then stay behind.
"""
# ruff: noqa: INP001 - a script beside the build that runs it

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

MODULE: Final = "github.com/hashicorp/terraform-provider-aws"
#: What our driver imports of it.
ENTRIES: Final = ("internal/provider",)
SERVICES: Final = "internal/provider/sdkv2/service_packages_gen.go"
CLIENTS: Final = "internal/conns/awsclient_gen.go"

_IMPORT: Final = re.compile(r'^\t(?:(\w+) )?"([^"\n]+)"\n', re.MULTILINE)
_IMPORTS: Final = re.compile(r"^import \(\n.*?^\)\n", re.MULTILINE | re.DOTALL)
_METHOD: Final = re.compile(r"^func \(c \*AWSClient\) (\w+)\(.*?^}\n\n?", re.MULTILINE | re.DOTALL)
_CALL: Final = re.compile(r"\.(\w+Client)\(")
_LISTED: Final = re.compile(r"^\t\t(\w+)\.ServicePackage\(ctx\),\n", re.MULTILINE)
_CONSTRAINT: Final = re.compile(r"^//go:build (?:generate|ignore)\b", re.MULTILINE)
_EMBED: Final = re.compile(r"^//go:embed (\S+)", re.MULTILINE)


class TrimError(Exception):
    """The provider's source is not as it was when this was written, or a service is unknown."""


def trimmed(source: Path, services: Iterable[str]) -> dict[str, str]:
    """The two generated files, cut; by their path."""
    kept = {SERVICES: _only_services((source / SERVICES).read_text(), frozenset(services))}
    asked = {
        name for folder in packages(source, kept) for text in _texts(source, folder, kept) for name in _calls(text)
    }
    return {**kept, CLIENTS: _only_clients((source / CLIENTS).read_text(), asked)}


def packages(source: Path, replaced: dict[str, str]) -> list[str]:
    """The folders of every package that the entries import, however many steps away."""
    seen: set[str] = set()
    waiting = list(ENTRIES)
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        for text in _texts(source, folder, replaced):
            waiting.extend(
                path.removeprefix(f"{MODULE}/") for _, path in _imports(text) if path.startswith(f"{MODULE}/")
            )
    return sorted(seen)


def _texts(source: Path, folder: str, replaced: dict[str, str]) -> Iterator[str]:
    for file in sorted((source / folder).glob("*.go")):
        text = replaced.get(f"{folder}/{file.name}") or file.read_text()
        if not file.name.endswith("_test.go") and not _CONSTRAINT.search(text):
            yield text


def _imports(text: str) -> list[tuple[str, str]]:
    return _IMPORT.findall(text)


def _calls(text: str) -> Iterable[str]:
    return _CALL.findall(text)


def _only_services(text: str, services: frozenset[str]) -> str:
    if unknown := services - set(_LISTED.findall(text)):
        raise TrimError(f"the provider has no service {', '.join(sorted(unknown))}")
    return _used_imports(_LISTED.sub(lambda found: found[0] if found[1] in services else "", text))


def _only_clients(text: str, asked: set[str]) -> str:
    if not asked & set(_METHOD.findall(text)):
        raise TrimError(f"no client of {CLIENTS} is asked for")
    return _used_imports(_METHOD.sub(lambda found: found[0] if found[1] in asked else "", text))


def _used_imports(text: str) -> str:
    """Without the imports that nothing names any more, which Go refuses."""
    block = _IMPORTS.search(text)
    if block is None:
        raise TrimError("a generated file has no imports")
    body = text[block.end() :]

    def keep(found: re.Match[str]) -> str:
        name = found[1] or found[2].rpartition("/")[2]
        return found[0] if re.search(rf"\b{name}\.", body) else ""

    return text[: block.start()] + _IMPORT.sub(keep, block[0]) + body


def copy(source: Path, target: Path, services: Iterable[str]) -> None:
    """What the driver is built from, into the empty folder ``target``."""
    replaced = trimmed(source, services)
    shutil.copyfile(source / "go.mod", target / "go.mod")
    shutil.copyfile(source / "go.sum", target / "go.sum")
    for folder in packages(source, replaced):
        (target / folder).mkdir(parents=True, exist_ok=True)
        for file in (source / folder).iterdir():
            if file.is_file() and not file.name.endswith("_test.go"):
                shutil.copyfile(file, target / folder / file.name)
        for pattern in [pattern for text in _texts(source, folder, replaced) for pattern in _EMBED.findall(text)]:
            for file in (source / folder).glob(pattern):
                place = target / file.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place)
    for path, text in replaced.items():
        (target / path).write_text(text)


if __name__ == "__main__":
    _source, _target, _services = (Path(argument) for argument in sys.argv[1:])
    try:
        copy(_source, _target, _services.read_text().split())
    except TrimError as error:
        sys.exit(f"error: {error}")
