"""What the AWS provider calls for a resource, read from its own source: no list of anybody's stands in between.

A call is known by its input (``ecr.CreateRepositoryInput``), and belongs to whatever function reaches it. The source is
read as text: every function of a service's package that a resource's function names counts as called by it, which
finds a few calls too many and none too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from model import type_tokens

#: A call: the SDK's package and the operation, such as ``("ecr", "CreateRepository")``.
Call = tuple[str, str]

SERVICES: Final = Path("internal") / "service"
#: Look-ups, lists and sweepers are no part of keeping a resource.
LEFT_OUT: Final = re.compile(r"(_test|_data_source|_list|_ephemeral)\.go$|^sweep\.go$")
DECLARED: Final = re.compile(r'@(SDK|Framework)Resource\("(\w+)"')
TAGGED: Final = re.compile(r'@Tags\(.*?(?:resourceType="(\w+)")?\)')
FUNCTION: Final = re.compile(r"^func (?:\((\w+) \*?(\w+)(?:\[[^\]]*\])?\) )?(\w+)(?:\[[^\]]*\])?\(", re.MULTILINE)
IMPORT: Final = re.compile(
    r'^\s*(?:import )?(?:(\w+) )?"github.com/aws/aws-sdk-go-v2/service/([a-z0-9]+)"', re.MULTILINE
)
INPUT: Final = re.compile(r"\b(\w+)\.([A-Z]\w+?)Input\b")
STRUCT: Final = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
EMBEDDED: Final = re.compile(r"^\t\*?(\w+)$", re.MULTILINE)
WORD: Final = re.compile(r"\b[a-zA-Z_]\w*\b")
#: Types that are not named after their token (source: pulumi-aws provider/resources.go at v7.51.1).
NAMED: Final[Mapping[str, str]] = {
    type_tokens.CLOUDTRAIL_TRAIL: "aws_cloudtrail",
    type_tokens.IAM_OPEN_ID_CONNECT_PROVIDER: "aws_iam_openid_connect_provider",
    type_tokens.RDS_INSTANCE: "aws_db_instance",
    type_tokens.RDS_PARAMETER_GROUP: "aws_db_parameter_group",
    type_tokens.RDS_SUBNET_GROUP: "aws_db_subnet_group",
    type_tokens.S3_BUCKET_REPLICATION_CONFIG: "aws_s3_bucket_replication_configuration",
}


@dataclass(frozen=True)
class Function:
    """A function's text, what it calls itself in it, and the SDK's packages by the names that its file gives them."""

    body: str
    receiver: str
    packages: Mapping[str, str]


@dataclass(frozen=True)
class Declared:
    """Where a resource is declared: its package, the framework it is written for, and what follows there."""

    package: Path
    framework: bool
    text: str


@dataclass(frozen=True)
class Calls:
    """What keeps a resource: to ``read`` it, and to ``write`` it besides."""

    read: frozenset[Call]
    write: frozenset[Call]


class Source:
    """The provider's module, unpacked in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / SERVICES
        self._declared: dict[str, Declared] = {}
        for path in sorted(self.folder.glob("*/*.go")):
            if LEFT_OUT.search(path.name):
                continue
            text = path.read_text(encoding="utf-8")
            for found in DECLARED.finditer(text):
                self._declared[found[2]] = Declared(path.parent, found[1] == "Framework", text[found.start() :])

    def calls(self, token: str) -> Calls:
        """What keeps the resource with a Pulumi ``token``. Raises :class:`ValueError` for one that is not found."""
        found = [name for name in candidates(token) if name in self._declared]
        if len(found) != 1:
            raise ValueError(f"{token}: the provider declares {len(found)} of {', '.join(candidates(token))}")
        declared = self._declared[found[0]]
        package = _package(declared.package)
        head = declared.text[: declared.text.find("func ")]
        listed, written = _tags(head)
        read = package.reached([*_roots(declared, ("Read",)), *listed])
        write = package.reached([*_roots(declared, ("Create", "Update", "Delete")), *written])
        if not read or not write:
            raise ValueError(
                f"{token}: nothing is called for {found[0]}: the source is written in a form not read here"
            )
        return Calls(read, write - read)


