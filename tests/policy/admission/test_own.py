"""What we create ourselves is admitted by our own policies, in every stack and in every variation of it."""

import re

import pytest

from components import charts
from tests.golden.target import VARIATIONS
from tests.policy.admission.documented import MAKING, PAGES, documented
from tests.policy.admission.own import DOCUMENTED, WORKLOADS, cluster, created, declared, workload

#: Charts of custom resource definitions alone.
WITHOUT_WORKLOADS = {"base", "prometheus-operator-crds"}


def refusals(variation, manifest):
    return [f"{manifest['kind']}: {refusal.message}" for refusal in cluster(variation).refusals(manifest)]


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_object_that_the_program_declares_is_admitted(variation):
    sent = declared(variation)

    assert [refusal for manifest in sent for refusal in refusals(variation, manifest)] == []
    assert len(sent) > 40
    assert len(cluster(variation).policies) > 20


@pytest.mark.parametrize("variation", sorted({name for each in WORKLOADS for name in each["variations"]}))
def test_every_workload_of_our_charts_is_admitted(variation):
    found = [workload(each) for each in WORKLOADS if variation in each["variations"]]

    assert [refusal for manifest in found for refusal in refusals(variation, manifest)] == []
    assert len(found) > 40


def test_the_table_of_workloads_is_of_the_charts_that_are_installed():
    installed = {each.name: each.version for each in vars(charts).values() if isinstance(each, charts.Chart)}

    assert {(each["chart"], each["version"]) for each in WORKLOADS} == {
        (name, version) for name, version in installed.items() if name not in WITHOUT_WORKLOADS
    }


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_object_that_a_page_tells_a_person_to_create_is_admitted(variation):
    asked = [manifest for each in DOCUMENTED for manifest in created(variation, each)]

    assert [refusal for manifest in asked for refusal in refusals(variation, manifest)] == []


def test_these_are_the_objects_that_pages_tell_a_person_to_create():
    found = {(each.page, each.manifest.get("metadata", {}).get("name", "part of a pod")) for each in DOCUMENTED}

    assert found == {
        ("docs/deploying.md", "documentdb-ca"),
        ("docs/deploying.md", "part of a pod"),
        ("docs/deploying.md", "search-door"),
        ("docs/operations.md", "CLAIM"),
        ("docs/operations.md", "CLAIM-lost"),
        ("docs/operations.md", "first-turn"),
        ("docs/operations.md", "register"),
        ("docs/operations.md", "second-turn"),
        ("docs/recovery.md", "drill-now"),
        ("docs/secrets.md", "by-hand"),
        ("observability/runbook.md", "again"),
        ("observability/runbook.md", "drill-now"),
    }
    assert [each for each in DOCUMENTED if each.origin and not created("prod/all/drills", each)] == []


def test_no_command_and_no_manifest_of_a_page_is_overlooked():
    """Counted in the plain text, where a reader of code could look past one."""
    text = "\n".join(page.read_text() for page in PAGES)
    commands = [each for each in re.findall(f"{MAKING}.*", text) if not each.endswith(" apply --filename FILE")]
    manifests = re.findall(r"^\s*(?:kind|containers):", text, re.MULTILINE)

    assert len(commands) + len(manifests) == len(DOCUMENTED)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (
            "    kubectl run admin --image=mongo:8.0 --restart=Never --command -- sleep 3600\n",
            "documents-mongodb-image",
        ),
        ("Call `kubectl run admin -n alphacar --image=REGISTRY/app:1`.", "applications-are-restricted"),
        ("```sh\nkubectl --namespace airflow run x \\\n  --image=busybox\n```\n", "images-name-a-version"),
        (
            "- one:\n\n    kubectl get pods && kubectl run cache --image redis:7 -- redis-server | tail\n",
            "cache-redis-image",
        ),
        (
            "```yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop}\n\nspec:\n  hostNetwork: true\n  containers: [{name: x, image: a:1}]\n```\n",
            "pods-meet-the-baseline",
        ),
        ("    ls\n\n    containers:\n      - securityContext: {privileged: true}\n", "pods-meet-the-baseline"),
    ],
)
def test_a_pod_that_would_be_refused_is_found_however_it_is_written(text, refused):
    (each,) = documented("a page", text)
    (manifest,) = created("prod/all", each)

    assert refused in {refusal.policy for refusal in cluster("prod/all").refusals(manifest)}


@pytest.mark.parametrize(
    "command",
    [
        "kubectl debug -it app --image=busybox:1",
        "kubectl apply -f pod.yaml",
        "kubectl run app --image=busybox:1 --privileged",
        "kubectl create deployment app --image=busybox:1",
    ],
)
def test_a_command_that_is_not_understood_is_not_passed_over(command):
    with pytest.raises(AssertionError, match="not understood here"):
        list(documented("a page", f"    {command}\n"))
