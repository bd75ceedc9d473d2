"""The snapshots of OpenSearch that are ours: a bucket, the role that writes them, and what takes one a day.

The service's own hourly ones lie in a bucket of the service, and go with the domain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from ..arguments import AccountRegion, ClusterAccess, Namespace, common, matches, within
from ..bucket import Bucket, BucketArgs, read_write
from ..identity import PodIdentity, PodIdentityArgs, policy_document
from ..jobs import IMAGE, IMAGES, cron_job, job, job_spec, pod_security, program, runs
from ..names import role_name
from ..release import resources
from ..trust import service_trust

PROGRAM: Final = Path(__file__).with_name("snapshotter")
#: What the domain calls the bucket.
REPOSITORY: Final = "scheduled"
POD_LABELS: Final = {"app.kubernetes.io/name": "search-snapshots"}
#: Seconds, with two more tries: the snapshot is whole by then, or the run is red.
DEADLINE: Final = 7200


@dataclass(frozen=True, kw_only=True)
class SnapshotSchedule:
    """A snapshot a day at ``hour`` (UTC), kept for ``keep_days``; ``image`` has Python and botocore."""

    cluster: ClusterAccess
    #: Its own: whoever starts a pod here may become the domains' administrator.
    namespace: Namespace
    image: str
    hour: int = 19
    keep_days: int = 14
    #: What must run before pods can be scheduled and be given an identity.
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        common(self)
        matches(self, "image", IMAGE, IMAGES)
        within(self, "hour", 0, 23)
        within(self, "keep_days", 1, 365)


def snapshot_bucket(
    name: str,
    *,
    place: AccountRegion,
    bucket_name: str | None,
    key_arn: pulumi.Input[str],
    keep_days: int,
    protect: bool,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> tuple[Bucket, aws.iam.Role]:
    """Bucket and role below ``parent``; what was replaced in the bucket is kept for ``keep_days``."""
    child = pulumi.ResourceOptions(parent=parent)
    bucket = Bucket(
        name,
        BucketArgs(
            place=place,
            bucket_name=bucket_name,
            key_arn=key_arn,
            # A new snapshot refers to what older ones wrote: by age, objects would go that it still needs.
            expire_days=0,
            noncurrent_days=keep_days,
            protect=protect,
            tags=tags,
        ),
        child,
    )
    trust = service_trust("es.amazonaws.com", place.account_id)
    role = aws.iam.Role(role_name(name), assume_role_policy=json.dumps(trust), tags=tags, opts=child)
    aws.iam.RolePolicy(
        name,
        role=role.id,
        policy=pulumi.Output.from_input(key_arn).apply(
            lambda arn: policy_document(read_write(bucket.arn, arn, place.region))
        ),
        opts=child,
    )
    return bucket, role


def snapshot_access(
    name: str, schedule: SnapshotSchedule, *, tags: Mapping[str, str], parent: pulumi.Resource
) -> PodIdentity:
    """Who becomes the domains' administrator to map roles, and may do nothing else: that role's trust names this one.

    A role of the same account that a trust names needs no policy besides (source: STS API reference, AssumeRole).
    """
    return PodIdentity(
        f"{name}-access",
        PodIdentityArgs(
            cluster=schedule.cluster,
            namespace=schedule.namespace.name,
            service_account=f"{name}-access",
            tags=tags,
            after=schedule.after,
        ),
        pulumi.ResourceOptions(parent=parent),
    )


def snapshot_statements(domain_arn: str, snapshot_role_arn: str) -> list[dict[str, Any]]:
    """The repository of one domain, and handing its role over, which trusts OpenSearch Service alone.

    No condition on whom it is handed to: AWS documents none for a repository (source: OpenSearch Service developer
    guide, prerequisites of snapshots).
    """
    path = f"{domain_arn}/_snapshot/{REPOSITORY}"
    return [
        {"Action": [f"es:ESHttp{verb}" for verb in ("Get", "Put", "Delete")], "Resource": [path, f"{path}/*"]},
        {"Action": "iam:PassRole", "Resource": snapshot_role_arn},
    ]


def schedule_snapshots(
    name: str,
    schedule: SnapshotSchedule,
    *,
    domain: aws.opensearch.Domain,
    domain_key: str,
    region: str,
    bucket: Bucket,
    roles: tuple[aws.iam.Role, aws.iam.Role],
    access: PodIdentity,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> None:
    """A CronJob that takes a snapshot a day of ``domain``, and a Job before it that maps its role.

    ``roles`` are the one that writes snapshots and the domains' administrator. Domains keep to folders of their own:
    two that write into one repository break it.
    """
    writer, admin = roles
    child = pulumi.ResourceOptions(
        parent=parent, provider=schedule.cluster.provider, depends_on=[schedule.namespace.made]
    )
    taker = PodIdentity(
        name,
        PodIdentityArgs(
            cluster=schedule.cluster,
            namespace=schedule.namespace.name,
            service_account=name,
            statements=pulumi.Output.all(domain.arn, writer.arn).apply(lambda found: snapshot_statements(*found)),
            tags=tags,
            after=schedule.after,
        ),
        pulumi.ResourceOptions(parent=parent),
    )
    plan = {
        "address": domain.endpoint.apply(lambda host: f"https://{host}"),
        "region": region,
        "repository": REPOSITORY,
        "type": "s3",
        "settings": {"bucket": bucket.name, "region": region, "role_arn": writer.arn, "base_path": domain_key},
        "keepDays": schedule.keep_days,
        "administrator": admin.arn,
        # The administrator registers repositories by hand, too, when data moves.
        "roles": [admin.arn, taker.role_arn],
    }
    meta = ObjectMetaArgs(name=name, namespace=schedule.namespace.name)
    mounted = kubernetes.core.v1.ConfigMap(name, metadata=meta, data=program(PROGRAM, plan), opts=child)
    accounts = [
        kubernetes.core.v1.ServiceAccount(
            each,
            metadata=ObjectMetaArgs(name=each, namespace=schedule.namespace.name),
            automount_service_account_token=False,
            opts=child,
        )
        for each in (name, f"{name}-access")
    ]
    ready = [mounted, *accounts, *access.ready, *taker.ready]
    # Another role is mapped by another Job.
    mapped = job(
        f"{name}-access",
        ObjectMetaArgs(name=f"{name}-access", namespace=schedule.namespace.name),
        job_spec(
            POD_LABELS,
            _pod(f"{name}-access", name, schedule.image, taker.role_arn, "--map"),
            retries=4,
            seconds=1200,
        ),
        pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=ready)),
    )
    cron_job(
        name,
        meta,
        f"0 {schedule.hour} * * *",
        job_spec(POD_LABELS, _pod(name, name, schedule.image, taker.role_arn), retries=2, seconds=DEADLINE),
        pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[mapped])),
        failed=3,
    )


def _pod(account: str, config: str, image: str, role_arn: pulumi.Input[str], *argv: str) -> dict[str, Any]:
    """A pod of the program, which writes nothing. Its role is told so that another one makes other pods."""
    return {
        "serviceAccountName": account,
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "securityContext": pod_security(65532),
        "containers": [
            runs(PROGRAM, image, *argv, environment={"ROLE_ARN": role_arn}, resources=resources("50m", "128Mi"))
        ],
        "volumes": [{"name": "program", "configMap": {"name": config}}],
    }
