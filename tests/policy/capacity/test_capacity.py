"""Every pod finds a node: requests of charts, add-ons and applications against what nodes have to give."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from components import charts
from components.release import VALUES, chart_values
from model.resource import UNKNOWN, Resource
from model.workloads import Bundle, Container, Workload
from policy.capacity import capacity
from policy.capacity.addons import ADDONS
from policy.capacity.amount import Amount, cpu_millis, memory_mib
from policy.capacity.demand import PODS
from policy.capacity.machines import MACHINES, allocatable
from policy.capacity.workload import Need, needs
from policy.engine.rule import Context, judge_stack
from policy.guardrails.rules import STACK_RULES
from stacks.load import stack_file
from tests.conftest import TODAY, changed, landing_of
from tests.golden.target import BRANCHES
from tests.pricing.billing import ADDON, GROUP, RELEASE, group, resource
from tests.recordings import of_settings

QUOTA = "kubernetes:core/v1:ResourceQuota"
PROD = Context(settings=stack_file("prod").settings, today=TODAY)
CONTEXT = Context(settings=None, today=TODAY)
(RULE,) = [rule for rule in STACK_RULES if rule.name == "pods-fit-on-nodes"]


@cache
def of(stack: str, *branches: str) -> list[Resource]:
    """The program of ``stack`` as resources, with the other branch of some choices."""
    changes = {key: value for branch in branches for key, value in BRANCHES[branch].items()}
    return [made.resource() for made in of_settings(stack, changed(landing_of(stack), changes)).registrations]


def resized(resources: list[Resource], **nodes: int) -> list[Resource]:
    """The same stack with other desired sizes of its node groups."""

    def sized(item):
        key = item.get("labels", "alphacar.io/group")
        if item.type != GROUP or key not in nodes:
            return item
        scaling = {**item.props["scalingConfig"], "desiredSize": nodes[key]}
        return resource(item.type, {**item.props, "scalingConfig": scaling}, item.name)

    return [sized(item) for item in resources]


# A stack small enough to be added up by hand.
CONTROLLER = resource(
    RELEASE,
    {
        "chart": "aws-load-balancer-controller",
        "values": {"replicaCount": 2, "resources": {"requests": {"cpu": "25m", "memory": "96Mi"}}},
    },
    "edge",
)
PROXY = resource(ADDON, {"addonName": "kube-proxy"}, "proxy")
CNI = resource(
    ADDON,
    {"addonName": "vpc-cni", "configurationValues": json.dumps({"env": {"ENABLE_PREFIX_DELEGATION": "true"}})},
    "cni",
)
SHARE = resource(
    QUOTA,
    {
        "metadata": {"namespace": "alphacar"},
        "spec": {"hard": {"requests.cpu": "2", "requests.memory": "4Gi", "pods": "20"}},
    },
    "share",
)


def nodes(desired=3, types=("m6g.large",), name="steady"):
    return resource(GROUP, group(types=types, desired=desired), name)


def test_a_stack_is_added_up_with_its_largest_node_lost():
    found = capacity([nodes(), CONTROLLER, PROXY, CNI, SHARE])

    assert found.workloads == Amount(2 * 25, 2 * 96, 2)
    assert found.reserve == Amount(2000, 4096, 20)
    assert found.daemons == Amount(100 + 25 + 25, 0, 2)
    # Two of three nodes are left, and with them two sets of daemons.
    assert found.requests == Amount(50 + 2000 + 2 * 150, 192 + 4096, 2 + 20 + 2 * 2)
    # Of 8 GiB, 452 MiB are never seen, 11 x 110 + 255 are kubelet's and 100 are kept from eviction.
    assert found.groups[0].allocatable == Amount(2000 - 60 - 10, 8192 - 452 - (11 * 110 + 255) - 100, 110)
    assert found.allocatable == Amount(2 * 1930 * 80 // 100, 2 * 6175 * 80 // 100, 2 * 110 * 80 // 100)
    assert found.fits is True


@pytest.mark.parametrize(
    ("name", "prefixes", "room"),
    [
        ("m6g.medium", True, Amount(1000 - 60, 4096 - 296 - (11 * 110 + 255) - 100, 110)),
        ("m6g.large", False, Amount(2000 - 70, 8192 - 452 - (11 * 29 + 255) - 100, 3 * (10 - 1) + 2)),
        ("r6g.xlarge", True, Amount(4000 - 80, 32768 - 1078 - (11 * 110 + 255) - 100, 110)),
        ("t4g.2xlarge", False, Amount(8000 - 90, 32768 - 1078 - (11 * 58 + 255) - 100, 4 * (15 - 1) + 2)),
    ],
)
def test_a_node_gives_what_kubelet_leaves(name, prefixes, room):
    assert allocatable(MACHINES[name], prefixes=prefixes) == room


def test_of_several_classes_the_smallest_counts():
    found = capacity([nodes(types=("r6g.large", "m6g.large", "m7g.large")), CNI]).groups[0]

    assert (found.instance_type, found.allocatable.memory_mib) == ("m6g.large", 6175)


def test_the_largest_node_is_the_one_that_is_lost():
    found = capacity([nodes(2), nodes(1, ("r6g.xlarge",), "big"), CNI])

    assert found.allocatable == Amount(2 * 1930 * 80 // 100, 2 * 6175 * 80 // 100, 2 * 110 * 80 // 100)


@pytest.mark.parametrize(
    ("read", "quantity", "counted"),
    [
        (cpu_millis, "250m", 250),
        (cpu_millis, "2", 2000),
        (cpu_millis, 0.5, 500),
        (cpu_millis, "0.0001", 1),
        (memory_mib, "96Mi", 96),
        (memory_mib, "1Gi", 1024),
        (memory_mib, "512M", 489),
        (memory_mib, 1048577, 2),
        (memory_mib, "plenty", None),
        (memory_mib, True, None),
    ],
)
def test_a_quantity_is_read_as_kubernetes_does_and_rounded_up(read, quantity, counted):
    assert read(quantity) == counted


def asked(values: Any, *containers: Container, inits: tuple[Container, ...] = ()) -> Need | str:
    workload = Workload(name="it", containers=containers, inits=inits)
    return list(needs("chart", Bundle(source="a test", workloads=(workload,)), values))[-1]


MAIN = Container("main", ("resources",))
CHARTED = Container("main", ("resources",), ("100m", "64Mi"))


@pytest.mark.parametrize(
    ("container", "resources", "each"),
    [
        (CHARTED, {}, (100, 64)),
        (CHARTED, {"requests": {"cpu": "20m"}}, (20, 64)),
        (MAIN, {"requests": {"cpu": "20m"}, "limits": {"memory": "32Mi"}}, (20, 32)),
    ],
    ids=["the chart's own", "each for itself", "a limit is a request"],
)
def test_what_the_values_do_not_request_is_the_chart_s_own(container, resources, each):
    assert asked({"resources": resources}, container) == Need(
        release="chart", workload="it", kind="deployment", count=1, each=Amount(*each, 1)
    )


@pytest.mark.parametrize(
    ("values", "node"),
    [({}, (30, 40 + 2 * 32)), ({"node": {"resources": {"requests": {"cpu": "50m"}}}}, (70, 40 + 2 * 32))],
    ids=["as it comes", "the driver's own request"],
)
def test_the_ebs_driver_s_sidecars_on_a_node_have_a_request_of_their_own(values, node):
    found = {need.workload: need.each for need in needs("ebs", ADDONS["aws-ebs-csi-driver"], values)}

    assert found["ebs-csi-node"] == Amount(*node, 1)
    assert found["ebs-csi-controller"] == Amount(6 * 10, 5 * 40 + 32, 1)


@pytest.mark.parametrize("resources", [{}, {"requests": {"cpu": "1"}}, {"requests": UNKNOWN}, UNKNOWN])
def test_a_container_without_a_request_is_named_and_makes_the_sum_undetermined(resources):
    release = resource(RELEASE, {"chart": "fluent-bit", "values": {"resources": resources}}, "logs")
    found = capacity([nodes(), release])

    assert found.fits is None
    assert found.gaps[0].startswith("fluent-bit: fluent-bit: resources.requests.")


def test_a_pod_asks_for_its_containers_or_its_largest_init_container():
    values = {"a": {"requests": {"cpu": "10m", "memory": "96Mi"}}, "b": {"requests": {"cpu": "90m", "memory": "64Mi"}}}
    first, second = Container("first", ("a",)), Container("second", ("b",))

    found = asked(values, first, first, inits=(second, second))

    assert isinstance(found, Need)
    assert found.each == Amount(max(2 * 10, 90), max(2 * 96, 64), 1)


def test_a_manifest_is_counted_unless_a_quota_reserves_its_room():
    def deployment(namespace):
        containers = [{"name": "main", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]
        spec = {"replicas": 2, "template": {"spec": {"containers": containers}}}
        return resource(
            "kubernetes:apps/v1:Deployment", {"metadata": {"namespace": namespace}, "spec": spec}, namespace
        )

    found = capacity([nodes(), SHARE, deployment("alphacar"), deployment("elsewhere")])

    assert (found.workloads, found.reserve) == (Amount(2000, 2048, 2), Amount(2000, 4096, 20))


def said(*resources: Resource, context: Context = CONTEXT) -> list[tuple[str, str]]:
    return [(finding.kind, finding.message) for finding in judge_stack(RULE, resources, context)]


def test_pods_that_do_not_fit_are_refused_with_numbers_and_what_to_change():
    ((kind, message),) = said(nodes(2), CONTROLLER, CNI, SHARE)

    assert kind == "violation"
    assert "CPU 2,100m of 1,544m" in message
    assert "memory" not in message.partition(";")[0]
    assert "raise desired or instanceTypes of landing:nodeGroups, or lower" in message


def test_a_node_group_of_the_stack_file_is_named():
    ((_, message),) = said(nodes(2), CONTROLLER, CNI, SHARE, context=PROD)

    assert "raise desired or instanceTypes of landing:nodeGroups.steady, or lower" in message


def test_pods_that_fit_are_passed_over():
    assert said(nodes(3), CONTROLLER, CNI, SHARE) == []


def test_a_stack_without_nodes_has_nothing_to_fit():
    assert said(CONTROLLER, SHARE, resource(RELEASE, {"chart": "unheard-of"})) == []


@pytest.mark.parametrize(
    ("stranger", "names"),
    [
        (resource(RELEASE, {"chart": "oci://host/path/unheard-of"}), "unheard-of"),
        (resource(ADDON, {"addonName": "unheard-of"}), "unheard-of"),
        (nodes(1, ("x9g.large",), "strange"), "node group strange"),
        (resource(RELEASE, {"chart": "loki", "values": UNKNOWN}), "loki: its values"),
    ],
    ids=["a chart", "an add-on", "a class", "unknown values"],
)
def test_what_is_not_in_the_tables_is_undetermined_and_named(stranger, names):
    found = said(nodes(), CNI, SHARE, stranger)

    assert [kind for kind, _ in found] == ["undetermined"]
    assert names in found[0][1]


def test_every_chart_and_add_on_that_is_pinned_is_in_the_tables():
    pinned = {item.name for item in vars(charts).values() if isinstance(item, charts.Chart)}

    assert pinned == PODS.keys()
    assert charts.ADDON_VERSIONS.keys() <= ADDONS.keys()
    assert not capacity(of("prod", *BRANCHES)).unlisted


def values_of(chart: str) -> Any:
    """What prod's releases tell a chart when every conditional choice is the incumbent."""
    (found,) = [item for item in of("prod", *BRANCHES) if item.get("chart") == chart]
    return found.props["values"]


