"""Secrets that get another value by themselves, and consumers that begin anew with it: a program of ours, weekly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from ..arguments import (
    LABEL,
    LABELS,
    ClusterAccess,
    Namespace,
    common,
    given,
    matches,
    one_of,
    require,
    within,
)
from ..identity import PodIdentity, PodIdentityArgs
from ..jobs import IMAGE, IMAGES, JOB_NAME, JOB_NAMES, cron_job, job, job_spec, pod_security, program, runs
from ..names import physical
from .secrets import SECRET_ARN, SECRET_KEY

DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
#: How network policies find its pods.
POD_LABELS: Final = {"app.kubernetes.io/name": "rotation"}
#: An object by its namespace and name.
PLACED: Final = re.compile(rf"{LABEL.pattern}/{LABEL.pattern}")
ADDRESS: Final = re.compile(r"https?://\S+")
DATABASE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,56}")
#: What a secret opens; see :mod:`components.stores.rotator.kinds`.
KINDS: Final = (
    "documents",
    "documents-reader",
    "database",
    "database-reader",
    "airflow",
    "grafana",
    "fernet",
    "drawn",
)
#: What of a value is drawn: a random text, a key as Airflow wants one, and a user's name, which stays.
DRAWN: Final = ("token", "fernet", "name")
PROGRAM: Final = Path(__file__).with_name("rotator")
#: Airflow's own user in its image.
USER: Final = 50000


@dataclass(frozen=True, kw_only=True)
class RotatedSecret:
    """One secret (``arn``) that keeps a value for ``days``, 7 to 90, and what it opens (``by``).

    ``draw`` says of each key of its value how it is drawn. ``mirrors`` are the ExternalSecrets that copy it, and
    ``restarts`` the Deployments that read the copies when they start, each as ``namespace/name``.
    """

    arn: pulumi.Input[str]
    days: int
    draw: Mapping[str, str]
    by: str = "drawn"
    mirrors: Sequence[str] = ()
    restarts: Sequence[str] = ()

    def __post_init__(self) -> None:
        common(self)
        matches(self, "arn", SECRET_ARN, "a secret's ARN in Secrets Manager")
        within(self, "days", 7, 90)
        one_of(self, "by", KINDS)
        matches(self, "draw", SECRET_KEY, "keys of letters, digits, dots, hyphens and underscores")
        require(self, "draw", set(self.draw.values()) <= set(DRAWN), f"each of {', '.join(DRAWN)}")
        matches(self, "mirrors", PLACED, "ExternalSecrets as namespace/name")
        matches(self, "restarts", PLACED, "Deployments as namespace/name")


@dataclass(frozen=True, kw_only=True)
class UserStore:
    """A store whose users rotate: ``host`` and ``port``, the ``database`` that they use, and ``master_secret_arn``.

    That one keeps ``username`` and ``password`` of who may make users.
    """

    host: pulumi.Input[str]
    port: int
    database: str
    master_secret_arn: pulumi.Input[str]

    def __post_init__(self) -> None:
        common(self)
        within(self, "port", 1, 65535)
        matches(self, "database", DATABASE, "at most 57 letters, digits and underscores, a letter first")
        matches(self, "master_secret_arn", SECRET_ARN, "a secret's ARN in Secrets Manager")


@dataclass(frozen=True, kw_only=True)
class RotationArgs:
    """Which ``secrets`` rotate, by name, in which ``hour`` (UTC) of which ``day`` of the week.

    ``image`` has Airflow's command, psql and pymongo. ``documents`` and ``database`` are the stores whose users are
    among the secrets, and ``grafana`` is where Grafana answers inside the cluster.
    """

    cluster: ClusterAccess
    #: Where it runs: not where applications do, for it may read what it rotates.
    namespace: Namespace
    key_arn: pulumi.Input[str]
    image: str
    secrets: Mapping[str, RotatedSecret]
    #: Those in which mirrors are asked anew and Deployments restarted.
    namespaces: Mapping[str, Namespace]
    documents: UserStore | None = None
    database: UserStore | None = None
    grafana: str | None = None
    #: What makes the database's first user, before anything of ours is pushed: Airflow's own image does.
    first_image: str | None = None
    day: str = "SUN"
    hour: int = 18
    #: What must run before pods can be scheduled and be given an identity.
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        require(self, "secrets", bool(self.secrets), "one secret or more")
        matches(self, "secrets", LABEL, f"called by {LABELS}")
        matches(self, "image", IMAGE, IMAGES)
        matches(self, "first_image", IMAGE, IMAGES)
        matches(self, "grafana", ADDRESS, "an address such as http://grafana.monitoring")
        one_of(self, "day", DAYS)
        within(self, "hour", 0, 23)
        for kind, store in (("documents", self.documents), ("database", self.database)):
            of = [name for name, secret in self.secrets.items() if secret.by == kind]
            reading = [name for name, secret in self.secrets.items() if secret.by == f"{kind}-reader"]
            if max(len(of), len(reading)) > 1 or bool(of or reading) is not bool(store):
                raise ValueError(
                    f"{kind} must be given for one secret by {kind} and one by {kind}-reader, or either, and for no "
                    f"other; there are {len(of)} and {len(reading)}"
                )
        by = {secret.by for secret in self.secrets.values()}
        if by & {"airflow", "fernet"} and "database" not in by:
            raise ValueError("database must be given: Airflow's own command signs in to it, as a secret's user")
        if any(secret.by == "grafana" for secret in self.secrets.values()) and not self.grafana:
            raise ValueError("grafana must be given: its administrator rotates by its API")
        if missing := sorted({place.partition("/")[0] for place in _places(self)} - set(self.namespaces)):
            raise ValueError(f"namespaces must hold {', '.join(missing)}: secrets are used there")


def _places(args: RotationArgs) -> Iterable[str]:
    for secret in args.secrets.values():
        yield from (*secret.mirrors, *secret.restarts)


class Rotation(pulumi.ComponentResource):
    """A CronJob that rotates what is due, may touch those secrets, mirrors and Deployments, and nothing else.

    Users of a store are two in turn: consumers have a password that works at any time, wherever a run is killed.
    """

    #: What must have run before the database's user signs in.
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: RotationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, RotationArgs)
        super().__init__("alphacar:rotation:Rotation", name, None, opts)
        physical(name, JOB_NAME, JOB_NAMES)
        child = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider, depends_on=[args.namespace.made])
        meta = ObjectMetaArgs(name=name, namespace=args.namespace.name)
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.namespace.name,
                service_account=name,
                statements=_statements(args),
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        # The program asks the API server by the token.
        account = kubernetes.core.v1.ServiceAccount(
            name, metadata=meta, automount_service_account_token=True, opts=child
        )
        mounted = kubernetes.core.v1.ConfigMap(name, metadata=meta, data=program(PROGRAM, plan(args)), opts=child)
        before = [account, mounted, *identity.ready, *self._allow(name, args)]
        waits = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=before))
        cron_job(
            name,
            meta,
            f"0 {args.hour} * * {args.day}",
            # What was killed is finished by the next try, and whoever restarts slowly is waited for.
            job_spec(POD_LABELS, pod(name, args.image), retries=2, seconds=5400),
            waits,
            failed=1,
        )
        self.ready = []
        if users := _named(args, "database"):
            first = f"{name}-first"
            settles = pod(name, args.first_image or args.image, "--settle", users)
            # It waits until its secret has a value.
            self.ready = [
                job(
                    first,
                    ObjectMetaArgs(name=first, namespace=args.namespace.name),
                    job_spec(POD_LABELS, settles, retries=2),
                    waits,
                )
            ]
        self.register_outputs({})

    def _allow(self, name: str, args: RotationArgs) -> Iterable[pulumi.Resource]:
        """In each namespace: the mirrors and Deployments of the secrets, by name."""
        used: dict[str, dict[str, set[str]]] = {}
        for secret in args.secrets.values():
            for resource, places in (("externalsecrets", secret.mirrors), ("deployments", secret.restarts)):
                for namespace, _, each in (place.partition("/") for place in places):
                    used.setdefault(namespace, {}).setdefault(resource, set()).add(each)
        for namespace, resources in sorted(used.items()):
            meta = ObjectMetaArgs(name=name, namespace=namespace)
            child = pulumi.ResourceOptions(
                parent=self, provider=args.cluster.provider, depends_on=[args.namespaces[namespace].made]
            )
            yield kubernetes.rbac.v1.Role(
                f"{name}-{namespace}",
                metadata=meta,
                rules=[
                    kubernetes.rbac.v1.PolicyRuleArgs(
                        api_groups=["apps" if resource == "deployments" else "external-secrets.io"],
                        resources=[resource],
                        resource_names=sorted(names),
                        verbs=["get", "patch"],
                    )
                    for resource, names in sorted(resources.items())
                ],
                opts=child,
            )
            yield kubernetes.rbac.v1.RoleBinding(
                f"{name}-{namespace}",
                metadata=meta,
                role_ref=kubernetes.rbac.v1.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind="Role", name=name),
                subjects=[
                    kubernetes.rbac.v1.SubjectArgs(kind="ServiceAccount", name=name, namespace=args.namespace.name)
                ],
                opts=child,
            )


def _statements(args: RotationArgs) -> pulumi.Output[list[dict[str, Any]]]:
    """New versions of the secrets, and the masters' passwords to read; AWS's own key opens DocumentDB's by itself."""
    masters = [store.master_secret_arn for store in (args.documents, args.database) if store]
    region = args.cluster.place.region

    def made(found: Sequence[Any]) -> list[dict[str, Any]]:
        key, owned, read = found
        via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}}
        actions = ("GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
        return [
            {"Action": [f"secretsmanager:{action}" for action in actions], "Resource": owned},
            *([{"Action": "secretsmanager:GetSecretValue", "Resource": read}] if read else []),
            {"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key, "Condition": via},
        ]

    owned = [secret.arn for _, secret in sorted(args.secrets.items())]
    return pulumi.Output.all(args.key_arn, pulumi.Output.all(*owned), pulumi.Output.all(*masters)).apply(made)


def plan(args: RotationArgs) -> dict[str, Any]:
    """What the program reads: secrets, where their stores are, and no value."""
    found: dict[str, Any] = {
        "region": args.cluster.place.region,
        "grafana": args.grafana,
        "secrets": {
            name: {
                "arn": secret.arn,
                "by": secret.by,
                "days": secret.days,
                "draw": dict(secret.draw),
                "mirrors": list(secret.mirrors),
                "restarts": list(secret.restarts),
            }
            for name, secret in sorted(args.secrets.items())
        },
    }
    for kind, store in (("documents", args.documents), ("database", args.database)):
        if store:
            found[kind] = {
                "host": store.host,
                "port": store.port,
                "database": store.database,
                "master": store.master_secret_arn,
                "users": _named(args, kind),
            }
    return found


def _named(args: RotationArgs, kind: str) -> str | None:
    return next((name for name, secret in args.secrets.items() if secret.by == kind), None)


def pod(name: str, image: str, *argv: str) -> dict[str, Any]:
    """A pod of the program, which writes nowhere but below /tmp."""
    return {
        "serviceAccountName": name,
        "restartPolicy": "Never",
        "securityContext": pod_security(USER, runAsGroup=0),
        "containers": [
            runs(
                PROGRAM,
                image,
                *argv,
                environment={"AIRFLOW_HOME": "/tmp/airflow"},  # noqa: S108 - inside the pod
                resources={"requests": {"cpu": "50m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
                mounts=[{"name": "scratch", "mountPath": "/tmp"}],  # noqa: S108
            )
        ],
        "volumes": [
            {"name": "program", "configMap": {"name": name}},
            {"name": "scratch", "emptyDir": {"sizeLimit": "256Mi"}},
        ],
    }
