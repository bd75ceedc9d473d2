"""Elasticsearch and OpenSearch: counts, documents in the order of their ids, mappings with analyzers, and aliases."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from importlib import metadata
from typing import Any, Final
from urllib.parse import quote

from pydantic import Field

from migration.verification.afterwards import raised
from migration.verification.kit import Compared, Differences, by_item
from migration.verification.readers import amazon
from migration.verification.readers.merge import Item, compared
from migration.verification.readers.search import Cluster, digest_of
from migration.verification.stores import Store, Stores
from policy.gates.evidence import Side
from stacks.section import Text
from stacks.settings import Settings

LIBRARIES: Final = ("urllib3",)
#: Versions whose snapshots OpenSearch 2 restores (source: OpenSearch documentation 2.19, Migrate or upgrade).
_OLDEST, _NEWEST = (7, 0), (7, 10)
#: Field types of Elasticsearch 7 that OpenSearch 2 has not under that name (source: both documentations, Field types).
_NO_TYPES: Final = frozenset(
    {
        "aggregate_metric_double",
        "dense_vector",
        "flattened",
        "histogram",
        "point",
        "shape",
        "sparse_vector",
        "version",
    }
)
#: Settings of an index that only Elastic's own distribution knows; a restore stops at one.
_NO_SETTINGS: Final = ("frozen", "lifecycle", "search.throttled", "xpack")
#: Plugins that change what an index is; the others serve the cluster.
_OF_INDEXES: Final = ("analysis-", "ingest-", "mapper-")
#: Templates that Elastic's distribution makes by itself and marks by nothing.
_ITS_OWN: Final = frozenset({"ilm-history", "logs", "metrics", "slm-history", "synthetics"})


class SearchStores(Stores):
    """Both stores, and which indexes of the source are moved."""

    indexes: tuple[Text, ...] = Field(default=("vehicles",), min_length=1)
    left_behind: tuple[Text, ...] = Field(default=(), description="indexes of the source that nobody wants moved")


STORES: Final = SearchStores


class SearchKit:
    """Both sides, signed in."""

    def __init__(self, stores: SearchStores, clusters: tuple[Cluster, Cluster]) -> None:
        self._stores, self._clusters = stores, clusters
        self.sides: tuple[Side, Side] = (
            _side(stores.source, clusters[0]),
            _side(stores.target, clusters[1]),
        )

    @property
    def tools(self) -> Mapping[str, str]:
        """The library that asks."""
        return {"urllib3": metadata.version("urllib3")}

    def requirements(self) -> Compared:
        """What the source has, 1 each, and 0 at the target for what it cannot take or has not yet."""
        needs = {name: why for found in (self._of_cluster(), self._of_indexes()) for name, why in found}
        return by_item(
            "requirements",
            dict.fromkeys(needs, 1),
            {name: int(not why) for name, why in needs.items()},
            differences=tuple(f"{name}: {why}" for name, why in needs.items() if why),
        )

    def _of_cluster(self) -> Iterator[tuple[str, str]]:
        """Version, plugins, and what only the state of the cluster holds: no snapshot of an index carries it."""
        side = self.sides[0]
        number = tuple(int(part) for part in side.version.split("-")[0].split(".")[:2])
        fits = side.system == "Elasticsearch" and _OLDEST <= number <= _NEWEST
        why = "OpenSearch 2 restores snapshots of Elasticsearch 7.0 to 7.10; newer ones want AWS's Migration Assistant"
        yield f"{side.system} {side.version}", "" if fits else why
        source, target = self._clusters
        here = _plugins(target)
        for name in sorted(_plugins(source)):
            yield f"plugin {name}", "" if name in here else "the target has not installed it"
        for kind, path in (
            ("legacy template", "/_template"),
            ("template", "/_index_template"),
            ("component template", "/_component_template"),
            ("pipeline", "/_ingest/pipeline"),
        ):
            present = _named(target, path)
            for name in sorted(_named(source, path)):
                why = "" if name in present else "is not carried by a snapshot, and the target has none of that name"
                yield f"{kind} {name}", why

    def _of_indexes(self) -> Iterator[tuple[str, str]]:
        source = self._clusters[0]
        moved, left = set(self._stores.indexes), set(self._stores.left_behind)
        known = {name for name in source.ask("GET", "/_all/_settings", absent={}) if not name.startswith(".")}
        for name in sorted(known - left):
            yield f"index {name}", "" if name in moved else "stands neither in indexes nor in leftBehind"
        for name in sorted(known & moved):
            answer = source.ask("GET", f"/{quote(name)}")[name]
            index = answer["settings"]["index"]
            created = int(index["version"]["created"]) // 1_000_000
            why = "" if created == 7 else f"was made by version {created}; OpenSearch 2 opens what 7 made: reindex it"
            yield f"index {name} made by 7", why
            lacking = sorted(each for each in _NO_SETTINGS if _holds(index, each.split(".")))
            yield f"index {name} settings", _told(lacking, "settings")
            yield f"index {name} types", _told(sorted(_types(answer["mappings"]) & _NO_TYPES), "field types")
            kept = answer["mappings"].get("_source", {}).get("enabled", True)
            yield f"index {name} _source", "" if kept else "keeps none, so that its documents cannot be compared"

    def compare(self) -> Iterator[Compared]:
        """Counts as each side tells them, digests, mappings and aliases of the indexes that are moved."""
        held = {
            name: tuple(cluster.ask("GET", f"/{quote(name)}", absent={}) != {} for cluster in self._clusters)
            for name in self._stores.indexes
        }
        counts: list[dict[str, int | str]] = [{}, {}]
        digests: list[dict[str, int | str]] = [{}, {}]
        read, differing = 0, Differences()
        for name, sides in held.items():
            with ExitStack() as stack:
                # Left early, each side forgets what it keeps for the next page.
                source, target = (
                    stack.enter_context(closing(_stream(cluster, name, there=there)))
                    for cluster, there in zip(self._clusters, sides, strict=True)
                )
                both = compared(source, target, differing)
            read += both.counts[0]
            for side in (0, 1):
                if sides[side]:
                    counts[side][name] = self._clusters[side].ask("GET", f"/{quote(name)}/_count")["count"]
                    digests[side][name] = both.digests[side]
        told = sum(count for count in counts[0].values() if isinstance(count, int))
        yield by_item("counts", counts[0], counts[1], of=told)
        yield by_item("digests", digests[0], digests[1], of=told, compared=read, differences=differing.told)
        yield self._named("mappings", self._mappings)
        yield self._named("aliases", self._aliases)

    def _mappings(self, cluster: Cluster, name: str) -> Mapping[str, Any]:
        """Each field by its path, what an index says besides, and its analyzers."""
        found = cluster.ask("GET", f"/{quote(name)}", absent={}).get(name)
        if found is None:
            return {}
        mappings = found["mappings"]
        rest = {key: value for key, value in mappings.items() if key != "properties"}
        analysis = found["settings"]["index"].get("analysis", {})
        fields = dict(_fields(mappings.get("properties", {}), ""))
        return {f"{name} {path}": value for path, value in {**fields, "mapping": rest, "analysis": analysis}.items()}

    def _aliases(self, cluster: Cluster, name: str) -> Mapping[str, Any]:
        found = cluster.ask("GET", f"/{quote(name)}/_alias", absent={}).get(name, {"aliases": {}})["aliases"]
        # How many there are is an item as well: an index without an alias is compared like one with some.
        return {f"{name} {alias}": value for alias, value in found.items()} | {f"{name}": len(found)}

    def _named(self, comparison: str, ask: Any) -> Compared:
        source, target = (
            {
                item: value if isinstance(value, int) else digest_of(value)
                for name in self._stores.indexes
                for item, value in ask(cluster, name).items()
            }
            for cluster in self._clusters
        )
        differing = Differences()
        for item in sorted({*source, *target}):
            if source.get(item) != target.get(item):
                differing.add(f"{item} differs" if item in source and item in target else f"{item} is at one side only")
        return by_item(comparison, source, target, differences=differing.told)

    def health(self) -> Compared:
        """No alarm of search is raised."""
        return raised("alarms-search")


@contextmanager
def connect(stores: Stores, settings: Settings) -> Iterator[SearchKit]:  # noqa: ARG001 - as every kit is asked
    """Both sides, signed in by password, or by AWS's signature at a domain. Raises :class:`StoreError`."""
    if not isinstance(stores, SearchStores):
        raise TypeError("search is reached by SearchStores")
    with closing(Cluster("source", stores.source)) as source, closing(Cluster("target", stores.target)) as target:
        yield SearchKit(stores, (source, target))


