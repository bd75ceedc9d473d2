"""Our own packs, forked from one process that has imported the policy SDK and every rule once.

The engine starts each pack by itself, and each imports the same for half a second of processor time. Here a parent
does, and each of its children then runs what the engine's command line runs. Linux only: elsewhere a process that has
loaded gRPC may not survive a fork, and packs are started one by one.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

#: The engine's own address; a Python pack never calls back.
NOWHERE: Final = "127.0.0.1:1"
AVAILABLE: Final = sys.platform == "linux"


class Family:
    """The parent: started at once, asked for its children by place. It ends with its input, whoever closes that."""

    def __init__(self, folders: Sequence[Path], errors: Sequence[IO[bytes]], environment: Mapping[str, str]) -> None:
        pipes = [os.pipe() for _ in folders]
        outputs = [write for _, write in pipes]
        arguments = [
            text
            for folder, output, error in zip(folders, outputs, errors, strict=True)
            for text in (str(folder.resolve()), str(output), str(error.fileno()))
        ]
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            [sys.executable, "-u", "-m", __name__, *arguments],
            cwd=Path(__file__).parents[2],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[*outputs, *(error.fileno() for error in errors)],
        )
        for output in outputs:
            os.close(output)
        self.children = [Child(self, place, os.fdopen(read, "rb")) for place, (read, _) in enumerate(pipes)]
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def signal(self, place: int, number: int) -> None:
        """Sends a signal to a child, unless the parent has ended, and its children with it."""
        assert self._process.stdin is not None  # noqa: S101 - asked for, above
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{place} {number}\n".encode())
            self._process.stdin.flush()

    def end(self) -> None:
        """Ends parent and children, and waits for them."""
        assert self._process.stdin is not None  # noqa: S101 - asked for, above
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._reader.join()
        for child in self.children:
            child.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - asked for, above
        with self._process.stdout as lines:
            for line in lines:
                place, code = line.split()
                self.children[int(place)].ended(int(code))
        # A parent that failed takes along whom it never started.
        for child in self.children:
            child.ended(self._process.wait())


class Child:
    """One pack's process, as far as :class:`subprocess.Popen` is asked of one."""

    def __init__(self, family: Family, place: int, stdout: IO[bytes]) -> None:
        self.stdout = stdout
        self.returncode: int | None = None
        self._family = family
        self._place = place
        self._over = threading.Event()

    def ended(self, code: int) -> None:
        """Notes the exit code, the first time."""
        if not self._over.is_set():
            self.returncode = code
            self._over.set()

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code. Raises :class:`subprocess.TimeoutExpired`."""
        if not self._over.wait(timeout):
            raise subprocess.TimeoutExpired("pack", timeout or 0)
        return self.returncode

    def terminate(self) -> None:
        """Asks the pack to end."""
        self._family.signal(self._place, signal.SIGTERM)

    def kill(self) -> None:
        """Ends the pack."""
        self._family.signal(self._place, signal.SIGKILL)


def _main(arguments: Sequence[str]) -> None:
    """The parent's own program: imports, forks, tells who has ended, and hands on signals."""
    # A terminal interrupts everybody at once: this ends with its input, and its children with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What every pack imports, and nothing that starts a thread: only a process without threads can be forked.
    import pulumi.runtime  # noqa: F401
    import pulumi_policy  # noqa: F401

    import policy.packs  # noqa: F401

    packs = [arguments[place : place + 3] for place in range(0, len(arguments), 3)]
    handed = [int(number) for _, *numbers in packs for number in numbers]
    running = {}
    for place, (folder, output, error) in enumerate(packs):
        if (child := os.fork()) == 0:
            _become(folder, int(output), int(error), handed)
        running[place] = child
    for number in handed:
        os.close(number)
    waiting = [threading.Thread(target=_tell, args=(running, place)) for place in running]
    for thread in waiting:
        thread.start()
    for line in sys.stdin:
        place, number = map(int, line.split())
        if place in running:
            os.kill(running[place], number)
    for child in list(running.values()):
        os.kill(child, signal.SIGKILL)
    for thread in waiting:
        thread.join()


def _tell(running: dict[int, int], place: int) -> None:
    _, status = os.waitpid(running[place], 0)
    del running[place]
    # Whoever started this may have been killed, and then nobody is there to be told.
    with contextlib.suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), f"{place} {os.waitstatus_to_exitcode(status)}\n".encode())


def _become(folder: str, output: int, error: int, handed: Sequence[int]) -> None:
    """Runs the pack as the language host would, from its folder and with its own streams; never returns."""
    os.dup2(output, sys.stdout.fileno())
    os.dup2(error, sys.stderr.fileno())
    # A pack that kept another's output open would keep whoever reads it waiting.
    for number in handed:
        os.close(number)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    os.chdir(folder)
    sys.path[0] = folder
    sys.argv = ["pulumi.policy", NOWHERE, folder]
    code = 1
    try:
        runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    _main(sys.argv[1:])
