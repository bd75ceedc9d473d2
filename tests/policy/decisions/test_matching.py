"""Forms that a preview alone sees, and messages that quote nothing of a resource but what the ledger calls it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.helm import chart_name
from model.resource import UNKNOWN, Resource
from policy.decisions.rules import RULES, rejected_systems_stay_out
from policy.engine.rule import Context, judge
from policy.ledger.row import REJECTED, REPLACED
from policy.ledger.rows import ROWS
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.policy.admission.cases import OURS, pod_maker, table

EVERY_TARGET = stack_file("prod").settings.model_copy(update={"phases": (1, 2, 3, 4, 5)})
LANDING = Context(settings=EVERY_TARGET, today=date(2026, 11, 23))
RELEASE = "kubernetes:helm.sh/v3:Release"
CHARTS = (RELEASE, "kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart")
ISTIO = "https://istio-release.storage.googleapis.com/charts"


def declared(token, props):
    return Resource(urn=f"urn:pulumi:prod::p::{token}::x", type=token, name="x", props=props)


def told(resource):
    stays_out = [rule for rule in RULES if rule.name in (REJECTED, REPLACED)]
    return [finding for rule in stays_out for finding in judge(rule, resource, LANDING)]


def rows(token, props):
    return {finding.row for finding in told(declared(token, props)) if finding.kind == "violation"}


@pytest.mark.parametrize("token", CHARTS)
@pytest.mark.parametrize(
    ("chart", "row"),
    [
        ("redis", "cache"),
        ("bitnami/redis", "cache"),
        ("oci://registry-1.docker.io/bitnamicharts/redis:20.1.0", "cache"),
        ("https://x/y/redis-20.tgz", "cache"),
        ("https://x/y/redis-20.tgz?token=1", "cache"),
        ("https://x/y/redis-20.1.0.tgz?token=a/b#c", "cache"),
        ("https://x/y/Redis-20.1.0-rc.1.TGZ", "cache"),
        ("./charts/redis.tar.gz", "cache"),
        ("https://x/y/redis/?ref=main", "cache"),
        ("vehicles-redis-docs", None),
        ("redis-exporter", None),
        ("prometheus-redis-exporter-6.1.0.tgz", None),
        ("https://redis.example.com/charts/main-backend-1.tgz?chart=redis", None),
        ("redisinsight", None),
        ("kafka-ui", None),
        ("kibana", None),
    ],
)
def test_a_chart_is_known_by_its_name_wherever_it_comes_from(token, chart, row):
    assert rows(token, {"chart": chart}) == ({row} if row else set())


@pytest.mark.parametrize(
    ("values", "row"),
    [
        ({"image": {"repository": "mongo", "tag": "7"}}, "documents"),
        ({"image": "docker.io/bitnami/redis:7"}, "cache"),
        ({"store": {"initImage": {"registry": "quay.io", "repository": "strimzi/kafka"}}}, "workflow"),
        ({"sidecars": [{"image": "grafana/alloy:v1"}]}, "agent"),
        ({"images": {"redis": {"repository": "redis", "tag": "7"}}}, "cache"),
        ({"redis": {"enabled": True}}, "cache"),
        ({"redis": {"enabled": False}}, None),
        ({"redis": {"host": "cache"}}, None),
        ({"image": {"repository": "percona/mongodb_exporter"}}, None),
        ({"imagePullPolicy": "mongo", "command": ["redis"]}, None),
        ({"config": {"image": 7}, "image": None}, None),
    ],
)
def test_a_chart_is_judged_by_its_values_too(values, row):
    assert rows("kubernetes:helm.sh/v3:Release", {"chart": "shop", "values": values}) == ({row} if row else set())


@pytest.mark.parametrize("token", CHARTS)
@pytest.mark.parametrize("chart", ["base", "cni", "gateway", "ztunnel", "ambient"])
@pytest.mark.parametrize(
    "where",
    [
        {"repositoryOpts": {"repo": ISTIO}},
        {"repositoryOpts": {"repo": f"{ISTIO}/?token=1"}},
        {"repositoryOpts": {"repo": "https://storage.googleapis.com/istio-release/charts"}},
        {"fetchOpts": {"repo": ISTIO.upper()}},
        {"repo": "istio"},
    ],
)
def test_istio_s_own_charts_are_known_by_their_repository(token, chart, where):
    assert rows(token, {"chart": chart, **where}) == {"mesh"}


@pytest.mark.parametrize(
    ("chart", "repository", "row"),
    [
        ("istio/base", None, "mesh"),
        ("oci://gcr.io/istio-release/charts/cni", None, "mesh"),
        ("https://istio-release.storage.googleapis.com/charts/gateway-1.30.3.tgz", None, "mesh"),
        ("oci://123.dkr.ecr.ap-northeast-2.amazonaws.com/mirror/istio/base", None, "mesh"),
        ("base", None, None),
        ("gateway", "https://charts.example.com", None),
        ("gateway", "https://not-istio-release.example.com/istio-docs", None),
        ("cni", "https://projectcalico.docs.tigera.io/charts", None),
        ("./charts/base", None, None),
        ("main-backend", ISTIO, None),
        ("base", UNKNOWN, None),
    ],
)
def test_a_common_name_is_nobody_s_without_the_repository(chart, repository, row):
    repository = {} if repository is None else {"repositoryOpts": {"repo": repository}}

    assert rows(RELEASE, {"chart": chart, **repository}) == ({row} if row else set())


def flux(chart, repository):
    source = {"kind": "HelmRepository", "name": repository}
    return "helm.toolkit.fluxcd.io/v2:HelmRelease", {"spec": {"chart": {"spec": {"chart": chart, "sourceRef": source}}}}


def argo(chart, repository):
    source = {"chart": chart, "repoURL": f"https://{repository}.example.com"}
    return "argoproj.io/v1alpha1:Application", {"spec": {"source": source}}


def argo_of_several(chart, repository):
    sources = [{"repoURL": "https://git.example.com/x", "path": "redis"}, {"chart": chart, "repoURL": repository}]
    return "argoproj.io/v1alpha1:Application", {"spec": {"sources": sources}}


def argo_of_many(chart, repository):
    kind, application = argo(chart, repository)
    return f"{kind}Set", {"spec": {"template": application}}


def k3s(chart, repository):
    return "helm.cattle.io/v1:HelmChart", {"spec": {"chart": chart, "repo": f"https://{repository}.example.com"}}


@pytest.mark.parametrize("ordered", [flux, argo, argo_of_several, argo_of_many, k3s])
@pytest.mark.parametrize(
    ("chart", "repository", "row"),
    [
        ("redis", "bitnami", "cache"),
        ("gateway", "istio", "mesh"),
        ("gateway", "traefik", None),
        ("redis-exporter", "redis", None),
        (UNKNOWN, "redis", None),
    ],
)
def test_a_chart_that_a_controller_is_told_to_install_is_judged_like_a_release(ordered, chart, repository, row):
    kind, props = ordered(chart, repository)

    assert rows(f"kubernetes:{kind}", props) == ({row} if row else set())


@pytest.mark.parametrize("case", [case for case in table() if case.form != "kind"], ids=str)
def test_a_list_is_what_is_in_it(case):
    for asked in case.asked():
        if asked.subresource:
            continue
        other = pod_maker("Pod", {"containers": [{"name": "app", "image": OURS}]}, "app")
        bare = {key: value for key, value in asked.manifest.items() if key not in ("apiVersion", "kind")}
        for token, items in (
            (f"{asked.declared.type}List", [bare]),
            (f"{asked.declared.type}List", [asked.manifest]),
            ("kubernetes:core/v1:List", [other, asked.manifest]),
            ("kubernetes:core/v1:List", [{"apiVersion": "v1", "kind": "List", "items": [asked.manifest]}]),
        ):
            assert rows(token, {"items": items}) == ({case.row} if case.refused else set()), asked


def test_a_list_of_a_custom_kind_is_refused_by_what_is_in_it():
    sealed = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret"}

    assert rows("kubernetes:core/v1:List", {"items": [sealed]}) == {"secrets"}
    assert rows("kubernetes:bitnami.com/v1alpha1:SealedSecretList", {"items": [{}]}) == {"secrets"}
    assert rows("kubernetes:core/v1:List", {"items": UNKNOWN}) == set()
    assert rows("kubernetes:core/v1:List", {"items": [UNKNOWN, None, "x", {"kind": UNKNOWN}, {}]}) == set()


CANARY = "s3cr3t-canary"
FORMS = [system.forms for row in ROWS for system in (row.incumbent, *row.rejected)]
NAMES = {
    # A number stands for itself, and any text for one.
    field: sorted({name.replace("#", "7").replace("*", "1") for forms in FORMS for name in getattr(forms, field)})
    for field in ("charts", "images", "kinds", "provisioners", "storage_classes")
}
IMAGES = st.builds(
    "{}/{}{}".format,
    st.sampled_from([CANARY, f"{CANARY}:5000", f"a/{CANARY}", f"{CANARY}.example.com/{CANARY}"]),
    st.sampled_from(NAMES["images"]),
    st.sampled_from(["", f":{CANARY}", f"@sha256:{CANARY}", f":7@{CANARY}"]),
)
ADDRESSES = st.builds(
    "{}/{}{}".format,
    st.sampled_from([f"https://user:{CANARY}@{CANARY}/{CANARY}", f"oci://{CANARY}", CANARY]),
    st.sampled_from([*NAMES["charts"], "base", "gateway"]),
    st.sampled_from(["", f"-1.0.0-{CANARY}.tgz", f"-1.tgz?token={CANARY}", f":{CANARY}", f"@{CANARY}", f"#{CANARY}"]),
)
REPOSITORY = {"repo": f"https://user:{CANARY}@istio-release.{CANARY}.example.com/{CANARY}?{CANARY}#{CANARY}"}


def of_image(image):
    spec = {"containers": [{"name": CANARY, "image": image}]}
    return [pod_maker(kind, spec, CANARY) for kind in ("Pod", "PodTemplate", "CronJob", "Rollout")]


def of_chart(chart):
    source = {"chart": chart, "repoURL": REPOSITORY["repo"], "sourceRef": {"name": REPOSITORY["repo"]}}
    release = {"apiVersion": "helm.sh/v3", "kind": "Release", "chart": chart, "repositoryOpts": REPOSITORY}
    application = {"apiVersion": "argoproj.io/v1", "kind": "Application", "spec": {"source": source}}
    flux = {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "spec": {"chart": {"spec": source}}}
    return [release, application, flux]


def of_kind(kind):
    group, _, kind = kind.partition("/")
    return [{"apiVersion": f"{group}/{CANARY}", "kind": kind or CANARY}]


OBJECTS = st.one_of(
    IMAGES.map(of_image), ADDRESSES.map(of_chart), st.sampled_from(NAMES["kinds"]).map(of_kind)
).flatmap(st.sampled_from)


@given(OBJECTS, st.booleans())
def test_a_refusal_quotes_nothing_that_the_ledger_does_not_say_itself(found, listed):
    version = found["apiVersion"]
    token = f"kubernetes:{version if '/' in version else f'core/{version}'}:{found['kind']}"
    resource = declared("kubernetes:core/v1:List", {"items": [found]}) if listed else declared(token, found)

    # The type of what is not in a list is part of its URN, which is told anyway.
    messages = [finding.message for finding in told(resource)]

    assert not [message for message in messages if CANARY in message]
    assert messages or found["kind"] in ("Release", "Application", "HelmRelease")


@pytest.mark.parametrize(
    ("token", "props", "said"),
    [
        (
            "kubernetes:core/v1:Pod",
            {"spec": {"containers": [{"image": f"{CANARY}/redis:{CANARY}"}]}},
            "image redis is ",
        ),
        (RELEASE, {"chart": f"https://{CANARY}/redis-20.tgz?{CANARY}"}, "chart redis is "),
        (RELEASE, {"chart": "base", "repositoryOpts": REPOSITORY}, "chart istio-release/base is "),
        ("kubernetes:bitnami.com/v1alpha1:SealedSecret", {}, "kind bitnami.com/SealedSecret is "),
        ("kubernetes:longhorn.io/v1beta2:Volume", {}, "kind longhorn.io is "),
    ],
)
def test_a_refusal_says_which_form_it_recognised(token, props, said):
    (finding,) = told(declared(token, props))

    assert finding.message.startswith(said)


def test_a_chart_s_name_that_is_not_a_text_is_none():
    assert [chart_name(value) for value in (None, 7, UNKNOWN, {}, "")] == [""] * 5


def test_what_to_use_instead_of_app_mesh_is_what_was_chosen(settings):
    need = {"needed": True, "reason": "mutual TLS", "owner": "platform", "recordedOn": "2026-11-01"}
    mesh = Resource(urn="urn", type="aws:appmesh/mesh:Mesh", name="mesh", props={})

    for chosen, instead in (
        (settings("prod"), "Use no mesh;"),
        (settings("prod", {"needs.meshFeatures": need}), "Use Istio;"),
    ):
        (finding,) = rejected_systems_stay_out(mesh, Context(settings=chosen, today=TODAY))
        assert instead in finding.message


@pytest.mark.parametrize("token", CHARTS)
def test_a_chart_that_is_not_known_yet_is_told_as_such(token):
    found = told(declared(token, {"chart": UNKNOWN}))

    assert {(finding.kind, finding.message.partition(" ")[0]) for finding in found} == {("undetermined", "chart")}
