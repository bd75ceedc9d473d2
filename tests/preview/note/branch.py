"""A branch as somebody might open it: another node class, a managed Prometheus, and a waiver for that.

``.venv/bin/python -m tests.preview.note.branch`` writes the note that it gets anew, in both languages: ``note.md``
and ``note.ko.md``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from preview.catalogue import spoken
from preview.note.__main__ import _stack
from preview.note.compose import compose

ROOT: Final = Path(__file__).parents[3]
GOLDENS: Final = {each: Path(__file__).with_name(f"note{end}.md") for each, end in (("en", ""), ("ko", ".ko"))}
WAIVER: Final = """  landing:exceptions:
    - row: metrics
      urn: "*aws:amp/workspace:Workspace::metrics"
      reason: a month beside the old one, @everybody
      owner: platform
      ticket: PLAT-202
      expires: "2027-01-31"
"""


def git(folder: Path, *arguments: str) -> None:
    """Whatever git is on PATH, as nobody in particular."""
    me = ("-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *me, *arguments], check=True)  # noqa: S607


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, f"{file} has {old!r} {text.count(old)} times"
    file.write_text(text.replace(old, new))


def compared(folder: Path) -> int:
    """Leaves ``changes-prod.json`` of the branch in ``folder``, an empty one; what the command ends with."""
    tracked = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True).stdout  # noqa: S607
    for name in filter(None, tracked.decode().split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Begin")
    git(folder, "checkout", "-q", "-b", "topic")
    stack, program = folder / "stacks" / "Pulumi.prod.yaml", folder / "__main__.py"
    replaced(stack, "instanceTypes: [m6g.large]\n", "instanceTypes: [m7g.large]\n")
    replaced(stack, "  landing:exceptions:\n", WAIVER)
    replaced(program, 'pulumi.export("choices"', 'aws.amp.Workspace("metrics")\n\npulumi.export("choices"')
    git(folder, "commit", "-qam", "Try a managed Prometheus")
    words = [
        "-m",
        "preview",
        "prod",
        "--against",
        "main",
        "--today",
        "2026-11-23",
        "--format",
        "json",
        "--output",
        "changes-prod.json",
    ]
    return subprocess.run([sys.executable, *words], cwd=folder, check=False, stderr=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        compared(Path(made))
        for language, golden in GOLDENS.items():
            with spoken(language):
                golden.write_text(compose([_stack(Path(made), "prod")], 65_536))
