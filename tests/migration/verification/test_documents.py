"""What the kit for documents finds, in stores that are made here."""

from datetime import UTC, datetime

import bson
import pytest
from bson import Binary, Decimal128, Int64, MaxKey, MinKey, ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo.errors import AutoReconnect, OperationFailure

from migration.verification.documents import DocumentKit, DocumentStores, connect
from migration.verification.readers.documents import order
from migration.verification.stores import StoreError

ID_INDEX = {"v": 2, "key": {"_id": 1}, "name": "_id_"}


class Collection:
    def __init__(self, database, name, documents, indexes=(), **told):
        self.database, self.name, self.documents = database, name, documents
        self.indexes, self.told = [ID_INDEX, *indexes], {"name": name, "type": "collection", "options": {}, **told}

    def with_options(self, **_):
        return self

    def find(self, _, sort):
        assert sort == [("_id", 1)]
        for each in self.documents:
            if isinstance(each, Exception):
                raise each
            yield RawBSONDocument(bson.encode(each))

    def list_indexes(self):
        return self.indexes


class Database(dict):
    def __init__(self, name, client):
        super().__init__()
        self.name, self.client = name, client

    def add(self, name, documents, indexes=(), **told):
        self[name] = Collection(self, name, documents, indexes, **told)

    def list_collections(self):
        return [each.told for each in self.values()]

    def command(self, command, *_):
        return self.client.answer(command)


class Client(dict):
    """A server with one replica set; ``users`` as usersInfo tells them."""

    def __init__(self, uuid, version="7.0.14", users=(("app", "readWrite"),)):
        super().__init__()
        self.version, self.uuid = version, uuid
        self.users = [{"user": name, "roles": [{"role": role, "db": "alphacar"}]} for name, role in users]
        self.roles = []
        self["admin"] = self.admin = Database("admin", self)
        self["alphacar"] = Database("alphacar", self)

    def answer(self, command):
        return {
            "buildInfo": {"version": self.version},
            "replSetGetConfig": {"config": {"settings": {"replicaSetId": self.uuid}}},
            "usersInfo": {"users": self.users},
            "rolesInfo": {"roles": self.roles},
        }[command]

    def list_database_names(self):
        return list(self)


DOCUMENTS = [
    {"_id": 1, "price": 100},
    {"_id": 2.5, "price": None},
    {"_id": "a", "at": datetime(2026, 11, 1, tzinfo=UTC)},
]
TTL = {"v": 2, "key": {"at": 1}, "name": "at_1", "expireAfterSeconds": 3600}


@pytest.fixture
def stores():
    return DocumentStores.model_validate(
        {
            "source": {"address": "mongodb://10.0.0.5:27017", "name": "mongodb", "user": "migration"},
            "target": {"address": "mongodb://127.0.0.1:27018", "name": "documents"},
        }
    )


@pytest.fixture
def both():
    sides = Client("first"), Client("second", "5.0.0")
    for client in sides:
        client["alphacar"].add("vehicles", list(DOCUMENTS), [TTL])
    # What a server adds by itself, and a false option, say nothing; nor does who makes the copy.
    sides[1]["alphacar"]["vehicles"].indexes[1] = {**TTL, "ns": "alphacar.vehicles", "sparse": False}
    sides[0].users.append({"user": "migration", "roles": [{"role": "read", "db": "alphacar"}]})
    return sides


@pytest.fixture
def compare(stores, both, settings):
    def run():
        return {each.comparison.name: each for each in DocumentKit(stores, settings(), both).compare()}

    return run


def same(compared):
    return {name: each.comparison.source == each.comparison.target for name, each in compared.items()}


def test_equal_stores_are_equal_in_all_that_the_gate_asks(compare):
    found = compare()

    assert same(found) == {"counts": True, "digests": True, "indexes": True, "users": True}
    assert found["counts"].comparison.source == {"alphacar.vehicles": 3}
    assert found["digests"].comparison.compared == found["digests"].comparison.of == 3
    assert not any(each.differences for each in found.values())


