"""Images copied between two real registries by the move's own commands, and what can go wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from tests.rehearsal.conftest import free_port, served
from tests.rehearsal.registry.registries import Registry, digest, packed, tar
from tests.rehearsal.rehearsed import gate_refuses_what_is_edited_copied_or_old

IMAGES = ["backend:1", "backend:2", "frontend:1"]


class World:
    """Harbor's and ECR's stand-ins, with the programs that copy between them."""

    def __init__(self, source, target, rehearsal, tools, env):
        self.source, self.target, self.move, self.tools, self.env = source, target, rehearsal, tools, env
        self.move.stores = {
            "source": {"address": f"http://{source.host}", "name": "alphacar"},
            "target": {"address": f"http://{target.host}", "name": "alphacar"},
            "images": IMAGES,
        }

    def run(self, *argv):
        return subprocess.run(
            [str(self.tools / argv[0]), *argv[1:]],
            check=False,
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
        )

    def copying(self, image):
        """The move's own command, for one image."""
        parts = [f"{each.host}/alphacar/{image}" for each in (self.source, self.target)]
        return ["regctl", "image", "copy", "--digest-tags", "--referrers", *parts]

    def copy(self, *images):
        for image in images or IMAGES:
            done = self.run(*self.copying(image))
            assert done.returncode == 0, done.stderr


@pytest.fixture
def world(built, rehearsal, tmp_path):
    tools = built("registry")
    sides = []
    for name in ("source", "target"):
        (tmp_path / name).mkdir()
        sides.append(Registry(free_port(), tmp_path / name))
    source, target = sides
    env = {"REGCTL_CONFIG": str(tmp_path / "regctl.json"), "PATH": f"{tools}:{os.environ['PATH']}"}

    def serve(side):
        argv = [str(tools / "crane"), "registry", "serve", "--address", side.host, "--disk", str(side.disk)]
        return served(argv, int(side.host.rpartition(":")[2]), tmp_path / f"{side.disk.name}.log")

    with serve(source), serve(target):
        made = World(source, target, rehearsal("registry", **env), tools, env)
        for side in (source, target):
            assert made.run("regctl", "registry", "set", "--tls", "disabled", side.host).returncode == 0
        source.index("backend", "1", "amd64", "arm64")
        source.index("backend", "2", "amd64", "arm64")
        (tmp_path / "signature").write_text("signed")
        put = ["regctl", "artifact", "put", "--artifact-type", "application/vnd.example.signature"]
        put += ["--subject", f"{source.host}/alphacar/backend:2", "--file", str(tmp_path / "signature")]
        assert made.run(*put).returncode == 0
        source.index("frontend", "1", "arm64")
        # ECR's repositories are there before anything is pushed: the program makes them.
        for repository in ("backend", "frontend"):
            target.image(repository, "arm64", tar("placeholder"), "placeholder")
        yield made


def test_what_was_copied_is_equal_with_its_architectures_and_signatures(world):
    world.move.passed("precheck")
    world.copy()
    world.move.passed("verify", "cut-over")

    counts = world.move.evidence("verify").comparisons[0]
    # Index and two children; the same and a signature; an index and one child.
    assert counts.target == {"backend:1": 3, "backend:2": 4, "frontend:1": 2}
    assert world.move.evidence("verify").target.stand_in
    assert world.move.evidence("verify").tools["regctl"] == "0.11.7"


def test_a_copy_that_was_killed_is_run_again_and_comes_to_the_same(world):
    world.source.image("frontend", "arm64", tar(os.urandom(60_000_000).hex()), "1")
    world.move.passed("precheck")
    world.copy("backend:1", "backend:2")
    before = sum(path.is_file() for path in world.target.disk.rglob("*"))
    running = subprocess.Popen(
        [str(world.tools / "regctl"), *world.copying("frontend:1")[1:]], env={**os.environ, **world.env}
    )
    while sum(path.is_file() for path in world.target.disk.rglob("*")) == before and running.poll() is None:
        time.sleep(0.001)
    running.send_signal(signal.SIGKILL)
    killed = running.wait()
    half = world.move.verify("verify", "--rehearse")
    world.copy()

    assert killed == -signal.SIGKILL
    assert half.returncode == 1
    assert "frontend:1" in half.stdout
    world.move.passed("verify")


