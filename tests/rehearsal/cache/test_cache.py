"""The move of the cache between real servers; a copier of ours stands in for RedisShake."""

from contextlib import closing

import pytest

from tests.rehearsal.cache.conftest import DATABASES, EACH
from tests.rehearsal.rehearsed import gate_refuses_what_is_edited_copied_or_old

KEYS = EACH * 6


def test_a_copy_that_was_killed_is_made_again_and_is_equal(pair, move):
    assert pair.copy(until=lambda copied: copied == KEYS + 7) == KEYS + 7
    assert move.verify("verify", "--rehearse").returncode == 1
    # Begun anew: what is there is replaced.
    assert pair.copy() == KEYS * len(DATABASES)

    move.passed("verify")
    found = move.evidence("verify")
    assert found.comparisons[0].source == found.comparisons[0].target == {"db0": KEYS, "db3": KEYS}
    assert (found.source.system, found.source.stand_in) == ("Redis", False)
    assert (found.target.system, found.target.stand_in) == ("Valkey", True)


def test_what_was_written_during_the_copy_is_named(pair, move):
    pair.copy()
    with closing(pair.source(3)) as source:
        source.set("late", "1")
        source.hset("prices:5", "sale", "0")

    done = move.verify("verify", "--rehearse")
    assert done.returncode == 1
    assert "db3 late is missing at the target" in done.stdout
    assert "db3 prices:5 differs" in done.stdout
    assert pair.copy() == KEYS * 2 + 1
    assert move.verify("verify", "--rehearse").returncode == 0


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (("SET", "name:3", "another", "KEEPTTL"), "name:3"),
        (("HSET", "prices:9", "list", "0"), "prices:9"),
        (("ZADD", "ranks:4", "9", "a"), "ranks:4"),
        (("XADD", "events:2", "*", "seen", "0"), "events:2"),
    ],
)
def test_a_corrupted_value_is_named_though_the_count_is_the_same(pair, move, command, key):
    pair.copy()
    with closing(pair.target()) as target:
        target.execute_command(*command)

    done = move.verify("verify", "--rehearse")
    assert done.returncode == 1
    assert "counts: equal" in done.stdout
    assert f"db0 {key} differs" in done.stdout


def test_another_type_or_expiry_of_the_same_value_is_named(pair, move):
    pair.copy()
    with closing(pair.target()) as target:
        target.delete("name:2")
        target.rpush("name:2", "car 2")
        target.persist("name:3")
        target.pexpire("name:5", 10_000)

    done = move.verify("verify", "--rehearse")
    assert done.returncode == 1
    for line in ("db0 name:2 differs", "db0 name:3 expires at another time", "db0 name:5 expires at another time"):
        assert line in done.stdout


def test_a_user_that_may_not_restore_and_a_function_stop_the_precheck(pair, move):
    with closing(pair.source()) as source, closing(pair.target()) as target:
        source.function_load("#!lua name=mine\nredis.register_function('one', function() return 1 end)")
        target.execute_command("ACL", "SETUSER", "move", "-restore")

    done = move.verify("precheck", "--rehearse")
    assert done.returncode == 1
    assert "RESTORE: the target's user may not" in done.stdout
    assert "function library mine" in done.stdout


def test_a_password_that_ends_in_the_middle_is_one_line_and_leaves_no_evidence(pair, move):
    pair.copy()
    with closing(pair.target()) as target:
        target.execute_command("ACL", "SETUSER", "move", "resetpass", ">another")

    done = move.verify("verify")
    assert done.returncode == 2
    assert done.stderr.startswith("target: AuthenticationError: ") or "target: AuthenticationError: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "another" not in done.stderr
    assert not move.path("verify").exists()


def test_going_back_is_refused_by_redis_and_empties_nothing(pair, move):
    pair.copy()
    with closing(pair.source()) as source, closing(pair.target()) as target:
        target.set("written:after", "1")
        # Valkey's payloads are of a later format.
        with pytest.raises(Exception, match="DUMP payload version or checksum are wrong"):
            source.restore("written:after", 0, target.dump("written:after"))
        assert source.dbsize() == KEYS

    done = move.verify("verify", "--rehearse")
    assert "db0 written:after is missing at the source" in done.stdout


def test_the_gate_refuses_evidence_that_is_edited_of_another_environment_or_old(pair, move):
    pair.copy()
    move.passed("verify")

    gate_refuses_what_is_edited_copied_or_old(move)
