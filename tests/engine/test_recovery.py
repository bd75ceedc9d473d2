"""What goes wrong half-way can be taken up again, and what may be thrown away goes without a rest."""

import pytest

from tests.engine.standins.faults import VARIABLE

pytestmark = pytest.mark.engine
DATABASE = "aws:docdb/cluster:Cluster"


@pytest.fixture(scope="module")
def broken(deploy):
    """Development, whose first deployment fails at the database; every step writes the state, as for a person."""
    deployment = deploy("dev", **{VARIABLE: f"create {DATABASE} once"})
    return deployment, deployment.up()


def test_a_failed_creation_is_named_and_stops_what_depends_on_it(broken):
    deployment, failed = broken
    left = deployment.resources()

    assert not failed.succeeded
    assert "told to fail at create of urn:pulumi:dev::alphacar-landing-zone::alphacar:documents" in failed.text
    assert [urn for urn in left if "aws:ec2/vpc:Vpc" in urn]
    assert not [urn for urn in left if "aws:docdb/cluster" in urn and "Group" not in urn]


def test_the_next_deployment_completes_what_is_missing_and_destroying_leaves_nothing(broken):
    deployment, _ = broken
    left = deployment.resources()

    deployment.hurry()
    completed = deployment.up()

    assert completed.succeeded, completed.complaints
    assert set(completed.changes.values()) == {"create"}
    assert not set(completed.changes) & left
    assert [urn for urn in deployment.resources() if DATABASE in urn]

    destroyed = deployment.destroy()

    assert destroyed.succeeded, destroyed.complaints
    assert deployment.resources() == set()
