"""One API server, spoken to as any client does; what it refuses comes back in its own words."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class RefusedError(Exception):
    """The API server's answer to what it does not accept."""


@dataclass(frozen=True)
class Api:
    """``certificate`` is the server's own: throwaway, and trusted for that alone."""

    port: int
    token: str
    certificate: Path
    _served: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer as JSON, or as text where it is none."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.certificate)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=60)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        answer = json.loads(text) if "json" in response.headers.get("Content-Type", "") else text
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise RefusedError(answer["message"] if isinstance(answer, dict) else f"{response.status} {text}")
        return answer

    def create(self, manifest: Mapping[str, Any]) -> Any:
        """Creates an object; a field that its kind does not have is an error, and not left out in silence."""
        return self.ask("POST", f"{self._collection(manifest)}?{urlencode({'fieldValidation': 'Strict'})}", manifest)

    def read(self, manifest: Mapping[str, Any]) -> Any:
        """The object as the API server keeps it."""
        return self.ask("GET", f"{self._collection(manifest)}/{manifest['metadata']['name']}")

    def serves(self, version: str, kind: str) -> bool:
        """Whether the kind is served, asked anew until it is."""
        try:
            return self._resource(version, kind) is not None
        except RefusedError:
            return False

    def kubeconfig(self) -> dict[str, Any]:
        """What a client needs that knows nothing else."""
        cluster = {"server": f"https://127.0.0.1:{self.port}", "certificate-authority": str(self.certificate)}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "test", "user": {"token": self.token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "current-context": "test",
        }

    def _collection(self, manifest: Mapping[str, Any]) -> str:
        version, kind, metadata = manifest["apiVersion"], manifest["kind"], manifest["metadata"]
        resource = self._resource(version, kind)
        if resource is None:
            raise RefusedError(f"the API server serves no {kind} of {version}")
        within = f"/namespaces/{metadata.get('namespace', 'default')}" if resource["namespaced"] else ""
        return f"{_root(version)}{within}/{resource['name']}"

    def _resource(self, version: str, kind: str) -> dict[str, Any] | None:
        if f"{version} {kind}" not in self._served:
            found = self.ask("GET", _root(version))["resources"]
            self._served.update({f"{version} {each['kind']}": each for each in found if "/" not in each["name"]})
        return self._served.get(f"{version} {kind}")


def _root(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"
