"""A password that AWS changes once a week, and the restart that makes long-running pods read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from ..arguments import SUBDOMAIN, ClusterAccess, Namespace, common, given, matches, one_of, require, within
from ..charts import KUBECTL_IMAGE
from ..names import physical
from ..release import resources

DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
#: By then the operator, which looks every fifteen minutes, has mirrored what was changed at the hour's beginning.
RESTART_MINUTE: Final = 25
#: A CronJob's name stands before what tells its runs apart (source: Kubernetes, CronJob).
JOB_NAME: Final = re.compile(rf"(?=.{{1,52}}$){SUBDOMAIN.pattern}")
JOB_NAMES: Final = "at most 52 lower-case letters, digits, dots and hyphens"
SECRET_ARN: Final = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+")


@dataclass(frozen=True, kw_only=True)
class RotationArgs:
    """Which secret (``secret_arn``), in which ``hour`` (UTC) of which ``day`` of the week.

    ``deployments`` have it in their environment, and must read it again.
    """

    cluster: ClusterAccess
    namespace: Namespace
    secret_arn: pulumi.Input[str]
    deployments: Sequence[str]
    day: str = "SUN"
    hour: int = 18

    def __post_init__(self) -> None:
        common(self)
        matches(self, "secret_arn", SECRET_ARN, "a secret's ARN in Secrets Manager")
        require(self, "deployments", bool(self.deployments), "one deployment or more")
        matches(self, "deployments", SUBDOMAIN, "names of deployments")
        one_of(self, "day", DAYS)
        # AWS refuses a window that ends on the next day, and the second restart follows the window.
        within(self, "hour", 0, 22)


class Rotation(pulumi.ComponentResource):
    """Rotation in a quiet hour that is known, and a restart of what would go on signing in with the old password.

    AWS changes a master password every seven days, at an hour of its own. The operator mirrors the new one, but a
    variable of a running container keeps its value: from then on every new connection of Airflow would be refused.
    """

    def __init__(self, name: str, args: RotationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, RotationArgs)
        super().__init__("alphacar:rotation:Rotation", name, None, opts)
        physical(name, JOB_NAME, JOB_NAMES)
        child = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider, depends_on=[args.namespace.made])
        aws.secretsmanager.SecretRotation(
            name,
            secret_id=args.secret_arn,
            # At once would be while pods start with the first password.
            rotate_immediately=False,
            rotation_rules=aws.secretsmanager.SecretRotationRotationRulesArgs(
                schedule_expression=f"cron(0 {args.hour} ? * {args.day} *)", duration="1h"
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        meta = ObjectMetaArgs(name=name, namespace=args.namespace.name)
        # kubectl signs in with the token.
        account = kubernetes.core.v1.ServiceAccount(
            name, metadata=meta, automount_service_account_token=True, opts=child
        )
        role = kubernetes.rbac.v1.Role(
            name,
            metadata=meta,
            rules=[
                kubernetes.rbac.v1.PolicyRuleArgs(
                    api_groups=["apps"],
                    resources=["deployments"],
                    resource_names=list(args.deployments),
                    verbs=["get", "patch"],
                )
            ],
            opts=child,
        )
        binding = kubernetes.rbac.v1.RoleBinding(
            name,
            metadata=meta,
            role_ref=kubernetes.rbac.v1.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind="Role", name=name),
            subjects=[kubernetes.rbac.v1.SubjectArgs(kind="ServiceAccount", name=name, namespace=args.namespace.name)],
            opts=child,
        )
        kubernetes.batch.v1.CronJob(
            name,
            metadata=meta,
            spec=restart_spec(name, args),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[account, role, binding])),
        )
        self.register_outputs({})


def restart_spec(name: str, args: RotationArgs) -> Any:
    """A CronJob that restarts twice: soon after the window has opened, and after it has closed.

    AWS rotates at any moment of the window, mostly its first; the second restart is for all the others.
    """
    names = [f"deployment/{deployment}" for deployment in args.deployments]
    container = {
        "name": "kubectl",
        "image": KUBECTL_IMAGE,
        "args": ["rollout", "restart", *names, f"--namespace={args.namespace.name}"],
        "resources": resources("10m", "64Mi"),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    pod = {
        "serviceAccountName": name,
        "restartPolicy": "Never",
        "securityContext": {"runAsNonRoot": True, "runAsUser": 65534, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }
    return {
        "schedule": f"{RESTART_MINUTE} {args.hour},{args.hour + 1} * * {args.day}",
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 1,
        "jobTemplate": {"spec": {"backoffLimit": 3, "template": {"spec": pod}}},
    }
