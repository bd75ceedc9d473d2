"""docs/migration/walkthrough.md: one move as people run it, from the cluster's dump to the gate that refuses an edit."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.rehearsal.rehearsed import ROOT

PAGE = ROOT / "docs" / "migration" / "walkthrough.md"
LEFT_OUT = (".*", "__pycache__", "node_modules", "out")
#: What another run, day or checkout gives otherwise: days and times, digests, ports, and how long the rest is.
CHANGING = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|\+00:00))?|\b[0-9a-f]{64}\b|127\.0\.0\.1:\d+|\(\d+ more lines\)")
SAMPLES = "tests/migration/samples/cluster.yaml tests/migration/samples/releases.json"


class Checkout:
    """A copy in which commands are run as the page shows them, and the page as it grows."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        (folder / ".venv").symlink_to(sys.prefix)
        self.folder, self.env, self.page = folder, env, []

    def say(self, text: str) -> None:
        self.page += [text, ""]

    def run(self, command: str, *, ends: int = 0, keep: str = "", since: str = "", head: int = 0) -> None:
        """Run ``command``; show all, or what matches ``keep``, or ``head`` lines from ``since`` on; and how it ended."""
        done = subprocess.run(
            shlex.split(command),
            check=False,
            cwd=self.folder,
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
        )
        text = done.stdout + done.stderr
        assert done.returncode == ends, text
        assert "Traceback" not in text
        lines = text.rstrip().splitlines()
        first = next(number for number, line in enumerate(lines) if re.search(since, line))
        shown = [line for line in lines[first:] if re.search(keep, line)][: head or None]
        assert shown, text
        left_out = len(lines) - len(shown)
        self.page += ["```console", f"$ {command}", *(line.rstrip() for line in shown)]
        self.page += [f"... ({left_out} more lines)"] * bool(left_out) + [f"$ echo $?\n{ends}"] * bool(ends)
        self.page += ["```", ""]

    def moves(self, **states: str) -> None:
        """Write ``landing:moves`` of dev, and show it."""
        file = self.folder / "stacks" / "Pulumi.dev.yaml"
        text = (ROOT / "stacks" / "Pulumi.dev.yaml").read_text().rstrip()
        days = ", ".join(f'{state}: "{day}"' for state, day in states.items())
        entry = f"  landing:moves:\n    cache: {{{days}}}\n"
        assert "landing:moves:" not in text
        file.write_text(text.replace("config:\n", f"config:\n{entry}", 1) + "\n")
        self.page += ["```yaml", entry.rstrip(), "```", ""]


@pytest.fixture
def checkout(tmp_path, aws):
    return Checkout(tmp_path / "checkout", dict(aws))


def test_the_page_is_what_a_move_shows_from_its_dump_to_the_gate(pair, checkout, request):
    today = datetime.now(UTC).date().isoformat()
    say, run = checkout.say, checkout.run
    say(
        "# One move, from the dump to the gate\n\n"
        "Written by `make rehearse` with `--write-walkthrough`, which runs every command below in a copy of the checkout and fails\n"
        "when this page no longer shows what they print (days, digests and ports apart). Redis 7.0 and Valkey are real servers on one\n"
        "machine; AWS's identity is played by moto, and a copier of the test stands in for RedisShake. Nothing here ran in AWS, which\n"
        "the evidence says itself: its target is a stand-in."
    )
    say(
        "## What runs there\n\nThe sample is a small cluster of our own, written like `kubectl get -A -o yaml` and `helm list -A -o json`."
    )
    run(f".venv/bin/python -m migration inventory {SAMPLES}", head=12)
    say(
        "`--format svg` draws who talks to what; [inventory.md](inventory.md) says what each column means.\n\n## What lies ahead"
    )
    run(".venv/bin/python -m migration plan prod", since="^cache:", head=12)

    say(
        "## The move begins\n\nThe stack file says so, and the file of stores says where both are. Passwords stay in files of their own."
    )
    checkout.moves(planned=today)
    source, target = (f"redis://127.0.0.1:{port}" for port in pair.ports)
    stores = {
        "source": {"address": source, "name": "redis", "passwordFile": str(pair.passwords / "source")},
        "target": {
            "address": target,
            "name": "alphacar-cache",
            "user": "move",
            "passwordFile": str(pair.passwords / "target"),
        },
    }
    (checkout.folder / "stores.yaml").write_text(yaml.safe_dump(stores))
    verify = ".venv/bin/python -m migration verify dev cache --stores stores.yaml"
    run(f"{verify} --step precheck")
    run(".venv/bin/python -m migration approve dev cache precheck --by kim --ticket OPS-101")

    say("## The copy, and a write that came too late")
    checkout.moves(planned=today, copying=today)
    pair.copy()
    with closing(pair.source(3)) as client:
        client.set("late", "1")
    say("The copy ended, and then an application wrote one more key to the source.")
    run(f"{verify} --rehearse", ends=1)
    pair.copy()
    say("Copied again, both are equal, and the evidence may be written and agreed to.")
    run(verify)
    run(".venv/bin/python -m migration approve dev cache verify --by kim --ticket OPS-102")
    run("cat gates/dev/cache/verify.json", head=24)

    say("## The state is entered")
    checkout.moves(planned=today, copying=today, verified=today)
    run(".venv/bin/python -m migration status dev", keep=r"^capability|^cache|[Rr]efus|stand-in|unsigned")

    say(
        "## Somebody edits the evidence\n\nOne key more on both sides, so that the numbers still agree with each other."
    )
    evidence = checkout.folder / "gates" / "dev" / "cache" / "verify.json"
    content = json.loads(evidence.read_text())
    counts = next(each for each in content["comparisons"] if each["name"] == "counts")
    for side in ("source", "target"):
        counts[side]["db0"] += 1
    evidence.write_text(json.dumps(content, indent=2))
    run(".venv/bin/python -m migration status dev", ends=1, keep=r"^capability|^cache|kim")
    say("A preview refuses the same, and so does `pulumi up`, which runs the same pack.")
    run(".venv/bin/python -m preview dev", ends=1, since=r"mandatory alphacar-decisions/moves-have-evidence", head=2)

    page = "\n".join(checkout.page).replace(f"{checkout.folder}/", "").rstrip() + "\n"
    if request.config.getoption("--write-walkthrough"):
        PAGE.write_text(page)
    assert CHANGING.sub("_", page) == CHANGING.sub("_", PAGE.read_text())
