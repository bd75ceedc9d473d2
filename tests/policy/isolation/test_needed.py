"""The table admits what the program itself says that somebody needs: read from what is declared, not from the table.

Whoever is told where a store stands, or signs in to it, reaches it; whoever has a role reaches AWS; an operator hears
of the objects that are declared for it. Of the charts it is our values, and the committed table of their pods, that say
so; the ports of those pods are held by tests/charts/test_isolation.py.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from components.stores import cache as cache_store
from components.stores import database, documents, search
from model.kubernetes import group_and_kind
from model.pods import POD_SPECS
from model.property_check import found_at
from model.resource import peek, walk
from policy.isolation.flows import APPLICATIONS, existing_flows, existing_workloads, load_table, namespace_of
from policy.isolation.network_policies import selector
from preview.simulate.wire import show_to_reader
from tests.golden.target import recorded, settings
from tests.policy.admission.own import WORKLOADS
from tests.policy.isolation.admits import selects
from tests.policy.isolation.charted import (
    API,
    CONTROLLER,
    MONITORED,
    OPERATORS,
    RELEASE,
    SAID,
    SCRAPED_BY_DEFAULT,
    called,
    charted,
    met,
    values,
)
from tests.policy.isolation.test_flows import POD_MAKERS, present

#: Everything there is: as production's measurements decide, the other branch of each choice, and the drills.
FULL = ["prod/all", "prod/all/incumbents", "prod/all/drills"]
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
EXTERNAL_SECRET = "kubernetes:external-secrets.io/v1:ExternalSecret"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ADDON = "aws:eks/addon:Addon"
#: AWS' add-ons whose pods are shut; those in kube-system are not, nor are their accounts anybody else's.
ADDONS = {"amazon-cloudwatch-observability": "amazon-cloudwatch/all"}
OF_ADDONS = {("kube-system", "aws-node")}
#: A Service's address and port; Fluent Bit wants them in two lines.
ADDRESS = re.compile(r"(?P<name>[\w-]+)\.(?P<namespace>[\w-]+)\.svc\.cluster\.local(:|\s+Port )(?P<port>\d+)")
#: At whatever port.
ANY = "any"
AIRFLOW_IMAGE = "apache/airflow:"
TABLE = load_table()

DOCUMENTS = ("documents", f"{documents.PORT}/TCP")
DATABASE = ("workflow-database", f"{database.PORT}/TCP")
#: The place of each store, and its port, by what declares it.
STORES = {
    "aws:docdb/cluster:Cluster": DOCUMENTS,
    "aws:elasticache/replicationGroup:ReplicationGroup": ("cache", f"{cache_store.PORT}/TCP"),
    "aws:opensearch/domain:Domain": ("search", f"{search.PORT}/TCP"),
    "aws:rds/instance:Instance": DATABASE,
}
#: What an entry of the inventory opens, by how it rotates (``components/stores/rotator/kinds.py``).
OPENS = {
    "documents": DOCUMENTS,
    "documents-reader": DOCUMENTS,
    "database": DATABASE,
    "database-reader": DATABASE,
    # Both by Airflow's own command, which works on its metadata.
    "airflow": DATABASE,
    "fernet": DATABASE,
    "grafana": ("monitoring/grafana", None),
}


def lacking(variation, needed, *more):
    """What of ``needed`` no row admits: who, whom, and at which port; with none, at one of them. ``more`` is there."""
    admitted = {}
    for pair in existing_flows(TABLE, present(variation) | {*more}):
        at = admitted.setdefault((pair.source, pair.target), set())
        at |= {str(one) for one in pair.ports} or {ANY}
    return [
        (source, target, port)
        for source, target, port in needed
        if not (at := admitted.get((source, target), set())) or not (port is None or {port, ANY} & at)
    ]


@cache
def declared(variation):
    """The program's own pods, each with its workload and its spec."""
    found = []
    for made in recorded(variation).of(*POD_MAKERS):
        place = POD_SPECS[group_and_kind(made.type)]
        labels = peek(made.inputs, *place[:-1], "metadata", "labels")
        (workload,) = (
            name
            for name, one in existing_workloads(TABLE, present(variation)).items()
            if namespace_of(name) == made.inputs["metadata"]["namespace"] and selects(selector(one), labels)
        )
        found.append((workload, peek(made.inputs, *place)))
    return found


def under(variation, namespace, account):
    """Whose pods run under a service account."""
    own = {
        name
        for name, spec in declared(variation)
        if (namespace_of(name), spec["serviceAccountName"]) == (namespace, account)
    }
    chart = {
        name
        for name, each in charted(variation)
        if (each["namespace"], each["pod"].get("serviceAccountName")) == (namespace, account)
    }
    return own | chart | ({APPLICATIONS} if namespace in settings(variation).applications else set())


