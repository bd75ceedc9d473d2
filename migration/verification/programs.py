"""Programs that read a store for us: started with a list of arguments, their output kept, their refusal in one line."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from migration.verification.stores import StoreError

#: A program that is silent for longer is stopped.
SECONDS = 1800
#: What says that the store was not read at all, whatever else is said.
_UNREAD = (
    "dial tcp",
    "no such host",
    "connection re",
    # A credential helper that is not installed: not the image is missing.
    "executable file not found",
    "i/o timeout",
    "unauthorized",
    "UNAUTHORIZED",
    "denied",
    "DENIED",
)


def ask(argv: Sequence[str], *, missing: Sequence[str] = (), given: bytes | None = None) -> bytes | None:
    """What the program writes on standard output; ``given`` is its standard input.

    ``None`` when it ends with an error that says one of ``missing``: what was asked for is not there. Raises
    :class:`StoreError` for any other end, with the last line of what it says and none of its output.
    """
    program = shutil.which(argv[0])
    if program is None:
        raise StoreError(f"{argv[0]}: is not installed; the tools image has it, in the version of the move")
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are this project's own, and no shell reads them
            [program, *argv[1:]], input=given, capture_output=True, check=False, timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreError(f"{argv[0]}: {' '.join(str(error).split())}") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip()
    if any(word in said for word in missing) and not any(word in said for word in _UNREAD):
        return None
    raise StoreError(f"{argv[0]}: {said.splitlines()[-1] if said else f'ended with {done.returncode}'}")
