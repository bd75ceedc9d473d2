"""Elasticsearch 7.10.2 and OpenSearch 2.19, both real, that share a folder of snapshots; started once for all tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.rehearsal.conftest import free_port, served

#: Ids of each kind that a server stores in its own way: numbers, base64 without padding, and other text.
IDS = [*map(str, range(300)), "QUJD", "-_Zz", "AUTO", "0001", "car-1", "차", "A", "aa"]
MAPPINGS = {
    "properties": {"name": {"type": "text", "fields": {"raw": {"type": "keyword"}}}, "price": {"type": "double"}}
}
_HTTP = urllib3.PoolManager(retries=False)


@dataclass
class Pair:
    """Both clusters, by their address."""

    source: str
    target: str
    #: The folder in which both may keep snapshots.
    shared: Path
    snapshots: int = 0

    def ask(self, method: str, url: str, body: Any = None) -> Any:
        """One request, whose answer must be well."""
        content = body if isinstance(body, str) or body is None else json.dumps(body)
        answer = _HTTP.request(method, url, body=content, headers={"content-type": "application/json"})
        assert answer.status < 300, answer.data
        return json.loads(answer.data)

    def fill(self) -> None:
        """The index of the source anew, and none at the target."""
        for side in (self.source, self.target):
            _HTTP.request("DELETE", f"{side}/vehicles")
        settings = {"number_of_shards": 2, "number_of_replicas": 0}
        index = {"settings": settings, "mappings": MAPPINGS, "aliases": {"cars": {}}}
        self.ask("PUT", f"{self.source}/vehicles", index)
        lines = [json.dumps(each) for name in IDS for each in ({"index": {"_id": name}}, {"name": name, "price": 1.5})]
        done = self.ask("POST", f"{self.source}/vehicles/_bulk?refresh=true", "\n".join(lines) + "\n")
        assert not done["errors"]

    def snapshot(self) -> str:
        """One of the index alone, as the move takes it."""
        self.snapshots += 1
        name = f"vehicles-{self.snapshots}"
        body = {"indices": "vehicles", "include_global_state": False}
        self.ask("PUT", f"{self.source}/_snapshot/alphacar/{name}?wait_for_completion=true", body)
        return name

    def restore(self, name: str, *, wait: bool = True) -> None:
        """The index of a snapshot, as the move restores it."""
        body = {"indices": "vehicles", "include_global_state": False}
        path = f"_snapshot/on-premises/{name}/_restore?wait_for_completion={json.dumps(wait)}"
        self.ask("POST", f"{self.target}/{path}", body)


@pytest.fixture(scope="session")
def clusters(built, tmp_path_factory) -> Iterator[Pair]:
    folder, place = built("search"), tmp_path_factory.mktemp("search")
    shared = place / "snapshots"
    shared.mkdir()
    with ExitStack() as stack:
        addresses = []
        for product in ("elasticsearch", "opensearch"):
            port = free_port()
            java = [
                "java",
                "-Xms512m",
                "-Xmx512m",
                "-cp",
                f"{folder / product / 'classes'}:{folder / product / 'lib'}/*",
            ]
            argv = [*java, "Server", str(place / product), str(port), str(shared)]
            stack.enter_context(served(argv, port, place / f"{product}.log"))
            addresses.append(f"http://127.0.0.1:{port}")
        pair = Pair(*addresses, shared)
        where = {"location": str(shared)}
        pair.ask("PUT", f"{pair.source}/_snapshot/alphacar", {"type": "fs", "settings": where})
        kept = {"type": "fs", "settings": {**where, "readonly": True}}
        pair.ask("PUT", f"{pair.target}/_snapshot/on-premises", kept)
        yield pair


@pytest.fixture
def shared(clusters) -> Path:
    return clusters.shared


@pytest.fixture
def pair(clusters) -> Pair:
    clusters.fill()
    return clusters


@pytest.fixture
def move(pair, rehearsal):
    """The move of search, whose stores are the pair, with its precheck behind it."""
    made = rehearsal("search")
    made.stores = {
        "source": {"address": pair.source, "name": "elasticsearch"},
        "target": {"address": pair.target, "name": "alphacar-search-blue"},
    }
    made.passed("precheck")
    return made
