"""Kyverno's own CLI as a judge of admission, with the verdicts of :class:`tests.policy.admission.admitting.Kyverno`."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy.admission.kyverno import Document
from tests.policy.admission.admitting import ADMITTED, EXCEPTED, PERSON
from tests.policy.admission.cases import Asked

#: Seconds until a run must have ended; on an idle machine the longest takes a tenth of it.
PATIENCE = 900
#: Memory is there, and every policy is compiled again for every object: a lazier collector saves a fifth of the time.
COLLECTOR = {"GOGC": "400"}
#: What each policy that looked at an object said of it.
Verdicts = dict[str, str]


@dataclass(frozen=True)
class Batch:
    """Objects, and the policies and exceptions that judge them all."""

    policies: Sequence[Document]
    asked: Sequence[Asked]
    exceptions: Sequence[Document] = ()


@dataclass(frozen=True)
class Run:
    """What one run of the CLI can judge: one operation, one subresource, one user, and no two objects of one name."""

    operation: str
    policies: Sequence[Document]
    #: Each by its place in the batch.
    objects: dict[int, Document]
    #: Who asks; in a background scan nobody.
    user: str = PERSON


@dataclass
class Cli:
    """The program, and a folder that is its own."""

    program: Path
    folder: Path
    _runs: Iterator[int] = field(default_factory=itertools.count)

    def verdicts(self, batch: Batch) -> list[Verdicts]:
        """What the policies say of each object of the batch."""
        found: list[Verdicts] = [{} for _ in batch.asked]
        for run in runs(batch):
            for place, verdicts in self.apply(run, batch.exceptions).items():
                found[place] = verdicts
        return found

    def all_verdicts(self, batches: Sequence[Batch]) -> list[list[Verdicts]]:
        """The same for each batch, as many at a time as there are processors."""
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return list(pool.map(self.verdicts, batches))

    def apply(self, run: Run, exceptions: Sequence[Document] = ()) -> dict[int, Verdicts]:
        """What the policies say of each object of a run, by its place."""
        folder = self.folder / str(next(self._runs))
        folder.mkdir()
        marked = [_marked(*each) for each in run.objects.items()]
        values = {"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "Values", "metadata": {"name": "values"}}
        values["globalValues"] = {"request.operation": run.operation}
        info = {"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "UserInfo", "metadata": {"name": "user"}}
        user = {**info, "userInfo": {"username": run.user, "groups": ["system:authenticated"]}}
        files = {
            "policies": run.policies,
            "objects": marked,
            "exceptions": exceptions,
            "values": [values],
            "user": [user],
        }
        for name, documents in files.items():
            # JSON is YAML, and is written faster.
            (folder / f"{name}.yaml").write_text("\n---\n".join(map(json.dumps, documents)))
        command = [self.program, "apply", folder / "policies.yaml", "--resource", folder / "objects.yaml"]
        command += ["--values-file", folder / "values.yaml", "--policy-report", "--output-format", "json"]
        command += ["--exception", folder / "exceptions.yaml"] if exceptions else []
        command += ["--userinfo", folder / "user.yaml"] if run.user else []
        # A laptop's own cluster is nobody's business here.
        surroundings = {"HOME": str(folder), "PATH": os.environ["PATH"], "KUBECONFIG": os.devnull, **COLLECTOR}
        ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return reported(ran, run.objects)


def runs(batch: Batch) -> Iterator[Run]:
    """The runs that a batch takes."""
    objects: dict[tuple[Any, ...], dict[int, Document]] = {}
    layers: dict[tuple[Any, ...], int] = {}
    for place, asked in enumerate(batch.asked):
        # What the CLI takes for the old object of an update is the new one.
        assert asked.old in (None, asked.manifest)
        how = (asked.operation, asked.subresource, asked.user)
        metadata = asked.manifest["metadata"]
        name = (*how, asked.manifest["apiVersion"], asked.manifest["kind"], metadata.get("namespace"), metadata["name"])
        layers[name] = layers.get(name, -1) + 1
        objects.setdefault((*how, layers[name]), {})[place] = asked.manifest
    for (operation, subresource, user, _), shown in objects.items():
        policies = batch.policies
        if subresource:
            policies = [shown_pods for each in policies if (shown_pods := of_subresource(each, subresource))]
        yield Run(operation, policies, shown, user)


def of_subresource(policy: Document, subresource: str) -> Document | None:
    """The policy on ``pods/subresource`` as one on pods, or ``None`` where it is on no such thing.

    The CLI never says that it is asked about a subresource, so nothing would match. What is shown that way is what the
    policy says of the object, not that the API server asks it.
    """
    constraints = policy["spec"]["matchConstraints"]
    (rule,) = constraints["resourceRules"]
    if f"pods/{subresource}" not in rule["resources"]:
        return None
    # Beside another name: Kyverno would rewrite a policy on pods alone for their controllers.
    rules = [{**rule, "resources": ["pods", f"pods/{subresource}"]}]
    return {**policy, "spec": {**policy["spec"], "matchConstraints": {**constraints, "resourceRules": rules}}}


def _marked(place: int, manifest: Document) -> Document:
    """The object with its place as the identity that a report repeats."""
    return {**manifest, "metadata": {**manifest["metadata"], "uid": str(place)}}


def reported(ran: subprocess.CompletedProcess[str], places: Iterable[int]) -> dict[int, Verdicts]:
    """The verdicts of the report that was printed; without any result none is."""
    report = ran.stdout.partition("{")
    # It ends with 1 where something is refused.
    if ran.returncode not in (0, 1) or (ran.returncode and not report[1]):
        raise AssertionError(f"kyverno ended with {ran.returncode}: {ran.stdout[-2000:]} {ran.stderr[-2000:]}")
    found: dict[int, Verdicts] = {place: {} for place in places}
    for result in json.loads(report[1] + report[2])["results"] if report[1] else ():
        (judged,) = result["resources"]
        said = {"pass": ADMITTED, "skip": EXCEPTED, "fail": result.get("message", "")}
        # An error refuses in a cluster, and is none of ours.
        verdict = said.get(result["result"]) or f"{result['result']}: {result.get('message')}"
        assert found[int(judged["uid"])].setdefault(result["policy"], verdict) == verdict
    return found
