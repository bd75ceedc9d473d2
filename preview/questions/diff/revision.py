"""A revision of this repository, read by git alone: which commit a name means, where a change left it, what it held.

What a change brings along must not decide what it is compared with: neither a tag named like a branch, nor a file named
like a revision, nor a variable that shows git another repository.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from preview.report.verdict import APART, HOLDS_HEAD, SHALLOW

#: A file that ``--format json`` wrote is told from a revision by its name.
JSON: Final = ".json"
#: Where git looks for a name (source: gitrevisions, "specifying revisions").
_PLACES: Final = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
_FILES: Final = ("100644", "100755")


class AgainstError(Exception):
    """There is nothing to compare with; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What was named, ``tip``, and the commit at which the change left it, ``start``; of a part of history, the tip.

    ``doubt`` says why ``tip`` may not be older than the change, or nothing.
    """

    name: str
    tip: str
    start: str
    doubt: str = ""


def resolve(root: Path, name: str) -> Revision | None:
    """The revision ``name``, or ``None`` where it is a file. Raises :class:`AgainstError` for what is neither."""
    if Path(name).suffix == JSON:
        return None
    try:
        # A revision never begins with a dash: nothing that does may reach git as an option.
        tip = _line(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", about=name)
    except AgainstError:
        if Path(name).is_file():
            return None
        raise
    _refuse_twins(root, name)
    if _line(root, "rev-parse", "--is-shallow-repository", about=name) == "true":
        return Revision(name=name, tip=tip, start=tip, doubt=SHALLOW)
    head = _line(root, "rev-parse", "--verify", "HEAD^{commit}", about=name)
    try:
        start = _line(root, "merge-base", tip, head, about=name)
    except AgainstError:
        return Revision(name=name, tip=tip, start=tip, doubt=APART.format(name=name))
    doubt = HOLDS_HEAD.format(name=name) if start == head else ""
    return Revision(name=name, tip=tip, start=start, doubt=doubt)


def read_text(root: Path, commit: str, path: str, *, about: str) -> str | None:
    """The file at ``path`` as ``commit`` has it, or ``None``. Raises :class:`AgainstError` for a link."""
    entry = git(root, "ls-tree", "-z", commit, "--", path, about=about).decode(errors="replace")
    if not entry:
        return None
    mode, _, rest = entry.partition(" ")
    if mode not in _FILES:
        raise AgainstError(f"--against: {path} of {about} is no file, but a link or a folder; allowed is a file")
    content = git(root, "cat-file", "blob", rest.split()[1], about=about)
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise AgainstError(f"--against: {path} of {about} cannot be read (not UTF-8 text)") from None


def changed(root: Path, commit: str, paths: tuple[str, ...], *, about: str) -> list[str]:
    """Which files below ``paths`` differ between ``commit`` and the checkout."""
    names = git(root, "diff", "--name-only", "--no-ext-diff", "-z", "--relative", commit, "--", *paths, about=about)
    return sorted(filter(None, names.decode(errors="replace").split("\0")))


def git(root: Path, *arguments: str, about: str) -> bytes:
    """What git says, asked in ``root``. Raises :class:`AgainstError` where it refuses; ``about`` is what was named."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, and revisions that begin with no dash
            ["git", "--no-replace-objects", "-C", str(root), *arguments],  # noqa: S607 - whatever git is on PATH
            # GIT_DIR and its like lead to another repository; GIT_CONFIG* is how runners call a checkout safe.
            env={key: value for key, value in os.environ.items() if not re.match(r"GIT_(?!CONFIG)", key)},
            capture_output=True,
            check=False,
        )
    except OSError:
        raise AgainstError("--against: a revision needs git, which is not on PATH; a file needs nothing") from None
    if done.returncode:
        raise AgainstError(f"--against: {about!r} is refused; allowed is a file of --format json, or a revision")
    return done.stdout


def _line(root: Path, *arguments: str, about: str) -> str:
    return git(root, *arguments, about=about).decode().strip()


def _refuse_twins(root: Path, name: str) -> None:
    """A tag may be called as a branch is, and git takes the tag: whoever may push one would choose what is compared."""
    plain = re.split(r"[~^:]|@\{", name)[0]
    wanted = [f"{place}{plain}" for place in _PLACES if f"{place}{plain}".startswith("refs/")]
    if not plain or not wanted:
        return
    listed = git(root, "for-each-ref", "--format=%(refname)", *wanted, about=name).decode().split()
    if len(twins := [ref for ref in wanted if ref in listed]) > 1:
        raise AgainstError(f"--against: {name!r} is ambiguous; allowed is one of {', '.join(twins)}")
