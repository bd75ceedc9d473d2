"""What values of a chart switch on: charts within it, by Helm's tags, by their own switches, or in other words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from model.orders.subcharts import SUBCHARTS, Subchart
from model.resource import MISSING, UNKNOWN, peek

#: How sure it is that the chart within is installed: by a switch that says so, by the chart itself when nothing is
#: said, by a switch that a client could have, or not known before the deployment.
Certainty = Literal["installed", "by default", "perhaps", "unknown"]
#: Keys that switch a chart on when they are true.
_SWITCHES: Final = frozenset(
    {
        "enabled",
        "enable",
        "install",
        "installed",
        "deploy",
        "deployed",
        "create",
        "provision",
        "provisioned",
        "bundled",
        "embedded",
        "internal",
        "builtin",
        "embed",
        "launch",
    }
)
#: Words by which a key says that what is named beside or below it is run here.
_INSTALLING: Final = frozenset(
    {
        "bundle",
        "bundled",
        "charts",
        "components",
        "dependencies",
        "deploy",
        "deploys",
        "install",
        "installs",
        "provision",
        "subcharts",
        "tags",
    }
)
#: Switches that say whether it is run here: one that is false outweighs one that is true.
_RUN_HERE: Final = _SWITCHES - {"enabled", "enable"}
#: What ``redis.type`` says of a store that the chart brings itself, and what parts and names of it are called then.
_BROUGHT: Final = frozenset(
    {"internal", "embedded", "bundled", "builtin", "built-in", "in-cluster", "subchart", "local"}
)
#: Parts of a store that are switched on where it is run.
_PARTS: Final = _BROUGHT | {"deployment", "statefulset"}
_ELSEWHERE: Final = frozenset({"external", "existing", "managed", "remote", "elasticache", "aws"})
_MODES: Final = ("type", "mode", "kind", "source")
#: Keys below which a client's settings stand together.
_TOGETHER: Final = frozenset({"client", "config", "configuration", "options", "params", "server", "settings"})
#: Last words of keys that say where a client finds its server: ``externalHost``, ``bootstrapServers``.
_ADDRESSES: Final = frozenset(
    {
        "addr",
        "address",
        "addresses",
        "addrs",
        "brokers",
        "connection",
        "connections",
        "dsn",
        "endpoint",
        "endpoints",
        "external",
        "host",
        "hostname",
        "hosts",
        "sentinels",
        "servers",
        "uri",
        "uris",
        "url",
        "urls",
    }
)
#: The same in whole, where the last word is anybody's.
_WHOLE_ADDRESSES: Final = frozenset({"bootstrapserver", "brokerlist", "connectionstring"})
#: Keys below which a name is a setting of a client, or something watched, and no chart.
_SETTINGS: Final = frozenset(
    {
        "alerts",
        "auth",
        "backend",
        "cache",
        "client",
        "clients",
        "config",
        "configs",
        "configmap",
        "configuration",
        "dashboards",
        "datasources",
        "defaultrules",
        "env",
        "exporter",
        "exporters",
        "extensions",
        "integrations",
        "logging",
        "metrics",
        "monitoring",
        "networkpolicy",
        "outputs",
        "plugins",
        "presets",
        "processors",
        "receivers",
        "rules",
        "scrape",
        "servicemonitor",
        "settings",
        "sidecar",
        "sinks",
        "sources",
        "storage",
        "telemetry",
        "tracing",
    }
)
#: Keys that only something that runs has.
_RUNNING: Final = frozenset(
    {
        "architecture",
        "fullnameoverride",
        "image",
        "master",
        "nameoverride",
        "persistence",
        "primary",
        "replica",
        "replicacount",
        "replicas",
        "resources",
        "sentinel",
        "statefulset",
        "storage",
        "volumepermissions",
    }
)
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+")
#: Umbrellas have umbrellas in them; deeper, a name is a setting of somebody's.
_DEEPEST: Final = 2


@dataclass(frozen=True, slots=True)
class Switched:
    """A chart within a chart that is switched on, or may be: what it is called, and how sure that is.

    ``runs`` tells whether its values have keys that only something that runs has: a name may be an alias.
    """

    name: str
    certainty: Certainty = "installed"
    runs: bool = False

    @property
    def spellings(self) -> frozenset[str]:
        """``mongodb`` and ``mongo-db`` of ``mongoDB``: the name as charts may write it."""
        lower = self.name.lower()
        return frozenset((lower, lower.replace("-", ""), "-".join(words_of(self.name))))

    @property
    def is_alias(self) -> bool:
        """Whether the name is a chart's own word: no template reads a key with a hyphen, so it is a chart's values'."""
        runs = self.runs or "-" in self.name or bool(_BROUGHT.intersection(words_of(self.name)))
        return self.certainty in ("installed", "by default") and runs


