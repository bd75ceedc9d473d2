"""Kyverno's own CLI as a judge of admission, in the words of :class:`tests.policy.admitting.Kyverno`."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy.validating import Document
from tests.policy.cases import Asked

#: Seconds until a run must have ended; the longest takes a tenth of it on an idle machine.
PATIENCE = 900
#: What a policy's verdict may be where it looks at an object; an error refuses in a cluster, and is none of ours.
REFUSES = {"fail": True, "pass": False, "skip": False}


@dataclass(frozen=True)
class Batch:
    """Objects, and the policies and exceptions that judge them all."""

    policies: Sequence[Document]
    asked: Sequence[Asked]
    exceptions: Sequence[Document] = ()


@dataclass
class Cli:
    """The program, and a folder that is its own."""

    program: Path
    folder: Path
    _runs: Iterable[int] = field(default_factory=itertools.count)

    def refusals(self, batch: Batch) -> list[set[str]]:
        """The names of the policies that refuse each object of the batch."""
        found: list[set[str]] = [set() for _ in batch.asked]
        for operation, shown, policies in runs(batch):
            for place, names in self._run(operation, shown, policies, batch.exceptions).items():
                found[place] |= names
        return found

    def all_refusals(self, batches: Sequence[Batch]) -> list[list[set[str]]]:
        """The same for each batch, as many at a time as there are processors."""
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return list(pool.map(self.refusals, batches))

    def _run(
        self, operation: str, shown: dict[int, Document], policies: Sequence[Document], exceptions: Sequence[Document]
    ) -> dict[int, set[str]]:
        folder = self.folder / str(next(self._runs))
        folder.mkdir()
        files = {"policies": policies, "objects": [_marked(*each) for each in shown.items()], "exceptions": exceptions}
        for name, documents in files.items():
            # JSON is YAML, and written in a tenth of the time.
            (folder / f"{name}.yaml").write_text("\n---\n".join(map(json.dumps, documents)))
        values = {"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "Values", "metadata": {"name": "values"}}
        values["globalValues"] = {"request.operation": operation}
        (folder / "values.yaml").write_text(json.dumps(values))
        command = [self.program, "apply", folder / "policies.yaml", "--resource", folder / "objects.yaml"]
        command += ["--values-file", folder / "values.yaml", "--policy-report", "--output-format", "json"]
        command += ["--exception", folder / "exceptions.yaml"] if exceptions else []
        # A laptop's own cluster is nobody's business here.
        surroundings = {"HOME": str(folder), "PATH": os.environ["PATH"], "KUBECONFIG": os.devnull, "GOMAXPROCS": "2"}
        ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
        return reported(ran, shown)


def runs(batch: Batch) -> Iterable[tuple[str, dict[int, Document], list[Document]]]:
    """What one run of the CLI can judge: one operation, one subresource, and no two objects of one name."""
    groups: dict[tuple[str, str, int], dict[int, Document]] = {}
    names: dict[tuple[Any, ...], int] = {}
    for place, asked in enumerate(batch.asked):
        metadata = asked.manifest["metadata"]
        name = (asked.operation, asked.subresource, asked.manifest["apiVersion"], asked.manifest["kind"])
        name += (metadata.get("namespace"), metadata["name"])
        names[name] = layer = names.get(name, -1) + 1
        groups.setdefault((asked.operation, asked.subresource, layer), {})[place] = asked.manifest
    for (operation, subresource, _), shown in groups.items():
        policies = [of_subresource(each, subresource) for each in batch.policies] if subresource else batch.policies
        yield operation, shown, [each for each in policies if each]


def of_subresource(policy: Document, subresource: str) -> Document | None:
    """The policy on ``pods/subresource`` as one on pods, or ``None`` where it is on no such thing.

    The CLI never says that it is asked about a subresource, so nothing would match. What is shown that way is what the
    policy says of the object; that the API server asks it is not.
    """
    constraints = policy["spec"]["matchConstraints"]
    (rule,) = constraints["resourceRules"]
    if f"pods/{subresource}" not in rule["resources"]:
        return None
    # Two names, because Kyverno would rewrite a policy on pods alone for controllers.
    rules = [{**rule, "resources": ["pods", f"pods/{subresource}"]}]
    return {**policy, "spec": {**policy["spec"], "matchConstraints": {**constraints, "resourceRules": rules}}}


def _marked(place: int, manifest: Document) -> Document:
    """The object with its place as the identity that a report repeats."""
    return {**manifest, "metadata": {**manifest["metadata"], "uid": str(place)}}


def reported(ran: subprocess.CompletedProcess[str], shown: Iterable[int]) -> dict[int, set[str]]:
    """Which policies refuse which object, by the report that was printed."""
    start = ran.stdout.find("{")
    # 1 is the answer where something is refused.
    if ran.returncode not in (0, 1) or (start < 0 and ran.returncode):
        raise AssertionError(f"kyverno ended with {ran.returncode}: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    found: dict[int, set[str]] = {place: set() for place in shown}
    if start < 0:
        return found
    for result in json.JSONDecoder().raw_decode(ran.stdout, start)[0]["results"]:
        (judged,) = result["resources"]
        if REFUSES[result["result"]]:
            found[int(judged["uid"])].add(result["policy"])
    return found
