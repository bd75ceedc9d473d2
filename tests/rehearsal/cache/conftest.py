"""A Redis 7.0 that is left and a Valkey that is moved to, both real, with keys of every type in two databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import valkey

from tests.rehearsal.conftest import free_port, served

DATABASES = (0, 3)
EACH = 100
#: What components/stores/cache.py lets the move's user do.
MOVE = "~* +@all -@dangerous +info +restore"


@dataclass(frozen=True)
class Pair:
    """Both servers; ``source`` and ``target`` are an administrator's connections to one database each."""

    ports: tuple[int, int]
    passwords: Path

    def source(self, number: int = 0) -> valkey.Valkey:
        return valkey.Valkey(port=self.ports[0], password="old", db=number)

    def target(self, number: int = 0) -> valkey.Valkey:
        return valkey.Valkey(port=self.ports[1], username="root", password="root", db=number)

    def copy(self, until: Callable[[int], bool] = lambda _: False) -> int:
        """Stands in for RedisShake, which was not to be had: SCAN, DUMP, and RESTORE with REPLACE. How many keys.

        ``until`` is asked before each key, and ends the copy as a kill would.
        """
        copied = 0
        for number in DATABASES:
            with closing(self.source(number)) as source, closing(self.target(number)) as target:
                for key in source.scan_iter(count=100):
                    if until(copied):
                        return copied
                    ends = source.pexpiretime(key)
                    target.restore(key, max(ends, 0), source.dump(key), replace=True, absttl=ends > 0)
                    copied += 1
        return copied


@pytest.fixture
def pair(built, tmp_path) -> Iterator[Pair]:
    folder, ports = built("cache"), (free_port(), free_port())
    for name in ("redis", "valkey"):
        (tmp_path / name).mkdir()
    for name, word in (("source", "old"), ("target", "new")):
        (tmp_path / name).write_text(word)
    acl = tmp_path / "valkey.conf"
    acl.write_text(f"user default off\nuser move on >new {MOVE}\nuser root on >root ~* +@all\n")
    common = ["--bind", "127.0.0.1", "--save", ""]
    source = [str(folder / "redis-server"), "--port", str(ports[0]), "--dir", str(tmp_path / "redis"), *common]
    target = [
        str(folder / "valkey-server"),
        str(acl),
        "--port",
        str(ports[1]),
        "--dir",
        str(tmp_path / "valkey"),
        *common,
    ]
    with (
        served([*source, "--requirepass", "old"], ports[0], tmp_path / "redis.log"),
        served(target, ports[1], tmp_path / "valkey.log"),
    ):
        made = Pair(ports, tmp_path)
        for number in DATABASES:
            with closing(made.source(number)) as client:
                _fill(client)
        yield made


def _fill(client: valkey.Valkey) -> None:
    asked = client.pipeline(transaction=False)
    for number in range(EACH):
        asked.set(f"name:{number}", f"car {number}", ex=3600 + number if number % 2 else None)
        asked.hset(f"prices:{number}", mapping={"list": number, "sale": number - 1})
        asked.zadd(f"ranks:{number}", {"a": number / 10, "b": -0.0})
        asked.rpush(f"queue:{number}", 1, 2, number)
        asked.sadd(f"tags:{number}", *range(5))
        asked.xadd(f"events:{number}", {"seen": number})
    asked.xgroup_create("events:0", "readers", 0)
    asked.execute()


@pytest.fixture
def move(pair, rehearsal):
    """The move of the cache, whose stores are the pair, with its precheck behind it."""
    made = rehearsal("cache")
    made.stores = {
        "source": {
            "address": f"redis://127.0.0.1:{pair.ports[0]}",
            "name": "redis",
            "passwordFile": str(pair.passwords / "source"),
        },
        "target": {
            "address": f"redis://127.0.0.1:{pair.ports[1]}",
            "name": "alphacar-cache",
            "user": "move",
            "passwordFile": str(pair.passwords / "target"),
        },
    }
    made.passed("precheck")
    return made
