"""Canaries and drills by schedule: CronJobs that write what a backup must hold, and that bring it back for a try."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from ..arguments import LABEL, LABELS, ClusterAccess, Namespace, common, given, matches, require, within
from ..bucket import BUCKET_NAME, BUCKET_NAMES
from ..identity import PodIdentity, PodIdentityArgs
from ..jobs import CONTAINER_SECURITY, JOB_NAME, JOB_NAMES, cron_job, job_spec, pod_security
from ..names import physical
from ..release import resources
from .secrets import SECRET_NAME, SECRET_NAMES

#: With its digest.
IMAGE: Final = re.compile(r"[a-z0-9][a-z0-9.:/_-]*[\w.-]*@sha256:[0-9a-f]{64}")
#: What the program mounts: the plan, and what signs in to a store.
PLAN: Final = "/etc/recovery"
SECRETS: Final = "/recovery"
#: By this and ``component``, the store, network policies find its pods.
POD_LABELS: Final = {"app.kubernetes.io/name": "drills"}
#: Seconds: a restore of 90 minutes, cleaning up twice, and what starts a pod.
DEADLINE: Final = 10_800
#: The tag of what is the drills' own: ``python -m recovery`` changes and deletes nothing without it.
MARK: Final = {"recovery": "drill"}
#: A drill that is ended takes away what it restored before it is killed.
GRACE: Final = 1_800
#: A key of KMS by its ARN: a role is given no alias.
KEY_ARN: Final = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
_GROUP: Final = "velero.io"


@dataclass(frozen=True, kw_only=True)
class DrilledStore:
    """One store: how often it is drilled, and what its job is told and may do.

    ``every_days`` counts from the first of each month. ``plan`` is what ``python -m recovery`` reads of it; ``secret``
    is the Secret that signs in, mounted whole; ``statements`` are IAM statements beside those of the ledger.
    """

    every_days: int
    plan: Mapping[str, pulumi.Input[Any]]
    statements: pulumi.Input[Sequence[Mapping[str, Any]]] = ()
    secret: str | None = None

    def __post_init__(self) -> None:
        common(self)
        within(self, "every_days", 1, 31)
        matches(self, "secret", LABEL, LABELS)


@dataclass(frozen=True, kw_only=True)
class DrillsArgs:
    """What is drilled (``stores``, by the program's names), for which ``environment``, by which ``image`` of its tools.

    ``ledger_bucket`` keeps what a backup must hold, below ``drills/``. ``hour`` (UTC) is that of the backup: canaries
    are written an hour before it, drills run three hours after it. ``canaries`` is the namespace of the cluster's own
    canary, which ``velero`` backs up; without ``backup`` among the stores neither is used. ``signing_key`` is the ARN
    of the asymmetric key (``RSA_3072``, ``SIGN_VERIFY``) that signs the evidence; by default it is not signed.
    """

    cluster: ClusterAccess
    namespace: Namespace
    canaries: Namespace | None = None
    velero: Namespace | None = None
    environment: str
    image: str
    stores: Mapping[str, DrilledStore]
    ledger_bucket: str
    key_arn: pulumi.Input[str]
    hour: int = 18
    #: What Secrets Manager calls the drill's own secret, which is made here; by default there is none.
    canary_secret: str | None = None
    signing_key: str | None = None
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "environment", LABEL, LABELS)
        matches(self, "image", IMAGE, "an image with its digest, such as registry/tools@sha256:...")
        require(self, "stores", bool(self.stores), "one store or more")
        matches(self, "stores", LABEL, LABELS)
        matches(self, "ledger_bucket", BUCKET_NAME, BUCKET_NAMES)
        within(self, "hour", 0, 23)
        matches(self, "canary_secret", SECRET_NAME, SECRET_NAMES)
        matches(self, "signing_key", KEY_ARN, "the ARN of a KMS key")
        if "backup" in self.stores and (self.canaries is None or self.velero is None):
            raise ValueError("canaries and velero must be given: stores has backup, whose canary is in a namespace")


class Drills(pulumi.ComponentResource):
    """Two CronJobs a store, under a service account that may reach that store, its copy and the ledger alone.

    Once a cluster: the copy's namespace and its restore have one name.
    """

    def __init__(self, name: str, args: DrillsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, DrillsArgs)
        super().__init__("alphacar:drills:Drills", name, None, opts)
        in_cluster = pulumi.ResourceOptions(
            parent=self, provider=args.cluster.provider, depends_on=[args.namespace.made, *args.after]
        )
        if args.canary_secret:
            # Random records, which sign in nowhere: the canary of the day rotates them.
            aws.secretsmanager.Secret(
                name,
                name=args.canary_secret,
                description="Canary of the drills: deleted and brought back on purpose",
                kms_key_id=args.key_arn,
                tags={**args.tags, "rotation": "every 1 day", **MARK},
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
            )
        for store, drilled in sorted(args.stores.items()):
            called = f"{name}-{store}"
            for what in ("canary", "drill"):
                physical(f"{what}-{store}", JOB_NAME, JOB_NAMES)
            meta = ObjectMetaArgs(name=f"drill-{store}", namespace=args.namespace.name)
            account = kubernetes.core.v1.ServiceAccount(
                called, metadata=meta, automount_service_account_token=store == "backup", opts=in_cluster
            )
            config = kubernetes.core.v1.ConfigMap(
                called,
                metadata=meta,
                data={"plan.yaml": pulumi.Output.json_dumps(plan_of(store, drilled, args))},
                opts=in_cluster,
            )
            identity = PodIdentity(
                called,
                PodIdentityArgs(
                    cluster=args.cluster,
                    namespace=args.namespace.name,
                    service_account=f"drill-{store}",
                    statements=pulumi.Output.all(args.key_arn, drilled.statements).apply(
                        lambda found, store=store: [  # type: ignore[misc]
                            *ledger_statements(args.ledger_bucket, store, found[0]),
                            *signing_statements(args.signing_key),
                            *found[1],
                        ]
                    ),
                    tags=args.tags,
                    after=args.after,
                ),
                pulumi.ResourceOptions(parent=self),
            )
            rights = self._rights(called, args) if store == "backup" else []
            for what, schedule in schedules(args.hour, drilled.every_days).items():
                labels = {**POD_LABELS, "app.kubernetes.io/component": store}
                cron_job(
                    f"{called}-{what}",
                    ObjectMetaArgs(name=f"{what}-{store}", namespace=args.namespace.name),
                    schedule,
                    # What is red is not tried again: somebody reads why.
                    job_spec(labels, pod(what, store, args), retries=0, seconds=DEADLINE),
                    pulumi.ResourceOptions.merge(
                        in_cluster, pulumi.ResourceOptions(depends_on=[account, config, *identity.ready, *rights])
                    ),
                    failed=3,
                )
        self.register_outputs({})

    def _rights(self, name: str, args: DrillsArgs) -> list[pulumi.Resource]:
        """What the cluster's own drill may: read backups, restore one namespace beside itself, take that away."""
        assert args.canaries and args.velero  # noqa: S101, PT018 - __post_init__ refuses anything else
        copy = f"{args.canaries.name}-drill"
        made: list[pulumi.Resource] = []
        for where, rules in (
            # Velero brings this one back with the copy: the right to read a copy is in it.
            (args.canaries, [_rule("", ["configmaps"], ["get", "list", "create", "delete"])]),
            (
                args.velero,
                [
                    _rule(_GROUP, ["backups"], ["get", "list"]),
                    _rule(_GROUP, ["restores"], ["list", "create"]),
                    _rule(_GROUP, ["restores"], ["get", "delete"], [copy]),
                    _rule(_GROUP, ["backupstoragelocations"], ["get", "patch"], ["default"]),
                ],
            ),
        ):
            meta = ObjectMetaArgs(name="drill-backup", namespace=where.name)
            opts = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider, depends_on=[where.made])
            made.append(kubernetes.rbac.v1.Role(f"{name}-{where.name}", metadata=meta, rules=rules, opts=opts))
            made.append(
                kubernetes.rbac.v1.RoleBinding(
                    f"{name}-{where.name}", metadata=meta, role_ref=_ref("Role"), subjects=[_subject(args)], opts=opts
                )
            )
        # Namespaces belong to no namespace.
        opts = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider)
        meta = ObjectMetaArgs(name="drill-backup")
        rules = [
            _rule("", ["namespaces"], ["get"], [args.canaries.name, copy]),
            _rule("", ["namespaces"], ["delete"], [copy]),
        ]
        made.append(kubernetes.rbac.v1.ClusterRole(name, metadata=meta, rules=rules, opts=opts))
        made.append(
            kubernetes.rbac.v1.ClusterRoleBinding(
                name, metadata=meta, role_ref=_ref("ClusterRole"), subjects=[_subject(args)], opts=opts
            )
        )
        return made


