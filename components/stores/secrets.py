"""Secrets Manager's inventory and the operator that mirrors it into the cluster. No value ever passes through here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from ..arguments import (
    LABEL,
    LABELS,
    SUBDOMAIN,
    SUBDOMAINS,
    AccountRegion,
    ClusterAccess,
    Namespace,
    common,
    differ,
    given,
    matches,
    require,
    within,
)
from ..charts import EXTERNAL_SECRETS
from ..identity import PodIdentity, PodIdentityArgs
from ..names import named, physical
from ..release import chart_values, merged, release

API_VERSION: Final = "external-secrets.io/v1"
#: What Secrets Manager takes for a part of a name (source: Secrets Manager API reference, CreateSecret).
PATH: Final = re.compile(r"[A-Za-z0-9_+=.@-]+(/[A-Za-z0-9_+=.@-]+)*")
PATHS: Final = "letters, digits and _+=.@-, with slashes between them and none at the ends"
SECRET_NAME: Final = re.compile(rf"(?=.{{1,512}}$){PATH.pattern}")
SECRET_NAMES: Final = f"at most 512 {PATHS}"
SECRET_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,253}")


@dataclass(frozen=True, kw_only=True)
class SecretEntry:
    """One secret and its ``description``: the ``keys`` of its JSON value, and where they are mirrored.

    ``kubernetes_secret`` is the Secret that mirrors them, in ``namespace``.
    """

    description: str
    keys: Sequence[str]
    namespace: str
    kubernetes_secret: str

    def __post_init__(self) -> None:
        common(self)
        require(self, "keys", bool(self.keys), "one key or more")
        differ(self, "keys", "keys")
        matches(self, "keys", SECRET_KEY, "letters, digits, dots, hyphens and underscores")
        matches(self, "namespace", LABEL, LABELS)
        matches(self, "kubernetes_secret", SUBDOMAIN, SUBDOMAINS)


@dataclass(frozen=True, kw_only=True)
class SecretsArgs:
    """What the secrets need from their caller.

    ``inventory`` are the entries by name, ``namespaces`` those that they are mirrored into. Each entry costs
    some cents a month, and each look at it at ``refresh_minutes`` a fraction of one. Values never pass through here:
    people put them in.
    """

    cluster: ClusterAccess
    #: The operator's own.
    namespace: Namespace
    inventory: Mapping[str, SecretEntry]
    namespaces: Mapping[str, Namespace]
    key_arn: pulumi.Input[str]
    #: The prefix of every name in Secrets Manager, without slashes at its ends; by default the component's name.
    path: str | None = None
    #: What the ClusterSecretStore is called; by default the component's name.
    store_name: str | None = None
    refresh_minutes: int = 15
    #: For how long a deleted secret can be brought back: 7 to 30, or 0 for not at all.
    recovery_days: int = 30
    #: How many operators; one of them works.
    operator_replicas: int = 2
    #: What must run before pods can be scheduled and be given an identity.
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "path", PATH, PATHS)
        matches(self, "inventory", PATH, "called by letters, digits and _+=.@-")
        matches(self, "store_name", SUBDOMAIN, SUBDOMAINS)
        within(self, "operator_replicas", 1, 9)
        within(self, "refresh_minutes", 1, 1440)
        within(self, "recovery_days", 7 if self.recovery_days else 0, 30)
        wanted = {entry.namespace for entry in self.inventory.values()}
        if missing := sorted(wanted - set(self.namespaces)):
            raise ValueError(f"namespaces must hold {', '.join(missing)}: secrets are mirrored there")


class Secrets(pulumi.ComponentResource):
    """Entries without values (people and rotation put them in), an operator, a store and one mirror a secret.

    Once a cluster: the operator's CRDs and webhooks are the whole cluster's.
    """

    arns: dict[str, pulumi.Output[str]]
    #: Where each entry is in Secrets Manager, by its name in the inventory.
    paths: dict[str, str]
    mirrors: dict[str, kubernetes.apiextensions.CustomResource]
    #: What the store is called, in every ExternalSecret that reads from it.
    store_name: str
    store: kubernetes.apiextensions.CustomResource

    def __init__(self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, SecretsArgs)
        super().__init__("alphacar:secrets:Secrets", name, None, opts)
        in_cluster = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider)
        path, place = named(args.path, name, PATH, PATHS), args.cluster.place
        self.store_name = named(args.store_name, name, SUBDOMAIN, SUBDOMAINS)
        self.paths = {key: physical(f"{path}/{key}", SECRET_NAME, SECRET_NAMES) for key in args.inventory}
        self.arns = {
            key: aws.secretsmanager.Secret(
                f"{name}-{key}",
                name=self.paths[key],
                description=entry.description,
                kms_key_id=args.key_arn,
                recovery_window_in_days=args.recovery_days,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
            ).arn
            for key, entry in sorted(args.inventory.items())
        }
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.namespace.name,
                service_account=EXTERNAL_SECRETS.name,
                statements=pulumi.Output.from_input(args.key_arn).apply(
                    lambda key_arn: read_statements(place, path, key_arn)
                ),
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        operator = release(
            name,
            EXTERNAL_SECRETS,
            namespace=args.namespace,
            values=operator_values(args.operator_replicas),
            parent=self,
            provider=args.cluster.provider,
            after=[*identity.ready, *args.after],
        )
        self.store = kubernetes.apiextensions.CustomResource(
            name,
            api_version=API_VERSION,
            kind="ClusterSecretStore",
            metadata={"name": self.store_name},
            spec=store_spec(place.region, sorted({entry.namespace for entry in args.inventory.values()})),
            opts=pulumi.ResourceOptions.merge(in_cluster, pulumi.ResourceOptions(depends_on=[operator])),
        )
        self.mirrors = {
            key: kubernetes.apiextensions.CustomResource(
                f"{name}-{key}",
                api_version=API_VERSION,
                kind="ExternalSecret",
                metadata={"name": entry.kubernetes_secret, "namespace": entry.namespace},
                spec=mirror_spec(self.paths[key], entry, self.store_name, args.refresh_minutes),
                opts=pulumi.ResourceOptions.merge(
                    in_cluster,
                    pulumi.ResourceOptions(depends_on=[self.store, args.namespaces[entry.namespace].made]),
                ),
            )
            for key, entry in sorted(args.inventory.items())
        }
        self.register_outputs({"arns": self.arns})


def read_statements(place: AccountRegion, path: str, key_arn: str) -> list[dict[str, Any]]:
    """What the operator may do: read below ``path`` (AWS puts six characters behind a name) and decrypt."""
    return [
        {
            "Action": [
                "secretsmanager:GetSecretValue",
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetResourcePolicy",
                "secretsmanager:ListSecretVersionIds",
            ],
            "Resource": [
                f"arn:aws:secretsmanager:{place.region}:{place.account_id}:secret:{path}/*",
                # What RDS keeps for its instances: Airflow's connection is built from it.
                f"arn:aws:secretsmanager:{place.region}:{place.account_id}:secret:rds!db-*",
            ],
        },
        {
            "Action": "kms:Decrypt",
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{place.region}.amazonaws.com"}},
        },
    ]


def store_spec(region: str, namespaces: Sequence[str]) -> dict[str, Any]:
    """A store for some namespaces. Without ``auth`` the operator's own Pod Identity is used."""
    return {
        "conditions": [{"namespaces": list(namespaces)}],
        "provider": {"aws": {"service": "SecretsManager", "region": region}},
    }


def mirror_spec(path: str, entry: SecretEntry, store: str, refresh_minutes: int) -> dict[str, Any]:
    """An ExternalSecret that copies each key of the JSON value at ``path``."""
    return {
        "refreshPolicy": "Periodic",
        "refreshInterval": f"{refresh_minutes}m",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
        "target": {"name": entry.kubernetes_secret, "creationPolicy": "Owner"},
        "data": [{"secretKey": key, "remoteRef": {"key": path, "property": key}} for key in entry.keys],
    }


def operator_values(replicas: int) -> dict[str, Any]:
    """Chart values: leader election and disruption budgets begin with the second replica."""
    several = replicas > 1
    budget = {"enabled": several, "minAvailable": 1}
    return merged(
        chart_values(EXTERNAL_SECRETS.name),
        {
            "replicaCount": replicas,
            "leaderElect": several,
            "podDisruptionBudget": budget,
            "webhook": {"replicaCount": replicas, "podDisruptionBudget": budget},
        },
    )
