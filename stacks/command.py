"""What every command line does alike: want its libraries, read a day, write a file, refuse, end when it breaks itself.

Exit code 2 is bad input or a mistake of the program's own; what 1 means, each command says.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from typer import Typer

BAD_INPUT: Final = 2
#: What a shell makes of SIGINT.
INTERRUPTED: Final = 130
ROOT: Final = Path(__file__).resolve().parent.parent
#: A library of requirements.lock that every command needs.
NEEDED: Final = "typer"
#: Control characters, what turns the direction of writing, what is not there to see, and halves of a pair.
_OBEYED: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
HIDDEN: Final = "[hidden]"
#: What may be an address: nothing else has :// in it.
_WORD: Final = re.compile(r"[^\s'\"]+")


def interruptible() -> None:
    """Lets Ctrl-C end a program that is still importing, without a traceback; :func:`app` takes over from there.

    Only what is started as ``python -m`` is a command of ours: another program that imports this keeps its handler.
    """
    if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def require_libraries() -> None:
    """Ends with 2 and one line where the project's libraries are not installed, naming the Python that has them."""
    if find_spec(NEEDED) is not None:
        return
    made = ROOT / ".venv" / "bin" / "python"
    words = shlex.join([".venv/bin/python", *sys.orig_argv[1:]])
    how = f"run it as: {words}" if made.exists() else f"make preview installs them; then run it as: {words}"
    refuse(f"{sys.executable} has none of the project's libraries (no {NEEDED}); {how}")


def refuse(message: str, code: int = BAD_INPUT, *, verbatim: str = "") -> NoReturn:
    """Say why on standard error, a line each of ``message``, and end. What was typed is no escape sequence there.

    ``verbatim`` follows as it is, to be copied.
    """
    for line in message.rstrip("\n").split("\n"):
        sys.stderr.write(f"error: {harmless(masked(line))}\n")
    for line in verbatim.splitlines():
        sys.stderr.write(f"{harmless(line)}\n")
    raise SystemExit(code)


def read_held(path: str) -> str:
    """What a file holds, such as a password, without its last line's end.

    Raises:
        ValueError: Says the file and why it cannot be read, or that it is empty; never what it holds.
    """
    try:
        found = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} cannot be read (it is not text in UTF-8)") from None
    if not found:
        raise ValueError(f"{path} is empty")
    return found


def harmless(line: str) -> str:
    """``line`` without what a terminal would obey: an escape sequence is shown as it is written in Python."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), line)


def masked(text: str) -> str:
    """``text`` without what its addresses say of who asks: all before the last @, and all behind the question mark."""
    return _WORD.sub(lambda found: _masked(found[0]), text)


def _masked(word: str) -> str:
    scheme, sep, address = word.partition("://")
    if not sep:
        return word
    _, who, place = address.rpartition("@")
    place, asked, _ = place.partition("?")
    return f"{scheme}://{f'{HIDDEN}@' if who else ''}{place}{f'?{HIDDEN}' if asked else ''}"


def day(text: str) -> date:
    """The day that ``--today`` gives, else the present one; refuses what is none."""
    # Pydantic comes with it, and who is told to install the libraries has none.
    from stacks import clock

    try:
        return clock.today(text)
    except ValueError as error:
        refuse(str(error))


def write_atomically(path: Path, content: str, *, check: Callable[[Path], object] | None = None) -> None:
    """Write ``content`` whole or not at all, with the mode that a file at ``path`` has.

    ``check`` is shown the new file before it takes the old one's place, and may raise. Raises :class:`OSError`.
    """
    if path.exists() and not path.is_file():
        # A pipe or a device is written to, and stays what it is.
        path.write_text(content, encoding="utf-8")
        return
    path = path.resolve()
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if check is not None:
            check(Path(name))
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write(path: Path, content: str, *, called: str = "") -> None:
    """:func:`write_atomically`, which refuses what cannot be written, ``called`` so."""
    try:
        write_atomically(path, content)
    except OSError as error:
        refuse(f"{called or path}: cannot be written ({error.strerror})")


def put_out(content: str, output: Path | None) -> None:
    """Write a report to ``--output``, or to standard output where there is none; refuses what cannot be written."""
    try:
        if output is None:
            # Whatever the locale says: a report names things in any script.
            sys.stdout.buffer.write(content.encode())
            sys.stdout.buffer.flush()
        else:
            write_atomically(output, content)
    except OSError as error:
        refuse(f"{f'--output: {output}' if output else 'standard output'} cannot be written: {error.strerror}")


def app(main: Callable[..., object] | Typer, what: str = "") -> NoReturn:
    """Run ``main`` with what was typed and end: with the code that it returns or exits with, 0 for neither.

    What typer refuses is told in a line as everything else is. A mistake of the program's own is no finding about what
    it was asked of: one line that says ``what`` failed and where to look, and 2.
    """
    import typer
    from typer.exceptions import TyperException

    # Files half written and processes of ours are put away: an interrupt is an exception from here on.
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    application: Any = main
    if not isinstance(main, typer.Typer):
        application = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        application.command()(main)
    try:
        code = application(standalone_mode=False)
    except TyperException as error:
        told = error.format_message()
        refuse(f"{told[:1].lower()}{told[1:].rstrip('.')} (see --help)")
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, its exit code must not be that of a finding
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
        refuse(f"{what or 'the command'} itself failed: {where}; report it")
    raise SystemExit(code if isinstance(code, int) else 0)