def _stream(cluster: Cluster, index: str, *, there: bool) -> Generator[Item, None, None]:
    if there:
        yield from cluster.items(index)


def _side(store: Store, cluster: Cluster) -> Side:
    about = cluster.ask("GET", "/")
    is_target = cluster.side == "target"
    is_open = about["version"].get("distribution") == "opensearch"
    system, version = ("OpenSearch" if is_open else "Elasticsearch"), str(about["version"]["number"])
    identity = str(about["cluster_uuid"])
    if is_target and store.is_aws:
        domain = amazon.described(
            store,
            "opensearch",
            lambda client: client.describe_domains(DomainNames=[store.name])["DomainStatusList"],
        )
        amazon.at_its_address(store, domain.get("Endpoint"), *domain.get("Endpoints", {}).values())
        system, version = "Amazon OpenSearch Service", domain["EngineVersion"]
        identity = domain["ARN"]
    return Side.model_validate(
        {
            "system": system,
            "name": store.name,
            "host": store.host,
            "version": version,
            "identity": identity,
            "standIn": is_target and not store.is_aws,
        }
    )


def _plugins(cluster: Cluster) -> set[str]:
    """What every node has installed that an index may need."""
    nodes = cluster.ask("GET", "/_nodes/plugins")["nodes"].values()
    names = [{each["name"] for each in node["plugins"] if each["name"].startswith(_OF_INDEXES)} for node in nodes]
    return set.intersection(*names) if names and cluster.side == "target" else set().union(*names)


