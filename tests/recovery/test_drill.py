"""A drill is green on a good backup, and red on each that is not; it leaves nothing behind, and no location read-only."""

import copy
import re
from datetime import timedelta

import pytest

from policy.gates.drills import judge_drill
from recovery.canary import BusyError, DrillError
from recovery.drill import drill, told
from tests.recovery.played import POISONS, VELERO, ManagedWorld, VeleroWorld, ready

WORLDS = {
    "backup": VeleroWorld,
    "documents": lambda: ManagedWorld("documents"),
    "workflow": lambda: ManagedWorld("workflow"),
}


@pytest.fixture(params=list(WORLDS))
def world(request):
    return ready(WORLDS[request.param]())


@pytest.fixture
def cluster():
    return ready(VeleroWorld())


@pytest.fixture
def managed():
    return ready(ManagedWorld("documents"))


def run(world):
    evidence = drill(world.asked, world.store, world.ledger)
    return evidence, list(judge_drill(evidence))


def assert_red(world, *words):
    """Red for a reason that says ``words``, with nothing left behind."""
    _, problems = run(world)

    assert any(all(word in problem for word in words) for problem in problems), problems
    assert world.leftovers() == []
    if isinstance(world, VeleroWorld):
        assert world.access() == "ReadWrite"


def test_a_good_backup_is_green_and_nothing_is_left(world):
    evidence, problems = run(world)

    assert problems == []
    assert evidence.canary.found == evidence.canary.expected
    assert all(each.before == each.restored == each.live > 0 for each in evidence.counts.values())
    assert world.leftovers() == []
    assert "canary" in "\n".join(told(evidence))


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_backup_is_red(world, poison):
    world.spoil(poison)

    _, problems = run(world)

    assert problems, poison
    assert world.leftovers() == []


def test_data_that_came_after_the_backup_is_no_fault(managed):
    managed.data["cars.vehicles"] += range(200)
    managed.data["cars.new"] = [1]

    assert run(managed)[1] == []


def test_counts_that_are_neither_those_before_nor_those_of_now_are_red(managed):
    managed.backups[-1]["cars.vehicles"] = managed.backups[-1]["cars.vehicles"][:900]

    assert_red(managed, "cars.vehicles", "900 were restored", "1000 before")


def test_a_wrong_checksum_is_red(managed):
    managed.backups[-1]["recovery.canary"][7]["nonce"] = "0" * 32

    assert_red(managed, "the canary in what was restored is not the one")


def test_no_backup_is_red(cluster):
    for name in list(cluster.backups):
        cluster.api.ask("DELETE", f"{VELERO}/backups/{name}")

    assert_red(cluster, "no backup of the schedule velero-daily")


def test_no_latest_restorable_time_is_red(managed):
    managed.latest = None

    assert_red(managed, "has no backup")


@pytest.mark.parametrize("phase", ["PartiallyFailed", "Failed", "FailedValidation"])
def test_a_newest_backup_that_failed_is_red_though_an_older_one_is_whole(cluster, phase):
    cluster.back_up(phase)

    assert_red(cluster, "velero-daily-2", phase)


def test_a_newest_backup_that_velero_refused_to_begin_is_red(cluster):
    cluster.back_up("FailedValidation")
    del cluster.api.kept[f"{VELERO}/backups/velero-daily-2"]["status"]["startTimestamp"]

    assert_red(cluster, "velero-daily-2", "FailedValidation")


def test_a_backup_that_is_still_being_made_is_not_the_newest(cluster):
    cluster.back_up("InProgress", done=1)

    assert run(cluster)[1] == []


def test_a_backup_that_lacks_items_is_red(cluster):
    cluster.back_up(done=3)

    assert_red(cluster, "holds 3 of")


def test_a_backup_that_is_too_old_is_red_and_not_restored(world):
    world.later(hours=30)

    evidence, _ = run(world)

    assert evidence.restored is None
    assert_red(world, "before the drill; allowed are")


def test_a_restore_that_does_not_end_is_red(cluster):
    cluster.stuck = True

    assert_red(cluster, "did not end within 60 minutes")


