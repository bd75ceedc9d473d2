"""MongoDB and DocumentDB: documents as raw BSON by ``_id``, so that 1 is not 1.0; indexes, and who may do what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from migration.verification.afterwards import raised
from migration.verification.kit import Compared, Differences, by_item
from migration.verification.readers import amazon
from migration.verification.readers import documents as reader
from migration.verification.readers.merge import Both, Item, compared
from migration.verification.stores import Store, StoreError, Stores
from policy.gates.evidence import Side
from stacks.section import Text
from stacks.settings import Settings

if TYPE_CHECKING:
    from pymongo import MongoClient

LIBRARIES: Final = ("pymongo",)
#: Databases that a server keeps for itself.
_ITS_OWN: Final = frozenset({"admin", "config", "local"})
#: Seconds until a server that does not answer is given up.
_PATIENCE: Final = 30
#: Versions that MongoDB Database Tools 100.14 dump (source: their manual, mongodump, Compatibility).
_OLDEST, _NEWEST = (4, 2), (8, 0)
_LONGEST_ERROR: Final = 300
_LONGEST_NAME: Final = 57
#: What a collection may be that DocumentDB has not, by the major version that has it first (source: DocumentDB
#: developer guide, Functional differences and Supported MongoDB APIs; 99 is none yet).
_KINDS: Final[Mapping[str, int]] = {"view": 8, "timeseries": 99}
_OPTIONS: Final[Mapping[str, int]] = {
    "capped": 99,
    "collation": 8,
    "clusteredIndex": 99,
    "encryptedFields": 99,
    "changeStreamPreAndPostImages": 99,
}
#: The same for an index: by what stands for a direction, and by option (also: amazon-documentdb-tools, index-tool).
_INDEX_KINDS: Final[Mapping[str, int]] = {"2d": 99, "geoHaystack": 99, "hashed": 99, "wildcard": 99, "text": 5}
_INDEX_OPTIONS: Final[Mapping[str, int]] = {
    "collation": 8,
    "storageEngine": 99,
    "dropDups": 99,
    "hidden": 99,
    "partialFilterExpression": 5,
}
_MOST_KEYS: Final = 32
_MOST_INDEXES: Final = 64


class DocumentStores(Stores):
    """Both stores, and which databases of the source are moved."""

    databases: tuple[Text, ...] = Field(default=("alphacar",), min_length=1)
    left_behind: tuple[Text, ...] = Field(default=(), description="databases of the source that nobody wants moved")


STORES: Final = DocumentStores


class DocumentKit:
    """Both sides, signed in."""

    def __init__(self, stores: DocumentStores, settings: Settings, clients: tuple[Any, Any]) -> None:
        self._stores, self._clients = stores, clients
        self._major = int(settings.documents.engine_version.partition(".")[0])
        self.sides: tuple[Side, Side] = (
            _side(stores.source, clients[0], is_target=False),
            _side(stores.target, clients[1], is_target=True),
        )

    @property
    def tools(self) -> Mapping[str, str]:
        """The driver."""
        import pymongo

        return {"pymongo": pymongo.version}

    def requirements(self) -> Compared:
        """What the source has, 1 each, and 0 at the target for what DocumentDB cannot have."""
        with _reading("source"):
            needs = dict(self._needs())
        return by_item(
            "requirements",
            dict.fromkeys(needs, 1),
            {name: int(not why) for name, why in needs.items()},
            differences=tuple(f"{name}: {why}" for name, why in needs.items() if why),
        )

    def _needs(self) -> Iterator[tuple[str, str]]:
        """Each thing the source has, with why it cannot be moved; empty where it can."""
        source = self._clients[0]
        version = self.sides[0].version
        number = tuple(int(part) for part in version.split(".")[:2])
        allowed = ".".join(map(str, _OLDEST)), ".".join(map(str, _NEWEST))
        fits = _OLDEST <= number <= _NEWEST
        yield f"version {version}", "" if fits else f"mongodump dumps {allowed[0]} to {allowed[1]}"
        moved = self._stores.databases
        for name in sorted(set(source.list_database_names()) - _ITS_OWN - set(self._stores.left_behind)):
            listed = name in moved
            yield f"database {name}", "" if listed else "stands neither in databases nor in leftBehind"
        for name in moved:
            for found in reader.collections(source[name]).values():
                yield from self._collection(source[name], found)
        known = reader.users(source, moved)
        if not self.sides[0].stand_in:
            why = "" if known else "nobody has a role there, so that what people may do cannot be compared"
            yield f"users of {', '.join(moved)}", why

    def _collection(self, database: Any, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        name = f"{database.name}.{found['name']}"
        kind = found.get("type", "collection")
        lacking = [f"is a {kind}"] if _KINDS.get(kind, 0) > self._major else []
        options = found.get("options", {})
        lacking += [
            f"has {each}" for each in options if options[each] is not False and _OPTIONS.get(each, 0) > self._major
        ]
        if len(found["name"]) > _LONGEST_NAME:
            lacking.append(f"has a name of more than {_LONGEST_NAME} characters")
        indexes = reader.indexes(database[found["name"]]) if kind == "collection" else {}
        if len(indexes) > _MOST_INDEXES:
            lacking.append(f"has more than {_MOST_INDEXES} indexes")
        yield name, _told(lacking, self._major)
        for index, content in indexes.items():
            yield f"{name} index {index}", _told(list(self._lacks(content)), self._major)

    def _lacks(self, index: Mapping[str, Any]) -> Iterator[str]:
        directions = {each for each in index["key"].values() if isinstance(each, str)}
        if any(field == "$**" or field.endswith(".$**") for field in index["key"]):
            directions.add("wildcard")
        yield from (f"is {each}" for each in sorted(directions) if _INDEX_KINDS.get(each, 0) > self._major)
        yield from (f"has {each}" for each in index if _INDEX_OPTIONS.get(each, 0) > self._major)
        if len(index["key"]) > _MOST_KEYS:
            yield f"has more than {_MOST_KEYS} keys"
        if "expireAfterSeconds" in index and len(index["key"]) > 1:
            yield "expires by more than one field"

    def compare(self) -> Iterator[Compared]:
        """Counts, digests, indexes and users of the databases that are moved."""
        collections = self._collections()
        read: dict[str, tuple[Both, bool, bool]] = {}
        differing = Differences()
        for name, (there, here) in collections.items():
            streams = (self._items("source", name, there=there), self._items("target", name, there=here))
            read[name] = (compared(*streams, differing), there, here)
        total = sum(both.counts[0] for both, _, _ in read.values())
        for name, index in (("counts", 0), ("digests", 1)):
            source, target = (
                {
                    collection: (both.counts, both.digests)[index][side]
                    for collection, (both, *held) in read.items()
                    if held[side]
                }
                for side in (0, 1)
            )
            yield by_item(name, source, target, of=total, differences=() if name == "counts" else differing.told)
        yield self._indexes(collections)
        yield self._users()

    def _collections(self) -> dict[str, tuple[bool, bool]]:
        """Every collection of either side, and whether each side has it."""
        held: list[set[str]] = []
        for side, client in zip(("source", "target"), self._clients, strict=True):
            with _reading(side):
                held.append(
                    {
                        f"{name}.{found['name']}"
                        for name in self._stores.databases
                        for found in reader.collections(client[name]).values()
                        # A view holds nothing of its own.
                        if found.get("type") != "view"
                    }
                )
        return {name: (name in held[0], name in held[1]) for name in sorted(held[0] | held[1])}

    def _items(self, side: str, name: str, *, there: bool) -> Iterator[Item]:
        if there:
            with _reading(side):
                yield from reader.items(side, self._collection_of(side, name))

    def _collection_of(self, side: str, name: str) -> Any:
        database, _, collection = name.partition(".")
        return self._clients[side == "target"][database][collection]

    def _indexes(self, collections: Mapping[str, tuple[bool, bool]]) -> Compared:
        found: dict[str, dict[str, int | str]] = {"source": {}, "target": {}}
        for name, held in collections.items():
            for side, there in zip(found, held, strict=True):
                with _reading(side):
                    known = reader.indexes(self._collection_of(side, name)) if there else {}
                found[side] |= {f"{name} {index}": reader.digest_of(content) for index, content in known.items()}
        return _named("indexes", found["source"], found["target"])

    def _users(self) -> Compared:
        """Users with their roles, and roles of one's own, without those who make the copy."""
        found: dict[str, dict[str, int | str]] = {}
        moved = self._stores.databases
        copying = {self._stores.source.user, self._stores.target.user}
        for side, client in zip(("source", "target"), self._clients, strict=True):
            with _reading(side):
                known = {f"user {name}": roles for name, roles in reader.users(client, moved).items()}
                made = {f"role {name}": 1 for name in reader.roles(client, moved)}
            kept = {name: reader.digest_of(roles) for name, roles in known.items() if name[5:] not in copying}
            found[side] = {**kept, **made}
        return _named("users", found["source"], found["target"])

    def health(self) -> Compared:
        """No alarm of the documents is raised."""
        return raised("alarms-documents")


