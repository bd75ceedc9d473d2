import json

import pytest

from components.observability.agent import Agent, AgentArgs, agent_values
from tests.components.given import ADDON, CLUSTER, REGION, ROLE_POLICY, Before, cluster

#: Each of these is on, or would be, unless it is named; each is billed.
PIPELINES = ("containerInsights", "applicationSignals", "otelContainerInsights", "containerLogs")


def test_what_it_makes(makes):
    assert makes("Agent") == {
        "alphacar:identity:PodIdentity": 1,
        "aws:eks/addon:Addon": 1,
    }


@pytest.mark.parametrize("traces", [True, False])
def test_every_billed_pipeline_is_off_by_name(traces):
    values = agent_values(REGION, traces=traces)

    assert {pipeline: values[pipeline] for pipeline in PIPELINES} == {key: {"enabled": False} for key in PIPELINES}
    assert "metrics" not in values["agent"]["config"]
    assert "logs" not in values["agent"]["config"]


@pytest.mark.parametrize("traces", [True, False])
def test_it_receives_traces_only_where_x_ray_was_chosen(declare, traces):
    made = declare(lambda: Agent("agent", AgentArgs(traces=traces, cluster=cluster(), after=[Before("nodes")])))
    values = json.loads(made.only(ADDON)["configurationValues"])

    assert ("traces" in values["agent"]["config"]) is traces
    allowed = [json.loads(each["policy"])["Statement"][0]["Action"] for each in made.all(ROLE_POLICY).values()]
    assert allowed == ([["xray:PutTraceSegments", "xray:PutTelemetryRecords"]] if traces else [])
    assert not made.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")


def test_the_add_on_hands_out_its_own_identity_after_its_rights(declare):
    made = declare(lambda: Agent("agent", AgentArgs(traces=True, cluster=cluster(), after=[Before("nodes")])))
    (association,) = made.only(ADDON)["podIdentityAssociations"]

    assert made.only(ADDON)["clusterName"] == CLUSTER
    assert association["serviceAccount"] == "cloudwatch-agent"
    assert {f"{ROLE_POLICY} agent", "test:index:Before nodes"} <= made.waits(ADDON, "agent")