def test_a_restore_that_goes_on_and_on_is_red_and_taken_away(cluster):
    cluster.outcome = {"phase": "InProgress"}

    assert_red(cluster, "did not end within 60 minutes")


def test_a_store_that_does_not_become_available_is_red(managed):
    managed.api.outcome = "modifying"

    assert_red(managed, "was not restored within 60 minutes")


def test_a_store_that_cannot_be_restored_is_red_at_once(managed):
    managed.api.outcome = "incompatible-restore"

    assert_red(managed, "store-drill is incompatible-restore")


@pytest.mark.parametrize("phase", ["PartiallyFailed", "Failed", "FailedValidation"])
def test_a_restore_that_fails_is_red(cluster, phase):
    cluster.outcome = {"phase": phase, "validationErrors": ["no such backup"]}

    assert_red(cluster, "restore of velero-daily-1", phase, "no such backup")


def test_what_an_earlier_drill_left_is_red_once_and_taken_away(cluster):
    cluster.abandon()

    assert_red(cluster, "left the namespace recovery-drill behind")
    assert run(cluster)[1] == []


def test_beside_what_was_left_nothing_is_restored(cluster):
    # Its canary is that of the newest backup: counted as restored, it would hide that this one is empty.
    cluster.abandon()
    cluster.spoil("empty")

    evidence, _ = run(cluster)

    assert evidence.restored is None
    assert_red(cluster, "nothing was restored of")


def test_a_copy_that_an_earlier_drill_left_is_red_once_and_deleted(managed):
    managed.api.made["store-drill"] = "available"
    managed.api.marked.add("store-drill")

    assert_red(managed, "left store-drill behind")
    assert run(managed)[1] == []


def test_a_copys_name_that_somebody_else_has_is_never_a_deletion(managed):
    managed.api.made["store-drill"] = "available"

    with pytest.raises(BusyError, match=r"arn:store-drill .* not the tag recovery=drill"):
        run(managed)
    assert managed.leftovers() == ["store-drill"]


def test_what_loses_its_mark_during_the_drill_is_red_and_stays(managed):
    meanwhile = managed.clock.meanwhile
    managed.clock.meanwhile = lambda: (meanwhile(), managed.api.marked.clear())

    _, problems = run(managed)

    assert any("cleaning up: arn:store-drill" in problem for problem in problems)
    assert managed.leftovers() == ["store-drill"]


def a_namespace(cluster):
    cluster.namespace("recovery-drill")


def a_namespace_from_before_the_restore_of_a_drill(cluster):
    cluster.namespace("recovery-drill")
    cluster.later(minutes=1)
    cluster.abandon()


def a_namespace_from_after_the_restore_of_a_drill(cluster):
    cluster.abandon()
    cluster.api.ask("DELETE", "/api/v1/namespaces/recovery-drill")
    cluster.later(minutes=6)
    cluster.namespace("recovery-drill")


def a_namespace_beside_a_restore_that_made_none(cluster):
    cluster.outcome = {"phase": "FailedValidation"}
    cluster.abandon()
    cluster.namespace("recovery-drill")


def a_restore_by_hand(cluster):
    cluster.abandon()
    cluster.api.kept[f"{VELERO}/restores/recovery-drill"]["metadata"]["labels"] = {}


@pytest.mark.parametrize(
    "taken",
    [
        a_namespace,
        a_namespace_from_before_the_restore_of_a_drill,
        a_namespace_from_after_the_restore_of_a_drill,
        a_namespace_beside_a_restore_that_made_none,
        a_restore_by_hand,
    ],
)
def test_what_no_drill_made_in_the_cluster_stays(cluster, taken):
    taken(cluster)
    before = copy.deepcopy(cluster.api.kept)

    with pytest.raises(BusyError, match=r"no (restore of a )?drill made it"):
        run(cluster)
    assert cluster.api.kept == before