def _named(name: str, source: Mapping[str, int | str], target: Mapping[str, int | str]) -> Compared:
    differing = Differences()
    for item in sorted({*source, *target}):
        if item not in target or item not in source:
            differing.add(f"{item} is missing at the {'source' if item not in source else 'target'}")
        elif source[item] != target[item]:
            differing.add(f"{item} differs")
    return by_item(name, source, target, differences=differing.told)


def _told(lacking: list[str], major: int) -> str:
    return f"{' and '.join(lacking)}, which DocumentDB {major} cannot" if lacking else ""


@contextmanager
def connect(stores: Stores, settings: Settings) -> Iterator[DocumentKit]:
    """Both sides, signed in by user and password. Raises :class:`StoreError`."""
    if not isinstance(stores, DocumentStores):
        raise TypeError("documents are reached by DocumentStores")
    with _client("source", stores.source) as source, _client("target", stores.target) as target:
        yield DocumentKit(stores, settings, (source, target))


def _client(side: str, store: Store) -> MongoClient[Any]:
    from pymongo import MongoClient

    options: dict[str, Any] = {}
    if store.user is not None:
        options |= {"username": store.user, "password": store.password()}
    if store.ca_file is not None:
        if not Path(store.ca_file).is_file():
            raise StoreError(f"{side}: caFile {store.ca_file} is no file")
        options |= {"tls": True, "tlsCAFile": store.ca_file}
    elif store.is_aws:
        raise StoreError(f"{side}: caFile is missing; DocumentDB is vouched for by Amazon's own bundle of authorities")
    with _reading(side):
        return MongoClient(
            store.address,
            **options,
            connect=False,
            retryWrites=False,
            serverSelectionTimeoutMS=_PATIENCE * 1000,
            socketTimeoutMS=_PATIENCE * 1000,
        )


