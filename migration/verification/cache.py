"""Redis and Valkey: every key of every database by its type, and when it expires, within a second."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from migration.verification.afterwards import raised
from migration.verification.kit import Compared, Differences, by_item
from migration.verification.readers import amazon
from migration.verification.readers.cache import Database, Held, entry, reading, shown, total
from migration.verification.stores import Store, StoreError, Stores
from policy.gates.evidence import Side
from stacks.settings import Settings

STORES: Final = Stores
LIBRARIES: Final = ("valkey",)
#: Schemes, and whether TLS is spoken.
_SCHEMES: Final[Mapping[str, bool]] = {"redis": False, "valkey": False, "rediss": True, "valkeys": True}
_PORT: Final = 6379
#: Seconds until a server that does not answer is given up.
_PATIENCE: Final = 30
#: Versions whose keys Valkey's RESTORE reads: 7.4 of Redis writes version 12 of the format, and Valkey reads 11
#: (source: valkey-io/valkey, src/rdb.h).
_OLDEST, _NEWEST = (6, 0), (7, 2)
#: Milliseconds that may lie between both sides' expiry of a key.
_EXPIRY: Final = 1000


@dataclass
class _Found:
    """What one database came to, source and target."""

    counts: list[int] = field(default_factory=lambda: [0, 0])
    sums: list[int] = field(default_factory=lambda: [0, 0])
    #: Keys of the source that expire, and how many of them expire at the target in the same second.
    expiring: list[int] = field(default_factory=lambda: [0, 0])
    #: Keys of the target that expire at another time, or only there.
    otherwise: int = 0

    def add(self, side: int, key: bytes, held: Held) -> None:
        """One key of ``side``."""
        self.counts[side] += 1
        self.sums[side] += entry(key, held)


class CacheKit:
    """Both sides, signed in; each database is a connection of its own, for as long as it is read."""

    def __init__(self, stores: Stores) -> None:
        self._stores = {"source": stores.source, "target": stores.target}
        self._about: dict[str, Mapping[str, Any]] = {}
        for side in self._stores:
            with self._client(side) as client:
                self._about[side] = client.info("everything")
        self.sides: tuple[Side, Side] = (self._side("source"), self._side("target"))

    @property
    def tools(self) -> Mapping[str, str]:
        """The client."""
        import valkey

        return {"valkey": valkey.__version__}

    def requirements(self) -> Compared:
        """What the source has, 1 each, and 0 at the target for what it cannot take."""
        needs = {name: why for found in (self._of_server(), self._of_target()) for name, why in found}
        return by_item(
            "requirements",
            dict.fromkeys(needs, 1),
            {name: int(not why) for name, why in needs.items()},
            differences=tuple(f"{name}: {why}" for name, why in needs.items() if why),
        )

    def _of_server(self) -> Iterator[tuple[str, str]]:
        source, target = self._about["source"], self._about["target"]
        side = self.sides[0]
        number = tuple(int(part) for part in side.version.split(".")[:2])
        fits = side.system == "Redis" and _OLDEST <= number <= _NEWEST
        yield f"{side.system} {side.version}", "" if fits else "Valkey restores keys of Redis 6.0 to 7.2"
        yield "one shard", "is a cluster of shards" if int(source.get("cluster_enabled", 0)) else ""
        room = int(target.get("maxmemory", 0))
        needed = int(source.get("used_memory_dataset", 0))
        yield "room", f"wants {needed} bytes, and the target has {room}" if 0 < room < needed else ""
        there = _modules(target)
        for name in sorted(_modules(source)):
            yield f"module {name}", "" if name in there else "the target has not loaded it"

    def _of_target(self) -> Iterator[tuple[str, str]]:
        from valkey.exceptions import ResponseError

        for number in self._numbers("source"):
            with self._client("target", number) as client:
                try:
                    client.ping()
                    why = ""
                except ResponseError as error:
                    if "DB index" not in str(error):
                        raise
                    why = "the target has no such database"
            yield f"db{number}", why
        here = self._functions("target")
        for name, code in self._functions("source").items():
            yield f"function library {name}", "" if here.get(name) == code else "the target has not that code"
        with self._client("target") as client:
            yield "RESTORE", _may_restore(client)

    def _functions(self, side: str) -> dict[str, bytes]:
        """Libraries of functions by a digest of their code; Redis has them from 7.0."""
        from valkey.exceptions import ResponseError

        with self._client(side) as client:
            client.response_callbacks = {}
            try:
                found = client.execute_command("FUNCTION", "LIST", "WITHCODE")
            except ResponseError as error:
                if "unknown command" in str(error):
                    return {}
                raise
        libraries = [dict(zip(each[::2], each[1::2], strict=True)) for each in found]
        return {each[b"library_name"].decode(): hashlib.sha256(each[b"library_code"]).digest() for each in libraries}

    def compare(self) -> Iterator[Compared]:
        """Counts, values and expiry, a database an item."""
        values, expiry = Differences(), Differences()
        found = {
            f"db{number}": self._database(number, values, expiry)
            for number in sorted({*self._numbers("source"), *self._numbers("target")})
        }
        read = sum(each.counts[0] for each in found.values())
        counts = [{name: each.counts[side] for name, each in found.items()} for side in (0, 1)]
        yield by_item("counts", counts[0], counts[1], of=read)
        digests = [{name: total(each.sums[side]) for name, each in found.items()} for side in (0, 1)]
        yield by_item("values", digests[0], digests[1], of=read, differences=values.told)
        expiring: list[dict[str, int | str]] = [{}, {}]
        for name, each in found.items():
            for side in (0, 1):
                expiring[side][f"{name} expiring"] = each.expiring[side]
            expiring[0][f"{name} otherwise"], expiring[1][f"{name} otherwise"] = 0, each.otherwise
        yield by_item("expiry", expiring[0], expiring[1], of=read, differences=expiry.told)

    def _database(self, number: int, values: Differences, expiry: Differences) -> _Found:
        """Every key of the source beside the target's, then every key that only the target has."""
        found = _Found()
        with ExitStack() as stack:
            source, target = (
                Database(
                    side=side,
                    client=stack.enter_context(closing(_client(side, self._stores[side], number))),
                    number=number,
                    knows_moments=_has_moments(self._about[side]),
                )
                for side in self._stores
            )
            for keys in source.batches():
                self._beside(source, target, keys, (found, values, expiry))
            for keys in target.batches():
                extra = [key for key, there in zip(keys, source.there(keys), strict=True) if not there]
                now = target.now()
                for key, held in zip(extra, target.held(extra), strict=True):
                    # The source forgot it a moment before the target will.
                    if held is None or _ends(held, now):
                        continue
                    found.add(1, key, held)
                    found.otherwise += held.expires is not None
                    values.add(f"db{number} {shown(key)} is missing at the source")
        return found

    def _beside(
        self, source: Database, target: Database, keys: Sequence[bytes], into: tuple[_Found, Differences, Differences]
    ) -> None:
        found, values, expiry = into
        now = source.now()
        for key, left, right in zip(keys, source.held(keys), target.held(keys), strict=True):
            # Expired since it was listed, or before the target could be asked.
            if left is None or (right is None and _ends(left, now)):
                continue
            found.add(0, key, left)
            if right is not None:
                found.add(1, key, right)
            name = f"db{source.number} {shown(key)}"
            if right is None:
                values.add(f"{name} is missing at the target")
            elif right.digest != left.digest:
                values.add(f"{name} differs")
            found.expiring[0] += left.expires is not None
            if right is None:
                continue
            if left.expires is None or right.expires is None:
                same = left.expires is right.expires
            else:
                same = abs(left.expires - right.expires) <= _EXPIRY
                found.expiring[1] += same
            if not same:
                found.otherwise += 1
                expiry.add(f"{name} expires at another time")

    def _numbers(self, side: str) -> list[int]:
        """Databases that hold keys."""
        return sorted(
            int(name[2:])
            for name, held in self._about[side].items()
            if name.startswith("db") and isinstance(held, dict)
        )

    def health(self) -> Compared:
        """No alarm of the cache is raised."""
        return raised("alarms-cache")

    @contextmanager
    def _client(self, side: str, number: int = 0) -> Iterator[Any]:
        """A connection to one database of ``side``; what fails in it is told as that side's."""
        with reading(side), closing(_client(side, self._stores[side], number)) as client:
            yield client

    def _side(self, side: str) -> Side:
        store, about = self._stores[side], self._about[side]
        is_valkey = about.get("server_name") == "valkey"
        version = str(about["valkey_version" if is_valkey else "redis_version"])
        system = "Valkey" if is_valkey else "Redis"
        imitating = "dragonfly_version" in about
        identity = _identity(store, about)
        if side == "target" and store.is_aws:
            group = amazon.described(
                store,
                "elasticache",
                lambda client: client.describe_replication_groups(ReplicationGroupId=store.name)["ReplicationGroups"],
            )
            amazon.at_its_address(
                store, *(each.get("PrimaryEndpoint", {}).get("Address") for each in group.get("NodeGroups", []))
            )
            system, identity = "Amazon ElastiCache for Valkey", group["ARN"]
        return Side.model_validate(
            {
                "system": system,
                "name": store.name,
                "host": store.host,
                "version": version,
                "identity": identity,
                "standIn": imitating or (side == "target" and not store.is_aws),
            }
        )


