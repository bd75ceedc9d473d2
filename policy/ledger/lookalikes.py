"""Names that hold a system's word and are in no table: told, because nobody can say by a name alone what it is.

Never a refusal: a store may be called anything, and so may what watches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from model.kubernetes import is_custom
from model.orders.switches import words_of
from policy.ledger import systems
from policy.ledger.matching import Appearance, ImageName, named_alike
from policy.ledger.row import Forms, System

#: A word of a name, as a whole, and the system that it speaks of. A number behind it is a version.
WORDS: Final[dict[str, System]] = {
    "mongo": systems.MONGODB,
    "mongod": systems.MONGODB,
    "mongos": systems.MONGODB,
    "mongodb": systems.MONGODB,
    "psmdb": systems.MONGODB,
    "redis": systems.REDIS,
    "valkey": systems.REDIS,
    "keydb": systems.REDIS,
    "elasticsearch": systems.ELASTICSEARCH,
    "opensearch": systems.ELASTICSEARCH,
    "kafka": systems.KAFKA,
    "redpanda": systems.KAFKA,
    "strimzi": systems.KAFKA,
    "zookeeper": systems.KAFKA,
    "harbor": systems.HARBOR,
    "loki": systems.LOKI,
    "tempo": systems.TEMPO,
    "alloy": systems.ALLOY,
    "istio": systems.ISTIO,
    "istiod": systems.ISTIO,
    "ztunnel": systems.ISTIO,
    "longhorn": systems.LONGHORN,
    "sealed": systems.SEALED_SECRETS,
    "gatekeeper": systems.GATEKEEPER,
    "appmesh": systems.APP_MESH,
}
#: Words beside it by which a name is a client's, an exporter's, a picture's or a tool's.
CLIENTS: Final = frozenset(
    {
        "adapter",
        "admin",
        "agent",
        "akhq",
        "alerting",
        "atlas",
        "backup",
        "backups",
        "beat",
        "benchmark",
        "bridge",
        "browser",
        "canary",
        "cli",
        "client",
        "clients",
        "collector",
        "commander",
        "compass",
        "connect",
        "connector",
        "console",
        "consumer",
        "converter",
        "crawler",
        "curator",
        "dashboard",
        "dashboards",
        "docs",
        "dump",
        "exporter",
        "exporters",
        "express",
        "external",
        "fluent",
        "fluentd",
        "forwarder",
        "gui",
        "hq",
        "importer",
        "indexer",
        "insight",
        "job",
        "jobs",
        "keycloak",
        "kibana",
        "lag",
        "libs",
        "lib",
        "loadtest",
        "logs",
        "manager",
        "metrics",
        "migrate",
        "migration",
        "migrations",
        "migrator",
        "minion",
        "mirror",
        "monitor",
        "monitoring",
        "perf",
        "plugin",
        "poller",
        "preflight",
        "producer",
        "prober",
        "probe",
        "proxy",
        "publisher",
        "query",
        "reader",
        "rest",
        "restore",
        "router",
        "scaler",
        "scanner",
        "schema",
        "sdk",
        "seed",
        "seeder",
        "shell",
        "sink",
        "source",
        "subscriber",
        "sync",
        "syncer",
        "test",
        "tester",
        "tests",
        "to",
        "tool",
        "tools",
        "topic",
        "topics",
        "twemproxy",
        "ui",
        "user",
        "users",
        "viewer",
        "vulture",
        "wait",
        "watcher",
        "web",
        "webui",
        "worker",
        "workers",
        "writer",
    }
)
#: Images that are called like a system and are something else, by the last segments of their paths.
STRANGERS: Final = (
    # A payment chain's node (source: tempoxyz/tempo).
    "tempoxyz/tempo",
    # Client libraries and tools of the makers themselves.
    "elastic/elasticsearch-py",
    "grafana/loki-docker-driver",
    "grafana/loki-build-image",
    "istio/istioctl",
    "istio/examples-bookinfo-reviews-v1",
    # Keycloak's reverse proxy, now gogatekeeper (source: gogatekeeper/gatekeeper).
    "gogatekeeper/gatekeeper",
    "keycloak/keycloak-gatekeeper",
    "keycloak-gatekeeper",
)

#: Every image that some table has: what it is, another row says.
_NAMED: Final = Forms(
    images=tuple(
        name for system in vars(systems).values() if isinstance(system, System) for name in system.forms.images
    )
)
#: Every kind and group of kinds that some table has.
_KINDS: Final = frozenset(
    name for system in vars(systems).values() if isinstance(system, System) for name in system.forms.kinds
)


def looks_like(seen: Appearance) -> Iterator[tuple[System, str]]:
    """Each system whose word a name holds that no table knows, with what holds it, in words for a message."""
    yield from _images_like(seen)
    yield from _kinds_like(seen)
    for place, names in (
        ("a chart whose name", (*seen.charts, *seen.guesses)),
        ("a package whose name", seen.packages),
        ("an engine whose name", seen.engines),
        ("an add-on whose name", seen.addons),
    ):
        for name in names:
            if "/" not in name and (system := _spoken_of(name)):
                yield system, f"{place} holds the word {_word(name)}"
    for each in seen.bundled:
        if system := _spoken_of(each.name):
            may = " may be" if each.certainty in ("perhaps", "unknown") else " is"
            yield (
                system,
                f"a chart within the chart, which{may} switched on, whose name holds the word {_word(each.name)}",
            )


def _images_like(seen: Appearance) -> Iterator[tuple[System, str]]:
    for image in seen.images:
        if not any(image.ends_with(name) for name in (*STRANGERS, *named_alike(_NAMED, image))):
            for place, name in (("name", _own_name(image)), ("tag", f"{image.tag}-{_role(image)}")):
                if system := _spoken_of(name):
                    yield system, f"an image whose {place} holds the word {_word(name)}"
                    break


def _kinds_like(seen: Appearance) -> Iterator[tuple[System, str]]:
    for known in seen.kinds:
        group, _, kind = known.partition("/")
        if is_custom(group) and not {group, known} & _KINDS and (system := _spoken_of(kind)):
            yield system, f"a custom resource whose kind holds the word {_word(kind)}"


def alias_of(system: System, seen: Iterable[Appearance]) -> str | None:
    """What is said of a chart within the chart that runs ``system`` under a name of its own: ``redis-cache``."""
    for each in (each for one in seen for each in one.bundled if each.is_alias):
        if _spoken_of(each.name) is system:
            return f"bundled chart by a name with the word {_word(each.name)}"
    return None


def _role(image: ImageName) -> str:
    """A client's word in an image's name, which says what its tag is about; nothing where it has none."""
    return next((word for word in words_of(_own_name(image)) if word in CLIENTS), "")


def _own_name(image: ImageName) -> str:
    """The last segment, and the one before where the last says only what part it is: ``redis`` of ``redis/server``."""
    last = image.path[-1]
    if last in ("server", "broker", "node", "database", "db", "standalone", "master", "replica", "operator"):
        return "-".join(image.path[-2:])
    return last


def _spoken_of(name: str) -> System | None:
    word = _word(name)
    return WORDS[word] if word else None


def _word(name: str) -> str:
    words = [word.rstrip("0123456789") for word in words_of(name)]
    if CLIENTS.intersection(words):
        return ""
    return next((word for word in words if word in WORDS), "")