@pytest.mark.parametrize(
    ("change", "unlike", "named"),
    [
        (lambda held: held.__setitem__(0, {"_id": 1, "price": 101}), {"digests"}, "alphacar.vehicles 1 differs"),
        (lambda held: held.__setitem__(0, {"_id": 1, "price": 100.0}), {"digests"}, "alphacar.vehicles 1 differs"),
        (lambda held: held.__setitem__(0, {"_id": 1, "price": Int64(100)}), {"digests"}, "alphacar.vehicles 1 differs"),
        (lambda held: held.__setitem__(0, {"_id": 1.0, "price": 100}), {"digests"}, "alphacar.vehicles 1 differs"),
        (lambda held: held.pop(1), {"counts", "digests"}, "alphacar.vehicles 2.5 is missing at the target"),
        (
            lambda held: held.append({"_id": "b"}),
            {"counts", "digests"},
            'alphacar.vehicles "b" is missing at the source',
        ),
    ],
    ids=["value", "double", "long", "id of another type", "missing", "extra"],
)
def test_a_document_that_differs_is_named_by_its_id(compare, both, change, unlike, named):
    change(both[1]["alphacar"]["vehicles"].documents)

    found = compare()

    assert {name for name, equal in same(found).items() if not equal} == unlike
    assert found["digests"].differences == (named,)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({**TTL, "expireAfterSeconds": 7200}, "alphacar.vehicles at_1 differs"),
        ({**TTL, "key": {"at": -1}}, "alphacar.vehicles at_1 differs"),
        ({**TTL, "unique": True}, "alphacar.vehicles at_1 differs"),
        ({**TTL, "name": "at"}, "alphacar.vehicles at is missing at the source"),
    ],
)
def test_an_index_with_another_expiry_direction_or_option_differs(compare, both, other, named):
    both[1]["alphacar"]["vehicles"].indexes[1] = other

    assert named in compare()["indexes"].differences


def test_numbers_of_an_index_are_the_same_in_whatever_type(compare, both):
    both[1]["alphacar"]["vehicles"].indexes[1] = {**TTL, "key": {"at": 1.0}, "expireAfterSeconds": 3600.0}

    assert not compare()["indexes"].differences


def test_a_user_with_another_role_or_none_differs_and_so_does_a_role_of_ones_own(compare, both):
    both[1].users[0]["roles"][0]["role"] = "read"
    both[0].roles = [{"role": "reporter", "db": "alphacar"}]

    assert compare()["users"].differences == ("role alphacar.reporter is missing at the target", "user app differs")


def test_a_collection_of_one_side_is_named_and_an_empty_source_compares_nothing(compare, both):
    both[0]["alphacar"].clear()

    found = compare()

    assert found["counts"].comparison.of == 0
    assert found["counts"].comparison.source == {}
    assert found["counts"].comparison.target == {"alphacar.vehicles": 3}


def test_documents_in_another_order_than_their_ids_are_refused(compare, both):
    both[1]["alphacar"]["vehicles"].documents.reverse()

    with pytest.raises(StoreError, match=r"^target: alphacar.vehicles 2.5 came after"):
        compare()


@pytest.mark.parametrize(
    "error",
    [AutoReconnect("10.0.0.5:27017: connection closed"), OperationFailure("not authorized, full error: {}", 13)],
)
def test_a_connection_that_ends_is_one_line_that_names_the_side(compare, both, error):
    both[0]["alphacar"]["vehicles"].documents.append(error)

    with pytest.raises(StoreError) as refused:
        compare()
    assert str(refused.value).startswith(f"source: {type(error).__name__}: ")
    assert "full error" not in str(refused.value)


def lacking(stores, both, settings, changes=None):
    return DocumentKit(stores, settings("prod", changes), both).requirements().differences


