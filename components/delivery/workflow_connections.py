"""Connections of Airflow's, put together in the cluster: the program knows addresses, Secrets Manager who signs in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from ..arguments import common, matches, within
from ..stores.secrets import PATH

#: The key of the mirrored Secret that holds the whole connection.
KEY: Final = "connection"
#: Airflow's types of connections, such as mongo and http.
KIND: Final = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What DAGs know by one name, in Airflow's words: ``kind``, ``host``, ``port``, ``schema`` and ``extra``.

    ``secret`` is the path of the entry that keeps ``username`` and ``password``.
    """

    kind: str
    host: pulumi.Input[str]
    secret: str
    port: int | None = None
    schema: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "kind", KIND, "one of Airflow's types, such as mongo")
        matches(self, "secret", PATH, "a secret's path, without slashes at its ends")
        if self.port is not None:
            within(self, "port", 1, 65535)


def mirror_name(release_name: str, connection: str) -> str:
    """The Secret and the ExternalSecret of a connection."""
    return f"{release_name}-connection-{connection}"


def environment(release_name: str, connections: Iterable[str]) -> list[dict[str, str]]:
    """The chart's ``secret`` entries: Airflow finds a connection by a variable of its name."""
    return [
        {"envName": f"AIRFLOW_CONN_{name.upper()}", "secretName": mirror_name(release_name, name), "secretKey": KEY}
        for name in connections
    ]


def mirror_spec(name: str, connection: Connection, store: str, refresh_minutes: int) -> dict[str, Any]:
    """An ExternalSecret whose Secret, ``name``, holds the connection as Airflow reads it, in JSON."""
    text = pulumi.Output.from_input(connection.host).apply(lambda host: template(connection, host))
    return {
        "refreshPolicy": "Periodic",
        "refreshInterval": f"{refresh_minutes}m",
        "secretStoreRef": {"kind": "SecretStore", "name": store},
        "target": {"name": name, "creationPolicy": "Owner", "template": {"data": {KEY: text}}},
        "data": [
            {"secretKey": part, "remoteRef": {"key": connection.secret, "property": part}}
            for part in ("username", "password")
        ],
    }


def template(connection: Connection, host: str) -> str:
    """The operator's template of the JSON. What it quotes itself is all that is secret."""
    known = {
        "conn_type": connection.kind,
        "host": host,
        "port": connection.port,
        "schema": connection.schema,
        "extra": dict(connection.extra),
    }
    plain = json.dumps({key: value for key, value in known.items() if value})
    return '{"login": {{ .username | toJson }}, "password": {{ .password | toJson }}, ' + plain.removeprefix("{")
