"""Harbor and ECR, image by image: the same digests, every architecture, what refers to them, and blobs that read back.

regctl and crane read both sides, signed in by docker's own configuration: its login, or ECR's credential helper.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from migration.verification.kit import Compared, by_item, differing
from migration.verification.programs import ask
from migration.verification.stores import Store, Stores
from policy.gates.evidence import Side, digest
from stacks.settings import Settings

#: What the nodes are: an image without it starts nowhere.
WANTED: Final = "linux/arm64"
_ABSENT: Final = ("not found", "NAME_UNKNOWN", "MANIFEST_UNKNOWN", "RepositoryNotFoundException", "[http 404]")
Image = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z0-9]+((\.|_|__|-+|/)[a-z0-9]+)*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$"
    ),
]


class Registries(Stores):
    """Two registries; ``name`` of each is the path below which its repositories lie."""

    images: Annotated[tuple[Image, ...], Field(min_length=1, description="everything that runs: repository:tag")]


STORES = Registries
LIBRARIES: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """One image as a registry has it: its digest, its platforms with theirs, and what refers to any of them."""

    digest: str
    platforms: Mapping[str, str]
    referrers: tuple[str, ...]

    @property
    def manifests(self) -> int:
        """How many there are: its own, one a platform below an index, and one a referrer."""
        below = [found for found in self.platforms.values() if found != self.digest]
        return 1 + len(below) + len(self.referrers)


class Registry:
    """One side, by its programs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def side(self) -> Side:
        """A registry has no identity but its address."""
        return Side(
            system="OCI registry",
            name=self._store.name,
            host=self._store.host,
            version="distribution v2",
            identity=f"{self._store.host}/{self._store.name}",
        )

    def reference(self, image: str) -> str:
        """``image`` with registry and path."""
        return f"{self._store.host}/{self._store.name}/{image}"

    def held(self, image: str) -> Held | None:
        """The image, or ``None`` where the registry has none. Raises :class:`StoreError`."""
        reference = self.reference(image)
        body = ask(("regctl", "manifest", "get", "--format", "raw-body", reference), missing=_ABSENT)
        if body is None:
            return None
        own = digest(body)
        content: Any = json.loads(body)
        platforms = {
            _platform(each["platform"]): each["digest"]
            for each in content.get("manifests", ())
            # BuildKit's attestations have a platform that no node is.
            if each.get("platform", {}).get("architecture", "unknown") != "unknown"
        }
        if "manifests" not in content:
            told = ask(("regctl", "image", "config", "--format", "{{json .GetConfig}}", reference)) or b"{}"
            platforms = {_platform(json.loads(told)): own}
        return Held(digest=own, platforms=platforms, referrers=self._referrers(image, {own, *platforms.values()}))

    def _referrers(self, image: str, manifests: set[str]) -> tuple[str, ...]:
        """What refers to the image, to a platform of it (signed alone), or to such a referrer (a signed SBOM)."""
        found: set[str] = set()
        waiting = sorted(manifests)
        while waiting:
            reference = f"{self._repository(image)}@{waiting.pop()}"
            listed = ask(
                ("regctl", "artifact", "list", "--digest-tags", "--format", "{{json .Descriptors}}", reference)
            )
            new = {each["digest"] for each in json.loads(listed or b"null") or ()} - found
            found |= new
            waiting += sorted(new)
        return tuple(sorted(found))

    def _repository(self, image: str) -> str:
        """Where ``image`` lies, without its tag or digest: the port of the registry's host is no tag."""
        return self.reference(image.partition("@")[0].partition(":")[0])

    def has_repository(self, image: str) -> bool:
        """Whether the repository of ``image`` exists, an image in it or not."""
        # ECR knows a repository without tags; a plain registry knows none that was never pushed to.
        return ask(("regctl", "tag", "list", self._repository(image)), missing=_ABSENT) is not None

    def reads_back(self, image: str) -> bool:
        """Whether every blob is what its digest says: equal digests of manifests hide a damaged one."""
        return ask(("crane", "validate", "--remote", self.reference(image)), missing=_DAMAGED) is not None