@pytest.mark.parametrize(
    ("name", "held", "why"),
    [
        ("lines", ([], {"options": {"capped": True, "size": 4096}}), "lines: has capped"),
        ("lines", ([], {"type": "timeseries", "options": {"timeseries": {}}}), "lines: is a timeseries,"),
        ("lines", ([], {"type": "view"}), "lines: is a view"),
        ("lines", ([], {"options": {"collation": {"locale": "ko"}}}), "lines: has collation"),
        ("lines", ([{"key": {"a": "hashed"}, "name": "a"}], {}), "lines index a: is hashed"),
        ("lines", ([{"key": {"a.$**": 1}, "name": "a"}], {}), "lines index a: is wildcard"),
        (
            "lines",
            ([{"key": {"a": 1}, "name": "a", "collation": {"locale": "ko"}}], {}),
            "lines index a: has collation",
        ),
        ("lines", ([{"key": {"a": 1, "b": 1}, "name": "a", "expireAfterSeconds": 1}], {}), "expires by more than one"),
        ("x" * 58, ([], {}), "has a name of more than 57"),
    ],
)
def test_what_documentdb_lacks_stops_the_precheck(  # noqa: PLR0917
    stores, both, settings, name, held, why
):
    both[0]["alphacar"].add(name, [], held[0], **held[1])

    (found,) = lacking(stores, both, settings)
    assert why in found


def test_what_documentdb_has_stops_nothing(stores, both, settings):
    both[0]["alphacar"].add(
        "lines",
        [],
        [
            {"key": {"a": 1}, "name": "partial", "partialFilterExpression": {"a": {"$gt": 1}}},
            {"key": {"a": "2dsphere"}, "name": "where"},
            {"key": {"a": "text"}, "name": "words"},
            {"key": {"a": 1}, "name": "once", "unique": True, "sparse": True},
        ],
        options={"validator": {"$jsonSchema": {}}, "capped": False},
    )

    assert lacking(stores, both, settings) == ()


def test_a_newer_documentdb_has_views_and_collation(stores, both, settings):
    both[0]["alphacar"].add("lines", [], [], type="view")
    both[0]["alphacar"].add("names", [], [], options={"collation": {"locale": "ko"}})

    assert lacking(stores, both, settings, {"documents.engineVersion": "8.0.2"}) == ()


@pytest.mark.parametrize("version", ["4.0.28", "3.6.23", "8.2.1"])
def test_a_version_that_mongodump_does_not_dump_stops_the_precheck(stores, both, settings, version):
    both[0].version = version

    assert lacking(stores, both, settings) == (f"version {version}: mongodump dumps 4.2 to 8.0",)


def test_a_database_that_nobody_listed_and_a_source_without_users_stop_it(stores, both, settings):
    both[0]["orders"] = Database("orders", both[0])
    both[0].users.clear()

    found = lacking(stores, both, settings)
    assert [line.partition(":")[0] for line in found] == ["database orders", "users of alphacar"]


def test_another_server_than_mongodb_and_any_target_outside_aws_stand_in(stores, both, settings):
    sides = DocumentKit(stores, settings(), both).sides
    assert [(side.system, side.identity, side.stand_in) for side in sides] == [
        ("MongoDB", "replica set first", False),
        ("MongoDB", "replica set second", True),
    ]

    both[0].answer = lambda command: (
        {"version": "7.0.42", "ferretdbVersion": "v1"}
        if command == "buildInfo"
        else {"config": {"settings": {"replicaSetId": "x"}}}
    )
    assert DocumentKit(stores, settings(), both).sides[0].stand_in


def test_ids_stand_in_the_order_of_bson():
    ids = [
        MinKey(), None, float("nan"), -1, Decimal128("0.5"), 1, 2.5, Int64(3), "", "a", "b", "ab" * 9, {}, {"a": 1}, {"a": "x"},
        b"", b"z", Binary(b"a", 4), b"aa", ObjectId("0" * 24), False, True, MaxKey(),
    ]  # fmt: skip
    ids[11] = "c"

    places = [order(each) for each in ids]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    assert order(1) == order(1.0) == order(Int64(1)) == order(Decimal128("1"))


def test_a_missing_file_of_authorities_is_told(stores, settings):
    target = stores.target.model_copy(update={"ca_file": "/no/such.pem"})
    source = stores.source.model_copy(update={"user": None})

    with (
        pytest.raises(StoreError, match=r"^target: caFile /no/such\.pem is no file"),
        connect(stores.model_copy(update={"source": source, "target": target}), settings()),
    ):
        pass