def _named(cluster: Cluster, path: str) -> set[str]:
    """Names of templates or pipelines that somebody made."""
    found = cluster.ask("GET", path, absent={})
    listed = next((value for value in found.values() if isinstance(value, list)), None)
    if listed is not None:
        found = {each["name"]: each.get("index_template") or each.get("component_template") or {} for each in listed}
    return {
        name
        for name, value in found.items()
        if not name.startswith(".") and name not in _ITS_OWN and not (value.get("_meta") or {}).get("managed")
    }


def _fields(properties: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, field in properties.items():
        path = f"{above}{name}"
        yield path, {key: value for key, value in field.items() if key != "properties"}
        yield from _fields(field.get("properties", {}), f"{path}.")


def _types(mapping: Any) -> set[str]:
    """Every type of a field, of the fields inside it, and of those that a dynamic template would make."""
    if isinstance(mapping, list):
        return set().union(*(_types(each) for each in mapping))
    if not isinstance(mapping, Mapping):
        return set()
    own = {mapping["type"]} if isinstance(mapping.get("type"), str) else set()
    return own.union(*(_types(each) for each in mapping.values()))


def _holds(settings: Any, path: list[str]) -> bool:
    for part in path:
        if not isinstance(settings, Mapping) or part not in settings:
            return False
        settings = settings[part]
    return True


def _told(lacking: list[str], what: str) -> str:
    return f"{what} that OpenSearch has not: {', '.join(lacking)}" if lacking else ""