def test_a_namespace_that_somebody_makes_just_before_the_restore_is_red_and_stays(cluster):
    ask = cluster.api.ask

    def quicker(method, path, body=None, *, query=None):
        if (method, path) == ("POST", f"{VELERO}/restores"):
            cluster.namespace("recovery-drill")
            cluster.later(seconds=1)
        return ask(method, path, body, query=query)

    cluster.api.ask = quicker
    _, problems = run(cluster)

    assert any("met a namespace recovery-drill that it did not make" in problem for problem in problems)
    assert ask("GET", "/api/v1/namespaces/recovery-drill") is not None


def test_another_namespace_of_the_name_by_the_time_of_the_deletion_stays(cluster):
    ask = cluster.api.ask

    def quicker(method, path, body=None, *, query=None):
        if (method, path) == ("DELETE", "/api/v1/namespaces/recovery-drill"):
            ask("DELETE", path)
            cluster.namespace("recovery-drill")
        return ask(method, path, body, query=query)

    cluster.api.ask = quicker
    _, problems = run(cluster)

    assert any("cleaning up" in problem and "409" in problem for problem in problems)
    assert ask("GET", "/api/v1/namespaces/recovery-drill") is not None


@pytest.mark.parametrize(
    ("poison", "told"),
    [("truncated", "configmaps: .* were restored"), ("stale", "the canary of .* is not in what was restored")],
)
def test_what_is_put_into_the_copy_does_not_count_as_restored(cluster, poison, told):
    cluster.spoil(poison)
    meanwhile = cluster.clock.meanwhile

    def completed_by_hand():
        meanwhile()
        if cluster.api.ask("GET", "/api/v1/namespaces/recovery-drill") is not None:
            for name, each in cluster._maps().items():
                if cluster._there("recovery-drill", name) is None:
                    cluster._map("recovery-drill", name, {"data": each["data"]}, each["labels"])

    cluster.clock.meanwhile = completed_by_hand
    _, problems = run(cluster)

    assert any(re.match(told, problem) for problem in problems), problems


def test_while_it_is_not_known_who_restores_nothing_is_touched(cluster):
    cluster.abandon()
    cluster.api.ask("PATCH", f"{VELERO}/backupstoragelocations/default", {"spec": {"accessMode": "ReadOnly"}})
    cluster.api.refuses = {("GET", "/restores")}

    _, problems = run(cluster)

    assert any("403 forbidden" in problem for problem in problems)
    cluster.api.refuses = set()
    assert cluster.leftovers() == ["recovery-drill", "recovery-drill"]
    assert cluster.access() == "ReadOnly"


def test_a_location_that_was_left_read_only_is_red_and_writable_afterwards(cluster):
    cluster.api.ask("PATCH", f"{VELERO}/backupstoragelocations/default", {"spec": {"accessMode": "ReadOnly"}})

    assert_red(cluster, "default was left read-only")
    assert run(cluster)[1] == []


def test_a_location_that_becomes_read_only_during_the_drill_is_writable_afterwards(cluster):
    # By another restore, while ours is waited for.
    meanwhile = cluster.clock.meanwhile
    cluster.clock.meanwhile = lambda: (
        meanwhile(),
        cluster.api.ask("PATCH", f"{VELERO}/backupstoragelocations/default", {"spec": {"accessMode": "ReadOnly"}}),
    )
    run(cluster)

    assert cluster.access() == "ReadWrite"


def test_a_location_that_another_restore_made_read_only_meanwhile_is_left_to_it(cluster):
    # A writable location lets Velero delete what expires: the other one may be restoring from it.
    restore = {"metadata": {"name": "the-real-thing"}, "spec": {}, "status": {"phase": "InProgress"}}
    meanwhile = cluster.clock.meanwhile

    def begins():
        cluster.clock.meanwhile = meanwhile
        meanwhile()
        cluster.api.ask("POST", f"{VELERO}/restores", restore)
        cluster.api.ask("PATCH", f"{VELERO}/backupstoragelocations/default", {"spec": {"accessMode": "ReadOnly"}})

    cluster.clock.meanwhile = begins
    _, problems = run(cluster)

    assert "cleaning up: restore the-real-thing is under way; a drill does not run beside it" in problems
    assert cluster.access() == "ReadOnly"
    assert cluster.leftovers() == ["the-real-thing"]


