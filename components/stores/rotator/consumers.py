"""Who has a secret's value: mirrors are asked anew, Deployments restarted, each awaited. By the pod's own account."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from .versions import Failed

MARK: Final = "secret-rotation"
ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")


class Cluster:
    """The API server, as the pod's own account sees it: mirrors are asked anew, Deployments restarted."""

    def __init__(self, server: str, token: Path, authority: Path, *, patience: float = 900, pause: float = 2) -> None:
        # A token is given anew within the hour, and its file with it.
        self._server, self._token = server, token
        self._context = ssl.create_default_context(cafile=str(authority)) if server.startswith("https") else None
        self._patience, self._pause = patience, pause

    def ask(self, method: str, path: str, patch: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """The object, or None where there is none. Raises :class:`Failed` for any other refusal."""
        headers = {"Authorization": f"Bearer {self._token.read_text()}", "Content-Type": "application/merge-patch+json"}
        body = json.dumps(patch).encode() if patch is not None else None
        request = urllib.request.Request(self._server + path, body, headers, method=method)  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(request, timeout=30, context=self._context) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.NOT_FOUND:
                return None
            raise Failed(f"{method} {path} is refused: {error.code} {error.reason}") from None

    def refresh(self, namespace: str, name: str) -> None:
        """Have External Secrets read a mirror's secret now, and wait until it has."""
        path = f"/apis/external-secrets.io/v1/namespaces/{namespace}/externalsecrets/{name}"
        if (before := self.ask("GET", path)) is None:
            raise Failed(f"there is no ExternalSecret {namespace}/{name}")
        synced = before.get("status", {}).get("syncedResourceVersion")
        # What it has synced is told with a hash of the annotations: another one shows that this was heeded.
        self.ask("PATCH", path, {"metadata": {"annotations": {f"{MARK}/asked": str(uuid.uuid4())}}})

        def done() -> bool:
            status = (self.ask("GET", path) or {}).get("status", {})
            ready = any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions", ()))
            return ready and status.get("syncedResourceVersion") != synced

        self._until(done, f"ExternalSecret {namespace}/{name} is not synced")

    def restart(self, namespace: str, name: str, secret: str, version: str) -> bool:
        """Let a Deployment's pods begin anew, unless they have with this version; false where there is none."""
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
        mark = f"{MARK}/{secret}"
        if (found := self.ask("GET", path)) is None:
            return False
        template = found["spec"]["template"]
        if (template.get("metadata", {}).get("annotations") or {}).get(mark) != version:
            self.ask("PATCH", path, {"spec": {"template": {"metadata": {"annotations": {mark: version}}}}})

        def done() -> bool:
            now = self.ask("GET", path) or {}
            status, wanted = now.get("status", {}), now.get("spec", {}).get("replicas", 1)
            counts = [status.get(each, 0) for each in ("replicas", "updatedReplicas", "availableReplicas")]
            return status.get("observedGeneration", 0) >= now["metadata"]["generation"] and counts == [wanted] * 3

        self._until(done, f"Deployment {namespace}/{name} is not rolled out")
        return True

    def _until(self, done: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + self._patience
        while not done():
            if time.monotonic() >= end:
                raise Failed(f"{otherwise} after {self._patience:.0f} s; what was there before still works")
            time.sleep(self._pause)
