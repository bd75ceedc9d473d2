"""The move of documents between two FerretDB, which stand in for MongoDB and DocumentDB.

FerretDB knows no users, so that their comparison has nothing to compare, which the gate always tells.
"""

import json
import shutil

from tests.rehearsal.documents.conftest import DOCUMENTS

USERS = "users: there was nothing to compare, which cannot fail"


def refused(done):
    return [line.removeprefix("refused: ") for line in done.stdout.splitlines() if line.startswith("refused: ")]


def test_a_copy_that_was_killed_is_made_again_and_is_equal(pair, move):
    pair.copy(until=lambda number: number == 100)
    assert len(refused(move.verify("verify", "--rehearse"))) > 1
    pair.copy()

    assert refused(move.verify()) == [USERS]
    found = move.evidence("verify")
    assert found.comparisons[0].source == found.comparisons[0].target == {"alphacar.vehicles": DOCUMENTS}
    assert {side.system for side in (found.source, found.target)} == {"FerretDB"}
    assert found.source.stand_in
    assert found.target.stand_in


def test_what_was_written_during_the_copy_is_named(pair, move):
    pair.copy()
    pair.source["alphacar"]["vehicles"].insert_one({"_id": "late", "model": "late"})

    assert 'alphacar.vehicles "late" is missing at the target' in move.verify("verify", "--rehearse").stdout


def test_a_corrupted_value_is_named_though_the_count_is_the_same(pair, move):
    pair.copy()
    pair.target["alphacar"]["vehicles"].update_one({"_id": 7}, {"$set": {"price": 1}})

    done = move.verify("verify", "--rehearse")
    assert "counts: equal" in done.stdout
    assert "alphacar.vehicles 7 differs" in done.stdout


def test_the_same_number_of_another_type_is_named(pair, move):
    pair.copy()
    pair.target["alphacar"]["vehicles"].update_one({"_id": 7}, {"$set": {"price": 700.0}})

    assert "alphacar.vehicles 7 differs" in move.verify("verify", "--rehearse").stdout


def test_a_capped_collection_stops_the_precheck(pair, move):
    pair.source["alphacar"].create_collection("lines", capped=True, size=4096)

    done = move.verify("precheck", "--rehearse")
    assert done.returncode == 1
    assert "alphacar.lines: has capped, which DocumentDB 5 cannot" in done.stdout


def test_going_back_is_into_another_database_and_empties_nothing(pair, move):
    pair.copy()
    pair.target["alphacar"]["vehicles"].insert_one({"_id": "after", "model": "after"})

    assert 'alphacar.vehicles "after" is missing at the source' in move.verify("verify", "--rehearse").stdout
    back = pair.source["alphacar_back"]["vehicles"]
    back.insert_many(list(pair.target["alphacar"]["vehicles"].find()))
    assert back.count_documents({}) == DOCUMENTS + 1
    assert pair.source["alphacar"]["vehicles"].count_documents({}) == DOCUMENTS


def test_the_gate_refuses_evidence_that_is_edited_of_another_environment_or_old(pair, move):
    pair.copy()
    move.verify()
    # FerretDB knows no users, and nothing is no proof.
    move.approve("verify", red=True)
    honest = move.path("verify").read_text()
    assert [text for text in move.refusals() if USERS not in text] == []

    content = json.loads(honest)
    content["comparisons"][0]["source"] = content["comparisons"][0]["target"] = {"alphacar.vehicles": 1}
    move.path("verify").write_text(json.dumps(content))
    assert any("was changed after kim had approved it" in text for text in move.refusals())

    move.path("verify").write_text(honest)
    assert any("was 8 days old" in text for text in move.refusals(days=8))
    shutil.copytree(move.path("verify").parent, move.path("verify", "staging").parent)
    assert any("is of dev" in text for text in move.refusals(environment="staging"))