def readers(variation, namespace, what, name):
    """Who reads a ConfigMap or a Secret (``what``): the program's pods that mount it, applications, and Airflow's."""
    if namespace in settings(variation).applications:
        return {APPLICATIONS}
    key = {"configMap": "name", "secret": "secretName"}[what]
    found = {
        workload
        for workload, spec in declared(variation)
        if namespace_of(workload) == namespace and name in found_at(spec, ("volumes", "*", what, key))
    }
    if namespace == "airflow" and what == "secret":
        if name == peek(values(variation)["airflow"], "data", "metadataSecretName"):
            found |= {workload for workload, each in charted(variation) if AIRFLOW_IMAGE in str(each["pod"])}
        elif name in found_at(values(variation)["airflow"], ("secret", "*", "secretName")):
            # Connections are those of tasks.
            found.add("airflow/worker")
    return found


def told(variation):
    """Each ConfigMap and mirror that the address of a store goes into: where it is read, how, and the store's type."""
    of = recorded(variation)
    for made in of.of(CONFIG_MAP, EXTERNAL_SECRET):
        place = made.inputs["metadata"]["namespace"]
        mirrored = peek(made.inputs, "spec", "target", "name")
        for type_ in {of.by_urn[urn].type for urns in made.property_dependencies.values() for urn in urns}:
            if type_ in STORES:
                yield (
                    (place, "secret", mirrored) if mirrored else (place, "configMap", made.inputs["metadata"]["name"]),
                    type_,
                )


def signing_in(variation):
    """Each mirror of a secret that opens something, and how its entry rotates."""
    by = {name: entry.rotates.by for name, entry in settings(variation).secrets.inventory.items() if entry.rotates}
    for made in recorded(variation).of(EXTERNAL_SECRET):
        spec = show_to_reader(made.inputs["spec"])
        for entry in {key.rpartition("/")[2] for key in found_at(spec, ("data", "*", "remoteRef", "key"))}:
            if entry in by:
                yield (made.inputs["metadata"]["namespace"], "secret", spec["target"]["name"]), by[entry]


@pytest.mark.parametrize("variation", FULL)
def test_whoever_is_told_where_a_store_stands_reaches_it(variation):
    needed = {(reader, *STORES[type_]) for place, type_ in told(variation) for reader in readers(variation, *place)}

    assert {target for _, target, _ in needed} == {target for target, _ in STORES.values()}
    assert not lacking(variation, needed)


@pytest.mark.parametrize("variation", FULL)
def test_whoever_signs_in_to_a_store_reaches_it(variation):
    needed = {
        (reader, *OPENS[by])
        for place, by in signing_in(variation)
        if by.partition("-")[0] in ("documents", "database")
        for reader in readers(variation, *place)
    }

    assert {source for source, _, _ in needed} >= {APPLICATIONS, "airflow/scheduler"}
    assert not lacking(variation, needed)


@pytest.mark.parametrize("variation", FULL)
def test_the_rotation_reaches_whatever_it_gives_another_password(variation):
    kinds = {entry.rotates.by for entry in settings(variation).secrets.inventory.values() if entry.rotates}
    needed = {("external-secrets/rotation", *OPENS[by]) for by in kinds if by != "drawn"}

    assert {target for _, target, _ in needed} == {"documents", "workflow-database", "monitoring/grafana"}
    assert not lacking(variation, needed)


def whoever_has_a_role(variation):
    """The pods that run under a service account with a role: of Pod Identity, or of one of AWS' add-ons."""
    found = set()
    for made in recorded(variation).of(ASSOCIATION):
        place = (made.inputs["namespace"], made.inputs["serviceAccount"])
        pods = under(variation, *place)
        assert pods or place in OF_ADDONS, place
        found |= pods
    for made in recorded(variation).of(ADDON):
        if made.inputs.get("podIdentityAssociations") and made.inputs["addonName"] in ADDONS:
            found.add(ADDONS[made.inputs["addonName"]])
    return found


@pytest.mark.parametrize("variation", FULL)
def test_whoever_has_a_role_and_nobody_else_gets_its_credentials(variation):
    asking = {pair.source for pair in existing_flows(TABLE, present(variation)) if pair.target == "identity-agent"}

    assert asking == whoever_has_a_role(variation)


@pytest.mark.parametrize("variation", FULL)
def test_whoever_has_a_role_reaches_aws(variation):
    assert not lacking(variation, {(pods, "world", "443/TCP") for pods in whoever_has_a_role(variation)})


@pytest.mark.parametrize("variation", FULL)
def test_whoever_is_bound_to_a_role_of_the_cluster_reaches_the_api_server(variation):
    subjects = {
        (one["namespace"], one["name"])
        for made in recorded(variation).all
        if made.type.endswith(("v1:RoleBinding", "v1:ClusterRoleBinding"))
        for one in made.inputs["subjects"]
    }
    needed = {(pods, *API) for subject in subjects for pods in under(variation, *subject)}

    assert "external-secrets/rotation" in {source for source, _, _ in needed}
    assert not lacking(variation, needed)


@pytest.mark.parametrize("variation", FULL)
def test_an_operator_hears_of_what_is_declared_for_it(variation):
    types = {made.type for made in recorded(variation).all}
    asked = [pair for kind, pair in OPERATORS.items() if any(type_.startswith(kind) for type_ in types)]

    assert len(asked) == len(OPERATORS)
    assert not lacking(variation, [(watcher, *API) for watcher, _ in asked])
    assert not lacking(variation, [("control-plane", webhook, None) for _, webhook in asked])


