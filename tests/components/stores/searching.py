"""A domain of OpenSearch over HTTP, with the documented answers of snapshots, and faults that a test injects.

Sources: docs.opensearch.org 2.19, snapshot APIs and the security plugin's role mappings; held against a real server by
tests/rehearsal/search/test_snapshots.py.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: What the sample of ``Played.fault`` answers with: status and body.
Answer = tuple[int, Any]


def error(kind: str, status: int, reason: str = "said no") -> Answer:
    return status, {"error": {"type": kind, "reason": reason}, "status": status}


class Played:
    """Repositories and snapshots in memory. ``ends_as`` are the states that a new snapshot goes through."""

    def __init__(self) -> None:
        self.repositories: dict[str, Any] = {}
        self.snapshots: dict[str, str] = {}
        self.mapping: dict[str, Any] = {}
        self.ends_as = ["IN_PROGRESS", "SUCCESS"]
        self.faults: dict[tuple[str, str], list[Answer]] = {}
        self.asked: list[tuple[str, str]] = []
        self.signed: set[str] = set()
        self._left: dict[str, list[str]] = {}

    def answer(self, method: str, path: str, body: Any) -> Answer:
        self.asked.append((method, path))
        if self.faults.get((method, path)):
            return self.faults[method, path].pop(0)
        parts = path.split("/")
        if parts[0] == "_plugins":
            return self._mapped(method, body)
        repository, name = parts[1], parts[2] if len(parts) > 2 else None
        if name is None and method == "PUT":
            self.repositories[repository] = body
            return 200, {"acknowledged": True}
        if repository not in self.repositories:
            return error("repository_missing_exception", 404)
        if name is None:
            return 200, {repository: self.repositories[repository]}
        if method == "PUT":
            if name in self.snapshots:
                return error("invalid_snapshot_name_exception", 400)
            self._left[name] = list(self.ends_as)
            self.snapshots[name] = self._left[name].pop(0)
            return 200, {"accepted": True}
        listed = [self._state(each) for each in list(self.snapshots)] if name == "_all" else None
        if listed is None and name not in self.snapshots:
            return error("snapshot_missing_exception", 404)
        if method == "DELETE":
            del self.snapshots[name]
            return 200, {"acknowledged": True}
        return 200, {"snapshots": listed if listed is not None else [self._state(name)]}

    def _state(self, name: str) -> dict[str, Any]:
        state = self.snapshots[name]
        if left := self._left.get(name):
            self.snapshots[name] = left.pop(0)
        return {"snapshot": name, "state": state, "shards": {"failed": int(state == "PARTIAL")}}

    def _mapped(self, method: str, body: Any) -> Answer:
        if method == "PUT":
            self.mapping = body
            return 200, {"status": "OK"}
        if not self.mapping:
            return 404, {"status": "NOT_FOUND", "message": "Resource 'manage_snapshots' not found."}
        return 200, {"manage_snapshots": {"reserved": False, "hidden": False, **self.mapping}}


@contextmanager
def served(played: Played) -> Iterator[str]:
    """The address at which it answers."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            played.signed.add(self.headers.get("authorization", "").partition(" ")[0])
            status, said = played.answer(self.command, self.path.lstrip("/"), json.loads(content) if content else None)
            text = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_PUT = do_DELETE = _do  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
