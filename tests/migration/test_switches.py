"""What only a copy needs is in the program while landing:moves says that data is copied, and at no other time."""

import pytest

from stacks.sections.moves import STATES
from tests.recordings import of_settings

ELASTICACHE_USER = "aws:elasticache/user:User"


@pytest.mark.parametrize("state", STATES)
def test_the_node_agent_and_the_cache_s_second_user_come_and_go_with_the_copy(landing, state):
    entered = dict.fromkeys(STATES[: STATES.index(state) + 1], "2026-11-01")
    recorded = of_settings("dev", {**landing("dev"), "moves": {"cache": entered, "volumes": entered}})
    moved = [each.resource() for each in recorded.registrations]
    users = [each for each in moved if each.type == ELASTICACHE_USER]
    (agent,) = [each.get("values", "deployNodeAgent") for each in moved if each.get("chart") == "velero"]
    copies = state in ("planned", "copying", "verified")

    assert len(users) == 1 + copies
    assert agent is copies
