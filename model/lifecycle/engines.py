"""Until when AWS gives an engine's version standard support. A version that is not listed has no announced end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from model import type_tokens
from model.lifecycle.end_of_life import EndOfLife, Unannounced
from model.resource import MISSING, Resource

CHECKED: Final = date(2026, 11, 24)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine's versions, by ``major.minor`` or by ``major``; what is older than every one of them has ended too."""

    title: str
    instead: str
    source: str
    #: Standard support, extended support.
    ends: Mapping[str, tuple[date, date | None]]
    #: When its own makers ended a major version that AWS still keeps.
    makers_ended: Mapping[str, date]

    @property
    def facts(self) -> dict[str, EndOfLife]:
        """A fact for each version, and one for all before them."""
        known = {
            version: EndOfLife(
                subject=f"standard support of {self.title} {version}",
                ends=ends,
                extended_until=until,
                makers_ended=self.makers_ended.get(version.partition(".")[0]),
                instead=self.instead,
                source=self.source,
                checked_on=CHECKED,
            )
            for version, (ends, until) in self.ends.items()
        }
        oldest = min(self.ends, key=_order)
        older = EndOfLife(
            subject=f"standard support of every {self.title} before {oldest}",
            ended_by=f"before {self.ends[oldest][0]}",
            instead=self.instead,
            source=self.source,
            checked_on=CHECKED,
        )
        return {**known, "": older}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


_UNTIL_2025: Final = (date(2025, 11, 7), date(2027, 11, 7))
_SEARCH_SOURCE: Final = (
    "OpenSearch Service developer guide, what-is: support per version (as endoflife.date has it, 2026-09-01)"
)
OPENSEARCH: Final = Engine(
    title="OpenSearch on OpenSearch Service",
    instead="OpenSearch 2.19 or newer",
    source=_SEARCH_SOURCE,
    ends={
        **dict.fromkeys(("1.0", "1.1", "1.2", "2.3", "2.5", "2.7", "2.9"), _UNTIL_2025),
        **dict.fromkeys(("2.11", "2.13", "2.15", "2.17"), (date(2027, 11, 7), date(2028, 11, 7))),
        **dict.fromkeys(("1.3", "2.19"), (date(2027, 11, 7), date(2030, 11, 7))),
    },
    makers_ended={},
)
ELASTICSEARCH: Final = Engine(
    title="Elasticsearch on OpenSearch Service",
    instead="OpenSearch 2.19 or newer, which was chosen in row 3",
    source=f"{_SEARCH_SOURCE}; Elastic ended 6 on 2022-02-10 and 7 on 2026-01-15 (endoflife.date/elasticsearch)",
    ends={
        **dict.fromkeys(("1.5", "2.3", "5.1", "5.3", "5.5", "6.0", "6.2", "6.3", "6.4", "6.5", "6.7"), _UNTIL_2025),
        **dict.fromkeys(("7.1", "7.4", "7.7", "7.8"), _UNTIL_2025),
        "5.6": (date(2025, 11, 7), date(2028, 11, 7)),
        "6.8": (date(2027, 11, 7), date(2030, 11, 7)),
        "7.9": (date(2027, 11, 7), date(2028, 11, 7)),
        "7.10": (date(2027, 11, 7), date(2030, 11, 7)),
    },
    makers_ended={"6": date(2022, 2, 10), "7": date(2026, 1, 15)},
)
REDIS: Final = Engine(
    title="Redis OSS on ElastiCache",
    instead="Valkey 8 or newer, which is cheaper as well",
    source="ElastiCache user guide, engine versions and extended support (Redis 6: as endoflife.date has it)",
    ends={
        "2": (date(2023, 1, 13), None),
        "3": (date(2023, 7, 31), None),
        "4": (date(2026, 1, 31), date(2029, 1, 31)),
        "5": (date(2026, 1, 31), date(2029, 1, 31)),
        "6": (date(2027, 1, 31), date(2030, 1, 31)),
    },
    makers_ended={},
)
POSTGRESQL: Final = Engine(
    title="PostgreSQL on RDS",
    instead="PostgreSQL 16 or newer",
    source="RDS for PostgreSQL release calendar (as endoflife.date has it, 2026-08-22)",
    ends={
        "9.6": (date(2022, 4, 30), None),
        "10": (date(2023, 4, 30), None),
        "11": (date(2024, 2, 29), date(2027, 3, 31)),
        "12": (date(2025, 2, 28), date(2028, 2, 29)),
        "13": (date(2026, 2, 28), date(2029, 2, 28)),
        "14": (date(2027, 2, 28), date(2030, 2, 28)),
        "15": (date(2028, 2, 29), date(2031, 2, 28)),
        "16": (date(2029, 2, 28), date(2032, 2, 29)),
        "17": (date(2030, 2, 28), date(2033, 2, 28)),
        "18": (date(2031, 2, 28), date(2034, 2, 28)),
    },
    makers_ended={},
)
#: Engines that rows chose, or AWS offers, whose versions have no announced end.
WITHOUT_END: Final = (
    Unannounced(
        subject="Amazon DocumentDB 4.0, 5.0 and 8.0, which have no announced end",
        source="Amazon DocumentDB developer guide, engine version support dates",
        checked_on=date(2026, 11, 25),
    ),
    Unannounced(
        subject="Valkey 7.2 to 9.1 on ElastiCache, which have no announced end",
        source="ElastiCache user guide, extended support and its schedule, which speak of Redis OSS alone",
        checked_on=date(2026, 11, 25),
    ),
)
_FACTS: Final = {engine.title: engine.facts for engine in (OPENSEARCH, ELASTICSEARCH, REDIS, POSTGRESQL)}
FACTS: Final = tuple(fact for facts in _FACTS.values() for fact in facts.values())


def engine_facts(resource: Resource) -> Iterator[EndOfLife]:
    """What is known of the engine version that a managed store names."""
    for engine, version in _engines(resource):
        if fact := fact_of(engine, version):
            yield fact


def fact_of(engine: Engine, version: str) -> EndOfLife | None:
    """The fact about ``5.0.6``, by its minor or its major version."""
    parts = re.match(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?", version)
    if parts is None:
        return None
    facts = _FACTS[engine.title]
    major, minor = parts.groups()
    for key in (f"{major}.{minor}", major):
        if key in facts:
            return facts[key]
    return facts[""] if (int(major), int(minor or 0)) < min(map(_order, engine.ends)) else None


def _engines(resource: Resource) -> Iterator[tuple[Engine, str]]:
    kind = resource.type
    version = str(resource.get("engineVersion"))
    if kind == type_tokens.OPENSEARCH_DOMAIN:
        for prefix, engine in (("OpenSearch_", OPENSEARCH), ("Elasticsearch_", ELASTICSEARCH)):
            if version.startswith(prefix):
                yield engine, version.removeprefix(prefix)
    elif kind == type_tokens.ELASTICSEARCH_DOMAIN:
        given = resource.get("elasticsearchVersion")
        # Without a version the provider makes a domain of 1.5.
        yield ELASTICSEARCH, "1.5" if given is MISSING else str(given)
    elif kind == type_tokens.ELASTICACHE_REPLICATION_GROUP:
        # Without an engine the provider makes Redis.
        if resource.get("engine") in ("redis", MISSING):
            yield REDIS, version
    elif kind == type_tokens.ELASTICACHE_CLUSTER and resource.get("engine") == "redis":
        yield REDIS, version
    elif kind in (type_tokens.RDS_INSTANCE, type_tokens.RDS_CLUSTER) and resource.get("engine") == "postgres":
        yield POSTGRESQL, version
