"""FerretDB at both ends, over TLS: it speaks MongoDB's protocol, and is neither MongoDB nor DocumentDB."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from tests.rehearsal.conftest import free_port, served

DOCUMENTS = 300


@dataclass(frozen=True)
class Pair:
    """Both servers, by a client each; ``authorities`` is the file that vouches for them."""

    source: MongoClient[Any]
    target: MongoClient[Any]
    ports: tuple[int, int]
    authorities: Path

    def copy(self, until: Callable[[int], bool] = lambda _: False) -> None:
        """Stands in for mongodump and mongorestore --drop, which were not to be had: raw BSON, then the index.

        ``until`` is asked before each document, and ends the copy as a kill would.
        """
        vehicles = self.target["alphacar"]["vehicles"]
        vehicles.drop()
        raw = self.source["alphacar"].get_collection("vehicles").with_options(_raw())
        into = vehicles.with_options(_raw())
        for number, document in enumerate(raw.find()):
            if until(number):
                return
            into.insert_one(document)
        vehicles.create_index([("model", 1)], unique=True)


def _raw() -> Any:
    from bson.codec_options import CodecOptions

    return CodecOptions(document_class=RawBSONDocument)


@pytest.fixture
def pair(built, tmp_path) -> Iterator[Pair]:
    folder, ports = built("documents"), (free_port(), free_port())
    certificate, key = tmp_path / "ca.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    with ExitStack() as stack:
        clients = []
        for side, port in zip(("source", "target"), ports, strict=True):
            (tmp_path / side).mkdir()
            argv = [str(folder / "documents"), str(tmp_path / side), f"127.0.0.1:{port}", str(certificate), str(key)]
            stack.enter_context(served(argv, port, tmp_path / f"{side}.log"))
            client: MongoClient[Any] = MongoClient(f"mongodb://127.0.0.1:{port}", tls=True, tlsCAFile=str(certificate))
            clients.append(stack.enter_context(client))
            # What MongoDB has from its start, and by which a store is known.
            client["admin"].create_collection("system.version")
        vehicles = clients[0]["alphacar"]["vehicles"]
        vehicles.insert_many([{"_id": each, "model": f"car {each}", "price": each * 100} for each in range(DOCUMENTS)])
        vehicles.create_index([("model", 1)], unique=True)
        yield Pair(clients[0], clients[1], ports, certificate)


@pytest.fixture
def move(pair, rehearsal):
    """The move of documents, whose stores are the pair, with its precheck behind it."""
    made = rehearsal("documents")
    made.stores = {
        side: {"address": f"mongodb://127.0.0.1:{port}", "name": name, "caFile": str(pair.authorities)}
        for side, name, port in zip(("source", "target"), ("mongodb", "alphacar-docdb"), pair.ports, strict=True)
    }
    made.passed("precheck")
    return made
