"""What ``make rehearse`` built, AWS as moto plays it, and a move as it is rehearsed."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.rehearsal.rehearsed import ACCOUNT, Rehearsal

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".engine" / "rehearsal"
PATIENCE = 60


@pytest.fixture(scope="session")
def built(request):
    """The folder of one piece; without it, or unasked, a test is skipped and says why."""
    asked = request.config.getoption("--rehearse")

    def folder(piece: str) -> Path:
        if not (BUILT / piece / ".inputs").exists():
            reason = f"no .engine/rehearsal/{piece}: make rehearse builds it, once"
            (pytest.fail if asked else pytest.skip)(reason)
        if not asked and not any("rehearsal" in str(argument) for argument in request.config.args):
            pytest.skip("starts real servers: make rehearse")
        return BUILT / piece

    return folder


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(argv: list[str], port: int, log: Path, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen]:
    """A program until it listens on ``port``, and stopped afterwards."""
    with log.open("w") as out:
        running = subprocess.Popen(argv, stdout=out, stderr=out, env={**os.environ, **(env or {})})
        try:
            until(lambda: _listens(port), running, log)
            yield running
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def until(holds, running: subprocess.Popen, log: Path, seconds: int = PATIENCE) -> None:
    """Wait for a server, which says itself why it ended."""
    end = time.monotonic() + seconds
    while not holds():
        if running.poll() is not None or time.monotonic() > end:
            pytest.fail(f"{running.args[0]} does not answer: {log.read_text()[-800:]}")
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        asked.settimeout(1)
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def aws(built, tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment in which boto3 finds moto."""
    port, log = free_port(), tmp_path_factory.mktemp("moto") / "log"
    # Not its script, whose first line names the folder in which it was built.
    server = [str(built("moto") / "bin" / "python"), "-m", "moto.server", "-p", str(port)]
    with served(server, port, log, {"MOTO_ACCOUNT_ID": ACCOUNT}):
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_REGION": "ap-northeast-2",
        }


@pytest.fixture
def rehearsal(tmp_path, aws):
    """A move of dev whose evidence lies in a folder of its own."""

    def made(capability: str, **env: str) -> Rehearsal:
        return Rehearsal(capability, tmp_path / "world", {**aws, **env})

    return made
