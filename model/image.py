"""A container image's reference and its parts, by Docker's grammar: what a ledger row, or a person, calls the image.

Source: distribution, reference (reference.go, regexp.go and normalize.go), which Docker and containerd read with.
"""

from __future__ import annotations

import re
import string
from typing import Final, NamedTuple

HUB: Final = "docker.io"
_OLD_HUB: Final = "index.docker.io"
_OFFICIAL: Final = "library/"
_LABEL: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REGISTRY: Final = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_COMPONENT: Final = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH: Final = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_LONGEST_PATH: Final = 255
_TAG: Final = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}")
_DIGEST: Final = re.compile("sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
#: What a registry calls an image within; nobody may call a repository so.
_IDENTIFIER: Final = re.compile("[a-f0-9]{64}")


class Image(NamedTuple):
    """The parts of a reference; a tag or a digest that it does not have is ``None``."""

    registry: str
    path: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> Image:
        """Which part of ``text`` is which, whether or not Docker would take it: that is :attr:`valid`. Never raises.

        A first segment is a registry when it has a dot, a port or a capital letter, or is ``localhost``; without one
        the image is Docker Hub's, and there a name alone is an official image's.
        """
        name, at, digest = text.partition("@")
        first, slash, rest = name.partition("/")
        if slash and (first == "localhost" or set(first) & {".", ":", *string.ascii_uppercase}):
            registry, name = HUB if first == _OLD_HUB else first, rest
        else:
            registry = HUB
        above, slash, last = name.rpartition("/")
        last, colon, tag = last.partition(":")
        path = f"{above}{slash}{last}"
        if registry == HUB and "/" not in path and not _IDENTIFIER.fullmatch(text):
            path = f"{_OFFICIAL}{path}"
        return cls(registry, path, tag if colon else None, digest if at else None)

    @property
    def valid(self) -> bool:
        """Whether Docker takes the reference."""
        return bool(
            _REGISTRY.fullmatch(self.registry)
            and _PATH.fullmatch(self.path)
            and len(self.path) <= _LONGEST_PATH
            and not (self.registry == HUB and _IDENTIFIER.fullmatch(self.path))
            and (self.tag is None or _TAG.fullmatch(self.tag))
            and (self.digest is None or _DIGEST.fullmatch(self.digest))
        )
