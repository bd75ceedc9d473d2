"""The cells of a file, line by line: whatever its size, no more of it is in memory than one line.

Plain or compressed with gzip; UTF-8, or the UTF-16 that a spreadsheet or PowerShell saves.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from pricing.reconcile.charge import ExportError

#: Characters of one line, and of one cell; a report of every column of AWS has some ten thousand.
LONGEST_LINE: Final = 2**20
_GZIP: Final = b"\x1f\x8b"
_OTHERS: Final = {
    b"PAR1": "is Parquet, which is not read here; export the same as CSV (text, gzip)",
    b"PK\x03\x04": "is a zip archive; unpack it, and hand over the CSV that is in it",
    b"%PDF": "is a PDF; a bill is compared line by line, from a CSV",
    b"\xd0\xcf\x11\xe0": "is a workbook of Excel; save it as CSV",
}
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def read_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record that has cells, with the number of its last line. Raises :class:`ExportError`."""
    number = 0
    try:
        with path.open("rb") as plain:
            start = plain.read(4)
            plain.seek(0)
            for magic, why in _OTHERS.items():
                if start.startswith(magic):
                    raise ExportError(f"{path}: {why}")
            with _unpacked(plain, start) as stream:
                reader = csv.reader(_lines(path, stream), strict=True)
                for cells in reader:
                    number = reader.line_num
                    if cells:
                        yield number, cells
    except csv.Error as error:
        raise ExportError(f"{path}: line {number + 1}: is not CSV ({error})") from None
    except UnicodeDecodeError as error:
        raise ExportError(f"{path}: after line {number}: is not {error.encoding.upper()} text") from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ExportError(
            f"{path}: after line {number}: the gzip data is cut short or broken; fetch it again"
        ) from None
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror or error})") from None


def digest(path: Path) -> str:
    """SHA-256 of the file as it lies there. Raises :class:`ExportError`."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror or error})") from None


def _unpacked(plain: IO[bytes], start: bytes) -> io.TextIOWrapper:
    stream: Any = gzip.GzipFile(fileobj=plain) if start.startswith(_GZIP) else plain
    begun = stream.peek(4)[:4]
    encoding = next((name for mark, name in _MARKS if begun.startswith(mark)), "utf-8")
    return io.TextIOWrapper(stream, encoding=encoding, newline="")


def _lines(path: Path, stream: IO[str]) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise ExportError(f"{path}: line {number}: is longer than {LONGEST_LINE} characters; no export has such")
        if "\0" in line:
            raise ExportError(
                f"{path}: line {number}: holds a NUL character; allowed is UTF-8, or UTF-16 with its mark"
            )
        yield line
