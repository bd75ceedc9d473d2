"""What the kit for volumes finds, between folders that are walked and clusters that are a file each."""

import json
import os
import shutil
import socket

import pytest

from migration.verification import volumes, walk
from migration.verification.stores import StoreError
from policy.ledger.moves import PROOFS

CLAIM = "alphacar/uploads"
LABELS = {"velero.io/plugin-config": "", "velero.io/change-storage-class": "RestoreItemAction"}


def thing(kind, name, namespace="", **more):
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace, **more.pop("metadata", {})}, **more}


def change(name="change", labels=LABELS, **data):
    return thing("ConfigMap", name, "velero", metadata={"labels": labels}, data=data or {"longhorn": "gp3"})


class World:
    """One claim on both sides; ``tell`` writes down what kubectl and the walks say."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.source, self.target = folder / "old", folder / "new"
        self.spec = {"storageClassName": "longhorn", "accessModes": ["ReadWriteOnce"]}
        self.maps, self.classes = [change()], ["gp3"]

    def tell(self):
        claim = thing("PersistentVolumeClaim", "uploads", "alphacar", spec=self.spec)
        classes = [thing("StorageClass", name) for name in self.classes]
        for side, items in (("source", [claim]), ("target", [*self.maps, *classes])):
            system = thing("Namespace", "kube-system", metadata={"uid": f"uid-{side}"})
            (self.folder / f"{side}.json").write_text(json.dumps({"items": [system, *items]}))
            walk.main(str(getattr(self, side)), CLAIM)
            (self.folder / f"{side}.walk").write_text(self.capsys.readouterr().out)

    def kit(self, claim=CLAIM):
        given = {
            "source": {"address": "https://old:6443", "name": "longhorn"},
            "target": {"address": "https://new:6443", "name": "gp3"},
            "sourceObjects": str(self.folder / "source.json"),
            "targetObjects": str(self.folder / "target.json"),
            "claims": {claim: {side: str(self.folder / f"{side}.walk") for side in ("source", "target")}},
        }
        return volumes.VolumesKit(volumes.Volumes.model_validate_json(json.dumps(given)))

    def differences(self):
        self.tell()
        told = list(self.kit().compare())
        # Who counts a file on one side only names it; content and owner then differ without a name of their own.
        assert all(each.comparison.source != each.comparison.target for each in told if each.differences)
        assert any(each.differences for each in told)
        return {each.comparison.name: each.differences for each in told if each.differences}

    def unmet(self):
        self.tell()
        return self.kit().requirements().differences


@pytest.fixture
def world(tmp_path, capsys):
    made = World(tmp_path, capsys)
    (made.source / "a").mkdir(parents=True)
    (made.source / "a" / "data").write_text("12345")
    # By bytes before a/, by parts after a.
    (made.source / "a-b").write_text("x")
    (made.source / "!first").write_text("sorts before the mount's own path")
    (made.source / "link").symlink_to("a/data")
    shutil.copytree(made.source, made.target, symlinks=True)
    return made


def test_what_was_copied_is_equal_and_what_disks_and_programs_make_is_no_file(world):
    (world.target / "lost+found").mkdir()
    (world.target / ".velero").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(world.source / "s"))
    world.tell()
    found = {each.comparison.name: each.comparison for each in world.kit().compare()}

    assert tuple(found) == PROOFS["volumes"].compares
    assert all(one.source == one.target for one in found.values())
    assert (found["counts"].source, found["checksums"].of) == ({CLAIM: 5}, 5)
    assert world.kit().sides[1].stand_in
    assert world.unmet() == ()


def spoil_byte(target):
    (target / "a" / "data").write_text("12346")


def spoil_link(target):
    (target / "link").unlink()
    (target / "link").symlink_to("a-b")


def spoil_kind(target):
    (target / "link").unlink()
    (target / "link").write_text("12345")


def spoil_mode(target):
    (target / "a" / "data").chmod(0o600)


def spoil_folder(target):
    (target / "a").chmod(0o700)


def spoil_mount(target):
    target.chmod(0o700)


def spoil_attribute(target):
    try:
        os.setxattr(target / "a", "user.kept", b"x")
    except OSError:
        pytest.skip("this disk has no extended attributes")


@pytest.mark.parametrize(
    ("spoil", "comparison", "path"),
    [
        (spoil_byte, "checksums", "a/data"),
        (spoil_link, "checksums", "link"),
        (spoil_mode, "ownership", "a/data"),
        (spoil_folder, "ownership", "a"),
        (spoil_mount, "ownership", "."),
        (spoil_attribute, "ownership", "a"),
    ],
)
def test_what_differs_under_equal_counts_is_named(world, spoil, comparison, path):
    spoil(world.target)

    assert world.differences() == {comparison: (f"{CLAIM}: {path}",)}


def test_a_file_in_place_of_a_link_is_another_thing(world):
    spoil_kind(world.target)

    assert world.differences()["checksums"] == (f"{CLAIM}: link",)


@pytest.mark.parametrize(("side", "name"), [("source", "late"), ("target", "a/written-since"), ("source", "!")])
def test_a_file_on_one_side_only_is_named_and_nothing_beside_it(world, side, name):
    (getattr(world, side) / name).write_text("")

    assert world.differences()["counts"] == (f"{CLAIM}: {name} is on one side only",)


@pytest.mark.parametrize(
    ("name", "told"), [(b"\xff", "'\\udcff'"), (b"a\nrefused: b", "'a\\nrefused: b'"), ("차".encode(), "차")]
)
def test_a_name_is_told_in_one_line_that_can_be_printed(world, name, told):
    (world.source / os.fsdecode(name)).write_text("")

    (line,) = world.differences()["counts"]
    assert line == f"{CLAIM}: {told} is on one side only"
    assert line.encode()


def test_an_empty_volume_has_nothing_equal_to_show(world):
    for side in (world.source, world.target):
        shutil.rmtree(side)
        side.mkdir()
    world.tell()

    assert {each.comparison.of for each in world.kit().compare()} == {0}


@pytest.mark.parametrize(
    ("spec", "unmet"),
    [
        ({"accessModes": ["ReadWriteMany"]}, "is for one node"),
        ({"accessModes": ["ReadWriteOnce", "ReadOnlyMany"]}, "is for one node"),
        ({"accessModes": []}, "is for one node"),
        ({"storageClassName": "nfs-client"}, "gets gp3"),
        ({"storageClassName": ""}, "gets gp3"),
        ({"volumeMode": "Block"}, "is a file system"),
    ],
)
def test_a_claim_that_the_target_cannot_hold_stops_the_precheck(world, spec, unmet):
    world.spec |= spec

    assert world.unmet() == (f"{CLAIM} {unmet}",)


@pytest.mark.parametrize(
    "spec", [{"accessModes": ["ReadWriteOncePod"]}, {"storageClassName": "gp3"}, {"volumeMode": "Filesystem"}]
)
def test_a_claim_that_it_can_hold_is_let_through(world, spec):
    world.spec |= spec

    assert world.unmet() == ()


def test_velero_reads_its_map_by_the_labels_names(world):
    world.maps = [change(labels={**LABELS, "velero.io/plugin-config": "true"})]
    assert world.unmet() == ()

    world.maps = [change(labels={"velero.io/change-storage-class": "RestoreItemAction"})]
    assert world.unmet() == (f"{CLAIM} gets gp3",)

    world.maps, world.classes = [change()], ["gp2"]
    assert world.unmet() == (f"{CLAIM} gets gp3",)


def test_two_maps_are_refused_as_velero_refuses_them(world):
    world.maps = [change(), change("other")]

    with pytest.raises(StoreError, match=r"change, other are all labelled velero\.io/change-storage-class"):
        world.unmet()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: lines[:-1], "was cut off after 6 entries"),
        (lambda lines: lines[:3] + lines[4:], "says 6 entries, and holds 5"),
        (lambda lines: ['{"claim": "other/claim"}\n', *lines[1:]], "is not the walk of alphacar/uploads"),
        (lambda lines: [*lines[:2], "{\n", *lines[3:]], "line 3 is none of the walk's"),
        (lambda _: [], "line 2 is none of the walk's"),
    ],
)
def test_a_walk_that_is_none_is_refused(world, spoil, said):
    world.tell()
    file = world.folder / "target.walk"
    file.write_text("".join(spoil(file.read_text().splitlines(keepends=True))))

    with pytest.raises(StoreError, match=said):
        list(world.kit().compare())


def test_a_claim_that_is_left_out_is_refused(world):
    world.tell()

    with pytest.raises(StoreError, match="claims: alphacar/uploads is missing"):
        world.kit("alphacar/other")
