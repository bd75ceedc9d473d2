"""One reader of image references: Docker's grammar, odd ones included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.delivery.workflow import image_values
from model.image import Image
from policy.ledger.matching import image_is

SHA = "sha256:" + "5e4d" * 16
ECR = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com"
IDENTIFIER = "0123456789abcdef" * 4
#: The reference, and its registry, path, tag and digest.
TAKEN = [
    ("redis", "docker.io", "library/redis", None, None),
    ("redis:7.4-alpine", "docker.io", "library/redis", "7.4-alpine", None),
    ("redis:Latest", "docker.io", "library/redis", "Latest", None),
    ("bitnami/redis", "docker.io", "bitnami/redis", None, None),
    ("docker.io/redis", "docker.io", "library/redis", None, None),
    ("docker.io/library/redis", "docker.io", "library/redis", None, None),
    ("index.docker.io/redis:7", "docker.io", "library/redis", "7", None),
    ("library/redis/redis", "docker.io", "library/redis/redis", None, None),
    (f"redis@{SHA}", "docker.io", "library/redis", None, SHA),
    (f"redis:7@{SHA}", "docker.io", "library/redis", "7", SHA),
    (f"redis@sha512:{'ab' * 64}", "docker.io", "library/redis", None, f"sha512:{'ab' * 64}"),
    # A name without a slash has a tag and no port, whatever it looks like.
    ("example.com:5000", "docker.io", "library/example.com", "5000", None),
    ("10.0.0.1:5000", "docker.io", "library/10.0.0.1", "5000", None),
    ("redis:5000/app", "redis:5000", "app", None, None),
    ("localhost/app", "localhost", "app", None, None),
    ("localhost:5000/x", "localhost:5000", "x", None, None),
    ("localhost:5000/x:5050", "localhost:5000", "x", "5050", None),
    ("localhosts/x", "docker.io", "localhosts/x", None, None),
    ("10.0.0.1/app", "10.0.0.1", "app", None, None),
    ("[2001:db8::1]:5000/team/app:1", "[2001:db8::1]:5000", "team/app", "1", None),
    (f"{ECR}/alphacar/main-backend:1.0", ECR, "alphacar/main-backend", "1.0", None),
    ("ghcr.io/a.b/c__d-e---f:g.h", "ghcr.io", "a.b/c__d-e---f", "g.h", None),
    ("xn--n3h.com/app:xn--n3h.com", "xn--n3h.com", "app", "xn--n3h.com", None),
    # No path has a capital letter, so that what has one is a registry.
    ("Team/app", "Team", "app", None, None),
    ("DOCKER.IO/app", "DOCKER.IO", "app", None, None),
    (f"docker.io/{IDENTIFIER}", "docker.io", f"library/{IDENTIFIER}", None, None),
    (f"example.com/{IDENTIFIER}", "example.com", IDENTIFIER, None, None),
    (f"redis:{'t' * 128}", "docker.io", "library/redis", "t" * 128, None),
    (f"example.com/{'a' * 255}:1", "example.com", "a" * 255, "1", None),
]  # fmt: skip
REFUSED = [
    "",
    "/",
    ":7",
    f"@{SHA}",
    "redis:",
    "redis@",
    "redis:7:7",
    "redis:-7",
    f"redis:{'t' * 129}",
    "Redis",
    "team/Redis",
    "ghcr.io/team/Redis:7",
    "redis@sha256:5e4d",
    f"redis@{SHA.upper()}",
    f"redis@md5:{'5e4d' * 8}",
    f"redis@{SHA}:7",
    "-team/redis",
    "team-/redis",
    "team//redis",
    "team/redis/",
    "/redis",
    "te..am/redis",
    "te___am/redis",
    "te_.am/redis",
    "redis_",
    "ghcr.io:/redis",
    "ghcr.io:port/redis",
    "gh_cr.io:80/redis",
    "https://ghcr.io/redis",
    "[2001:db8::1]",
    "2001:db8::1:5000/redis",
    "[fe80::1%eth0]:5000/redis",
    " redis",
    "redis\n",
    "r\u00e9dis",
    "redis:\u0667",
    IDENTIFIER,
    f"example.com/{'a' * 256}",
]


@pytest.mark.parametrize(("text", "registry", "path", "tag", "digest"), TAKEN)
def test_a_reference_has_the_parts_that_docker_gives_it(text, registry, path, tag, digest):
    assert Image.parse(text) == (registry, path, tag, digest)
    assert Image.parse(text).valid


@pytest.mark.parametrize("text", REFUSED)
def test_what_docker_refuses_is_not_valid(text):
    assert not Image.parse(text).valid


@given(st.text("aZ0./:@-_[]% \u00e9", max_size=30))
def test_any_text_is_read_without_an_error(text):
    assert Image.parse(text).valid in (True, False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("redis:5000/app", "app"),
        ("localhost:5000/x", "x"),
        ("example.com:5000", "example.com"),
        (f"a/b:7@{SHA}", "a/b"),
    ],
)
def test_the_ledger_knows_an_image_by_its_path(text, name):
    assert image_is(text, name)
    assert not image_is(text, "redis")


@pytest.mark.parametrize("text", [text for text, *_, tag, _ in TAKEN if tag])
def test_a_chart_that_takes_name_and_tag_is_given_what_makes_the_same_reference(text):
    values = image_values(text)

    assert f"{values['defaultAirflowRepository']}:{values['defaultAirflowTag']}" == text
    assert Image.parse(values["defaultAirflowRepository"])[:2] == Image.parse(text)[:2]