def _identity(store: Store, about: Mapping[str, Any]) -> str:
    """What stays over a restart: the run's id does not, and Redis keeps no other.

    So it is the build, its configuration file and its port, as the server tells them, at the address that was given.
    """
    told = [str(about.get(each, "")) for each in ("redis_build_id", "config_file", "tcp_port")]
    return f"sha256:{hashlib.sha256('|'.join([store.host, *told]).encode()).hexdigest()}"


def _has_moments(about: Mapping[str, Any]) -> bool:
    """Whether PEXPIRETIME is known: Valkey calls itself Redis 7.2 here."""
    return int(str(about["redis_version"]).partition(".")[0]) >= 7


def _ends(held: Held, now: int) -> bool:
    return held.expires is not None and held.expires <= now + _EXPIRY


def _modules(about: Mapping[str, Any]) -> set[str]:
    found = about.get("modules", [])
    return {str(each["name"]) for each in (found if isinstance(found, list) else [found])}


def _may_restore(client: Any) -> str:
    """Why the target's user may not restore. A payload of nothing is refused, whoever sends it: nothing is written."""
    from valkey.exceptions import NoPermissionError, ResponseError

    try:
        client.execute_command("RESTORE", f"migration-precheck-{uuid.uuid4()}", 0, b"")
    except NoPermissionError:
        return "the target's user may not; it is the user of the move who may"
    except ResponseError:
        return ""
    raise StoreError("target: took a payload of nothing for a key, which no server of Redis' kind does")


