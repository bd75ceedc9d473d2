import json
from ipaddress import IPv4Network

import pytest

from components.delivery.applications import Applications, ApplicationsArgs, Exposed, Landing
from components.delivery.applications import network_policies as of_arguments
from tests.components.given import ASSOCIATION, ROLE_POLICY, Before, cluster, namespace

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
STORES, BALANCERS = ("10.0.160.0/22", "10.0.164.0/22"), ("10.0.128.0/22", "10.0.132.0/22")
EXPOSED = Exposed(host="www.example.com", service="till", port=80)


def args(exposed=EXPOSED, **changes):
    landing = Landing(cpu="2", memory="4Gi", pods=20, service_accounts=("till",), exposed=exposed)
    given = {
        "landings": {"shop": landing},
        "connections": {"CACHE_URI": "rediss://cache:6379/0"},
        "store_cidrs": STORES,
        "balancer_cidrs": BALANCERS,
        "certificate_arn": "arn:aws:acm:ap-northeast-2:111122223333:certificate/x",
        "cluster": cluster(),
        "namespaces": {"shop": namespace("shop")},
        "after": [Before("controller")],
    }
    return ApplicationsArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Applications("applications", args()))


@pytest.fixture
def network_policies(declare):
    """What is opened, by the policy's name, for some arguments."""

    def run(**changes):
        found = {}
        declare(lambda: found.update(of_arguments(args(**changes))))
        return found

    return run


def blocks(policies, direction, field):
    """Every block of addresses that some policy opens in one direction, by policy."""
    return {
        name: [peer["ipBlock"]["cidr"] for rule in spec.get(direction, ()) for peer in rule[field] if "ipBlock" in peer]
        for name, spec in policies.items()
    }


def test_what_it_makes(makes):
    assert makes("Applications") == {
        "alphacar:identity:PodIdentity": 1,
        "kubernetes:core/v1:ConfigMap": 1,
        "kubernetes:core/v1:LimitRange": 1,
        "kubernetes:core/v1:ResourceQuota": 1,
        "kubernetes:core/v1:ServiceAccount": 1,
        "kubernetes:networking.k8s.io/v1:Ingress": 1,
        # None for stores and balancers, whose subnets it is not told.
        "kubernetes:networking.k8s.io/v1:NetworkPolicy": 7,
    }


def test_everything_is_closed_that_no_policy_opens(network_policies):
    assert network_policies()["deny-all"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_from_outside_the_cluster_only_the_balancer_s_subnets_get_in(network_policies):
    opened = {name: cidrs for name, cidrs in blocks(network_policies(), "ingress", "from").items() if cidrs}

    assert opened == {"allow-balancer": list(BALANCERS)}


def test_a_mesh_s_probes_get_in_only_where_there_is_a_mesh(network_policies):
    meshed = network_policies(meshed=True)
    added = {name: meshed[name] for name in meshed.keys() - network_policies().keys()}

    assert added == {
        "allow-mesh-probes": {
            "podSelector": {},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"ipBlock": {"cidr": "169.254.7.127/32"}}]}],
        }
    }


def test_the_world_is_reached_by_https_and_never_the_metadata_service(network_policies):
    policy = network_policies()["allow-https"]
    (peer,) = policy["egress"][0]["to"]

    assert [port["port"] for port in policy["egress"][0]["ports"]] == [443]
    assert IPv4Network("169.254.169.254/32").subnet_of(IPv4Network(peer["ipBlock"]["except"][0]))


def test_what_stands_behind_a_service_is_named_by_namespace(network_policies):
    policies = network_policies()

    for name in ("allow-dns", "allow-traces"):
        assert all(peer.keys() == {"namespaceSelector"} for peer in policies[name]["egress"][0]["to"])


def test_the_stores_are_reached_in_their_own_subnets_and_on_their_own_ports(network_policies):
    (rule,) = network_policies()["allow-stores"]["egress"]

    assert [peer["ipBlock"]["cidr"] for peer in rule["to"]] == list(STORES)
    assert {port["port"] for port in rule["ports"]} == {27017, 6379, 443}


def test_without_anybody_to_name_nothing_is_opened_to_everybody(network_policies):
    nobody = network_policies(store_cidrs=(), balancer_cidrs=(), trace_namespaces=())
    ends = [
        rule[key]
        for spec in nobody.values()
        for direction, key in (("ingress", "from"), ("egress", "to"))
        for rule in spec.get(direction, ())
    ]

    assert network_policies().keys() - nobody.keys() == {"allow-stores", "allow-balancer", "allow-traces"}
    assert all(ends)
    assert "allow-stores" not in network_policies(store_ports=())


