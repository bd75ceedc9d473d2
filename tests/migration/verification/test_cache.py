"""What the kit for the cache finds, between two servers that answer from memory."""

import pytest
from valkey.exceptions import AuthenticationError, NoPermissionError, ResponseError

from migration.verification import cache
from migration.verification.stores import StoreError, Stores

NOW = 1_795_000_000_000
SOON = NOW + 60_000


def string(value, expires=-1):
    return {"type": b"string", "expires": expires, "GET": value}


def of(kind, command, value, expires=-1):
    return {"type": kind, "expires": expires, command: value}


def stream(*entries, last=b"1-1", groups=()):
    told = [b"length", len(entries), b"last-generated-id", last, b"radix-tree-keys", len(last)]
    return {
        "type": b"stream",
        "expires": -1,
        "XRANGE": list(entries),
        "XINFO STREAM": told,
        "XINFO GROUPS": list(groups),
    }


class Server:
    """Databases of keys; each key holds what its commands answer."""

    def __init__(self, **about):
        self.about = {"redis_version": "7.0.15", "redis_build_id": "ae4d", "config_file": "", "tcp_port": 6379, **about}
        self.databases = {0: {}}
        self.libraries, self.most, self.may_restore, self.broken = [], 16, True, None

    def info(self, _):
        return self.about | {f"db{number}": {"keys": len(held)} for number, held in self.databases.items() if held}


class Client:
    def __init__(self, server, number):
        self.server, self.number, self.response_callbacks, self.asked = server, number, {}, []

    def close(self):
        pass

    def info(self, section):
        return self.server.info(section)

    def ping(self):
        if self.number >= self.server.most:
            raise ResponseError("DB index is out of range")

    def scan(self, cursor, count):
        assert count > 1
        keys = sorted(self.held)
        return (0 if cursor + 2 >= len(keys) else cursor + 2), keys[cursor : cursor + 2]

    @property
    def held(self):
        return self.server.databases.get(self.number, {})

    def pipeline(self, transaction):
        assert transaction is False
        return Client(self.server, self.number)

    def execute_command(self, *question):
        if question[0] == "RESTORE":
            raise (
                ResponseError("DUMP payload version or checksum are wrong")
                if self.server.may_restore
                else NoPermissionError("no")
            )
        if question[0] == "FUNCTION":
            return [[b"library_name", name, b"library_code", code] for name, code in self.server.libraries]
        return self.asked.append(question)

    def execute(self, raise_on_error):
        assert raise_on_error is False
        if self.server.broken:
            raise self.server.broken
        return [self.answer(*question) for question in self.asked]

    def answer(self, command, key=None, *_):
        if command == "TIME":
            return [b"%d" % (NOW // 1000), b"0"]
        held = self.held.get(key)
        expires = held["expires"] if held else -2
        return {
            "EXISTS": lambda: int(held is not None),
            "TYPE": lambda: held["type"] if held else b"none",
            "PEXPIRETIME": lambda: expires,
            "PTTL": lambda: expires if expires < 0 else expires - NOW,
        }.get(command, lambda: held[command])()


KEYS = {
    b"name": lambda: string(b"alphacar", SOON),
    b"count": lambda: string(b"7"),
    b"prices": lambda: of(b"hash", "HGETALL", [b"a", b"1", b"b", b"2"]),
    b"tags": lambda: of(b"set", "SMEMBERS", {b"x", b"y"}),
    b"queue": lambda: of(b"list", "LRANGE", [b"1", b"2"]),
    b"ranks": lambda: of(b"zset", "ZRANGE", [b"m", b"0.10000000000000001", b"n", b"3"]),
    b"events": lambda: stream(
        [b"1-1", [b"f", b"1", b"f", b"2"]], groups=[[b"name", b"g", b"last-delivered-id", b"1-1", b"pending", 1]]
    ),
}


@pytest.fixture
def both(monkeypatch):
    servers = (
        Server(),
        Server(server_name="valkey", valkey_version="9.1.2", redis_version="7.2.4", redis_build_id="1536"),
    )
    for server in servers:
        server.databases[0] = {key: make() for key, make in KEYS.items()}
        server.databases[3] = {b"other": string(b"1")}
    # In other words, and in another order: the same.
    servers[1].databases[0][b"prices"]["HGETALL"] = [b"b", b"2", b"a", b"1"]
    servers[1].databases[0][b"ranks"]["ZRANGE"] = [b"m", b"0.1", b"n", b"3"]
    monkeypatch.setattr(cache, "_client", lambda side, store, number: Client(servers[side == "target"], number))
    return servers


@pytest.fixture
def kit(both, settings):
    def make():
        stores = Stores.model_validate(
            {
                "source": {"address": "redis://10.0.0.5:6379", "name": "redis"},
                "target": {"address": "redis://127.0.0.1:6380", "name": "alphacar-cache"},
            }
        )
        with cache.connect(stores, settings()) as made:
            return made

    return make


def compared(kit):
    return {each.comparison.name: each for each in kit().compare()}


def unlike(found):
    return {name for name, each in found.items() if each.comparison.source != each.comparison.target}


@pytest.mark.parametrize("version", ["7.0.15", "6.2.14"])
def test_equal_databases_are_equal_whatever_order_and_digits_they_answer_in(kit, both, version):
    both[0].about["redis_version"] = version

    found = compared(kit)

    assert list(found) == ["counts", "values", "expiry"]
    assert not unlike(found)
    assert found["counts"].comparison.source == {"db0": 7, "db3": 1}
    assert found["expiry"].comparison.source["db0 expiring"] == 1
    assert not any(each.differences for each in found.values())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"count", string(b"8")),
        (b"count", of(b"list", "LRANGE", [b"7"])),
        (b"prices", of(b"hash", "HGETALL", [b"a", b"2", b"b", b"1"])),
        (b"tags", of(b"set", "SMEMBERS", {b"x", b"z"})),
        (b"queue", of(b"list", "LRANGE", [b"2", b"1"])),
        (b"ranks", of(b"zset", "ZRANGE", [b"m", b"0.2", b"n", b"3"])),
        (b"events", stream([b"1-1", [b"f", b"2", b"f", b"1"]])),
        (b"events", stream([b"1-1", [b"f", b"1", b"f", b"2"]])),
    ],
    ids=["value", "type", "fields", "member", "order", "score", "entry", "group lost"],
)
def test_a_value_that_differs_is_named_by_its_key(kit, both, key, value):
    both[1].databases[0][key] = value

    found = compared(kit)

    assert unlike(found) == {"values"}
    assert found["values"].differences == (f"db0 {key.decode()} differs",)


