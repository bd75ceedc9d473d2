"""Secrets Manager's inventory and the operator that mirrors it into the cluster. No value ever passes through here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from ..arguments import (
    LABEL,
    LABELS,
    SUBDOMAIN,
    SUBDOMAINS,
    TAG_VALUE,
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
from ..identity import PodIdentity, PodIdentityArgs, policy_document
from ..names import named, physical
from ..release import chart_values, merged, release

API_VERSION: Final = "external-secrets.io/v1"
#: What Secrets Manager takes for a part of a name (source: Secrets Manager API reference, CreateSecret).
PATH: Final = re.compile(r"[A-Za-z0-9_+=.@-]+(/[A-Za-z0-9_+=.@-]+)*")
PATHS: Final = "letters, digits and _+=.@-, with slashes between them and none at the ends"
SECRET_NAME: Final = re.compile(rf"(?=.{{1,512}}$){PATH.pattern}")
SECRET_NAMES: Final = f"at most 512 {PATHS}"
SECRET_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,253}")
#: Behind the name are a hyphen and six characters (source: the same, CreateSecret).
SECRET_ARN: Final = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]{1,519}")
ROLE_NAME: Final = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
ROLE_NAMES: Final = "at most 64 letters, digits and _+=,.@-"


@dataclass(frozen=True, kw_only=True)
class SecretEntry:
    """One secret and its ``description``: the ``keys`` of its JSON value, and where they are mirrored.

    ``kubernetes_secret`` is the Secret that mirrors them, in ``namespace``, whose own the secret is. ``readers`` are
    other namespaces that may read it as well, and no more than it. ``rotation`` is the tag that says how often it
    changes, or until when it need not.
    """

    description: str
    keys: Sequence[str]
    namespace: str
    kubernetes_secret: str
    readers: Sequence[str] = ()
    rotation: str | None = None

    def __post_init__(self) -> None:
        common(self)
        require(self, "keys", bool(self.keys), "one key or more")
        differ(self, "keys", "keys")
        matches(self, "keys", SECRET_KEY, "letters, digits, dots, hyphens and underscores")
        matches(self, "namespace", LABEL, LABELS)
        matches(self, "kubernetes_secret", SUBDOMAIN, SUBDOMAINS)
        differ(self, "readers", "namespaces")
        matches(self, "readers", LABEL, LABELS)
        require(self, "readers", self.namespace not in self.readers, f"other namespaces than {self.namespace}, its own")
        matches(
            self, "rotation", TAG_VALUE, "what AWS takes in a tag: at most 256 letters, digits, spaces and _.:/=+-@"
        )


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
    #: The prefix of every name in Secrets Manager, without slashes at its ends; by default the component's name. The
    #: namespace and the entry's name follow.
    path: str | None = None
    #: What each namespace's SecretStore is called; by default the component's name.
    store_name: str | None = None
    #: The role of each namespace is called like this and the namespace; by default the component's name.
    role_prefix: str | None = None
    #: ARNs of secrets that are not in the inventory, by the namespace that may read them.
    also_read: Mapping[str, Sequence[pulumi.Input[str]]] = field(default_factory=dict)
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
        matches(self, "role_prefix", ROLE_NAME, ROLE_NAMES)
        for namespace, arns in self.also_read.items():
            known = [arn for arn in arns if isinstance(arn, str)]
            allowed = "ARNs of secrets, such as arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"
            require(self, "also_read", all(map(SECRET_ARN.fullmatch, known)), f"{allowed}, for {namespace}")
        within(self, "operator_replicas", 1, 9)
        within(self, "refresh_minutes", 1, 1440)
        within(self, "recovery_days", 7 if self.recovery_days else 0, 30)
        if missing := sorted(set(self.reading) - set(self.namespaces)):
            raise ValueError(f"namespaces must hold {', '.join(missing)}: secrets are mirrored there")

    @property
    def reading(self) -> list[str]:
        """The namespaces that read secrets, in order."""
        own = {namespace for entry in self.inventory.values() for namespace in (entry.namespace, *entry.readers)}
        return sorted(own | set(self.also_read))


class Secrets(pulumi.ComponentResource):
    """Entries without values (people and rotation put them in), an operator, and one mirror a secret.

    Each namespace has a store and a role of its own, which reads the secrets below the namespace's own prefix. The
    operator itself reads nothing: it may only take those roles, and each for its namespace alone.

    Once a cluster: the operator's CRDs and webhooks are the whole cluster's.
    """

    arns: dict[str, pulumi.Output[str]]
    #: Where each entry is in Secrets Manager, by its name in the inventory.
    paths: dict[str, str]
    mirrors: dict[str, kubernetes.apiextensions.CustomResource]
    #: What the store of each namespace is called, in every ExternalSecret that reads from it.
    store_name: str
    #: By namespace.
    stores: dict[str, kubernetes.apiextensions.CustomResource]
    #: The role by which each namespace's secrets are read.
    role_arns: dict[str, str]

    def __init__(self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, SecretsArgs)
        super().__init__("alphacar:secrets:Secrets", name, None, opts)
        in_cluster = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider)
        path, place = named(args.path, name, PATH, PATHS), args.cluster.place
        self.store_name = named(args.store_name, name, SUBDOMAIN, SUBDOMAINS)
        prefix = named(args.role_prefix, name, ROLE_NAME, ROLE_NAMES)
        roles = {each: physical(f"{prefix}-{each}", ROLE_NAME, ROLE_NAMES) for each in args.reading}
        self.role_arns = {each: f"arn:aws:iam::{place.account_id}:role/{role}" for each, role in roles.items()}
        self.paths = {
            key: physical(f"{path}/{entry.namespace}/{key}", SECRET_NAME, SECRET_NAMES)
            for key, entry in args.inventory.items()
        }
        self.arns = {
            key: aws.secretsmanager.Secret(
                f"{name}-{key}",
                name=self.paths[key],
                description=entry.description,
                kms_key_id=args.key_arn,
                recovery_window_in_days=args.recovery_days,
                tags={**args.tags, **({"rotation": entry.rotation} if entry.rotation else {})},
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
                statements=assume_statements(self.role_arns.values()),
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
        self.stores = {
            namespace: kubernetes.apiextensions.CustomResource(
                f"{name}-{namespace}",
                api_version=API_VERSION,
                kind="SecretStore",
                metadata={"name": self.store_name, "namespace": namespace},
                spec=store_spec(place.region, self.role_arns[namespace]),
                opts=pulumi.ResourceOptions.merge(
                    in_cluster,
                    pulumi.ResourceOptions(depends_on=[operator, reader, args.namespaces[namespace].made]),
                ),
            )
            for namespace, reader in self._readers(name, path, roles, identity.role_arn, args).items()
        }
        self.mirrors = {
            key: kubernetes.apiextensions.CustomResource(
                f"{name}-{key}",
                api_version=API_VERSION,
                kind="ExternalSecret",
                metadata={"name": entry.kubernetes_secret, "namespace": entry.namespace},
                spec=mirror_spec(self.paths[key], entry, self.store_name, args.refresh_minutes),
                opts=pulumi.ResourceOptions.merge(
                    in_cluster,
                    pulumi.ResourceOptions(
                        depends_on=[self.stores[entry.namespace], args.namespaces[entry.namespace].made]
                    ),
                ),
            )
            for key, entry in sorted(args.inventory.items())
        }
        self.register_outputs({"arns": self.arns})

    def _readers(
        self,
        name: str,
        path: str,
        roles: Mapping[str, str],
        operator_arn: pulumi.Output[str],
        args: SecretsArgs,
    ) -> dict[str, aws.iam.RolePolicy]:
        """Each namespace's role, as the policy without which it may do nothing."""
        child, made = pulumi.ResourceOptions(parent=self), {}
        for namespace, role_name in roles.items():
            role = aws.iam.Role(
                f"{name}-{namespace}",
                name=role_name,
                description=f"Reads the secrets of the namespace {namespace}, for External Secrets",
                assume_role_policy=operator_arn.apply(partial(_reader_trust, namespace)),
                tags=args.tags,
                opts=child,
            )
            shared = [self.paths[key] for key, entry in sorted(args.inventory.items()) if namespace in entry.readers]
            known = pulumi.Output.all(args.key_arn, *args.also_read.get(namespace, ()))
            document = known.apply(partial(_reading, args.cluster.place, f"{path}/{namespace}", shared))
            made[namespace] = aws.iam.RolePolicy(f"{name}-{namespace}", role=role.id, policy=document, opts=child)
        return made


