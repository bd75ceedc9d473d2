"""What a drill writes and reads by pymongo, over TLS, at FerretDB, which knows no users: signing in is not asked here."""

import subprocess
from datetime import UTC, datetime

import pytest

from recovery.canary import DrillError, digest_of, new_records
from recovery.plan import Documents
from recovery.reading import DocumentReader
from tests.rehearsal.documents.conftest import DOCUMENTS


@pytest.fixture
def reader(tmp_path):
    def made(authorities):
        password = tmp_path / "password"
        password.write_text("of-a-test")
        plan = {"cluster": "x", "user": "drill", "passwordFile": str(password), "caFile": str(authorities)}
        found = DocumentReader(Documents.model_validate(plan))
        found._user = found._password = None
        return found

    return made


def records_of(canary):
    return new_records(canary, datetime.now(UTC))


def test_a_canary_replaces_the_one_before_and_comes_back_as_it_was(pair, reader):
    live, at = reader(pair.authorities), ("127.0.0.1", pair.ports[0])
    one, two = records_of("one"), records_of("two")
    live.write(*at, one, "one")
    live.write(*at, two, "two")

    assert digest_of(live.records(*at, "two")) == digest_of(two) != digest_of(one)
    assert live.records(*at, "one") == []
    assert live.count(*at) == {"alphacar.vehicles": DOCUMENTS, "recovery.canary": 64}


def test_a_document_that_is_no_canary_stays(pair, reader):
    live, at = reader(pair.authorities), ("127.0.0.1", pair.ports[0])
    live.write(*at, records_of("one"), "one")
    with live._client(*at) as client:
        client["recovery"]["canary"].insert_one({"_id": "theirs"})
    live.write(*at, records_of("two"), "two")

    assert live.count(*at)["recovery.canary"] == 65


def test_what_a_server_refuses_is_told_without_what_was_sent(pair, reader):
    live, at = reader(pair.authorities), ("127.0.0.1", pair.ports[0])
    live.write(*at, records_of("one"), "one")
    again = records_of("one")

    with pytest.raises(DrillError, match=r"BulkWriteError 65: batch op errors occurred$"):
        live.write(*at, again, "one")


def test_another_store_has_nothing_of_it(pair, reader):
    live = reader(pair.authorities)
    live.write("127.0.0.1", pair.ports[0], records_of("one"), "one")

    assert live.records("127.0.0.1", pair.ports[1], "one") == []
    assert live.count("127.0.0.1", pair.ports[1]) == {}


def test_a_server_that_no_authority_of_the_file_vouches_for_is_red(pair, reader, tmp_path, monkeypatch):
    monkeypatch.setattr("recovery.reading._PATIENCE", 1)
    strange = tmp_path / "strange.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*made, "-keyout", str(tmp_path / "k"), "-out", str(strange)], check=True, capture_output=True)

    with pytest.raises(DrillError, match="CERTIFICATE_VERIFY_FAILED"):
        reader(strange).count("127.0.0.1", pair.ports[0])
