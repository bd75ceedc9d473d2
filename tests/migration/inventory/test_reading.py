"""Files as kubectl and helm write them, and files that nobody should have given."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.inventory import write
from migration.inventory.build import build
from migration.inventory.document import build_document, render_json
from migration.inventory.picture import draw
from migration.inventory.reading import read_files
from migration.inventory.text import render_text
from tests.commands import ROOT, give

OBJECTS = yaml.load((ROOT / "tests/migration/samples/cluster.yaml").read_text(), yaml.CSafeLoader)["items"]
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a", "namespace": "n"},
    "spec": {"containers": [{"name": "c", "image": "redis:7.0.5"}]},
}


def refused(content, *, name="dump", tmp_path):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = give("migration", "inventory", path)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout
    (line,) = done.stderr.splitlines()
    return line.removeprefix(f"error: {path}")


def found(content, tmp_path, name="dump"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    document = build_document(build(read_files([str(path)])))
    return {key: value for key, value in document.items() if key != "files"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ": is empty; "),
        ("---\n---\n", ": is empty; "),
        ("apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n", ":1: is cut off: a list of items has no kind at its end"),
        ('apiVersion: v1\nkind: Pod\nmetadata:\n  name: "a\n', ":5:1: is no whole YAML: while scanning a quoted scalar, found unexpected end of stream"),
        ("apiVersion: v1\nkind: Pod\n  name: a\n", ":3:7: is no whole YAML: mapping values are not allowed in this context"),
        ("apiVersion: v1\nkind: Pod\n\tname: a\n", ":3:1: is no whole YAML: while scanning a plain scalar, found a tab character that violates indentation"),
        ("just words\n", ":1: a value that is no object; "),
        ("replicaCount: 3\n", ":1: an object without apiVersion and kind; "),
        ("a: &a [b]\nc: [*d]\n", ":2:5: an alias without an anchor before it"),
        ("a: &a [*a]\n", ":1:8: an alias within what it stands for"),
        ("? [a]\n: b\n", ":1:3: a key that is no text"),
        ('{"apiVersion": "v1", "items": [{"apiVersion": "v1", "kind": "Pod", "me', ":1:68: is cut off: Unterminated string"),
        ('{"apiVersion": "v1", "items": [{"apiVersion": "v1", "kind": "Pod"}', ":1:67: is cut off"),
        ('{"apiVersion": "v1",\n "kind": Pod}', ":2:10: is no whole JSON: Expecting value"),
        ('{"apiVersion": "v1" "kind": "Pod"}', ":1:21: is no whole JSON: wanted is a comma or the object's end"),
        ("[1]", ":1: a value that is no object; "),
        (b"\x1f\x8b\x08rest", ":1:1: is a gzip file; unpack it first"),
        (b"kind: Pod\na: \x00b\n", ":2:4: is no text: a byte 0; "),
        (b"kind: Pod\na: \xff\xfe\n", ": is no text: invalid"),
        (b'{"a": "\xff"}', ": is no text: invalid"),
    ],
)  # fmt: skip
def test_what_is_malformed_or_cut_ends_with_its_place(content, told, tmp_path):
    assert refused(content, tmp_path=tmp_path).startswith(told)


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    assert give("migration", "inventory", tmp_path).stderr == f"error: {tmp_path}: is a folder; wanted are files\n"
    done = give("migration", "inventory", tmp_path / "none")
    assert done.stderr == f"error: {tmp_path / 'none'}: cannot be read (No such file or directory)\n"


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_dump_that_is_cut_anywhere_is_refused_or_is_the_dump(tmp_path, form):
    listed = {"apiVersion": "v1", "items": OBJECTS[:12], "kind": "List"}
    whole = (yaml.safe_dump(listed) if form == "yaml" else json.dumps(listed, indent=1)).rstrip()

    for end in random.Random(7).sample(range(1, len(whole) - 4), 60):  # noqa: S311 - the same cuts every time
        assert refused(whole[:end], tmp_path=tmp_path), end


@pytest.mark.parametrize(
    ("before", "opening", "told"),
    [
        ("", "[", "nested deeper than 500 levels"),
        ("x: ", "{a: ", "nested deeper than 500 levels"),
        ("", "- ", "nested deeper than 500 levels"),
        ("", '{"a":', "nested deeper than 500 levels"),
        ("", "? ", "a key that is no text"),
    ],
)
def test_nesting_without_end_is_refused_at_once(before, opening, told, tmp_path):
    started = time.process_time()

    assert told in refused(before + opening * 100_000, tmp_path=tmp_path)
    assert time.process_time() - started < 5


def test_aliases_are_read_and_a_bomb_is_refused_at_once(tmp_path):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    started = time.process_time()
    assert refused(bomb, tmp_path=tmp_path).endswith("its aliases stand for more than 100,000 values")
    assert time.process_time() - started < 2

    aliased = "apiVersion: v1\nkind: Pod\nmetadata: {name: &name a, namespace: n}\nspec: {containers: [{<<: &c {name: c}, image: 'redis:7.0.5'}]}\n"
    assert found(aliased, tmp_path) == found(json.dumps(POD), tmp_path)


def test_every_way_to_write_the_same_objects_gives_the_same_inventory(tmp_path):
    listed = {"apiVersion": "v1", "items": OBJECTS, "kind": "List", "metadata": {"resourceVersion": ""}}
    as_list = yaml.safe_dump(listed)
    halves = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [{"apiVersion": "v1", "kind": "List", "items": OBJECTS[20:]}, *OBJECTS[:20]],
    }
    ways = {
        "json": json.dumps(listed, indent=4),
        "documents": yaml.safe_dump_all(OBJECTS, explicit_start=True),
        "documents of JSON": "\n".join(map(json.dumps, OBJECTS)),
        "lists in lists": json.dumps(halves),
        "Windows": as_list.replace("\n", "\r\n"),
        "PowerShell": as_list.encode("utf-16"),
        "a mark": as_list.encode("utf-8-sig"),
        "JSON with a mark": json.dumps(listed).encode("utf-8-sig"),
    }  # fmt: skip

    wanted = found(as_list, tmp_path)
    assert len(wanted["workloads"]) == 29
    for name, content in ways.items():
        assert found(content, tmp_path) == wanted, name


def test_a_list_of_one_kind_says_it_for_its_items(tmp_path):
    bare = {key: value for key, value in POD.items() if key not in ("apiVersion", "kind")}

    for content in (
        json.dumps({"kind": "PodList", "apiVersion": "v1", "items": [bare]}),
        yaml.safe_dump({"apiVersion": "v1", "kind": "PodList", "items": [bare]}, sort_keys=False),
    ):
        assert found(content, tmp_path) == found(json.dumps(POD), tmp_path)
    assert found('{"apiVersion": "v1", "items": [], "kind": "List"}', tmp_path)["workloads"] == []


def test_what_a_controller_installs_is_a_workload_and_its_source_is_not(tmp_path):
    def flux(kind, name, spec):
        return {
            "apiVersion": f"{'helm' if kind == 'HelmRelease' else 'source'}.toolkit.fluxcd.io/v2",
            "kind": kind,
            "metadata": {"name": name},
            "spec": spec,
        }

    values = {
        "controllers": {
            "app": {
                "containers": {
                    "app": {"image": {"repository": "ghcr.io/a/app", "tag": "1"}, "env": {"DB": "mongodb://u:p@m/db"}}
                }
            }
        }
    }
    objects = [
        flux("OCIRepository", "redis", {"url": "oci://registry.example/charts/redis"}),
        flux("HelmRelease", "redis", {"chartRef": {"kind": "OCIRepository", "name": "redis"}}),
        flux("HelmRelease", "app", {"chartRef": {"kind": "OCIRepository", "name": "app-template"}, "values": values}),
        flux("HelmRelease", "loki", {"chart": {"spec": {"chart": "loki"}}}),
        flux("HelmRelease", "external-secrets", {"chart": {"spec": {"chart": "external-secrets"}}}),
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": ["a"]},
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": ["b"]},
    ]
    document = found("\n".join(map(json.dumps, objects)), tmp_path)

    assert {item["id"]: (item["role"], item["capability"]) for item in document["workloads"]} == {
        "HelmRelease redis": ("capability", "cache"),
        "HelmRelease app": ("client", None),
        "HelmRelease loki": ("capability", "logs"),
        "HelmRelease external-secrets": ("capability", "secrets"),
    }
    # What the ledger moves to has arrived.
    (secrets,) = [each for each in document["capabilities"] if each["capability"] == "secrets"]
    assert [how["method"] for how in secrets["methods"]] == ["stays"]
    assert [count["repeated"] for count in document["counts"]] == [0, 0, 0]


def test_helm_is_read_in_every_version(tmp_path):
    def release(**more):
        return {"name": "mongodb", "namespace": "data", "revision": "1", "status": "deployed", **more}

    helm3 = [release(chart="mongodb-14.12.3", app_version="6.0.13")]
    helm2 = {
        "Next": "",
        "Releases": [
            {
                "Name": "mongodb",
                "Revision": 1,
                "Updated": "x",
                "Status": "DEPLOYED",
                "Chart": "mongodb-14.12.3",
                "AppVersion": "6.0.13",
                "Namespace": "data",
            }
        ],
    }

    for content in (json.dumps(helm3), json.dumps(helm2), yaml.safe_dump(helm3)):
        (workload,) = found(content, tmp_path)["workloads"]
        assert (workload["id"], workload["capability"], workload["version"]) == (
            "Release data/mongodb",
            "documents",
            "6.0.13",
        )


def test_objects_that_stand_in_several_files_count_once_and_the_newest_counts(tmp_path):
    def state(version, tag):
        pod = json.loads(json.dumps(POD))
        pod["metadata"]["resourceVersion"] = version
        pod["spec"]["containers"][0]["image"] = f"redis:{tag}"
        return pod

    files = []
    for name, pod in (("old", state("99", "6.2.1")), ("new", state("100", "7.2.4"))):
        (tmp_path / name).write_text(json.dumps(pod))
        files.append(str(tmp_path / name))
    for order in (files, files[::-1], [*files, *files]):
        inventory = build(read_files(order))
        assert [(item.id, item.version) for item in inventory.items] == [("Pod n/a", "7.2.4")]
        assert inventory.counts[0].repeated == len(order) - 1
        assert any("different states" in note for note in inventory.notes)


def test_unknown_kinds_are_counted_and_old_api_versions_are_the_same_objects(tmp_path):
    deployment = {
        "apiVersion": "extensions/v1beta1",
        "kind": "Deployment",
        "metadata": {"name": "d", "namespace": "n"},
        "spec": {"template": {"spec": POD["spec"]}},
    }
    document = found(
        "\n".join(
            map(
                json.dumps,
                [
                    deployment,
                    {**deployment, "apiVersion": "apps/v1"},
                    {"apiVersion": "a.example/v1", "kind": "Strange"},
                ],
            )
        ),
        tmp_path,
    )

    assert [(count["kind"], count["workloads"], count["notWorkloads"], count["repeated"]) for count in document["counts"]] == [
        ("a.example/Strange", 0, 1, 0),
        ("apps/Deployment", 1, 0, 1),
    ]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_order_of_objects_and_files_changes_nothing(tmp_path_factory, chance, pieces):
    folder = tmp_path_factory.mktemp("shuffled")
    shuffled = chance.sample(OBJECTS, len(OBJECTS))
    for number in range(pieces):
        part = {"apiVersion": "v1", "kind": "List", "items": shuffled[number::pieces]}
        (folder / str(number)).write_text(json.dumps(part))

    written = build_document(
        build(read_files([str(folder / str(number)) for number in chance.sample(range(pieces), pieces)]))
    )

    wanted = build_document(build(read_files([str(ROOT / "tests/migration/samples/cluster.yaml")])))
    assert {**written, "files": []} == {**wanted, "files": []}


def test_names_steer_neither_terminal_nor_page(tmp_path):
    hostile = "a\x1b[2J\u202e</text><script>alert(1)</script>[bold red]x[/]\ud800"
    pod = {**POD, "metadata": {"name": hostile, "namespace": "[link=x]n"}}
    pod["spec"] = {
        "containers": [{"name": hostile, "image": "redis:7", "env": [{"name": hostile, "value": "mongodb://h:27017"}]}]
    }
    (tmp_path / "dump").write_text(json.dumps(pod))

    inventory = build(read_files([str(tmp_path / "dump")]))

    text, document, picture = render_text(inventory), render_json(inventory), draw(inventory)
    for written in (text, document, picture):
        assert all(line.isprintable() for line in written.splitlines())
    assert "[link=x]n" in text
    assert "<script" not in picture
    assert json.loads(document)["workloads"][0]["namespace"] == "[link=x]n"


#: VmHWM is of the process itself: ru_maxrss would carry over what the tests held when they started it.
MEASURED = """
import re, resource, sys
from pathlib import Path
from migration.inventory.build import build
from migration.inventory.reading import read_files
inventory = build(read_files(sys.argv[1:]))
used = resource.getrusage(resource.RUSAGE_SELF)
kilobytes = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(sum(count.read for count in inventory.counts), int(kilobytes) // 1024, used.ru_utime + used.ru_stime)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process had at most")
def test_five_megabytes_are_read_piece_by_piece(tmp_path):
    count = write(tmp_path / "dump.yaml", 5_000_000, "yaml")
    asked = [sys.executable, "-c", MEASURED, tmp_path / "dump.yaml"]
    run = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)

    read, megabytes, seconds = map(float, run.stdout.split())
    assert read == count
    # Whole, as PyYAML's loaders build it, it takes hundreds of megabytes and 15 s of CPU.
    assert (megabytes < 150, seconds < 8) == (True, True), run.stdout