@pytest.mark.parametrize("chart", sorted(PODS))
def test_every_container_of_every_chart_has_an_explicit_request(chart):
    counted = [item for item in needs(chart, PODS[chart], values_of(chart)) if isinstance(item, Need)]
    gaps = [item for item in needs(chart, PODS[chart], values_of(chart)) if isinstance(item, str)]

    assert not gaps
    assert bool(counted) == bool(PODS[chart].workloads)
    assert all(need.each.cpu_millis and need.each.memory_mib for need in counted)


def requests_in(values: Any, path: str = "") -> Iterator[str]:
    """Paths of everything in ``values`` that requests CPU."""
    items = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, item in items:
        below = f"{path}.{key}".lstrip(".")
        if isinstance(item, dict) and "cpu" in item.get("requests", {}):
            yield below
        yield from requests_in(item, below)


@pytest.mark.parametrize("file", sorted(path.stem for path in VALUES.glob("*.yaml")))
def test_every_request_in_our_values_belongs_to_a_container_of_the_tables(file):
    bundle = PODS[file if file in PODS else file.removeprefix("istio-")]
    containers = [item for work in bundle.workloads for item in (*work.containers, *work.inits)]

    known = {path for container in (*containers, *bundle.passing) for path in container.paths}
    assert set(requests_in(chart_values(file))) <= known


