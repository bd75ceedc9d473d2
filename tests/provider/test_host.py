"""What the provider declares: the component itself, under the schema's type, with every output the schema promises."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import grpc
import pulumi
import pytest
from google.protobuf import empty_pb2
from pulumi.errors import InputPropertiesError
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

import components
from components import Cache, CacheArgs
from provider.host import Components
from provider.offered import offered
from provider.schema import schema
from tests.components.given import INSIDE, KEY, SUBNETS

ROOT = Path(__file__).parents[2]
WHERE = {"accountId": "111122223333", "region": "ap-northeast-2"}
NETWORK = {"vpcId": "vpc-1", "subnetIds": list(SUBNETS), "clientSecurityGroupId": "sg-nodes"}
STORE = {"network": NETWORK, "keyArn": KEY}
#: The account's monitor of services.
MONITOR = "arn:aws:ce::111122223333:anomalymonitor/0f1e2d3c"
#: The least that each takes.
LEAST = {
    "Account": {},
    "Alarms": {
        "topicArn": "arn:aws:sns:ap-northeast-2:111122223333:told",
        "place": WHERE,
        "watches": [],
        "runbook": "runbook.md",
    },
    "Audit": {"place": WHERE, "keyArn": KEY},
    "Bucket": {"place": WHERE, "keyArn": KEY},
    "Budgets": {"place": WHERE, "total": 100, "emails": ["a@example.com"], "keyArn": KEY, "monitorArn": MONITOR},
    "Cache": STORE,
    "Cluster": {
        "place": WHERE,
        "vpcId": "vpc-1",
        "subnetIds": list(SUBNETS),
        "apiAllowedCidrs": ["203.0.113.0/24"],
        "access": {"a": {"principalArn": "arn:aws:iam::111122223333:role/a", "policy": "AmazonEKSClusterAdminPolicy"}},
        "keyArn": KEY,
    },
    "CostExplorer": {},
    "Database": STORE,
    "Detection": {},
    "Documents": STORE,
    "Firewall": {"description": "A store", "port": 1234, "network": NETWORK},
    "Keys": {"place": WHERE},
    "Namespaces": {"levels": {"shop": "restricted"}},
    "Network": {"place": WHERE, "zones": ["ap-northeast-2a", "ap-northeast-2c"], "keyArn": KEY},
    "Pushers": {"issuer": "https://gitlab.example", "projects": {}, "repositoryArns": {}},
    "Registry": {"repositories": ["web"], "keyArn": KEY},
    "RegistryReplication": {"place": WHERE, "region": "ap-northeast-1", "repositoryPrefix": "shop/"},
    "RegistryScanning": {},
    "RestoreTesting": {
        "place": WHERE,
        "vaultNames": ["shop"],
        "stores": {
            "till": {
                "kind": "RDS",
                "arn": "arn:aws:rds:ap-northeast-2:111122223333:db:till",
                "subnetGroup": "till",
                "securityGroupIds": ["sg-till"],
            }
        },
    },
    "Search": {**STORE, "place": WHERE, "administrators": ["arn:aws:iam::111122223333:role/platform"]},
    "SearchLinkedRole": {},
    "TraceEncryption": {"keyArn": KEY},
    "TrailAlarms": {
        "logGroupName": "/trail",
        "topicArn": "arn:aws:sns:ap-northeast-2:111122223333:told",
        "runbook": "runbook.md",
    },
    "Vaults": {
        "place": WHERE,
        "keyArn": KEY,
        "stores": {"documents": "arn:aws:rds:ap-northeast-2:111122223333:cluster:documents"},
    },
    "Vpn": {
        "gatewayAddress": "203.0.113.1",
        "bgpAsn": 65000,
        "onPremisesCidrs": ["10.9.0.0/16"],
        "vpcId": "vpc-1",
        "routeTableIds": ["rtb-1"],
        "logGroupArn": "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/vpc/shop",
    },
}


@pytest.fixture(scope="module")
def host():
    return Components()


def below(made, type_):
    """What was registered below a component, as its children's own types, names and inputs."""
    return {
        (
            each.urn.rpartition("$")[2] if "$" in each.urn else each.type,
            json.dumps(each.inputs, sort_keys=True, default=str),
        )
        for each in made.recording.registrations
        if each.type not in ("pulumi:pulumi:Stack", type_)
    }


def test_every_offered_component_is_tried():
    assert set(LEAST) == {token.rpartition(":")[2] for token in offered()}


@pytest.mark.parametrize("name", LEAST)
def test_each_is_declared_under_its_token_with_every_output_that_the_schema_has(declare, host, name):
    token, told = f"alphacar:index:{name}", {}
    made = declare(lambda: told.update(host.construct("shop", token, LEAST[name]).state))

    assert [each.name for each in made.made(token)] == ["shop"]
    assert set(told) == set(schema()["resources"][token]["properties"])


def test_it_makes_what_python_makes(declare, host):
    given = {**STORE, "replicas": 2, "tags": {"decision": "cache"}}
    args = CacheArgs(network=INSIDE, key_arn=KEY, replicas=2, tags={"decision": "cache"})

    there = declare(lambda: host.construct("sessions", "alphacar:index:Cache", given))
    here = declare(lambda: Cache("sessions", args))

    assert below(there, "alphacar:index:Cache") == below(here, "alphacar:cache:Cache")
    assert len(below(here, "alphacar:cache:Cache")) == 8


def test_options_reach_the_component(declare, host):
    given = pulumi.ResourceOptions(protect=True)
    (cache,) = declare(lambda: host.construct("sessions", "alphacar:index:Cache", STORE, given)).made(
        "alphacar:index:Cache"
    )

    assert cache.protect is True


def test_what_only_the_component_can_judge_is_refused_without_a_traceback(declare, host):
    def program():
        with pytest.raises(InputPropertiesError, match="'Shop' is no name that AWS takes here") as refused:
            host.construct("Shop", "alphacar:index:Cache", STORE)
        assert refused.value.errors == []

    declare(program)


def test_what_is_not_offered_is_refused_by_name(host):
    with pytest.raises(
        InputPropertiesError, match="alphacar:index:Secrets is not offered; there are alphacar:index:Acc"
    ):
        host.construct("shop", "alphacar:index:Secrets", {})


def test_the_plugin_answers_with_its_schema_and_version():
    async def ask(port):
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            info = await stub.GetPluginInfo(empty_pb2.Empty())
            return info.version, (await stub.GetSchema(provider_pb2.GetSchemaRequest())).schema

    with subprocess.Popen(
        [sys.executable, str(ROOT / "provider"), "127.0.0.1:1"], stdout=subprocess.PIPE, cwd="/", text=True
    ) as plugin:
        try:
            version, answered = asyncio.run(ask(int(plugin.stdout.readline())))
        finally:
            plugin.terminate()

    assert version == components.__version__
    assert json.loads(answered) == schema()