class _Package:
    """The functions of one service of the provider; a method as ``Type.Name``."""

    def __init__(self, folder: Path) -> None:
        self.functions: dict[str, Function] = {}
        self.embedded: dict[str, list[str]] = {}
        for path in sorted(folder.glob("*.go")):
            if LEFT_OUT.search(path.name):
                continue
            text = path.read_text(encoding="utf-8")
            packages = {each[1] or each[2]: each[2] for each in IMPORT.finditer(text)}
            for found in FUNCTION.finditer(text):
                end = text.find("\n}\n", found.start())
                name = f"{found[2]}.{found[3]}" if found[2] else found[3]
                self.functions[name] = Function(text[found.start() : end], found[1] or "", packages)
            for found in STRUCT.finditer(text):
                self.embedded[found[1]] = EMBEDDED.findall(found[2])

    def reached(self, names: Iterable[str]) -> frozenset[Call]:
        """Every call of the functions ``names`` and of those that they name, however far."""
        seen: set[str] = set()
        calls: set[Call] = set()
        left = list(names)
        while left:
            name = left.pop()
            function = self.functions.get(name)
            if function is None or name in seen:
                left += self._inherited(name, seen)
                continue
            seen.add(name)
            for package, operation in INPUT.findall(function.body):
                if package in function.packages:
                    calls.add((function.packages[package], operation))
            left += [word for word in set(WORD.findall(function.body)) if word in self.functions]
            if "." in name:
                own = name.partition(".")[0]
                methods = re.findall(rf"\b{function.receiver}\.(?:\w+\.)?(\w+)\(", function.body)
                # A method of what a struct holds may be that of whoever holds it.
                left += [f"{kind}.{method}" for kind in (own, *self._holders(own)) for method in methods]
        return frozenset(calls)

    def _inherited(self, name: str, seen: set[str]) -> list[str]:
        kind, _, method = name.partition(".")
        found = [f"{held}.{method}" for held in self.embedded.get(kind, ()) if method]
        return [each for each in found if each not in seen]

    def _holders(self, kind: str) -> list[str]:
        return [holder for holder, held in self.embedded.items() if kind in held]


@cache
def _package(folder: Path) -> _Package:
    return _Package(folder)


def _roots(declared: Declared, verbs: tuple[str, ...]) -> list[str]:
    """The functions that a resource is read, or written, by."""
    if declared.framework:
        found = re.search(r"\{\s*(?:return |\w+ := )&?(\w+)\{", declared.text)
        return [f"{found[1]}.{verb}" for verb in verbs] if found else []
    named = (re.search(rf"\b{verb}(?:WithoutTimeout|Context)?:\s+(\w+)", declared.text) for verb in verbs)
    return [each[1] for each in named if each]


def _tags(head: str) -> tuple[list[str], list[str]]:
    """What lists, and what writes, the tags of a resource whose annotations are ``head``."""
    found = TAGGED.search(head)
    if found is None:
        return [], []
    kind = found[1]
    if not kind:
        return ["listTags"], ["updateTags", "createTags"]
    start = kind[0].lower() + kind[1:]
    return [f"{start}ListTags", f"{start}KeyValueTags"], [f"{start}UpdateTags", f"{start}CreateTags"]


def candidates(token: str) -> list[str]:
    """The types that a token could be in Terraform, such as ``aws_ec2_eip`` and ``aws_eip``."""
    if token in NAMED:
        return [NAMED[token]]
    module, name = token.removeprefix(type_tokens.AWS_PACKAGE).partition(":")[0].split("/")
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return [f"aws_{'ce' if module == 'costexplorer' else module}_{snake}", f"aws_{snake}"]
