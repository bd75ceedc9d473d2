"""What the kit for registries finds, between two registries that answer regctl's and crane's questions from memory."""

import hashlib
import json

import pytest
from pydantic import ValidationError

from migration.verification import programs, registry
from migration.verification.stores import StoreError
from policy.ledger.moves import PROOFS


def digest(body):
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


class Memory:
    """Bodies by reference, what refers to them, and images with a damaged blob; ``ask`` is what programs say."""

    def __init__(self):
        self.bodies, self.referring, self.damaged, self.repositories = {}, {}, set(), set()

    def index(self, place, tag, *platforms, salt=""):
        """An index with a child for each of ``platforms``; its digest."""
        children = []
        for architecture in platforms:
            body = json.dumps({"layers": [f"{tag}{salt}"], "of": architecture}).encode()
            children.append({"digest": digest(body), "platform": {"os": "linux", "architecture": architecture}})
        return self.put(place, tag, {"manifests": children})

    def put(self, place, tag, content):
        body = json.dumps(content).encode()
        self.bodies |= {f"{place}:{tag}": body, f"{place}@{digest(body)}": body}
        self.repositories.add(place)
        return digest(body)

    def ask(self, argv, **_):
        reference = argv[-1]
        match argv[:3]:
            case ("regctl", "version", _):
                return b"v0.11.7\n"
            case ("crane", "version"):
                return b"0.22.0\n"
            case ("regctl", "manifest", "get"):
                return self.bodies.get(reference)
            case ("regctl", "image", "config"):
                return json.dumps({"os": "linux", **json.loads(self.bodies[reference])["config"]}).encode()
            case ("regctl", "artifact", "list"):
                return json.dumps([{"digest": each} for each in self.referring.get(reference, ())] or None).encode()
            case ("regctl", "tag", "list"):
                return b"" if reference in self.repositories else None
            case ("crane", "validate", "--remote"):
                return None if reference in self.damaged or reference not in self.bodies else b"PASS"
        raise AssertionError(argv)


OLD, NEW = "harbor:443/alphacar", "ecr:443/alphacar"


@pytest.fixture
def both(monkeypatch):
    memory = Memory()
    monkeypatch.setattr(registry, "ask", memory.ask)
    for place in (OLD, NEW):
        memory.index(f"{place}/backend", "1", "amd64", "arm64")
        memory.put(f"{place}/web", "1", {"config": {"architecture": "arm64", "variant": "v8"}})
    return memory


def kit(*images):
    given = {
        "source": {"address": "https://harbor:443", "name": "alphacar"},
        "target": {"address": "https://ecr:443", "name": "alphacar"},
        "images": images or ["backend:1", "web:1"],
    }
    return registry.RegistryKit(registry.Registries.model_validate_json(json.dumps(given)))


def differences(made):
    told = list(made.compare())
    # What differs is named, and nothing is named that is equal.
    assert all(bool(each.differences) == (each.comparison.source != each.comparison.target) for each in told)
    return {each.comparison.name: each.differences for each in told if each.differences}


def test_the_same_images_are_equal_with_an_attestation_that_is_no_platform(both):
    unknown = {"digest": digest(b"provenance"), "platform": {"os": "unknown", "architecture": "unknown"}}
    for place in (OLD, NEW):
        index = json.loads(both.bodies[f"{place}/backend:1"])
        both.put(f"{place}/backend", "1", {"manifests": [*index["manifests"], unknown]})
    found = {each.comparison.name: each.comparison for each in kit().compare()}

    assert tuple(found) == PROOFS["registry"].compares
    assert all(one.source == one.target for one in found.values())
    assert found["counts"].source == {"backend:1": 3, "web:1": 1}
    assert found["architectures"].source["web:1 linux/arm64"] == digest(both.bodies[f"{OLD}/web:1"])
    assert kit().sides[1].stand_in


def test_a_damaged_blob_below_equal_digests_is_found(both):
    both.damaged.add(f"{NEW}/backend:1")

    assert differences(kit()) == {"blobs": ("backend:1",)}


