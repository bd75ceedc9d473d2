"""A control plane of etcd and kube-apiserver, on loopback, for as long as somebody wants it; no node, no controller."""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from tests.kube.api import CRDS, Api, RefusedError

#: Seconds until a program must answer. It takes a few; a busy machine, longer.
PATIENCE = 120


@contextlib.contextmanager
def control_plane(built: Path, folder: Path) -> Iterator[Api]:
    """An API server that knows the CRDs in ``built``; everything it writes is in ``folder``."""
    token = secrets.token_hex()
    (folder / "tokens.csv").write_text(f"{token},test,test,system:masters\n")
    client, peer, port = _free_ports(3)
    # etcd signs itself a certificate when it starts; key and certificate serve everything here, and end with it.
    certificate, key = (folder / "etcd" / "fixtures" / "client" / name for name in ("cert.pem", "key.pem"))
    url, peers = f"https://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    etcd = [
        *(built / "etcd", "--data-dir", folder / "etcd", "--auto-tls", "--unsafe-no-fsync"),
        *("--listen-client-urls", url, "--advertise-client-urls", url),
        *("--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers),
        *("--initial-cluster", f"default={peers}"),
    ]
    apiserver = [
        *(built / "kube-apiserver", "--bind-address", "127.0.0.1", "--secure-port", port),
        # Otherwise it looks for an interface that others could reach it by, and announces itself there.
        *("--advertise-address", "127.0.0.1", "--endpoint-reconciler-type", "none"),
        *("--etcd-servers", url, "--etcd-cafile", certificate),
        *("--tls-cert-file", certificate, "--tls-private-key-file", key),
        *("--token-auth-file", folder / "tokens.csv", "--authorization-mode", "RBAC"),
        *("--service-account-issuer", "https://kubernetes.default.svc", "--service-cluster-ip-range", "10.96.0.0/16"),
        *("--service-account-key-file", key, "--service-account-signing-key-file", key),
    ]
    store, api = Api(client, token, certificate), Api(port, token, certificate)
    with running(etcd, folder / "etcd.log") as storing:
        until(lambda: store.ask("GET", "/health"), storing, folder / "etcd.log")
        with running(apiserver, folder / "apiserver.log") as serving:
            until(lambda: api.ask("GET", "/readyz"), serving, folder / "apiserver.log")
            for version, kind in [served for path in (built / "crds").iterdir() for served in _install(path, api)]:
                until(lambda version=version, kind=kind: api.serves(version, kind), serving, folder / "apiserver.log")
            yield api


def _install(path: Path, api: Api) -> list[tuple[str, str]]:
    """Creates the CRD in a file, and tells what will be served a moment later."""
    definition = yaml.load(path.read_text(), yaml.CSafeLoader)
    api.ask("POST", CRDS, definition)
    group, kind = definition["spec"]["group"], definition["spec"]["names"]["kind"]
    return [(f"{group}/{version['name']}", kind) for version in definition["spec"]["versions"] if version["served"]]


@contextlib.contextmanager
def running(command: list[object], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block, and also when this process dies without a word."""
    with (
        log.open("wb") as out,
        subprocess.Popen([str(part) for part in command], stdout=out, stderr=out, cwd=log.parent) as process,
        # Whoever holds the other end of its standard input is gone: then so is the process.
        subprocess.Popen(["sh", "-c", "read _; kill -9 $0", str(process.pid)], stdin=subprocess.PIPE) as guard,  # noqa: S607
    ):
        try:
            yield process
        finally:
            guard.kill()
            process.kill()


def until(answered: Callable[[], object], process: subprocess.Popen[bytes], log: Path) -> None:
    """Asks until there is an answer, for as long as the process lives and patience lasts."""
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError, RefusedError):
            if answered():
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(timeout=0.1)
            raise AssertionError(f"{log.stem} ended with {code}:\n{log.read_text()[-2000:]}")
        assert time.monotonic() < end, f"{log.stem} does not answer:\n{log.read_text()[-2000:]}"


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