def _rule(group: str, kinds: Sequence[str], verbs: Sequence[str], names: Sequence[str] = ()) -> Any:
    return kubernetes.rbac.v1.PolicyRuleArgs(
        api_groups=[group], resources=list(kinds), verbs=list(verbs), resource_names=list(names) or None
    )


def _ref(kind: str) -> Any:
    return kubernetes.rbac.v1.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind=kind, name="drill-backup")


def _subject(args: DrillsArgs) -> Any:
    return kubernetes.rbac.v1.SubjectArgs(kind="ServiceAccount", name="drill-backup", namespace=args.namespace.name)


def schedules(hour: int, every_days: int) -> dict[str, str]:
    """When a canary is written and a drill runs, in UTC; ``*/N`` begins anew with each month, never later than N."""
    return {"canary": f"0 {(hour - 1) % 24} * * *", "drill": f"0 {(hour + 3) % 24} */{every_days} * *"}


def plan_of(store: str, drilled: DrilledStore, args: DrillsArgs) -> dict[str, Any]:
    """The plan of one store: each job is told of its own alone."""
    signs = {"signingKey": args.signing_key} if args.signing_key else {}
    return {"ledger": {"bucket": args.ledger_bucket}, **signs, store: dict(drilled.plan)}


def ledger_statements(bucket: str, store: str, key_arn: str) -> list[dict[str, Any]]:
    """Entries and evidence of one store may be read and written; none may be deleted."""
    place = f"drills/{store}/*"
    return [
        {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::{bucket}/{place}"},
        {
            "Action": "s3:ListBucket",
            "Resource": f"arn:aws:s3:::{bucket}",
            "Condition": {"StringLike": {"s3:prefix": place}},
        },
        {
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": key_arn,
            "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
        },
    ]


def signing_statements(key_arn: str | None) -> list[dict[str, Any]]:
    """Digests may be signed by the key as evidence is (``migration/evidence/record.py``), and no more."""
    if key_arn is None:
        return []
    signed = {"kms:MessageType": "DIGEST", "kms:SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
    return [{"Action": "kms:Sign", "Resource": key_arn, "Condition": {"StringEquals": signed}}]


def pod(what: str, store: str, args: DrillsArgs) -> dict[str, Any]:
    """A pod that writes a store's canary or drills it (``what``)."""
    mounts: list[dict[str, Any]] = [
        {"name": "plan", "mountPath": PLAN, "readOnly": True},
        {"name": "scratch", "mountPath": "/tmp"},  # noqa: S108 - the pod's own, and empty
    ]
    volumes: list[dict[str, Any]] = [
        {"name": "plan", "configMap": {"name": f"drill-{store}"}},
        {"name": "scratch", "emptyDir": {"sizeLimit": "64Mi"}},
    ]
    if secret := args.stores[store].secret:
        mounts.append({"name": "signs-in", "mountPath": f"{SECRETS}/{store}", "readOnly": True})
        volumes.append({"name": "signs-in", "secret": {"secretName": secret, "defaultMode": 0o440}})
    container = {
        "name": "recovery",
        "image": args.image,
        "command": ["python", "-m", "recovery", what, args.environment, store],
        "resources": resources("100m", "256Mi"),
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": mounts,
    }
    return {
        "serviceAccountName": f"drill-{store}",
        "automountServiceAccountToken": store == "backup",
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": GRACE,
        "nodeSelector": {"kubernetes.io/arch": "arm64"},
        "securityContext": pod_security(65532, fsGroup=65532),
        "containers": [container],
        "volumes": volumes,
    }
