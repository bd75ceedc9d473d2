"""States and checkpoints of every version, and what of them is not billed."""

import json

import pytest

from model.resource import UNKNOWN as NOT_KNOWN
from pricing.declared.read import inventory_of
from tests.pricing.declared.files import (
    INSTANCE,
    NAT,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    component,
    gaps,
    lines,
    priced,
    provider,
    resource,
    state,
    urn,
)

WEB = resource(INSTANCE, "www", {"instanceType": "t2.micro", "subnetId": "subnet-0"})
LATEST = {"resources": [provider(), WEB]}


@pytest.mark.parametrize(
    "document",
    [
        {"version": 3, "deployment": LATEST},
        {"version": 4, "features": ["views"], "deployment": LATEST},
        {"version": 3, "checkpoint": {"stack": "dev", "latest": LATEST}},
        # An import into a self-managed backend wrote capitals.
        {"version": 3, "checkpoint": {"Stack": "dev", "Latest": LATEST}},
        {"version": 1, "checkpoint": {"target": "dev", "latest": LATEST}},
        # pulumi/pulumi, pkg/resource/stack/testdata/checkpoint-v0.json: from before there were versions.
        {"target": "dev", "latest": LATEST},
    ],
)
def test_every_version_of_a_state_is_read(document):
    found = priced(json.dumps(document))

    assert (found.inventory.form, found.inventory.stack, found.inventory.project) == ("state", "dev", "web")
    assert [item for _, item, _ in lines(found)] == ["instance", "root disk"]


@pytest.mark.parametrize("deployment", [{}, {"resources": None}, {"resources": []}])
def test_an_empty_stack_costs_nothing(deployment):
    found = priced(json.dumps({"version": 3, "deployment": deployment}))

    assert (found.bill.usd_per_month, found.bill.unpriced, found.inventory.entries) == (0, (), [])


def test_what_waits_to_be_deleted_and_what_is_only_read_is_not_billed():
    old = {**WEB, "delete": True}
    read = resource(INSTANCE, "theirs", {"instanceType": "t2.large"}, external=True)

    found = priced(state(provider(), old, WEB, read))

    assert [name for name, _, _ in lines(found)] == ["www", "www"]
    assert found.inventory.left_out == {"read, not managed by the stack": 1, "waits to be deleted": 1}


def test_a_creation_that_broke_off_is_a_gap_unless_the_resource_is_there():
    pending = [
        {"resource": resource(NAT, "lost"), "type": "creating"},
        {"resource": WEB, "type": "creating"},
        {"resource": resource(NAT, "going"), "type": "deleting"},
    ]

    (gap,) = gaps(priced(state(provider(), WEB, pending_operations=pending)))

    assert gap == (
        "lost",
        "its creation was interrupted, and nobody knows whether it exists; run pulumi refresh",
    )


def test_no_secret_is_opened_and_an_unknown_is_one():
    secrets = ({SIGNATURE: SECRET, "ciphertext": "djE6"}, {SIGNATURE: SECRET, "plaintext": '"t2.micro"'}, "[secret]")
    inputs = {f"secret{place}": value for place, value in enumerate(secrets)}
    inputs |= {"unknown": UNKNOWN, "list": [UNKNOWN, {"deep": secrets[1]}], "__defaults": ["x"], "whole": 2.0}

    (entry,) = inventory_of(state(resource(INSTANCE, "www", inputs))).entries

    assert entry.resource.props == {
        "secret0": NOT_KNOWN,
        "secret1": NOT_KNOWN,
        "secret2": NOT_KNOWN,
        "unknown": NOT_KNOWN,
        "list": [NOT_KNOWN, {"deep": NOT_KNOWN}],
        "whole": 2,
    }


def test_a_reference_to_a_resource_is_its_id_or_its_urn():
    reference = {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": urn(NAT, "nat")}
    inputs = {"component": reference, "known": {**reference, "id": "nat-0"}, "later": {**reference, "id": UNKNOWN}}

    (entry,) = inventory_of(state(resource(INSTANCE, "www", inputs))).entries

    assert entry.resource.props == {"component": urn(NAT, "nat"), "known": "nat-0", "later": NOT_KNOWN}


def test_a_component_costs_nothing_whatever_its_package_and_an_unknown_type_may_cost_anything():
    found = priced(
        state(component("acme:web:Site", "site"), resource("acme:web:Server", "server", chain="acme:web:Site"))
    )

    assert gaps(found) == [("server", "cost unknown: no price for acme:web:Server")]


def test_a_name_may_hold_colons():
    (entry,) = inventory_of(state(resource("kubernetes:core/v1:Namespace", "a::b"))).entries

    assert (entry.resource.name, entry.resource.type) == ("a::b", "kubernetes:core/v1:Namespace")
