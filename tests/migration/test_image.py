"""The images that we build: what they are made of, and that our own admission lets what runs them in."""

import re
from pathlib import Path

import pytest

from components.charts import AIRFLOW
from components.release import chart_values
from components.stores.documents import AUTHORITY_FILE
from components.stores.rotator.run import AUTHORITIES
from migration.moves.catalog import MOVES
from migration.moves.tools import TOOLS as PINNED
from tests.golden.target import VARIATIONS
from tests.policy.admission.own import cluster

ROOT = Path(__file__).parents[2]
FILE = ROOT / "migration" / "image" / "Dockerfile"
TOOLS = ROOT / "migration" / "tools"
#: What a drill reads a restored store with (recovery/reading.py); a drill is python itself, which a move starts too.
DRILLS = {"psql"}
REGISTRY = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/alphacar"


def test_the_image_adds_the_driver_to_the_airflow_that_runs():
    base, added = (line for line in FILE.read_text().splitlines() if not line.startswith("#"))

    version = re.escape(chart_values(AIRFLOW.name)["airflowVersion"])
    assert re.fullmatch(rf"FROM apache/airflow:{version}-python3\.\d+@sha256:[0-9a-f]{{64}}", base)
    assert "pymongo==" in added


def test_the_tools_are_made_of_what_a_digest_or_a_hash_names():
    text = (TOOLS / "Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    pinned = (TOOLS / "requirements.lock").read_text().count("==")

    assert len(bases) == 2
    assert all(re.fullmatch(r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", base) for base in bases)
    assert "--require-hashes" in text
    assert re.findall(r"go install \S+@(\S+)", text) == ["v0.22.0", "v0.11.7"]
    assert f"amazon-documentdb-tools.git#{PINNED['compat.py'].version} " in text
    assert text.rstrip().endswith("USER 65532:65532")
    assert pinned >= 2
    for line in (TOOLS / "requirements.in").read_text().splitlines():
        assert line.startswith("#") or f"{line.lower()} " in (TOOLS / "requirements.lock").read_text()


def test_every_program_that_a_job_or_a_drill_starts_is_in_the_image_or_it_is_not_built():
    programs = re.search(r"RUN for program in ((?:[\\\s]|[\w.-])+);", (TOOLS / "Dockerfile").read_text())[1]
    inside = [step for move in MOVES.values() for step in move.everything if step.place == "cluster"]
    started = {argv[0] for step in inside for each in step.commands for argv in each.pipeline}

    assert [word for word in programs.split() if word != "\\"] == sorted(started | DRILLS)


def test_the_authorities_of_databases_are_where_moves_and_drills_look_for_them():
    text = (TOOLS / "Dockerfile").read_text()
    arguments = [
        argument
        for move in MOVES.values()
        for step in move.everything
        if step.place == "cluster"
        for each in step.commands
        for argument in each.arguments
        if argument.startswith("--sslCAFile=")
    ]

    assert {argument.partition("=")[2] for argument in arguments} == {AUTHORITY_FILE}
    assert f"ADD --chmod=0444 {AUTHORITIES} {AUTHORITY_FILE}\n" in text
    # What is no list of certificates fails the build.
    assert f'ssl.create_default_context(cafile="{AUTHORITY_FILE}")' in text


def test_one_driver_is_in_both_images_and_in_the_airflow_that_tests_run():
    driver = re.search(r"pymongo==\S+", FILE.read_text())[0]
    airflow = (ROOT / "tools" / "airflow" / "requirements.in").read_text().splitlines()

    assert driver in (TOOLS / "requirements.in").read_text().splitlines()
    assert driver in airflow
    assert f"apache-airflow=={chart_values(AIRFLOW.name)['airflowVersion']}" in airflow


def job(image):
    contained = {
        "name": "move",
        "image": image,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    template = {"spec": {"containers": [contained], "restartPolicy": "Never"}}
    metadata = {"name": "move", "namespace": "alphacar"}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}}


@pytest.mark.parametrize("variation", VARIATIONS)
def test_a_job_of_our_tools_is_admitted_and_one_of_what_is_left_behind_is_not(variation):
    ours = [f"{REGISTRY}/migration-tools:1", f"{REGISTRY}/danawa-crawler:airflow-3.2.2-1"]

    assert [refusal for image in ours for refusal in cluster(variation).refusals(job(image))] == []
    assert len(cluster(variation).refusals(job(f"{REGISTRY}/migration-tools:latest"))) > 0


def test_where_every_phase_holds_the_images_of_what_is_left_behind_are_refused():
    assert {
        refusal.row
        for image in ("mongo:8.0", "redis:7.0", "docker.io/bitnami/sealed-secrets-controller:0.40.0")
        for refusal in cluster("prod/all").refusals(job(image))
        if refusal.row
    } == {"documents", "cache", "secrets"}