def test_an_architecture_that_was_lost_on_the_way_is_found(both):
    both.index(f"{NEW}/backend", "1", "amd64")

    found = differences(kit())
    assert set(found) == {"counts", "digests", "architectures"}
    assert found["architectures"] == ("backend:1 linux/arm64", "backend:1 runs on linux/arm64")


def test_an_image_that_is_missing_is_named_by_each_comparison_and_by_health(both):
    del both.bodies[f"{NEW}/web:1"]

    assert set(differences(kit())) == set(PROOFS["registry"].compares)
    assert kit().health().differences == ("web:1 cannot be pulled",)


@pytest.mark.parametrize("of", ["index", "platform", "referrer"])
def test_a_referrer_that_was_left_behind_is_found_whatever_it_refers_to(both, of):
    index = digest(both.bodies[f"{OLD}/backend:1"])
    child = json.loads(both.bodies[f"{OLD}/backend:1"])["manifests"][1]["digest"]
    sbom, signature = digest(b"sbom"), digest(b"signature")
    for place in (OLD, NEW):
        both.referring[f"{place}/backend@{index}"] = [sbom]
    subject = {"index": index, "platform": child, "referrer": sbom}[of]
    both.referring.setdefault(f"{OLD}/backend@{subject}", []).append(signature)

    assert differences(kit())["digests"] == (f"backend:1 referrer {signature}",)


def test_an_image_by_digest_is_asked_for_in_its_own_repository(both):
    image = f"backend@{digest(both.bodies[f'{OLD}/backend:1'])}"

    assert kit(image).requirements().differences == ()
    assert differences(kit(image)) == {}


def test_what_starts_nowhere_or_has_no_repository_stops_the_precheck(both):
    both.index(f"{OLD}/backend", "1", "amd64")
    both.index(f"{OLD}/batch", "1", "arm64")

    assert kit("backend:1", "batch:1", "gone:1").requirements().differences == (
        "backend:1 linux/arm64",
        "batch:1 repository",
        "gone:1 is there",
        "gone:1 linux/arm64",
        "gone:1 repository",
    )


def test_registries_that_hold_nothing_have_nothing_equal_to_show(monkeypatch):
    monkeypatch.setattr(registry, "ask", Memory().ask)
    found = {each.comparison.name: each.comparison for each in kit().compare()}

    assert (found["counts"].source, found["digests"].of) == ({"backend:1": 0, "web:1": 0}, 0)
    assert found["architectures"].source != found["architectures"].target


@pytest.mark.parametrize("image", ["a/b__c:1", "my--image:v1.2_x", "a.b/c-d:1", f"a@{digest(b'x')}"])
def test_names_that_the_distribution_allows_are_read(image):
    assert kit_images(image) == (image,)


@pytest.mark.parametrize("image", ["backend", "Backend:1", "a___b:1", "-a:1", "a/:1", "a:--flag", "a@sha256:12"])
def test_names_that_it_does_not_allow_are_refused(image):
    with pytest.raises(ValidationError):
        kit_images(image)


def kit_images(image):
    side = {"address": "https://harbor", "name": "alphacar"}
    given = {"source": side, "target": side, "images": [image]}
    return registry.Registries.model_validate_json(json.dumps(given)).images


def program(folder, monkeypatch, said, code=1):
    file = folder / "crane"
    file.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}\nEND\nexit {code}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize("said", ["MANIFEST_UNKNOWN: x", "failed: not found"])
def test_what_a_program_says_is_absent_is_absent(tmp_path, monkeypatch, said):
    program(tmp_path, monkeypatch, said)

    assert programs.ask(("crane", "x"), missing=("MANIFEST_UNKNOWN", "not found")) is None


@pytest.mark.parametrize(
    "said",
    [
        'error getting credentials: exec: "docker-credential-ecr-login": executable file not found in $PATH',
        "dial tcp: lookup harbor: host not found",
        "DENIED: Your authorization token has expired, not found",
        "connection reset by peer: not found",
    ],
)
def test_a_store_that_was_not_read_is_not_taken_for_empty(tmp_path, monkeypatch, said):
    program(tmp_path, monkeypatch, f"first line\n{said}")

    with pytest.raises(StoreError) as refused:
        programs.ask(("crane", "x"), missing=("not found",))
    assert str(refused.value) == f"crane: {said}"
