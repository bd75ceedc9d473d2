"""What we create ourselves: the program's objects, the pods that pages describe, the workloads of our charts."""

import copy
import re
from functools import cache
from pathlib import Path

import yaml

from preview.simulate.wire import open_secrets
from tests.golden.target import recorded
from tests.policy.admission.admitting import Kyverno
from tests.policy.admission.cases import pod_maker
from tests.policy.admission.documented import PAGES, ROOT, documented
from tests.policy.admission.general_cases import GOOD

WORKLOADS = yaml.safe_load(Path(__file__).with_name("chart_workloads.yaml").read_text())
DOCUMENTED = [each for page in PAGES for each in documented(str(page.relative_to(ROOT)), page.read_text())]


@cache
def cluster(variation):
    """The policies and exceptions that the program declares, as a judge."""
    return Kyverno(*(documents(variation, kind) for kind in ("ValidatingPolicy", "PolicyException")))


def documents(variation, kind):
    """Kyverno's own documents of a kind, as the program declares them."""
    return [open_secrets(each.inputs) for each in recorded(variation).of(f"kubernetes:policies.kyverno.io/v1:{kind}")]


def declared(variation):
    """Every object that the program itself sends to the API server."""
    registered = [each for each in recorded(variation).all if each.type.startswith("kubernetes:") and each.custom]
    return [open_secrets(each.inputs) for each in registered if each.type != "kubernetes:helm.sh/v3:Release"]


def workload(each):
    """An entry of the table of charts' workloads as the object that it is taken from."""
    metadata = {"name": each["name"], **({"namespace": each["namespace"]} if each["namespace"] else {})}
    manifest = {"apiVersion": each["apiVersion"], "kind": each["kind"], "metadata": metadata, "spec": {}}
    if "pod" in each:
        manifest = pod_maker(each["kind"], each["pod"], each["name"], each["namespace"])
    claims = [{"spec": {"storageClassName": name}} for name in each.get("storageClassNames", ())]
    if claims and each["kind"] == "PersistentVolumeClaim":
        (claim,) = claims
        return {**manifest, **claim}
    return {**manifest, "spec": {**manifest["spec"], "volumeClaimTemplates": claims}} if claims else manifest


def created(variation, each):
    """What a page describes, with its gaps filled in as a person would."""
    manifest = copy.deepcopy(each.manifest)
    if each.origin:
        jobs = {made["metadata"]["name"]: made for made in declared(variation) if made["kind"] == "CronJob"}
        return [{**manifest, "spec": jobs[each.origin]["spec"]["jobTemplate"]["spec"]}] if each.origin in jobs else []
    if "kind" not in manifest:
        # Part of an application's pod, beside what every such pod needs.
        (container,), (good,) = manifest["containers"], GOOD["containers"]
        spec = {**GOOD, **manifest, "containers": [{**good, "image": f"{registry(variation)}/app:1", **container}]}
        metadata = {"name": "app", "namespace": "alphacar"}
        return [{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}]
    for container in manifest.get("spec", {}).get("containers", ()):
        container["image"] = re.sub(r"^REGISTRY\b", registry(variation), container["image"])
    return [manifest]


def registry(variation):
    """Where the stack's own policies say that images come from."""
    (ours,) = {
        found
        for policy, spec in cluster(variation).policies
        if policy["metadata"]["name"] == "applications-run-our-images"
        for rule in spec["validations"]
        for found in re.findall(r"startsWith\('(.+?)/'\)", rule["expression"])
    }
    return ours
