"""Asks Checkov about every planted violation and its twin, and writes what it says: ``python benchmarks/planted.py``.

AWS resources are given as a Terraform plan, objects of Kubernetes as manifests; each side of a row is a file of its
own. Checkov refuses a row where a check fails for the violation and not for its twin. Exit code 0, or 2 where Checkov
cannot be installed or does not answer. Needs the package index once, as benchmarks/checkov.py does; then nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.checkov import ANSWERED, BAD_INPUT, FOLDER, OFFLINE, installed
from benchmarks.terraform_plan import plan
from model.resource import Resource
from model.type_tokens import AWS_PACKAGE, KUBERNETES_PACKAGE
from preview.run import PROJECT
from preview.simulate.recorder import record
from stacks.load import stack_file
from stacks.offered import REGION
from tests.policy.guardrails.analyzer import Given, declare
from tests.security.rows import CHECKOV, rows

#: Files that Checkov is given at once.
BATCH: Final = 200
FRAMEWORKS: Final = {"terraform_plan": ".json", "kubernetes": ".yaml"}


def main() -> int:
    """Write the table's column, and print what it comes to."""
    checkov, version = installed()
    folder = FOLDER / "planted"
    folder.mkdir(parents=True, exist_ok=True)
    written = {
        (row.id, side): list(_files(folder / f"{row.id}-{side}", given))
        for row in rows()
        for side, given in (("bad", row.bad), ("twin", row.twin))
    }
    failed: dict[str, set[str]] = defaultdict(set)
    for framework, suffix in FRAMEWORKS.items():
        files = sorted({file for each in written.values() for file in each if file.suffix == suffix})
        for first in range(0, len(files), BATCH):
            for file, check in _asked(checkov, framework, files[first : first + BATCH]):
                failed[file].add(check)

    def checks(identifier: str, side: str) -> set[str]:
        return {check for file in written[identifier, side] for check in failed[file.name]}

    said = {row.id: sorted(checks(row.id, "bad") - checks(row.id, "twin")) for row in rows()}
    CHECKOV.write_text(
        json.dumps({"version": version, "date": f"{datetime.now(UTC):%Y-%m-%d}", "rows": said}, indent=1) + "\n",
        encoding="utf-8",
    )
    print(f"Checkov {version} refuses {sum(map(bool, said.values()))} of {len(said)} rows")
    return 0


def _files(path: Path, given: Sequence[Given]) -> Iterator[Path]:
    """A program as the files that Checkov reads."""
    made = _recorded(given)
    if any(each.type.startswith(AWS_PACKAGE) for each in made):
        file = path.with_suffix(".json")
        file.write_text(json.dumps(plan(made, REGION)), encoding="utf-8")
        yield file
    objects = [props for type_, _, props in given if type_.startswith(KUBERNETES_PACKAGE)]
    if objects:
        file = path.with_suffix(".yaml")
        file.write_text(yaml.safe_dump_all(objects), encoding="utf-8")
        yield file


def _recorded(given: Sequence[Given]) -> list[Resource]:
    recording = record(lambda: declare(given), project=PROJECT, stack="prod", config=stack_file("prod").config)
    return [made.resource() for made in recording.registrations if made.custom]


def _asked(checkov: Path, framework: str, files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Each check that fails, with the file's name."""
    options = ("--framework", framework, "--compact", "--output", "json", "--skip-download", "--quiet")
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(FOLDER), "LANG": "C.UTF-8", **OFFLINE}
    done = subprocess.run(
        # By its Python: an environment that was moved has the old path in its scripts.
        [str(checkov.with_name("python")), str(checkov), *options, "--file", *map(str, files)],
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout) if done.returncode in ANSWERED else None
    if not isinstance(report, Mapping) or "results" not in report:
        sys.stderr.write(f"error: Checkov did not answer about {len(files)} files: {done.stderr.strip()[-200:]}\n")
        sys.exit(BAD_INPUT)
    found: Mapping[str, Any] = report["results"]
    for each in found["failed_checks"]:
        yield Path(each["file_path"]).name, each["check_id"]


if __name__ == "__main__":
    sys.exit(main())
