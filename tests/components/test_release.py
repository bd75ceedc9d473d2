from dataclasses import replace

import pulumi
from hypothesis import given
from hypothesis import strategies as st

from components.charts import Chart
from components.release import merged, release, renamed, resources
from tests.components.given import RELEASE, Before, cluster, namespace

CHART = Chart(
    name="till",
    repository="https://charts.example.com",
    version="1.2.3",
    checked_on="2026-11-23",
    read_at="1.2.3",
)

documents = st.recursive(
    st.integers() | st.text(max_size=2), lambda below: st.dictionaries(st.sampled_from("abc"), below, max_size=3)
)
mappings = st.dictionaries(st.sampled_from("abc"), documents, max_size=3)


class Shop(pulumi.ComponentResource):
    def __init__(self, chart=CHART, **options):
        super().__init__("test:index:Shop", "shop")
        release(
            "till",
            chart,
            namespace=namespace("shop"),
            values={"a": 1},
            parent=self,
            provider=cluster().provider,
            after=[Before("identity")],
            **options,
        )


def test_a_release_is_named_pinned_and_all_or_nothing(declare):
    made = declare(Shop).only(RELEASE)

    assert (made["name"], made["chart"], made["version"]) == ("till", "till", "1.2.3")
    assert made["repositoryOpts"] == {"repo": "https://charts.example.com"}
    assert made["atomic"] is True


def test_a_release_waits_for_its_namespace_and_for_what_it_is_told(declare):
    assert {"kubernetes:core/v1:Namespace shop", "test:index:Before identity"} <= declare(Shop).waits(RELEASE, "till")


def test_a_chart_of_a_registry_is_named_whole(declare):
    chart = replace(CHART, repository="oci://registry.example.com/charts")
    made = declare(lambda: Shop(chart)).only(RELEASE)

    assert made["chart"] == "oci://registry.example.com/charts/till"
    assert "repositoryOpts" not in made


@given(mappings)
def test_nothing_laid_over_changes_nothing(base):
    assert merged(base, {}) == base
    assert merged({}, base) == base
    assert merged(base, base) == base


@given(mappings, mappings)
def test_what_is_laid_over_wins_and_the_rest_stays(base, overlay):
    result = merged(base, overlay)

    assert result.keys() == base.keys() | overlay.keys()
    for key, value in overlay.items():
        if not isinstance(value, dict) or not isinstance(base.get(key), dict):
            assert result[key] == value
    assert all(result[key] == base[key] for key in base.keys() - overlay.keys())


def test_a_list_is_replaced_whole():
    assert merged({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}


def test_memory_is_limited_and_cpu_is_not():
    assert resources("10m", "64Mi") == {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}}


def test_a_release_with_a_name_of_its_own_gives_it_to_what_the_chart_makes(declare):
    assert declare(lambda: Shop(release_name="second")).only(RELEASE)["name"] == "second"
    assert renamed(CHART, "till") == {}
    assert renamed(CHART, "second") == {
        "fullnameOverride": "second",
        "serviceAccount": {"create": True, "name": "second"},
    }


def test_a_namespace_that_the_cluster_brings_is_named_and_not_waited_for(declare):
    class Systems(pulumi.ComponentResource):
        def __init__(self):
            super().__init__("test:index:Systems", "systems")
            release("till", CHART, namespace="kube-system", values={}, parent=self, provider=cluster().provider)

    made = declare(Systems)

    assert made.only(RELEASE)["namespace"] == "kube-system"
    assert made.waits(RELEASE, "till") == set()
