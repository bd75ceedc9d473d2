"""Pages are fresh; scripts are bash and do what they say; Jobs are admitted where they are to run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from migration.moves.catalog import MOVES
from migration.moves.model import command
from migration.rendering.manifests import manifests
from migration.rendering.page import page
from migration.rendering.render import PAGES, files, pages, stale
from migration.rendering.shell import line, quote, script
from model.resource import Resource
from policy.decisions.rules import rejected_systems_stay_out, replaced_systems_stay_out
from policy.engine.rule import Context
from tests.conftest import TODAY

BASH = shutil.which("bash")
SCRIPTS = {name: text for name, text in files().items() if name.endswith(".sh")}


def test_the_pages_are_what_the_moves_say():
    assert stale() == []
    assert {path.name for path in PAGES.glob("*.md")} - {"inventory.md", "rehearsals.md", "walkthrough.md"} == set(
        pages()
    )


def test_a_page_that_was_edited_is_stale(tmp_path):
    for name, text in pages().items():
        (tmp_path / name).write_text(text if name != "cache.md" else text.replace("RESTORE", "restore"))

    assert stale(tmp_path) == ["cache.md"]


def test_a_page_says_each_step_its_source_and_what_was_not_run():
    for move in MOVES.values():
        text = page(move)
        for step in move.everything:
            assert step.title in text
            for each in step.commands:
                assert f"- Source: {each.source}\n" in text
                assert not each.not_run or f"- Not run here: {each.not_run}.\n" in text


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("plain", "plain"),
        ("$HOST", '"${HOST}"'),
        ("https://$HOST:9200/_x?y=true", "https://\"${HOST}\"':9200/_x?y=true'"),
        ("deployment/$NAME", '"deployment/${NAME}"'),
        ("it's", "'it'\"'\"'s'"),
        (".items | length == 0", "'.items | length == 0'"),
    ],
)
def test_an_argument_is_one_word_for_bash(argument, text):
    assert quote(argument) == text
    told = subprocess.run(
        [BASH, "-c", f'printf "%s\\n" {text}'],
        capture_output=True,
        text=True,
        check=True,
        env={"HOST": "a b", "NAME": "x;y"},
    )
    assert told.stdout == argument.replace("$HOST", "a b").replace("$NAME", "x;y") + "\n"


def test_every_script_passes_shellcheck():
    command = [str(Path(sys.executable).parent / "shellcheck"), "--shell=bash", "-"]
    for name, text in SCRIPTS.items():
        read = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert read.returncode == 0, f"{name}: {read.stdout}{read.stderr}"
    assert subprocess.run(command, input="case x in\n", capture_output=True, text=True, check=False).returncode != 0


@pytest.fixture
def run(tmp_path):
    """A script run with stand-in tools, each of which ends with the code that ``codes`` has for it."""

    def start(text, word, codes, **parameters):
        tools = tmp_path / "tools"
        tools.mkdir(exist_ok=True)
        log = tmp_path / "log"
        log.write_text("")
        for name in ("kubectl", "jq", "python", "mongodump", "mongorestore", "aws", "make"):
            (tools / name).write_text(f"#!/bin/sh\necho {name} >> {log}\nexit {codes.get(name, 0)}\n")
            (tools / name).chmod(0o755)
        done = subprocess.run(
            [BASH, "-c", text, "step", *word],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": f"{tools}:{os.environ['PATH']}", **parameters},
        )
        return done, log.read_text().split()

    return start


PARAMETERS = {
    "ENVIRONMENT": "dev",
    "SOURCE_CONTEXT": "old",
    "SOURCE_NAMESPACE": "db",
    "WRITER_NAMESPACE": "shop",
    "WRITERS": "a=b",
    "WRITER_REPLICAS": "2",
}
CUT_OVER = script(
    MOVES["documents"], next(step for step in MOVES["documents"].steps if step.name == "hold-writes-and-copy")
)


def test_a_script_runs_and_then_verifies(run):
    done, said = run(CUT_OVER, ["run"], {}, **PARAMETERS)

    assert done.returncode == 0
    assert said[:4] == ["kubectl", "kubectl", "mongodump", "mongorestore"]
    # Programs of one line start together.
    assert sorted(said[4:]) == ["jq", "kubectl", "python"]


@pytest.mark.parametrize("broken", ["mongodump", "python", "jq"])
def test_a_script_stops_at_what_fails_and_says_so(run, broken):
    done, said = run(CUT_OVER, ["run"], {broken: 3}, **PARAMETERS)

    assert done.returncode == 3
    assert ("mongorestore" in said) is (broken != "mongodump")


def test_a_script_without_a_parameter_does_nothing(run):
    done, said = run(CUT_OVER, ["run"], {}, **{**PARAMETERS, "WRITERS": ""})

    assert (done.returncode != 0, said) == (True, [])
    assert "WRITERS: is not set" in done.stderr


@pytest.mark.parametrize("word", [[], ["rnu"]])
def test_a_script_refuses_another_word(run, word):
    done, said = run(CUT_OVER, word, {}, **PARAMETERS)

    assert (done.returncode, said) == (2, [])
    assert "is refused; allowed are run, verify or undo" in done.stderr


def test_a_point_of_no_return_is_not_undone(run):
    move = MOVES["documents"]
    done, said = run(script(move, move.steps[-1]), ["undo"], {}, **PARAMETERS)

    assert (done.returncode, said) == (1, [])
    assert "point of no return: MongoDB is gone" in done.stderr


def jobs():
    return [made for move in MOVES.values() for made in manifests(move) if made["kind"] == "Job"]


def test_no_job_is_a_replaced_or_a_rejected_system(settings):
    context = Context(settings=settings("prod"), today=TODAY)
    for made in jobs():
        job = Resource(urn="urn", type="kubernetes:batch/v1:Job", name=made["metadata"]["name"], props=made)
        assert [*replaced_systems_stay_out(job, context), *rejected_systems_stay_out(job, context)] == []
    assert len(jobs()) > 8


def test_a_job_is_what_a_restricted_namespace_admits():
    for made in jobs():
        pod = made["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "limits" in container["resources"]
        assert {kind for volume in pod["volumes"] for kind in volume} == {
            "name",
            "configMap",
            "secret",
            "persistentVolumeClaim",
        }


def test_a_job_runs_a_script_that_its_config_map_has():
    for move in MOVES.values():
        made = manifests(move)
        scripts = [name for each in made if each["kind"] == "ConfigMap" for name in each["data"]]
        started = [
            each["spec"]["template"]["spec"]["containers"][0]["command"][1] for each in made if each["kind"] == "Job"
        ]

        assert started == [f"/scripts/{name}" for name in scripts]


def test_a_job_stands_on_what_is_made_with_it_or_by_whoever_runs_it():
    for move in MOVES.values():
        made = manifests(move)
        there = {(each["kind"], each["metadata"]["name"]) for each in made}
        for job in (each for each in made if each["kind"] == "Job"):
            pod = job["spec"]["template"]["spec"]
            volumes = {volume["name"]: volume for volume in pod["volumes"]}
            assert ("Namespace", job["metadata"]["namespace"]) in there
            assert ("ServiceAccount", pod["serviceAccountName"]) in there
            assert ("PersistentVolumeClaim", volumes["data"]["persistentVolumeClaim"]["claimName"]) in there
            assert ("ConfigMap", volumes["scripts"]["configMap"]["name"]) in there


def test_a_password_is_read_from_its_file_and_is_no_argument(tmp_path, monkeypatch):
    shown = command("https://x.example", "env", signs_in=("REDISCLI_AUTH", "/move/source-password"))
    (tmp_path / "source-password").write_text("two words\n")
    text = line(shown).replace("/move/", f"{tmp_path}/")

    assert line(shown) == 'REDISCLI_AUTH="$(</move/source-password)" env'
    done = subprocess.run([BASH, "-c", text], capture_output=True, text=True, check=True)
    assert "REDISCLI_AUTH=two words\n" in done.stdout


def test_the_objects_are_yaml_that_reads_back():
    for name, text in files().items():
        if name.endswith(".yaml"):
            assert list(yaml.safe_load_all(text)) == manifests(MOVES[name.partition("/")[0]])


def test_the_objects_are_valid_to_kubernetes():
    validate = pytest.importorskip("kubernetes_validate", reason="needs kubernetes-validate==1.37.0").validate
    for move in MOVES.values():
        for made in manifests(move):
            validate(made, "1.35", strict=True)
