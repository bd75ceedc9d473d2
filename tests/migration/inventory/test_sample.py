"""alphacar's cluster as it stands on premises, in samples of our own: what each workload is, uses and keeps."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
import yaml

from migration.inventory.build import build
from migration.inventory.document import build_document
from migration.inventory.picture import draw
from migration.inventory.reading import read_files
from tests.commands import ROOT, give

SAMPLES = ROOT / "tests" / "migration" / "samples"
FILES = [str(SAMPLES / "cluster.yaml"), str(SAMPLES / "releases.json")]
SCHEMA = json.loads((ROOT / "docs" / "migration" / "inventory.schema.json").read_text())
#: Every workload of the sample, as a person would sort them.
SORTED = {
    "StatefulSet alphacar/mongodb": ("capability", "documents", "6.0.13"),
    "Deployment alphacar/redis": ("capability", "cache", "7.0.15"),
    "StatefulSet alphacar/elasticsearch": ("capability", "search", "7.17.9"),
    "StrimziPodSet kafka/kafka-kafka": ("capability", "workflow", "3.7.0"),
    "Deployment kafka/strimzi-cluster-operator": ("capability", "workflow", "0.40.0"),
    "Deployment harbor/harbor-core": ("capability", "registry", "2.7.4"),
    "Deployment harbor/harbor-registry": ("capability", "registry", "2.7.4"),
    "Deployment harbor/harbor-portal": ("capability", "registry", "2.7.4"),
    # Its image is a cache's, and it goes with Harbor.
    "StatefulSet harbor/harbor-redis": ("capability", "registry", "2.7.4"),
    # Part of the ledger before it is part of kube-system.
    "Deployment kube-system/sealed-secrets-controller": ("capability", "secrets", "0.26.1"),
    "DaemonSet monitoring/alloy": ("capability", "agent", "1.5.1"),
    "StatefulSet monitoring/loki": ("capability", "logs", "2.9.6"),
    "StatefulSet monitoring/tempo": ("capability", "traces", "2.4.1"),
    "StatefulSet monitoring/prometheus-kube-prometheus-stack-prometheus": ("capability", "metrics", "2.51.0"),
    "Deployment monitoring/kube-prometheus-stack-grafana": ("capability", "dashboards", "10.4.0"),
    "Deployment istio-system/istiod": ("capability", "mesh", "1.20.3"),
    "Deployment kyverno/kyverno-admission-controller": ("capability", "admission", "1.11.4"),
    "DaemonSet longhorn-system/longhorn-manager": ("capability", "volumes", "1.6.0"),
    "Deployment velero/velero": ("capability", "backup", "1.13.0"),
    "Deployment kube-system/coredns": ("platform", None, ""),
    "DaemonSet metallb-system/speaker": ("platform", None, ""),
    "Deployment alphacar/main-backend": ("client", None, ""),
    "Deployment alphacar/main-frontend": ("client", None, ""),
    "Deployment alphacar/quote-backend": ("client", None, ""),
    "Deployment alphacar/danawa-consumer": ("client", None, ""),
    "CronJob alphacar/danawa-producer": ("client", None, ""),
    # A store's image in a job is for the tools in it.
    "CronJob alphacar/mongodb-backup": ("client", None, ""),
    "Deployment alphacar/image-resizer": ("client", None, ""),
    "Deployment alphacar/slack-bot": ("unknown", None, ""),
    # In helm's list alone.
    "Release monitoring/promtail": ("unknown", None, "2.9.3"),
}


@pytest.fixture(scope="module")
def inventory():
    return build(read_files(FILES))


@pytest.fixture(scope="module")
def items(inventory):
    return {item.id: item for item in inventory.items}


def test_every_workload_is_what_a_person_says_it_is(items):
    assert {name: (item.role, item.capability, item.version) for name, item in items.items()} == SORTED


def test_who_uses_what_and_through_whom(items):
    def uses(name):
        return {(use.capability, use.target) for use in items[name].uses}

    harbor = ("registry", "Deployment harbor/harbor-core")
    assert uses("Deployment alphacar/main-backend") == {
        ("documents", "StatefulSet alphacar/mongodb"),
        ("cache", "Deployment alphacar/redis"),
        ("search", "StatefulSet alphacar/elasticsearch"),
        ("traces", "StatefulSet monitoring/tempo"),
        ("mesh", ""),
        ("secrets", ""),
        harbor,
    }
    # It names main-backend, which serves no capability.
    assert uses("Deployment alphacar/main-frontend") == {harbor}
    assert uses("Deployment alphacar/quote-backend") == {
        ("documents", "StatefulSet alphacar/mongodb"),
        ("cache", "Deployment alphacar/redis"),
        harbor,
    }
    assert uses("CronJob alphacar/danawa-producer") == {("workflow", "StrimziPodSet kafka/kafka-kafka"), harbor}
    assert uses("CronJob alphacar/mongodb-backup") == {("documents", "StatefulSet alphacar/mongodb"), ("volumes", "")}
    assert uses("DaemonSet monitoring/alloy") == {
        ("logs", "StatefulSet monitoring/loki"),
        ("traces", "StatefulSet monitoring/tempo"),
    }


def test_versions_choose_the_method(inventory):
    chosen = {found.capability: {how.name for _, _, how in found.methods} for found in inventory.capabilities}

    assert chosen["documents"] == {"mongodump and mongorestore; DMS (dump, then changes) where writers may not stop"}
    assert chosen["search"] == {"Migration Assistant for OpenSearch"}
    assert chosen["cache"] == {"let the application fill it again, or seed from an RDB snapshot"}
    assert len(chosen["workflow"]) == 1
    assert chosen["platform"] == set()


def test_storage_architectures_and_what_hangs_on_a_node(inventory, items):
    volumes = {(volume.namespace, volume.name): volume for volume in inventory.volumes}

    assert volumes["alphacar", "shared-files"].on_ebs == "no: ReadWriteMany; EFS, or one writer"
    assert volumes["alphacar", "shared-files"].used_by == (
        "CronJob alphacar/mongodb-backup",
        "Deployment alphacar/image-resizer",
    )
    mongodb = volumes["alphacar", "datadir-mongodb-2"]
    assert (mongodb.size, mongodb.provisioner, mongodb.used_by, mongodb.on_ebs) == (
        "50Gi", "driver.longhorn.io", ("StatefulSet alphacar/mongodb",), "yes",
    )  # fmt: skip
    # A template without a claim yet is a claim a replica; one with claims is those.
    assert ("monitoring", "storage") in volumes
    assert ("alphacar", "datadir") not in volumes
    assert inventory.nodes == (("amd64", 3),)
    backend = items["Deployment alphacar/main-backend"]
    assert (backend.runs_on, backend.arm64, backend.parts) == (("amd64",), "unknown: check", 3)
    assert items["Deployment alphacar/image-resizer"].arm64 == "pinned to amd64: check"
    assert items["DaemonSet longhorn-system/longhorn-manager"].host_paths == ("/dev/", "/var/lib/longhorn/")
    assert items["DaemonSet metallb-system/speaker"].host_network
    assert ("192.168.0.170:30000", 6, 6, "this cluster's service harbor/harbor") in {
        (found.host, found.images, found.workloads, found.what) for found in inventory.registries
    }


def test_every_object_of_the_input_is_somewhere(inventory):
    listed = yaml.safe_load((SAMPLES / "cluster.yaml").read_text())["items"]
    counts = {count.kind: count for count in inventory.counts}

    assert sum(count.read for count in counts.values()) == len(listed) + 4
    assert all(
        count.read == count.workloads + count.parts + count.not_workloads + count.repeated and count.not_workloads >= 0
        for count in counts.values()
    )
    assert sum(count.workloads for count in counts.values()) == len(inventory.items) - 1  # a StrimziPodSet by its pods
    assert (counts["Pod"].read, counts["Pod"].parts) == (6, 6)


@pytest.mark.parametrize("form", ["text", "json", "svg"])
def test_no_value_of_a_setting_is_in_any_output(form):
    planted = ("sample-not-a", "c2FtcGxlLW5vd")
    assert all(word in Path(FILES[0]).read_text() for word in planted)

    done = give("migration", "inventory", *FILES, "--format", form)

    assert (done.returncode, done.stderr) == (0, "")
    assert "main-backend" in done.stdout
    assert not [word for word in planted if word in done.stdout]


def test_the_document_is_what_its_schema_says(inventory):
    jsonschema.Draft202012Validator(SCHEMA).validate(build_document(inventory))


def test_the_picture_draws_a_line_a_use(inventory):
    picture = ET.fromstring(draw(inventory))  # noqa: S314 - ours
    lines = [path[0].text for path in picture.iter("{http://www.w3.org/2000/svg}path")]
    outward = [
        (item.id, capability)
        for item in inventory.items
        for capability in {use.capability for use in item.uses}
        if capability != item.capability
    ]

    assert len(lines) == len(outward)
    assert all(any(line.startswith(f"{name} uses {capability}: ") for line in lines) for name, capability in outward)


def test_a_report_goes_to_a_file_and_a_wrong_format_is_told(tmp_path):
    done = give("migration", "inventory", *FILES, "--format", "svg", "--output", tmp_path / "who.svg")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "who.svg").read_text().startswith("<svg")

    done = give("migration", "inventory", *FILES, "--format", "jsn")
    assert (done.returncode, done.stderr) == (2, "error: --format: 'jsn' is unknown; did you mean json?\n")