@pytest.mark.parametrize("variation", FULL)
def test_an_add_on_of_aws_asks_the_api_server_and_is_asked(variation):
    names = {made.inputs["addonName"] for made in recorded(variation).of(ADDON)}
    there = [workload for name, workload in ADDONS.items() if name in names]

    assert there
    assert not lacking(variation, [(one, *API) for one in there] + [("control-plane", one, None) for one in there])


@pytest.mark.parametrize("variation", FULL)
def test_an_address_inside_the_cluster_is_reached_from_where_it_is_written(variation):
    """By a chart's values, or by what applications are told."""
    needed = set()
    for made in recorded(variation).of(RELEASE, CONFIG_MAP):
        inputs = show_to_reader(made.inputs)
        if made.type == RELEASE:
            near = {name for name, each in charted(variation) if each["chart"] == inputs["chart"]}
        else:
            near = readers(variation, inputs["metadata"]["namespace"], "configMap", inputs["metadata"]["name"])
        for _, text in walk(inputs):
            for found in ADDRESS.finditer(text) if isinstance(text, str) else ():
                target = called(found["namespace"], found["name"])
                needed |= {(source, target, f"{found['port']}/TCP") for source in near}

    assert needed
    assert not lacking(variation, needed)


@pytest.mark.parametrize("variation", FULL)
def test_what_is_monitored_is_scraped(variation):
    like = variation.removesuffix("/drills")
    monitors = {
        f"{each['namespace']}/{each['name']}"
        for each in WORKLOADS
        if each["kind"] == "ServiceMonitor" and like in each["variations"]
    }
    own = {
        "/".join(made.inputs["metadata"][key] for key in ("namespace", "name"))
        for made in recorded(variation).of(MONITOR)
    }
    needed = {
        ("monitoring/prometheus", target, None)
        for monitor in monitors | own | set(MONITORED)
        for target in MONITORED.get(monitor, [called(*monitor.split("/"))])
    }
    stack = values(variation)["kube-prometheus-stack"]
    needed |= {
        ("monitoring/prometheus", *target)
        for switch, target in SCRAPED_BY_DEFAULT.items()
        if peek(stack, switch, "enabled") is not False
    }

    # Beside its program, the reloader of what the operator makes.
    needed |= {
        ("monitoring/prometheus", name, "8080/TCP")
        for name, each in charted(variation)
        if "config-reloader" in found_at(each["pod"], ("containers", "*", "name"))
    }

    assert {"airflow/statsd", "velero/all"} <= {target for _, target, _ in needed}
    assert not lacking(variation, needed)


@pytest.mark.parametrize("variation", FULL)
def test_everybody_asks_for_names_and_again_by_tcp_where_an_answer_is_long(variation):
    shut = [name for name, one in existing_workloads(TABLE, present(variation)).items() if not one.open]

    assert not lacking(
        variation,
        [(pods, "kube-system/dns", f"53/{protocol}") for pods in (*shut, APPLICATIONS) for protocol in ("UDP", "TCP")],
    )


@pytest.mark.parametrize("variation", FULL)
def test_where_applications_may_go_in_the_cluster_they_are_let_in(variation):
    """Their own policies are a component's, which does not know the table."""
    needed = set()
    for made in recorded(variation).of(POLICY):
        if made.inputs["metadata"]["namespace"] not in settings(variation).applications:
            continue
        for rule in show_to_reader(made.inputs["spec"]).get("egress", ()):
            spaces = found_at(rule, ("to", "*", "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"))
            for namespace in (one for one in spaces if isinstance(one, str)):
                (target,) = (name for name in TABLE.workloads if namespace_of(name) == namespace and name != CONTROLLER)
                needed |= {(APPLICATIONS, target, f"{one['port']}/{one['protocol']}") for one in rule["ports"]}

    assert {port for _, _, port in needed} == {"53/UDP", "53/TCP", "4317/TCP", "4318/TCP"}
    assert not lacking(variation, needed)


@pytest.mark.parametrize("variation", FULL)
def test_whoever_clones_dags_reaches_a_repository_behind_the_vpn_too(variation):
    cloning = {
        (source, "on-premises", "443/TCP")
        for said in met(variation)
        if said.path == "dagProcessor.dagBundleConfigList"
        for source, _, _ in said.needed
    }

    assert cloning
    assert not lacking(variation, cloning, "on-premises")


@pytest.mark.parametrize("variation", FULL)
def test_what_our_values_switch_on_reaches_what_it_works_with(variation):
    assert not lacking(variation, [one for said in met(variation) for one in said.needed])


def test_each_of_these_values_is_one_of_ours():
    assert [said for said in SAID if not any(said in met(variation) for variation in FULL)] == []


def test_every_pod_of_a_chart_is_known_by_a_workload_of_the_table():
    assert {name for variation in FULL for name, _ in charted(variation)} <= TABLE.workloads.keys()