@pytest.mark.parametrize(
    "stack",
    [("dev",), ("staging",), ("prod",), ("dev", "loki"), ("staging", "istio"), ("prod", "loki"), ("prod", "istio")],
    ids=" with ".join,
)
def test_every_stack_fits_as_decided_and_with_one_choice_made_otherwise(stack):
    found = capacity(of(*stack))

    assert found.gaps == ()
    assert found.fits is True


@pytest.mark.parametrize(("stack", "fewer"), [("dev", 2), ("staging", 1), ("prod", 1)])
def test_no_stack_fits_with_one_node_fewer(stack, fewer):
    assert capacity(resized(of(stack), spot=fewer)).fits is False


def test_the_steady_nodes_of_prod_hold_everything_when_all_of_spot_is_interrupted():
    found = capacity(resized(of("prod"), spot=0))
    asked = found.workloads + found.reserve + found.daemons * 3

    # Without headroom: it is an hour, not a way to live.
    assert asked.within(found.groups[1].allocatable * 3)


def test_what_has_a_disk_prefers_nodes_that_stay():
    stack = chart_values("kube-prometheus-stack")
    holders = [
        stack["prometheus"]["prometheusSpec"],
        stack["alertmanager"]["alertmanagerSpec"],
        chart_values("loki")["singleBinary"],
        chart_values("grafana"),
        chart_values("tempo"),
    ]

    preferred = [holder["affinity"]["nodeAffinity"] for holder in holders]
    assert all(json.dumps(affinity).count('"ON_DEMAND"') == 1 for affinity in preferred)
    assert all(list(affinity) == ["preferredDuringSchedulingIgnoredDuringExecution"] for affinity in preferred)