@pytest.mark.parametrize(
    ("key", "expires", "differs"),
    [
        (b"name", SOON + 900, False),
        (b"name", SOON - 2000, True),
        (b"name", -1, True),
        (b"count", SOON, True),
    ],
)
def test_another_expiry_of_the_same_value_differs_beyond_a_second(kit, both, key, expires, differs):
    both[1].databases[0][key]["expires"] = expires

    found = compared(kit)

    assert unlike(found) == ({"expiry"} if differs else set())
    assert found["expiry"].differences == ((f"db0 {key.decode()} expires at another time",) if differs else ())


def test_a_lost_and_a_late_expiry_do_not_make_up_for_each_other(kit, both):
    both[1].databases[0][b"name"]["expires"] = -1
    both[1].databases[0][b"count"]["expires"] = SOON

    assert unlike(compared(kit)) == {"expiry"}


def test_a_key_of_one_side_is_named_in_its_database(kit, both):
    del both[1].databases[3][b"other"]
    both[1].databases[5] = {b"more": string(b"1", SOON)}

    found = compared(kit)

    assert unlike(found) == {"counts", "values", "expiry"}
    assert found["values"].differences == ("db3 other is missing at the target", "db5 more is missing at the source")


def test_a_key_that_has_just_expired_at_one_side_is_no_difference(kit, both):
    both[0].databases[0][b"late"] = string(b"1", NOW + 500)
    both[1].databases[0][b"later"] = string(b"1", NOW + 500)

    assert unlike(compared(kit)) == set()


def test_an_empty_source_compares_nothing(kit, both):
    both[0].databases = {}

    assert compared(kit)["counts"].comparison.of == 0


def test_a_type_of_a_module_is_refused_and_an_error_names_its_side(kit, both):
    both[0].databases[0][b"json"] = {"type": b"ReJSON-RL", "expires": -1}
    with pytest.raises(StoreError, match=r"^source: db0 json is of type ReJSON-RL"):
        compared(kit)

    del both[0].databases[0][b"json"]
    both[1].broken = AuthenticationError("invalid username-password pair or user is disabled.")
    with pytest.raises(StoreError, match=r"^target: AuthenticationError: invalid username"):
        compared(kit)


def test_a_source_that_fits_stops_nothing(kit, both):
    both[0].libraries = both[1].libraries = [(b"lib", b"code")]
    both[1].about |= {"modules": [{"name": "json"}], "maxmemory": 2000}
    both[0].about |= {"modules": [{"name": "json"}], "used_memory_dataset": 1000}

    found = kit().requirements()
    assert found.differences == ()
    assert set(found.comparison.source) == {
        "Redis 7.0.15", "one shard", "room", "module json", "db0", "db3", "function library lib", "RESTORE",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda source, _: source.about.update(redis_version="7.4.1"), "Redis 7.4.1: Valkey restores keys"),
        (lambda source, _: source.about.update(redis_version="5.0.14"), "Redis 5.0.14: Valkey restores keys"),
        (lambda source, _: source.about.update(cluster_enabled=1), "one shard: is a cluster"),
        (lambda source, _: source.about.update(modules=[{"name": "ReJSON"}]), "module ReJSON: the target"),
        (lambda source, _: source.libraries.append((b"lib", b"code")), "function library lib: the target has not"),
        (lambda _, target: setattr(target, "most", 2), "db3: the target has no such database"),
        (lambda _, target: setattr(target, "may_restore", False), "RESTORE: the target's user may not"),
        (
            lambda source, target: (source.about.update(used_memory_dataset=9), target.about.update(maxmemory=8)),
            "room: wants 9",
        ),
    ],
)
def test_what_the_target_cannot_take_stops_the_precheck(kit, both, change, named):
    change(*both)

    (found,) = kit().requirements().differences
    assert found.startswith(named)


def test_who_answers_is_told_and_stays_the_same_over_a_restart(kit, both):
    first = kit().sides
    for server in both:
        server.about["run_id"] = "another"

    assert kit().sides == first
    assert [(side.system, side.version, side.stand_in) for side in first] == [
        ("Redis", "7.0.15", False),
        ("Valkey", "9.1.2", True),
    ]
    assert first[0].identity != first[1].identity


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://10.0.0.5:6379", "^source: https:// is refused; allowed are redis"),
        ("redis://c.cache.amazonaws.com:6379", "^source: redis:// is refused; ElastiCache"),
    ],
)
def test_an_address_of_another_scheme_is_refused(settings, address, problem):
    side = {"address": address, "name": "redis"}
    stores = Stores.model_validate({"source": side, "target": side})

    with pytest.raises(StoreError, match=problem), cache.connect(stores, settings()):
        pass
