"""One setting at a time, as a person changes it: what is touched, and nothing else."""

import pytest

pytestmark = pytest.mark.engine


@pytest.fixture
def change(prod):
    """Applies settings to production and says what that touched."""
    assert prod.repeated.succeeded, prod.repeated.complaints

    def apply(**settings):
        for path, value in settings.items():
            prod.deployment.configure(f"landing:{path}", value)
        run = prod.deployment.up()
        assert run.succeeded, run.complaints
        return run.names_changed

    return apply


def test_a_larger_cache_node_changes_the_replication_group_in_place(change):
    assert change(**{"cache.nodeType": "cache.t4g.medium"}) == {
        "aws:elasticache/replicationGroup:ReplicationGroup::cache": "update"
    }


def test_a_new_repository_adds_itself_and_its_expiry(change):
    assert change(**{"registry.repositories[3]": "price-crawler"}) == {
        "aws:ecr/repository:Repository::registry-price-crawler": "create",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy::registry-price-crawler": "create",
    }


def test_a_larger_node_group_changes_that_group_alone(change):
    assert change(**{"nodeGroups.steady.desired": "4"}) == {
        "eks:index:ManagedNodeGroup::nodes-steady": "update",
        "aws:eks/nodeGroup:NodeGroup::nodes-steady": "update",
    }
