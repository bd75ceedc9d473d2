"""What a client of MongoDB's protocol raises is told in one line, without a value; a canary takes canaries away alone.

What a real server answers is asked in ``tests/rehearsal``.
"""

from contextlib import contextmanager

import pymongo
import pytest
from bson.errors import InvalidBSON
from pymongo.errors import BulkWriteError, OperationFailure, ServerSelectionTimeoutError

from recovery.canary import DrillError
from recovery.plan import Documents
from recovery.reading import DocumentReader

NONCE = "3f1c9a7e5b2d4860"
SENT = {"insert": "canary", "documents": [{"_id": "one-00", "nonce": NONCE}]}


@pytest.fixture
def reader(tmp_path):
    password = tmp_path / "password"
    password.write_text("of-a-test")
    given = {"cluster": "docs", "user": "drill", "passwordFile": str(password)}
    return lambda **more: DocumentReader(Documents.model_validate({**given, **more}))


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (
            OperationFailure(f"not authorized on recovery to execute command {SENT}", 13, {"codeName": "Unauthorized"}),
            "OperationFailure 13: not authorized on recovery to execute command",
        ),
        (
            BulkWriteError({"writeErrors": [{"code": 11000, "errmsg": "E11000", "op": SENT["documents"][0]}]}),
            "BulkWriteError 65: batch op errors occurred",
        ),
        (InvalidBSON(f"'utf-8' codec can't decode {NONCE}"), "InvalidBSON: a document cannot be read"),
        (ServerSelectionTimeoutError("connection refused"), "ServerSelectionTimeoutError: connection refused"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_goes_wrong_is_told_without_what_was_sent_or_held(reader, monkeypatch, raised, told):
    @contextmanager
    def client(*_, **__):
        raise raised
        yield

    monkeypatch.setattr(pymongo, "MongoClient", client)
    with pytest.raises(DrillError) as red:
        reader().count("docs", 27017)
    assert str(red.value) == f"docs: {told}"


def test_authorities_that_are_not_there_are_red(reader, tmp_path):
    with pytest.raises(DrillError, match="docs: FileNotFoundError"):
        reader(caFile=str(tmp_path / "none.pem")).count("docs", 27017)


def test_a_document_without_a_canarys_name_is_not_taken_away(reader, monkeypatch):
    asked = []

    class Collection:
        def insert_many(self, documents):
            asked.append(len(documents))

        def delete_many(self, which):
            asked.append(which)

    @contextmanager
    def client(*_, **__):
        yield {"recovery": {"canary": Collection()}}

    monkeypatch.setattr(pymongo, "MongoClient", client)
    reader().write("docs", 27017, [{"_id": "two-00"}], "two")

    # MongoDB's $ne holds for documents without the field as well (source: MongoDB manual, $ne).
    assert asked == [1, {"canary": {"$exists": True, "$ne": "two"}}]
