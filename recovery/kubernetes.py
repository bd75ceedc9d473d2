"""The Kubernetes API as a drill needs it: JSON over HTTPS, signed in by the pod's own token or by kubectl proxy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from recovery.canary import DrillError

#: Where a pod finds what signs it in (source: Kubernetes, Accessing the Kubernetes API from a Pod).
ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_PATIENCE: Final = 60
_LONGEST: Final = 200
_ABSENT: Final = 404
MERGE: Final = "application/merge-patch+json"


class Api(Protocol):
    """What the drill asks of a cluster. ``None`` is: not there. Anything else that fails is a :class:`DrillError`."""

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, query: Mapping[str, str] | None = None
    ) -> Any:
        """The answer to one request."""


class Kubernetes:
    """One API server."""

    def __init__(self, address: str, *, account: Path = ACCOUNT) -> None:
        import urllib3

        self._address, self._headers = address, {"accept": "application/json"}
        authority = None
        if address.startswith("https://"):
            # Read anew for each request: kubelet changes the token while a pod lives, and a drill takes an hour.
            self._token, authority = account / "token", account / "ca.crt"
            if not self._token.is_file():
                raise DrillError(
                    f"kubernetes: {self._token} is not there; outside of a pod, name a kubectl proxy in the plan"
                )
        else:
            self._token = None  # type: ignore[assignment]
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(_PATIENCE), retries=False, ca_certs=str(authority) if authority else None
        )

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, query: Mapping[str, str] | None = None
    ) -> Any:
        """The answer as JSON; ``None`` where there is nothing of that name."""
        import urllib3

        headers = dict(self._headers)
        if self._token is not None:
            headers["authorization"] = f"Bearer {self._token.read_text(encoding='utf-8').strip()}"
        if body is not None:
            headers["content-type"] = MERGE if method == "PATCH" else "application/json"
        place = f"{self._address}{path}{f'?{urlencode(query)}' if query else ''}"
        try:
            answer = self._pool.request(
                method,
                place,
                body=json.dumps(body).encode() if body is not None else None,
                headers=headers,
                redirect=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise DrillError(f"kubernetes: {type(error).__name__}: {_line(str(error))}") from None
        if answer.status == _ABSENT and method in ("GET", "DELETE"):
            return None
        if answer.status >= 300:
            raise DrillError(f"kubernetes: {method} {path}: {answer.status} {_said(answer.data)}")
        try:
            return json.loads(answer.data)
        except ValueError:
            raise DrillError(f"kubernetes: {method} {path}: answers what is no JSON") from None


def _said(data: bytes) -> str:
    """The API server's own words; of anything else, nothing."""
    try:
        told = json.loads(data)
    except ValueError:
        return ""
    return _line(str(told.get("message", ""))) if isinstance(told, dict) else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