#: How crane says that what it read is not what was promised.
_DAMAGED: Final = (*_ABSENT, "validating", "BLOB_UNKNOWN")


def _platform(told: Mapping[str, Any]) -> str:
    variant = f"/{told['variant']}" if told.get("variant") and told["variant"] != "v8" else ""
    return f"{told.get('os', 'unknown')}/{told.get('architecture', 'unknown')}{variant}"


class RegistryKit:
    """Both registries."""

    def __init__(self, stores: Registries) -> None:
        self._source, self._target = Registry(stores.source), Registry(stores.target)
        self._images = stores.images
        self._is_aws = stores.target.is_aws
        told = {
            "regctl": ask(("regctl", "version", "--format", "{{.VCSTag}}")),
            "crane": ask(("crane", "version")),
        }
        self.tools = {word: (said or b"").decode().strip().removeprefix("v") for word, said in told.items()}

    @property
    def sides(self) -> tuple[Side, Side]:
        """Source and target."""
        return self._source.side, self._target.side.model_copy(update={"stand_in": not self._is_aws})

    @cached_property
    def _held(self) -> dict[str, tuple[Held | None, Held | None]]:
        return {image: (self._source.held(image), self._target.held(image)) for image in self._images}

    def requirements(self) -> Compared:
        """Each image is there, runs on arm64, and has a repository to go to."""
        wanted: dict[str, int | str] = {}
        found: dict[str, int | str] = {}
        for image in self._images:
            held = self._source.held(image)
            told = {
                f"{image} is there": held is not None,
                f"{image} {WANTED}": _runs(held),
                f"{image} repository": self._target.has_repository(image),
            }
            wanted |= dict.fromkeys(told, 1)
            found |= {name: int(so) for name, so in told.items()}
        return by_item("requirements", wanted, found, differences=differing(wanted, found))

    def compare(self) -> Iterator[Compared]:
        """Counts, digests, architectures and blobs."""
        for name, told in (("counts", _counts), ("digests", _digests), ("architectures", _platforms)):
            source = {key: value for image, (held, _) in self._held.items() for key, value in told(image, held)}
            target = {key: value for image, (_, held) in self._held.items() for key, value in told(image, held)}
            if name == "architectures":
                # An image that lacks arm64 at both ends is equal, and starts nowhere.
                source |= {f"{image} runs on {WANTED}": 1 for image in self._images}
                target |= {f"{image} runs on {WANTED}": int(_runs(held)) for image, (_, held) in self._held.items()}
            yield by_item(name, source, target, differences=differing(source, target))
        whole: dict[str, int | str] = {image: 1 for image, (held, _) in self._held.items() if held}
        read: dict[str, int | str] = {image: int(self._target.reads_back(image)) for image in whole}
        yield by_item("blobs", whole, read, of=len(self._images), differences=differing(whole, read))

    def health(self) -> Compared:
        """Everything that runs can be pulled: 1 for an image that cannot."""
        missing = {image: int(self._target.held(image) is None) for image in self._images}
        return by_item(
            "health",
            dict.fromkeys(self._images, 0),
            missing,
            differences=tuple(f"{image} cannot be pulled" for image, gone in missing.items() if gone),
        )


def _counts(image: str, held: Held | None) -> Iterator[tuple[str, int | str]]:
    yield image, held.manifests if held else 0


def _digests(image: str, held: Held | None) -> Iterator[tuple[str, int | str]]:
    if held:
        yield image, held.digest
        yield from ((f"{image} referrer {each}", 1) for each in held.referrers)


def _platforms(image: str, held: Held | None) -> Iterator[tuple[str, int | str]]:
    if held:
        yield from ((f"{image} {platform}", found) for platform, found in held.platforms.items())


def _runs(held: Held | None) -> bool:
    return held is not None and WANTED in held.platforms


@contextmanager
def connect(stores: Registries, settings: Settings) -> Iterator[RegistryKit]:  # noqa: ARG001 - as every kit is made
    """Both registries; there is nothing to sign out of."""
    yield RegistryKit(stores)