def test_every_policy_reaches_the_namespace(made, network_policies):
    assert {one["metadata"]["name"] for one in made.all(POLICY).values()} == {*network_policies()}
    assert {one["metadata"]["namespace"] for one in made.all(POLICY).values()} == {"shop"}


def test_a_team_has_a_share_and_no_balancer_of_its_own(made):
    hard = made.only("kubernetes:core/v1:ResourceQuota")["spec"]["hard"]

    assert (hard["requests.cpu"], hard["requests.memory"], hard["pods"]) == ("2", "4Gi", "20")
    assert (hard["services.loadbalancers"], hard["services.nodeports"]) == ("0", "0")


def test_a_pod_that_says_nothing_still_fits_the_quota(made):
    (limit,) = made.only("kubernetes:core/v1:LimitRange")["spec"]["limits"]

    assert limit["defaultRequest"].keys() == {"cpu", "memory"}
    assert "memory" in limit["default"]


def test_an_application_gets_no_token_for_the_api_server(made):
    assert made.only("kubernetes:core/v1:ServiceAccount")["automountServiceAccountToken"] is False


def test_an_account_may_do_what_it_is_granted_and_another_nothing(declare):
    statement = {"Action": "elasticache:Connect", "Resource": ["arn:cache", "arn:user"]}
    landing = Landing(
        cpu="2", memory="4Gi", pods=20, service_accounts=("shelf", "till"), grants={"till": ["cache"], "shelf": []}
    )
    known = {"cache": statement, "search": {"Action": "es:ESHttpGet", "Resource": "*"}}
    made = declare(lambda: Applications("applications", args(landings={"shop": landing}, statements=known)))
    association = made.only(ASSOCIATION)

    assert json.loads(made.only(ROLE_POLICY)["policy"])["Statement"] == [{"Effect": "Allow", **statement}]
    assert (association["namespace"], association["serviceAccount"]) == ("shop", "till")
    assert "kubernetes:core/v1:Namespace shop" in made.waits(ASSOCIATION, "applications-shop-till")


def test_without_a_grant_no_account_has_an_identity(made):
    assert not made.all(ASSOCIATION)


def test_the_agent_that_hands_out_identities_is_reached_and_nothing_else_beside_it(network_policies):
    (rule,) = network_policies()["allow-identity"]["egress"]

    assert rule["to"] == [{"ipBlock": {"cidr": "169.254.170.23/32"}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": 80}]


def test_addresses_are_read_from_a_config_map(made):
    assert made.only("kubernetes:core/v1:ConfigMap")["data"] == {"CACHE_URI": "rediss://cache:6379/0"}


def test_what_is_exposed_speaks_tls_and_waits_for_the_controller(made):
    ingress = made.only(INGRESS)
    annotations = ingress["metadata"]["annotations"]

    assert ingress["spec"]["ingressClassName"] == "alb"
    assert annotations["alb.ingress.kubernetes.io/ssl-redirect"] == "443"
    assert annotations["alb.ingress.kubernetes.io/certificate-arn"].startswith("arn:aws:acm:")
    assert "test:index:Before controller" in made.waits(INGRESS, "applications-shop")


def test_what_is_not_exposed_has_no_ingress(declare):
    assert not declare(lambda: Applications("applications", args(exposed=None))).all(INGRESS)


def test_who_scrapes_and_who_takes_traces_are_the_caller_s(network_policies):
    def named(policy, direction, field):
        (rule,) = policy[direction]
        return [peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for peer in rule[field]]

    before, after = network_policies(), network_policies(metrics_namespace="watch", trace_namespaces=("spans",))

    assert named(before["allow-scrapes"], "ingress", "from") == ["monitoring"]
    assert named(before["allow-traces"], "egress", "to") == ["amazon-cloudwatch", "tempo"]
    assert named(after["allow-scrapes"], "ingress", "from") == ["watch"]
    assert named(after["allow-traces"], "egress", "to") == ["spans"]


def test_labels_are_put_on_every_object(declare):
    made = declare(lambda: Applications("applications", args(labels={"environment": "test"})))
    objects = [one for one in made.recording.registrations if one.parent and one.type.startswith("kubernetes:")]

    assert {
        one.inputs["metadata"]["labels"]["environment"] for one in objects if "namespace" in one.inputs["metadata"]
    } == {"test"}


def test_a_namespace_that_nobody_declared_is_refused(declare):
    with pytest.raises(ValueError, match="namespaces must hold shop: applications land there"):
        declare(lambda: args(namespaces={}))