def _reader_trust(namespace: str, operator_arn: str) -> str:
    return json.dumps(reader_trust(operator_arn, namespace))


def _reading(place: AccountRegion, path: str, shared: Sequence[str], known: Sequence[str]) -> str:
    key_arn, *also_read = known
    return policy_document(read_statements(place, path, shared, also_read, key_arn))


def assume_statements(role_arns: Iterable[str]) -> list[dict[str, Any]]:
    """What the operator itself may do: take the namespaces' roles, with tags that say for which one."""
    return [{"Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": list(role_arns)}]


def reader_trust(operator_arn: str, namespace: str) -> dict[str, Any]:
    """Trust in the operator, when it reads for ``namespace``.

    EKS Pod Identity hands credentials to a pod's own service account alone, so the operator can have no second one: it
    takes a role by its own. What it is doing so for it says itself (``sessionTagsPolicy: Simple``), and admission
    refuses a store that would say it instead. Source: external-secrets, providers/v1/aws/provider.go.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": operator_arn},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {
                        "aws:RequestTag/esoNamespace": namespace,
                        "aws:RequestTag/esoStoreKind": "SecretStore",
                    }
                },
            }
        ],
    }


def read_statements(
    place: AccountRegion, prefix: str, shared: Sequence[str], also: Sequence[str], key_arn: str
) -> list[dict[str, Any]]:
    """What a namespace's role may do: read below ``prefix``, what others share with it, and ``also``, by ARN.

    AWS puts a hyphen and six characters behind a name. The operator makes no other call to read one that is named
    (source: external-secrets, providers/v1/aws/secretsmanager/secretsmanager.go, constructSecretValue).
    """
    home = f"arn:aws:secretsmanager:{place.region}:{place.account_id}:secret:"
    return [
        {
            "Action": "secretsmanager:GetSecretValue",
            "Resource": [f"{home}{prefix}/*", *(f"{home}{path}-??????" for path in shared), *also],
        },
        {
            "Action": "kms:Decrypt",
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{place.region}.amazonaws.com"}},
        },
    ]


def store_spec(region: str, role_arn: str) -> dict[str, Any]:
    """A namespace's store: the operator takes ``role_arn`` by its own identity, and says for which namespace."""
    return {
        "provider": {
            "aws": {
                "service": "SecretsManager",
                "region": region,
                "role": role_arn,
                "sessionTagsPolicy": "Simple",
            }
        },
    }


def mirror_spec(path: str, entry: SecretEntry, store: str, refresh_minutes: int) -> dict[str, Any]:
    """An ExternalSecret that copies each key of the JSON value at ``path``."""
    return {
        "refreshPolicy": "Periodic",
        "refreshInterval": f"{refresh_minutes}m",
        "secretStoreRef": {"kind": "SecretStore", "name": store},
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
