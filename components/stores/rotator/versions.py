"""A secret's versions in Secrets Manager, and what may be printed of what was read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any


class Failed(Exception):  # noqa: N818 - a sentence for whoever reads the log
    """What kept a secret from its next value."""


class Masked:
    """Texts that were read or drawn, and what may be printed of a text that could hold them."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def keep(self, value: Mapping[str, str]) -> dict[str, str]:
        """``value`` as it is; from now on none of its texts is printed."""
        for text in value.values():
            self._seen |= {part for part in (text, *text.split(",")) if len(part) > 3}
        return dict(value)

    def line(self, text: object) -> str:
        """The first line of ``text``, shortened, with stars for what was kept."""
        line = (str(text).strip().splitlines() or [""])[0]
        for seen in sorted(self._seen, key=len, reverse=True):
            line = line.replace(seen, "***")
        return line[:300]


class Versions:
    """One secret's versions in Secrets Manager, by their stages."""

    def __init__(self, client: Any, secret: str, masked: Masked) -> None:
        self._client, self._secret, self._masked = client, secret, masked

    def staged(self, stage: str) -> tuple[str, datetime] | None:
        """The version with ``stage``, and when it was made."""
        try:
            found = self._client.get_secret_value(SecretId=self._secret, VersionStage=stage)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        return found["VersionId"], found["CreatedDate"]

    def read(self, version: str) -> dict[str, str]:
        """The value of a version."""
        found = self._client.get_secret_value(SecretId=self._secret, VersionId=version)["SecretString"]
        return self._masked.keep(json.loads(found))

    def pending(self, current: str, fits: Callable[[dict[str, str]], bool]) -> str | None:
        """The version that an earlier run has left on its way, if its value ``fits`` the current one."""
        left = self.staged("AWSPENDING")
        if left and left[0] == current:
            self._arrived(current)
            return None
        return left[0] if left and fits(self.read(left[0])) else None

    def create(self, value: dict[str, str]) -> str:
        """Keep ``value`` as the version that is to come."""
        token = str(uuid.uuid4())
        self._client.put_secret_value(
            SecretId=self._secret,
            ClientRequestToken=token,
            SecretString=json.dumps(self._masked.keep(value)),
            VersionStages=["AWSPENDING"],
        )
        return token

    def finish(self, current: str, pending: str) -> None:
        """Let ``pending`` be what everybody reads; the one before stays as AWSPREVIOUS."""
        self._client.update_secret_version_stage(
            SecretId=self._secret, VersionStage="AWSCURRENT", MoveToVersionId=pending, RemoveFromVersionId=current
        )
        self._arrived(pending)

    def _arrived(self, version: str) -> None:
        self._client.update_secret_version_stage(
            SecretId=self._secret, VersionStage="AWSPENDING", RemoveFromVersionId=version
        )
