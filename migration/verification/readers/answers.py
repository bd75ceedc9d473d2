"""JSON over HTTP, as Airflow, Prometheus, Loki and Tempo answer: one question at a time, and nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from migration.verification.stores import Store, StoreError

#: Seconds until a server that does not answer is given up; a query over a month takes its time.
_PATIENCE: Final = 120
_LONGEST_ERROR: Final = 200


class Answers:
    """One server. ``side`` is what people call it; every method raises :class:`StoreError`, which names it."""

    def __init__(self, side: str, store: Store, *, sign_in: bool = True) -> None:
        import urllib3

        scheme = urlsplit(store.address).scheme
        if scheme not in ("http", "https"):
            raise StoreError(f"{side}: {scheme}:// is refused; allowed are http, https")
        if store.ca_file is not None and not Path(store.ca_file).is_file():
            raise StoreError(f"{side}: caFile {store.ca_file} is no file")
        self.side, self._address = side, store.address.rstrip("/")
        self._headers = {"accept": "application/json"}
        if sign_in and store.user is not None:
            self._headers |= urllib3.make_headers(basic_auth=f"{store.user}:{store.password() or ''}")
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(_PATIENCE), retries=False, ca_certs=store.ca_file)

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()

    def bear(self, token: str) -> None:
        """Send ``token`` from here on."""
        self._headers["authorization"] = f"Bearer {token}"

    def ask(self, path: str, query: Mapping[str, str | int] | None = None, *, absent: Any = None) -> Any:
        """What is at ``path``; ``absent`` where the server says 404 and that is an answer."""
        return self._said("GET", path, f"?{urlencode(query)}" if query else "", None, absent)

    def post(self, path: str, body: Mapping[str, str]) -> Any:
        """The answer to ``body``, which may hold a password: nothing of it is told."""
        return self._said("POST", path, "", json.dumps(body).encode(), None)

    def text(self, path: str) -> str:
        """What is at ``path``, as it is."""
        status, data = self._request("GET", path, "", None)
        if status >= 300:
            raise StoreError(f"{self.side}: {path}: {status}")
        return data.decode("utf-8", errors="replace")

    def _said(self, method: str, path: str, query: str, body: bytes | None, absent: Any) -> Any:
        status, data = self._request(method, path, query, body)
        if status == 404 and absent is not None:
            return absent
        if status >= 300:
            raise StoreError(f"{self.side}: {path}: {status} {_why(status, data)}".rstrip())
        try:
            return json.loads(data)
        except ValueError:
            raise StoreError(f"{self.side}: {path}: answers what is no JSON") from None

    def _request(self, method: str, path: str, query: str, body: bytes | None) -> tuple[int, bytes]:
        import urllib3

        headers = self._headers | ({"content-type": "application/json"} if body else {})
        try:
            # A redirect would carry what signs in to somebody else.
            answer = self._pool.request(
                method, f"{self._address}{path}{query}", body=body, headers=headers, redirect=False
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreError(f"{self.side}: {type(error).__name__}: {_line(str(error))}") from None
        return answer.status, answer.data


def _why(status: int, data: bytes) -> str:
    """What the server says; not of a refused sign-in, because that may repeat what was sent."""
    if status in (401, 403):
        return "the sign-in is refused, or has ended"
    return _line(data.decode("utf-8", errors="replace"))


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_ERROR]