@pytest.mark.parametrize(
    "refused",
    [("POST", "/restores"), ("GET", "/backups"), ("GET", "/namespaces/recovery-drill/configmaps")],
    ids=" ".join,
)
def test_no_permission_in_the_cluster_is_red(cluster, refused):
    cluster.api.refuses = {refused}

    assert_red(cluster, "403 forbidden")


def test_what_cannot_be_cleaned_up_is_red_and_the_rest_is(cluster):
    cluster.api.refuses = {("DELETE", "/restores/recovery-drill")}
    _, problems = run(cluster)

    assert any("cleaning up" in problem and "403" in problem for problem in problems)
    assert cluster.leftovers() == ["recovery-drill"]
    assert cluster.api.ask("GET", "/api/v1/namespaces/recovery-drill") is None


@pytest.mark.parametrize("refused", ["describe", "restore"])
def test_no_permission_in_aws_is_red(managed, refused):
    managed.api.refuses = {refused}
    _, problems = run(managed)

    assert any("AccessDenied" in problem for problem in problems)


def test_a_copy_that_does_not_go_is_red(managed):
    managed.api.undeletable = True
    _, problems = run(managed)

    assert "cleaning up: store-drill did not go within 30 minutes" in problems


def test_a_ledger_that_cannot_be_read_is_red(world):
    world.bucket.refuses = {"GetObject"}

    assert_red(world, "ledger", "AccessDenied")


def test_a_ledger_without_a_canary_from_before_the_backup_is_red(world):
    world.bucket.kept.clear()
    world.later(minutes=20)
    world.canary()

    assert_red(world, "no canary from before")


def test_a_canary_of_the_future_is_red(world):
    world.clock.now += timedelta(hours=3)
    world.canary()
    world.clock.now -= timedelta(hours=3)

    assert_red(world, "a clock is wrong")


def test_a_backup_of_the_future_is_red(managed):
    managed.latest += timedelta(hours=1)

    assert_red(managed, "after the drill began: a clock is wrong")


def test_a_canary_that_is_long_before_the_backup_is_red(managed):
    # Nobody wrote one today: what is restored could be of yesterday.
    managed.later(hours=30)
    managed.back_up()

    assert_red(managed, "the newest canary before the backup is")


def test_an_entry_of_another_store_is_red(world):
    other = next(name for name in WORLDS if name != world.asked.store)
    said, instead = (f'"store":"{name}"'.encode() for name in (world.asked.store, other))
    world.bucket.kept = {key: value.replace(said, instead) for key, value in world.bucket.kept.items()}

    assert_red(world, f"is of {other}")


def test_whoever_restores_is_left_alone(cluster):
    restore = {"metadata": {"name": "the-real-thing"}, "spec": {}, "status": {"phase": "InProgress"}}
    cluster.api.ask("POST", f"{VELERO}/restores", restore)
    cluster.api.ask("PATCH", f"{VELERO}/backupstoragelocations/default", {"spec": {"accessMode": "ReadOnly"}})

    with pytest.raises(BusyError, match="the-real-thing"):
        run(cluster)
    assert cluster.access() == "ReadOnly"
    assert cluster.leftovers() == ["the-real-thing"]


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_a_drill_that_is_ended_cleans_up(cluster, interrupt):
    def end():
        cluster.clock.meanwhile = lambda: None
        raise interrupt

    cluster.clock.meanwhile = end
    with pytest.raises(interrupt):
        run(cluster)
    assert cluster.leftovers() == []
    assert cluster.access() == "ReadWrite"


def test_a_canary_that_cannot_be_written_leaves_no_entry(cluster):
    kept = dict(cluster.bucket.kept)
    cluster.api.refuses = {("POST", "/configmaps")}

    with pytest.raises(DrillError, match="403"):
        cluster.canary()
    assert cluster.bucket.kept == kept