@contextmanager
def connect(stores: Stores, settings: Settings) -> Iterator[CacheKit]:  # noqa: ARG001 - as every kit is asked
    """Both sides, signed in by password, or by a token of IAM at ElastiCache. Raises :class:`StoreError`."""
    yield CacheKit(stores)


def _client(side: str, store: Store, number: int) -> Any:
    import valkey

    address = urlsplit(store.address)
    if address.scheme not in _SCHEMES:
        raise StoreError(f"{side}: {address.scheme}:// is refused; allowed are {', '.join(_SCHEMES)}")
    tls = _SCHEMES[address.scheme]
    if store.is_aws and not tls:
        raise StoreError(f"{side}: {address.scheme}:// is refused; ElastiCache of ours speaks TLS alone: rediss")
    if store.ca_file is not None and not Path(store.ca_file).is_file():
        raise StoreError(f"{side}: caFile {store.ca_file} is no file")
    signed = store.is_aws and store.user is not None and store.password_file is None
    options: dict[str, Any] = {"ssl": True, "ssl_ca_certs": store.ca_file} if tls else {}
    if signed:
        options["credential_provider"] = _token(store)
    else:
        options |= {"username": store.user, "password": store.password()}
    return valkey.Valkey(
        host=address.hostname or "",
        port=address.port or _PORT,
        db=number,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        **options,
    )


def _token(store: Store) -> Any:
    """What signs in at ElastiCache, anew for each connection: a token lasts fifteen minutes, a connection twelve hours.

    Source: ElastiCache user guide, Authenticating with IAM.
    """
    import botocore.session
    from botocore.signers import RequestSigner
    from valkey.credentials import CredentialProvider

    from stacks.offered import REGION

    class Token(CredentialProvider):
        def get_credentials(self) -> tuple[str, str]:
            session = botocore.session.get_session()
            credentials = session.get_credentials()
            if credentials is None:
                raise StoreError("target: nobody is signed in to AWS, and the cache's user is one of IAM")
            signer = RequestSigner(
                "elasticache", REGION, "elasticache", "v4", credentials, session.get_component("event_emitter")
            )
            url = signer.generate_presigned_url(
                {
                    "method": "GET",
                    "url": f"https://{store.name}/?Action=connect&User={store.user}",
                    "body": {},
                    "headers": {},
                    "context": {},
                },
                operation_name="connect",
                expires_in=900,
                region_name=REGION,
            )
            return str(store.user), str(url.removeprefix("https://"))

    return Token()
