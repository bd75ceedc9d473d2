"""The move of search between real servers: a snapshot of Elasticsearch 7.10.2, restored by OpenSearch."""

from tests.rehearsal.rehearsed import gate_refuses_what_is_edited_copied_or_old
from tests.rehearsal.search.conftest import IDS


def test_a_restore_that_was_cut_off_is_made_again_and_is_equal(pair, move):
    name = pair.snapshot()
    pair.restore(name, wait=False)
    pair.ask("DELETE", f"{pair.target}/vehicles")
    assert move.verify("verify", "--rehearse").returncode == 1
    pair.restore(name)

    move.passed("verify")
    found = move.evidence("verify")
    assert found.comparisons[0].source == found.comparisons[0].target == {"vehicles": len(IDS)}
    assert (found.source.system, found.source.version, found.source.stand_in) == ("Elasticsearch", "7.10.2", False)
    assert (found.target.system, found.target.stand_in) == ("OpenSearch", True)


def test_what_was_written_after_the_snapshot_is_named(pair, move):
    name = pair.snapshot()
    pair.ask("PUT", f"{pair.source}/vehicles/_doc/late?refresh=true", {"name": "late"})
    pair.restore(name)

    done = move.verify("verify", "--rehearse")
    assert done.returncode == 1
    assert "vehicles late is missing at the target" in done.stdout


def test_a_corrupted_document_is_named_though_the_count_is_the_same(pair, move):
    pair.restore(pair.snapshot())
    pair.ask("PUT", f"{pair.target}/vehicles/_doc/7?refresh=true", {"name": "7", "price": 2.5})

    done = move.verify("verify", "--rehearse")
    assert done.returncode == 1
    assert "counts: equal" in done.stdout
    assert "vehicles 7 differs" in done.stdout


def test_the_same_number_of_another_type_and_another_mapping_are_named(pair, move):
    pair.ask("PUT", f"{pair.source}/vehicles/_doc/1?refresh=true", {"name": "1", "price": 2})
    pair.restore(pair.snapshot())
    pair.ask("PUT", f"{pair.target}/vehicles/_doc/1?refresh=true", {"name": "1", "price": 2.0})
    pair.ask("PUT", f"{pair.target}/vehicles/_mapping", {"properties": {"more": {"type": "keyword"}}})

    done = move.verify("verify", "--rehearse")
    assert done.returncode == 1
    assert "vehicles 1 differs" in done.stdout
    assert "vehicles more is at one side only" in done.stdout


def test_a_template_that_no_snapshot_carries_stops_the_precheck(pair, move):
    template = f"{pair.source}/_template/cars"
    pair.ask("PUT", template, {"index_patterns": ["cars-*"]})
    try:
        done = move.verify("precheck", "--rehearse")
    finally:
        pair.ask("DELETE", template)

    assert done.returncode == 1
    assert "legacy template cars: is not carried by a snapshot" in done.stdout


def test_going_back_fills_the_index_anew_and_empties_nothing(pair, move):
    pair.restore(pair.snapshot())
    pair.ask("PUT", f"{pair.target}/vehicles/_doc/after?refresh=true", {"name": "after"})

    # No snapshot goes back: the repository of the target is read-only, and the source keeps all it had.
    done = move.verify("verify", "--rehearse")
    assert "vehicles after is missing at the source" in done.stdout
    assert pair.ask("GET", f"{pair.source}/vehicles/_count")["count"] == len(IDS)


def test_the_gate_refuses_evidence_that_is_edited_of_another_environment_or_old(pair, move):
    pair.restore(pair.snapshot())
    move.passed("verify")

    gate_refuses_what_is_edited_copied_or_old(move)