def _side(store: Store, client: Any, *, is_target: bool) -> Side:
    """Who answers at ``store``. A genuine MongoDB is a source; a target is genuine at AWS alone."""
    with _reading("target" if is_target else "source"):
        built = client.admin.command("buildInfo")
        imitating = next((name for name in built if name.lower().startswith("ferretdb")), None)
        system, version, identity = "FerretDB" if imitating else "MongoDB", str(built["version"]), ""
        if is_target and store.is_aws:
            cluster = amazon.described(
                store,
                "docdb",
                lambda docdb: docdb.describe_db_clusters(DBClusterIdentifier=store.name)["DBClusters"],
            )
            amazon.at_its_address(store, cluster.get("Endpoint"), cluster.get("ReaderEndpoint"))
            system, version, identity = "Amazon DocumentDB", cluster["EngineVersion"], cluster["DBClusterArn"]
        return Side.model_validate(
            {
                "system": system,
                "name": store.name,
                "host": store.host,
                "version": version,
                "identity": identity or _identity(client),
                "standIn": bool(imitating) or (is_target and not store.is_aws),
            }
        )


def _identity(client: Any) -> str:
    """What stays over a restart: the replica set's id, or that of a collection which a server keeps from its start."""
    from pymongo.errors import OperationFailure

    try:
        settings = client.admin.command("replSetGetConfig")["config"]["settings"]
    except OperationFailure:
        # A single server has no such id, and another user may not ask for it.
        kept = [each["info"]["uuid"] for each in client.admin.list_collections() if each["name"] == "system.version"]
        if not kept:
            raise StoreError(
                "a server tells neither the id of its replica set nor that of admin.system.version; its user wants "
                "the roles clusterMonitor and readAnyDatabase"
            ) from None
        return f"uuid:{kept[0].hex()}"
    return f"replica set {settings['replicaSetId']}"


@contextmanager
def _reading(side: str) -> Iterator[None]:
    """What a driver raises, as a line that names the side."""
    from bson.errors import BSONError
    from pymongo.errors import PyMongoError

    try:
        yield
    except (PyMongoError, BSONError, OSError) as error:
        # The rest is the driver's view of the topology, or the answer over again.
        text = " ".join(str(error).split()).partition(", full error")[0].partition(", Timeout:")[0]
        raise StoreError(f"{side}: {type(error).__name__}: {text[:_LONGEST_ERROR]}") from None
