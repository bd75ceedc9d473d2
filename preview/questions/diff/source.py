"""``--against``: the preview that today's is compared with, from a file or as a revision of this repository has it.

A revision is previewed by its own program, packs and prices, in a folder that is thrown away, with today's packages: as
it was where the checkout left it, so that what others have merged since is no difference.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Final

from preview.questions.diff.revision import AgainstError, Revision, git, resolve
from preview.report.json import read_json
from preview.run import ROOT

#: What is read of an earlier document; its other keys may differ.
NEEDED: Final = ("schemaVersion", "stack", "resources", "findings", "decisions", "cost")
BLOCKED: Final = 1


def load_earlier(against: str, stack: str, today: date) -> dict[str, Any]:
    """The document of ``stack`` in the file ``against``, or at that revision. Raises :class:`AgainstError`."""
    revision = resolve(ROOT, against)
    if revision is None:
        return _checked(against, stack, _read(against, Path(against)))
    return _checked(against, stack, _previewed(revision, stack, today))


def _read(against: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise AgainstError(f"--against: {against} cannot be read ({reason})") from None


def _checked(against: str, stack: str, text: str) -> dict[str, Any]:
    try:
        document = read_json(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not _is_preview(document):
        raise AgainstError(f"--against: {against} is no preview; allowed is what --format json writes, or a revision")
    version = str(document["schemaVersion"])
    major = version.partition(".")[0]
    if major not in ("1", "2"):
        raise AgainstError(f"--against: {against} has schemaVersion {version!r}; allowed are 1 and 2")
    if major == "1":
        _upgrade(document)
    if document["stack"] != stack:
        raise AgainstError(f"--against: {against} is a preview of {document['stack']!r}; allowed is {stack}")
    return document


def _upgrade(document: dict[str, Any]) -> None:
    """What 1.x said, as 2.0 says it, for one release: a revision before the step is previewed by its own program."""
    for finding in document["findings"]:
        undetermined = str(finding.get("message", "")).startswith("undetermined: ")
        blocks = finding.get("level") == "mandatory"
        kind = "violation" if blocks else "undetermined" if undetermined else "advisory"
        finding["kind"] = "waived" if finding.pop("waived", False) else kind


def _is_preview(document: dict[str, Any]) -> bool:
    """Whether all that is read of an earlier document is there."""
    if not all(key in document for key in NEEDED):
        return False
    cost = document["cost"]
    lists = [document["resources"], document["findings"], document["decisions"]]
    lists.append(cost.get("lines") if isinstance(cost, dict) else None)
    return all(isinstance(each, list) and all(isinstance(item, dict) for item in each) for each in lists)


def _previewed(revision: Revision, stack: str, today: date) -> str:
    against = revision.name
    archive = git(ROOT, "archive", "--format=tar", revision.start, about=against)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            # What Python 3.11.3 and older lack; git itself archives nothing that lies outside (source: PEP 706).
            files.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            files.extractall(folder)  # noqa: S202 - by the filter above
        done = subprocess.run(  # noqa: S603 - this project's own program, as it was
            [sys.executable, "-m", "preview", stack, "--format", "json", "--today", today.isoformat()],
            cwd=folder,
            # Before what is installed: packs must not import today's rules.
            env={**os.environ, "PYTHONPATH": folder},
            capture_output=True,
            text=True,
            check=False,
        )
    # A program that breaks ends with 1 as well, and writes nothing.
    if done.returncode not in (0, BLOCKED) or not done.stdout:
        last = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise AgainstError(f"--against: {against} cannot be previewed: {last.removeprefix('error: ')}")
    return done.stdout
