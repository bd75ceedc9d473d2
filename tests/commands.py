"""A command line, given in this process: one of its own takes most of a second to start, and says the same."""

from __future__ import annotations

import contextlib
import os
import runpy
import subprocess
import sys
import warnings
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parent.parent


def give(
    module: str, *arguments: object, stdin: str = "", cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What ``python -m module arguments`` does and says; ``environment`` is all that it is told of this one's."""
    asked = [module, *map(str, arguments)]
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", **environment}
    given, out, err = (TextIOWrapper(BytesIO(content), encoding="utf-8") for content in (stdin.encode(), b"", b""))
    code: int | str | None = 0
    with (
        contextlib.chdir(cwd),
        mock.patch.dict(os.environ, bare, clear=True),
        mock.patch.multiple(sys, argv=asked, stdin=given, stdout=out, stderr=err),
        warnings.catch_warnings(),
    ):
        # That it is imported already, which runpy warns of, is what is wanted here.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as left:
            code = left.code or 0
    assert isinstance(code, int), code
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(asked, code, *said)
