"""A program in a process of its own: started without credentials, watched, ended, and told how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from preview.program import host
from preview.program.monitor import ProgramMonitor
from preview.program.project import Project
from preview.program.server import Engine, Service, serving
from preview.simulate.recorder import AMBIENT, ORGANIZATION

ROOT: Final = Path(__file__).resolve().parents[2]
#: Proxies are for other machines; and files that a laptop keeps must not decide what a preview shows.
APART: Final[Mapping[str, str]] = {
    "no_grpc_proxy": "127.0.0.1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONUNBUFFERED": "1",
}
#: Bytes of what a program prints that are thrown away at once.
CHUNK: Final = 65536
#: More than the report of a program ever has, and than a pipe holds.
WHOLE: Final = 1 << 20


class ProgramError(Exception):
    """The program cannot be previewed; the text says why, and ``entry`` is something to copy, if there is anything."""

    def __init__(self, message: str, entry: str = "") -> None:
        super().__init__(message)
        self.entry = entry


def run_program(project: Project, monitor: ProgramMonitor, *, timeout_seconds: float) -> None:
    """Runs the program until it has registered everything. Raises :class:`ProgramError`."""
    with serving(monitor) as (address, engine, service):
        told = _told(project, address, timeout_seconds)
        _raise_for(project, monitor, engine, service, told)


def _told(project: Project, address: str, timeout_seconds: float) -> dict[str, Any]:
    """What the process says of itself, or how it ended without a word."""
    read, write = os.pipe()
    told = b""
    job = {
        "address": address,
        "report": write,
        "project": project.name,
        "stack": project.stack,
        "organization": ORGANIZATION,
        "root": str(project.root),
        "folder": str(project.folder),
        "file": str(project.file),
        "secretKeys": sorted(project.secret_keys),
        "outside": [str(ROOT), str(Path(host.__file__).parent)],
    }
    command = [str(project.python), "-u", host.__file__, json.dumps(job)]
    try:
        try:
            process = subprocess.Popen(  # noqa: S603 - the program is what was asked for
                command,
                env=_environment(project),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[write],
                # Whatever the program starts ends with it.
                start_new_session=True,
            )
        except OSError as error:
            raise ProgramError(f"{project.python}: cannot be started ({error.strerror})") from None
        finally:
            os.close(write)
        assert process.stdout is not None  # noqa: S101 - asked for, above
        drain = threading.Thread(target=_drain, args=(process.stdout,), daemon=True)
        drain.start()
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            raise ProgramError(f"the program did not end within {timeout_seconds:g} seconds") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            # What left the program's session may still hold its output.
            drain.join(timeout=1)
        # Whatever the program told is in the pipe by now; what it left behind may hold the other end for ever.
        os.set_blocking(read, False)
        with contextlib.suppress(BlockingIOError):
            told = os.read(read, WHOLE)
    finally:
        os.close(read)
    return _parsed(told, process.returncode)


def _drain(output: IO[bytes]) -> None:
    """Throws away what the program prints: it is no part of the report."""
    with output:
        while output.read(CHUNK):
            pass


def _environment(project: Project) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(AMBIENT)}
    return {
        **kept,
        **APART,
        "PULUMI_CONFIG": json.dumps(dict(project.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(project.secret_keys)),
    }


def _parsed(report: bytes, code: int) -> dict[str, Any]:
    if report:
        try:
            found = json.loads(report)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ProgramError("the program wrote into the preview's own report, which cannot be read any more")
        told: dict[str, Any] = found
        return told
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    raise ProgramError(f"the program ended with {how}, before it had declared everything")


def _raise_for(
    project: Project, monitor: ProgramMonitor, engine: Engine, service: Service, told: Mapping[str, Any]
) -> None:
    if service.broken:
        raise service.broken[0]
    if not told:
        if engine.errors:
            raise ProgramError(f"the program reported an error: {engine.errors[0].strip().splitlines()[0]}")
        return
    if monitor.refused:
        # What the program made of it says less.
        refused = monitor.refused[-1]
        raise ProgramError(str(refused), getattr(refused, "entry", ""))
    raise ProgramError(_words(project, told))


def _words(project: Project, told: Mapping[str, Any]) -> str:
    file, line = str(told["file"]), told["line"]
    with contextlib.suppress(ValueError):
        file = str(Path(file).resolve().relative_to(project.root.resolve()))
    where = f"{file}:{line}"
    kind, key = told["error"], told.get("key", "")
    if kind == "ConfigMissingError":
        named = key if ":" in key else f"{project.name}:{key}"
        secret = ", a secret" if told["secret"] else ""
        return f"{where}: the program requires the config key {named}{secret}; set it in {project.stack_file}"
    if kind == "SystemExit":
        return f"{where}: the program ended itself by sys.exit({told['text']})"
    if module := told.get("module"):
        at = f"{where}: " if told["file"] else ""
        return (
            f"{at}the program needs the module {module}, which {project.python} does not have; "
            "--python names the one of an environment that has it"
        )
    if key in project.secret_keys:
        return f"{where}: the config key {key} is a secret, whose value is not known here; read it with require_secret"
    text = " ".join(str(told.get("text", "")).split())
    return f"{where}: the program raised {kind}{f': {text[:300]}' if text else ''}"
