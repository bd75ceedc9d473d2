"""Claims whose class Velero's own restore action changes, and folders of files that were copied from one to the other.

cp plays kopia, which was not to be had; the action that maps classes is the one of Velero 1.18, as a library.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rehearsal.rehearsed import gate_refuses_what_is_edited_copied_or_old

ROOT = Path(__file__).parents[3]
CLAIMS = ("alphacar/uploads", "monitoring/prometheus")
MAP = {"longhorn": "gp3"}


def claim(name, storage_class="longhorn", mode="ReadWriteOnce"):
    namespace, _, short = name.partition("/")
    spec = {"storageClassName": storage_class, "accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}}
    metadata = {"name": short, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


def storage_class(name):
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "ebs.csi.aws.com",
    }


def config_map(data, name="change-storage-class", said=""):
    labels = {"velero.io/plugin-config": said, "velero.io/change-storage-class": "RestoreItemAction"}
    metadata = {"name": name, "namespace": "velero", "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


class World:
    """Two clusters by what kubectl says of them, and a folder a claim on each side."""

    def __init__(self, move, action, folder):
        self.move, self.action, self.folder = move, action, folder
        self.claims = [claim(name) for name in CLAIMS]
        self.maps, self.classes = [config_map(MAP)], [storage_class("gp3")]
        for side in ("source", "target"):
            for name in CLAIMS:
                self.mount(side, name).mkdir(parents=True)

    def mount(self, side, name):
        return self.folder / side / name

    def restore(self, made):
        """What the restore makes of an object: the claim, or why it failed."""
        given = {"configMaps": self.maps, "storageClasses": self.classes, "item": made}
        return subprocess.run([str(self.action)], input=json.dumps(given), capture_output=True, text=True, check=False)

    def copy(self, name):
        subprocess.run(
            ["/bin/cp", "-a", f"{self.mount('source', name)}/.", str(self.mount("target", name))], check=True
        )

    def tell(self):
        """What kubectl and the walks say now."""
        restored = [json.loads(done.stdout) for done in map(self.restore, self.claims) if done.returncode == 0]
        for side, items in (
            ("source", [*self.claims, storage_class("longhorn")]),
            ("target", [*restored, *self.maps, *self.classes]),
        ):
            system = {"kind": "Namespace", "metadata": {"name": "kube-system", "uid": f"uid-of-{side}"}}
            (self.folder / f"{side}.json").write_text(json.dumps({"kind": "List", "items": [system, *items]}))
            for name in CLAIMS:
                walk = [sys.executable, "-m", "migration.verification.walk", str(self.mount(side, name)), name]
                done = subprocess.run(walk, cwd=ROOT, capture_output=True, check=True)
                self.walk(side, name).write_bytes(done.stdout)
        self.move.stores = {
            "source": {"address": "https://kubernetes.on-premises:6443", "name": "longhorn"},
            "target": {"address": "https://kubernetes.rehearsal:6443", "name": "gp3"},
            "sourceObjects": str(self.folder / "source.json"),
            "targetObjects": str(self.folder / "target.json"),
            "claims": {name: {side: str(self.walk(side, name)) for side in ("source", "target")} for name in CLAIMS},
        }

    def walk(self, side, name):
        return self.folder / f"{side}-{name.replace('/', '-')}.jsonl"

    def verify(self, step="verify", *options):
        self.tell()
        return self.move.verify(step, *options)


@pytest.fixture
def world(built, rehearsal, tmp_path):
    made = World(rehearsal("volumes"), built("volumes") / "change-storage-class", tmp_path)
    for name in CLAIMS:
        below = made.mount("source", name) / "deep" / "er"
        below.mkdir(parents=True)
        (below / "data").write_bytes(os.urandom(4096))
        (below / "link").symlink_to("data")
        (below.parent / "script").write_text("#!/bin/sh\n")
        (below.parent / "script").chmod(0o750)
        (made.mount("source", name) / "a-b").write_text("sorts before a/ by bytes, and after it by parts")
        (made.mount("source", name) / "a").mkdir()
        (made.mount("source", name) / "a" / "c").write_text("")
    return made


def passed(world, *steps):
    world.tell()
    world.move.passed(*steps)


def test_what_was_copied_is_equal_and_the_restore_gives_each_claim_gp3(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    passed(world, "verify", "cut-over")

    restored = [json.loads(world.restore(made).stdout)["spec"]["storageClassName"] for made in world.claims]
    assert restored == ["gp3", "gp3"]
    assert world.move.evidence("verify").comparisons[0].source == dict.fromkeys(CLAIMS, 8)


def test_a_copy_that_was_killed_is_run_again_and_comes_to_the_same(world):
    for number in range(400):
        (world.mount("source", CLAIMS[0]) / f"file-{number}").write_bytes(os.urandom(200_000))
    passed(world, "precheck")
    world.copy(CLAIMS[1])
    target = world.mount("target", CLAIMS[0])
    running = subprocess.Popen(["/bin/cp", "-a", f"{world.mount('source', CLAIMS[0])}/.", str(target)])
    while not any(target.glob("file-*")) and running.poll() is None:
        time.sleep(0.0005)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    half = world.verify("verify", "--rehearse")
    world.copy(CLAIMS[0])

    assert half.returncode == 1
    assert f"  {CLAIMS[0]}: " in half.stdout
    assert f"  {CLAIMS[1]}: " not in half.stdout
    passed(world, "verify")


def test_a_file_that_is_written_during_the_copy_is_named(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    (world.mount("source", CLAIMS[1]) / "late").write_text("x")
    done = world.verify()

    assert done.returncode == 1
    assert f"counts: DIFFERENT, 17 of 17 compared\n  {CLAIMS[1]}: late is on one side only\n" in done.stdout


def test_one_byte_that_differs_is_found_though_counts_and_sizes_are_equal(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    file = world.mount("target", CLAIMS[0]) / "deep" / "er" / "data"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    done = world.verify()

    assert done.returncode == 1
    assert "counts: equal" in done.stdout
    assert f"checksums: DIFFERENT, 16 of 16 compared\n  {CLAIMS[0]}: deep/er/data\n" in done.stdout


def test_the_same_content_with_another_mode_is_found(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    (world.mount("target", CLAIMS[0]) / "deep" / "script").chmod(0o640)
    done = world.verify()

    assert done.returncode == 1
    assert "checksums: equal" in done.stdout
    assert f"ownership: DIFFERENT, 16 of 16 compared\n  {CLAIMS[0]}: deep/script\n" in done.stdout


def test_a_claim_for_many_nodes_or_a_class_that_is_missing_stops_the_move(world):
    shared = claim(CLAIMS[0], mode="ReadWriteMany")
    # The action itself says nothing: the claim would be gp3, and no second node could mount it.
    assert json.loads(world.restore(shared).stdout)["spec"]["storageClassName"] == "gp3"
    world.claims[0] = shared
    many = world.verify("precheck")

    world.claims[0] = claim(CLAIMS[0], "nfs-client")
    assert json.loads(world.restore(world.claims[0]).stdout)["spec"]["storageClassName"] == "nfs-client"
    unknown = world.verify("precheck")

    world.claims[0], world.classes = claim(CLAIMS[0]), []
    assert 'gp3" not found' in world.restore(world.claims[0]).stderr
    missing = world.verify("precheck")

    assert [done.returncode for done in (many, unknown, missing)] == [1, 1, 1]
    assert f"  {CLAIMS[0]} is for one node\n" in many.stdout
    assert f"  {CLAIMS[0]} gets gp3\n" in unknown.stdout
    assert f"  {CLAIMS[0]} gets gp3\n  {CLAIMS[1]} gets gp3\n" in missing.stdout


def test_the_map_is_found_as_velero_finds_it(world):
    world.maps = [config_map(MAP, said="true")]
    assert json.loads(world.restore(world.claims[0]).stdout)["spec"]["storageClassName"] == "gp3"
    any_value = world.verify("precheck")

    world.maps.append(config_map(MAP, name="other"))
    assert "found more than one ConfigMap" in world.restore(world.claims[0]).stderr
    two = world.verify("precheck")

    assert (any_value.returncode, two.returncode) == (0, 2)
    assert "are all labelled velero.io/change-storage-class" in two.stderr


def test_a_mount_that_nobody_may_write_into_any_more_is_found(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    world.mount("target", CLAIMS[0]).chmod(0o500)
    done = world.verify()

    assert done.returncode == 1
    assert f"ownership: DIFFERENT, 16 of 16 compared\n  {CLAIMS[0]}: .\n" in done.stdout


def test_going_back_is_beside_what_is_there(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    (world.mount("target", CLAIMS[0]) / "written-in-eks").write_text("x")
    before = sorted(path.name for path in world.mount("source", CLAIMS[0]).rglob("*"))
    back = world.folder / "source-back"
    shutil.copytree(world.mount("target", CLAIMS[0]), back, symlinks=True)

    assert (back / "written-in-eks").exists()
    assert sorted(path.name for path in world.mount("source", CLAIMS[0]).rglob("*")) == before
    # What was written since is not taken for equal: going back by the old copy would lose it.
    refused = world.verify("verify", "--rehearse")
    assert (refused.returncode, f"{CLAIMS[0]}: written-in-eks is on one side only" in refused.stdout) == (1, True)


def test_a_walk_that_was_cut_off_is_no_walk(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    world.tell()
    walk = world.walk("target", CLAIMS[0])
    walk.write_text("".join(walk.read_text().splitlines(keepends=True)[:-2]))
    done = world.move.verify()

    assert done.returncode == 2
    # Seven files and the mount.
    assert "was cut off after 8 entries" in done.stderr


def test_evidence_that_was_edited_copied_or_is_eight_days_old_opens_nothing(world):
    passed(world, "precheck")
    for name in CLAIMS:
        world.copy(name)
    passed(world, "verify")

    gate_refuses_what_is_edited_copied_or_old(world.move)
