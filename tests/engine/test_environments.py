"""Each environment under the real engine, from its first preview to its end."""

import pytest

from stacks.environments import promotion_order

pytestmark = pytest.mark.engine


@pytest.fixture(params=promotion_order())
def landing(request, landing_of):
    return landing_of(request.param)


def test_a_first_preview_creates_everything_and_no_pack_blocks_it(landing):
    run = landing.previewed

    assert run.succeeded, run.complaints
    assert len(run.changes) > 100
    assert set(run.changes.values()) == {"create"}
    assert not [finding for finding in run.findings if finding.level == "mandatory"]


def test_a_deployment_creates_exactly_what_its_preview_said(landing):
    run = landing.deployed

    assert run.succeeded, run.complaints
    assert run.changes == landing.previewed.changes
    assert run.findings == landing.previewed.findings


def test_a_second_deployment_changes_nothing(landing):
    run = landing.repeated

    assert run.succeeded, run.complaints
    assert run.count == {"same": len(landing.deployed.changes)}


def test_a_refresh_finds_everything_as_it_was_left(landing):
    run = landing.refreshed

    assert run.succeeded, run.complaints
    assert set(run.count) == {"same"}


def test_production_refuses_to_be_destroyed_and_loses_nothing(prod):
    assert prod.deployed.succeeded
    before = prod.deployment.resources()

    refused = prod.deployment.cli("destroy", "--yes")

    assert refused.returncode != 0
    assert "cannot be deleted\nbecause it is protected" in refused.stdout.replace("    ", "")
    assert prod.deployment.resources() == before