def test_a_tag_that_is_pushed_during_the_copy_is_named(world):
    world.move.passed("precheck")
    world.copy()
    world.source.index("backend", "1", "amd64", "arm64", "s390x")
    done = world.move.verify()

    assert done.returncode == 1
    assert "  backend:1\n" in done.stdout
    assert "  backend:2\n" not in done.stdout


def test_a_damaged_blob_below_equal_digests_is_found(world):
    world.move.passed("precheck")
    world.copy()
    (blob,) = [
        path for path in world.target.disk.rglob("*") if path.is_file() and path.read_bytes() == packed(tar("1 amd64"))
    ]
    content = bytearray(blob.read_bytes())
    content[10] ^= 1
    blob.write_bytes(content)
    done = world.move.verify()

    assert done.returncode == 1
    assert "digests: equal" in done.stdout
    assert "blobs: DIFFERENT" in done.stdout


def test_an_image_that_lost_an_architecture_by_pull_tag_push_is_found(world):
    world.move.passed("precheck")
    world.copy("backend:2", "frontend:1")
    parts = [f"{each.host}/alphacar/backend:1" for each in (world.source, world.target)]
    assert world.run("crane", "copy", "--platform", "linux/amd64", *parts).returncode == 0
    done = world.move.verify()

    assert done.returncode == 1
    assert "  backend:1 runs on linux/arm64\n" in done.stdout


def test_images_by_digest_are_compared_with_what_signs_one_platform_of_them(world, tmp_path):
    body = world.run("regctl", "manifest", "get", "--format", "raw-body", f"{world.source.host}/alphacar/backend:2")
    child = json.loads(body.stdout)["manifests"][1]["digest"]
    put = ["regctl", "artifact", "put", "--artifact-type", "application/vnd.example.signature"]
    put += ["--subject", f"{world.source.host}/alphacar/backend@{child}", "--file", str(tmp_path / "signature")]
    assert world.run(*put).returncode == 0
    image = f"backend@{digest(body.stdout.encode())}"
    world.move.stores["images"] = [image]
    world.move.passed("precheck")

    parts = [f"{each.host}/alphacar/backend" for each in (world.source, world.target)]
    assert world.run("crane", "copy", f"{parts[0]}:2", f"{parts[1]}:2").returncode == 0
    without = world.move.verify("verify", "--rehearse")
    world.copy("backend:2")

    assert without.returncode == 1
    assert without.stdout.count(f"  {image} referrer sha256:") == 2
    world.move.passed("verify")
    # The index and its two platforms, what signs it, and what signs one of them.
    assert world.move.evidence("verify").comparisons[0].target == {image: 5}


def test_an_image_without_arm64_or_a_repository_stops_the_move_before_it_begins(world):
    world.source.index("frontend", "1", "amd64")
    world.source.index("batch", "1", "arm64")
    world.move.stores["images"] = [*IMAGES, "batch:1"]
    done = world.move.verify("precheck")

    assert done.returncode == 1
    assert "  batch:1 repository\n  frontend:1 linux/arm64\n" in done.stdout


def test_a_registry_that_does_not_answer_ends_with_2_and_leaves_nothing(world):
    world.move.stores["target"]["address"] = f"http://127.0.0.1:{free_port()}"
    done = world.move.verify("precheck")

    assert done.returncode == 2
    assert "connection refused" in done.stderr
    assert not world.move.path("precheck").exists()


def test_going_back_carries_what_was_pushed_since_and_takes_nothing_away(world):
    world.copy()
    world.target.index("backend", "3", "arm64")
    parts = [f"{each.host}/alphacar/backend:3" for each in (world.target, world.source)]
    assert world.run("regctl", "image", "copy", "--digest-tags", "--referrers", *parts).returncode == 0
    assert world.run("crane", "validate", "--remote", parts[1]).returncode == 0

    tags = world.run("crane", "ls", f"{world.source.host}/alphacar/backend").stdout.split()
    assert {"1", "2", "3"} <= set(tags)


def test_evidence_that_was_edited_copied_or_is_eight_days_old_opens_nothing(world):
    world.move.passed("precheck")
    world.copy()
    world.move.passed("verify")

    gate_refuses_what_is_edited_copied_or_old(world.move)
