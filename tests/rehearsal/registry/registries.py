"""Two registries, and images that are pushed to them as bytes: an index of two platforms, with a signature beside it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import urllib.request
from pathlib import Path

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Registry:
    """One registry with its folder of blobs."""

    def __init__(self, port: int, disk: Path) -> None:
        self.host, self.disk = f"127.0.0.1:{port}", disk

    def _send(self, method: str, path: str, body: bytes, kind: str) -> str:
        request = urllib.request.Request(  # noqa: S310 - this machine
            path if path.startswith("http") else f"http://{self.host}{path}", data=body, method=method
        )
        request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - this machine
            return answer.headers.get("Location") or ""

    def blob(self, repository: str, content: bytes) -> dict:
        where = self._send("POST", f"/v2/alphacar/{repository}/blobs/uploads/", b"", "application/octet-stream")
        joiner = "&" if "?" in where else "?"
        self._send("PUT", f"{where}{joiner}digest={digest(content)}", content, "application/octet-stream")
        return {"digest": digest(content), "size": len(content)}

    def manifest(self, repository: str, tag: str, content: dict, kind: str) -> dict:
        body = json.dumps(content).encode()
        self._send("PUT", f"/v2/alphacar/{repository}/manifests/{tag or digest(body)}", body, kind)
        return {"mediaType": kind, "digest": digest(body), "size": len(body)}

    def image(self, repository: str, architecture: str, layer: bytes, tag: str = "") -> dict:
        config = {
            "architecture": architecture,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
            "config": {},
        }
        content = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, **self.blob(repository, json.dumps(config).encode())},
            "layers": [{"mediaType": LAYER, **self.blob(repository, packed(layer))}],
        }
        return self.manifest(repository, tag, content, MANIFEST)

    def index(self, repository: str, tag: str, *architectures: str) -> dict:
        """An image of every architecture, its layers different from each other."""
        children = [
            {**self.image(repository, each, tar(f"{tag} {each}")), "platform": {"os": "linux", "architecture": each}}
            for each in architectures
        ]
        content = {"schemaVersion": 2, "mediaType": INDEX, "manifests": children}
        return self.manifest(repository, tag, content, INDEX)


def packed(layer: bytes) -> bytes:
    """``layer`` as registries keep it, the same bytes each time."""
    return gzip.compress(layer, compresslevel=1, mtime=0)


def tar(content: str) -> bytes:
    """A layer: an archive of one file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("hello")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content.encode()))
    return out.getvalue()