def words_of(name: str) -> tuple[str, ...]:
    """``("redis", "cache")`` of ``redis-cache`` and ``redisCache``."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def switched_on(chart: str, homes: frozenset[str], values: Mapping[str, Any]) -> Iterator[Switched]:
    """Every chart within ``chart`` that ``values`` switch on, or that it installs when they say nothing.

    ``homes`` are words of its repository's address. A name may come twice.
    """
    known = SUBCHARTS.get(chart)
    if known is not None and known.homes and homes and not homes & set(known.homes):
        known = None
    for each in known.subcharts if known else ():
        if certainty := _certainty(each, values):
            yield Switched(each.chart, certainty, runs=True)
    said = {each.switch.partition(".")[0] for each in known.subcharts} | set(known.clients) if known else set()
    for key, below in values.items():
        if key not in said:
            yield from _below(str(key), below, ())


def _certainty(subchart: Subchart, values: Mapping[str, Any]) -> Certainty | None:
    mode = peek(values, subchart.when) if subchart.when else MISSING
    if isinstance(mode, str) and subchart.word not in mode:
        return None
    given = peek(values, *subchart.switch.split("."))
    if given is MISSING:
        other = any(peek(values, *switch.split(".")) is not MISSING for switch in subchart.unless)
        return "by default" if subchart.default and not other else None
    if given is UNKNOWN:
        return "unknown"
    return "installed" if _true(given) else None


def merged(values: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Values laid one over the other, the last on top."""
    result: Mapping[str, Any] = {}
    for each in values:
        result = _over(result, each) if result else each
    return result


def _over(below: Any, above: Any) -> Any:
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    return {**below, **{key: _over(below[key], value) if key in below else value for key, value in above.items()}}


def _true(given: Any) -> bool:
    return given is True or (isinstance(given, str) and given.lower() == "true")


def _below(name: str, value: Any, above: tuple[str, ...]) -> Iterator[Switched]:
    installing = _INSTALLING.intersection(word for key in above[-1:] for word in words_of(key))
    if not isinstance(value, Mapping):
        if _true(value):
            yield from _flag(name, installing=bool(installing))
        return
    yield from _switch(name, value, above)
    if name.lower() in _SETTINGS or len(above) >= _DEEPEST:
        return
    for key, below in value.items():
        if str(key).lower() not in _SWITCHES:
            yield from _below(str(key), below, (*above, name))


def _flag(name: str, *, installing: bool) -> Iterator[Switched]:
    """What a name alone says when it is true: ``tags.install-mongodb``, ``installRedis``, ``provision.kafka``."""
    words = words_of(name)
    named = tuple(word for word in words if word not in _INSTALLING | _SWITCHES | _BROUGHT | {"use"})
    if named and (installing or words[0] in _INSTALLING or _BROUGHT.intersection(words)):
        yield Switched("-".join(named), runs=True)


def _switch(name: str, value: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[Switched]:
    """What a mapping says of the chart that it is called after."""
    keys = {str(key).lower(): given for key, given in value.items()}
    given = [given for key, given in keys.items() if key.removeprefix("use") in _SWITCHES]
    given += [peek(below, "enabled") for key, below in keys.items() if key in _PARTS and isinstance(below, Mapping)]
    if UNKNOWN in given and not any(map(_true, given)):
        yield Switched(name, "unknown")
        return
    modes = {str(keys[mode]).lower() for mode in _MODES if mode in keys}
    brought = bool(modes & _BROUGHT)
    if not brought and (not any(map(_true, given)) or _is_elsewhere(value, keys, modes)):
        return
    runs = bool(keys.keys() & _RUNNING)
    existing = any(key.startswith("existing") and _is_said(given) for key, given in keys.items())
    in_so_many_words = any(_true(keys[key]) for key in keys.keys() & _RUN_HERE)
    sure = in_so_many_words or (not existing and "global" not in above)
    yield Switched(name, "installed" if brought or sure or runs else "perhaps", runs=runs)


def _is_elsewhere(value: Mapping[str, Any], keys: Mapping[str, Any], modes: set[str]) -> bool:
    """Whether a mapping says that what it switches on is run by somebody else: by its address, or in so many words."""
    if modes & _ELSEWHERE or any(keys[key] is False for key in keys.keys() & _RUN_HERE):
        return True
    together = [below for key, below in keys.items() if key in _TOGETHER and isinstance(below, Mapping)]
    said = {str(key): given for each in (value, *together) for key, given in each.items()}
    return any(_is_address(key) and _is_said(given) for key, given in said.items())


def _is_address(key: str) -> bool:
    words = words_of(key)
    return bool(words) and (words[-1] in _ADDRESSES or "".join(words) in _WHOLE_ADDRESSES)


def _is_said(given: Any) -> bool:
    return given not in (None, "", False, [], {})
