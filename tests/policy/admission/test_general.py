"""The platform's own admission rules: pod security, whose images, which version, what a container asks for."""

import pytest

from policy.admission.kyverno import SYSTEM_NAMESPACES
from policy.admission.node_agents import NODE_AGENTS
from policy.admission.policies import general_policies, platform_exceptions
from tests.policy.admission.admitting import Kyverno
from tests.policy.admission.cases import PLACES, pod_maker
from tests.policy.admission.general_cases import (
    ASKS,
    BAD,
    BASELINE,
    CHANGES,
    GOOD,
    OUR_IMAGES,
    REGISTRY,
    RESTRICTED,
    VERSION,
    changed,
)

KYVERNO = Kyverno(general_policies(REGISTRY, ["shop"], "Deny"), platform_exceptions())


def refusals(manifest, subresource=""):
    found = KYVERNO.refusals(manifest, "UPDATE" if subresource else "CREATE", subresource)
    return {refusal.policy.removesuffix("-elsewhere") for refusal in found}


@pytest.mark.parametrize(("path", "value", "refused"), CHANGES, ids=[f"{path}={value}" for path, value, _ in CHANGES])
def test_a_change_is_refused_by_the_rules_it_breaks_in_every_pod_maker(path, value, refused):
    for kind in sorted({kind for kind, _ in PLACES}):
        assert refusals(pod_maker(kind, changed(path, value), "app")) == refused, kind


@pytest.mark.parametrize("containers", ["initContainers", "ephemeralContainers"])
def test_every_container_is_judged(containers):
    for path, value, refused in CHANGES:
        if path.startswith("c.") and not path.startswith("c.resources"):
            changed_container = changed(path, value)["containers"][0]
            pod = pod_maker("Pod", {**GOOD, containers: [changed_container]}, "app")
            assert refusals(pod, "ephemeralcontainers" if containers == "ephemeralContainers" else "") == refused


def test_an_ephemeral_container_need_ask_for_nothing():
    ephemeral = changed("c.resources", ...)["containers"]

    assert refusals(pod_maker("Pod", {**GOOD, "ephemeralContainers": ephemeral}, "app"), "ephemeralcontainers") == set()
    assert refusals(pod_maker("Pod", {**GOOD, "initContainers": ephemeral}, "app")) == {ASKS}


@pytest.mark.parametrize(
    ("namespace", "refused"),
    [
        ("shop", {BASELINE, RESTRICTED, OUR_IMAGES, VERSION, ASKS}),
        ("airflow", {BASELINE, VERSION}),
        ("default", {BASELINE, VERSION}),
        *((namespace, {BASELINE, VERSION}) for namespace, _ in NODE_AGENTS),
        *((namespace, set()) for namespace in SYSTEM_NAMESPACES),
    ],
)
def test_each_namespace_is_held_to_its_own_rules(namespace, refused):
    assert refusals(pod_maker("DaemonSet", BAD, "x", namespace)) == refused


#: What AWS runs on the nodes, where it puts it: in kube-system nobody looks, elsewhere the very workload is excepted.
AWS_AGENTS = [
    *(("kube-system", name) for name in ("aws-node", "kube-proxy", "ebs-csi-node", "eks-pod-identity-agent")),
    *(("kube-system", name) for name in ("eks-node-monitoring-agent", "efs-csi-node", "s3-csi-node")),
    *(("amazon-cloudwatch", name) for name in ("cloudwatch-agent", "fluent-bit", "neuron-monitor", "dcgm-exporter")),
    ("amazon-guardduty", "aws-guardduty-agent"),
    ("amazon-network-flow-monitor", "aws-network-flow-monitor-agent"),
]
DAEMONS = "system:serviceaccount:kube-system:daemon-set-controller"


@pytest.mark.parametrize(("namespace", "name"), AWS_AGENTS)
def test_an_agent_of_aws_runs_where_aws_puts_it_and_nothing_beside_it(namespace, name):
    node = {**BAD, "containers": [{"name": "x", "image": "602401143452.dkr.ecr.ap-northeast-2.amazonaws.com/a:v1"}]}
    pod = pod_maker("Pod", node, f"{name}-x2x4z", namespace)
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "controller": True, "uid": "1"}
    owned = {**pod, "metadata": {**pod["metadata"], "ownerReferences": [owner]}}
    refused = set() if namespace in SYSTEM_NAMESPACES else {BASELINE}

    assert KYVERNO.refusals(pod_maker("DaemonSet", node, name, namespace)) == []
    assert KYVERNO.refusals(owned, user=DAEMONS) == []
    for other in (
        owned,
        pod,
        pod_maker("DaemonSet", node, f"{name}-2", namespace),
        pod_maker("Job", node, name, namespace),
    ):
        assert refusals(other) == refused
    assert BASELINE in refusals(pod_maker("DaemonSet", node, name, "shop"))
    assert BASELINE in refusals(pod_maker("DaemonSet", node, name, "default"))


@pytest.mark.parametrize("namespace", ["default", "shop", "monitoring", "logging", "istio-system", "amazon-guardduty"])
def test_a_pod_that_debugs_a_node_is_refused_wherever_it_is_made(namespace):
    debugger = {
        "name": "debugger",
        "image": "busybox:1.37",
        "volumeMounts": [{"name": "host-root", "mountPath": "/host"}],
    }
    root = {"hostPID": True, "hostNetwork": True, "volumes": [{"name": "host-root", "hostPath": {"path": "/"}}]}
    pod = pod_maker("Pod", {**root, "containers": [debugger]}, "node-debugger-x2x4z", namespace)

    assert BASELINE in refusals(pod)


def test_without_applications_there_are_no_rules_for_them():
    names = {policy["metadata"]["name"] for policy in general_policies(REGISTRY, [], "Deny")}

    assert names == {BASELINE, f"{BASELINE}-elsewhere", VERSION, f"{VERSION}-elsewhere"}


def test_a_rollout_of_another_object_s_template_is_admitted():
    rollout = pod_maker("Rollout", {}, "web")
    pointing = {**rollout, "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}

    assert refusals(pointing) == set()
