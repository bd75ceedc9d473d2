"""A password that AWS changes once a week, and the restart that makes long-running pods read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.charts import KUBECTL_IMAGE
from components.release import resources

DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
#: By then the operator, which looks every fifteen minutes, has mirrored what was changed at the hour's beginning.
RESTART_MINUTE: Final = 25


@dataclass(frozen=True, kw_only=True)
class RotationArgs:
    """Which secret, in which hour of the week (UTC), and which deployments have it in their environment."""

    secret_arn: pulumi.Input[str]
    day: str
    hour: int
    deployments: Sequence[str]
    provider: kubernetes.Provider
    namespace: kubernetes.core.v1.Namespace
    namespace_name: str

    def __post_init__(self) -> None:
        if self.day not in DAYS:
            raise ValueError(f"day must be one of {', '.join(DAYS)}, not {self.day}")
        # AWS refuses a window that ends on the next day, and the second restart follows the window.
        if not 0 <= self.hour <= 22:
            raise ValueError(f"hour must be 0 to 22, not {self.hour}")


class Rotation(pulumi.ComponentResource):
    """Rotation in a quiet hour that is known, and a restart of what would go on signing in with the old password.

    AWS changes a master password every seven days, at an hour of its own. The operator mirrors the new one, but a
    variable of a running container keeps its value: from then on every new connection of Airflow would be refused.
    """

    def __init__(self, name: str, args: RotationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:rotation:Rotation", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, provider=args.provider, depends_on=[args.namespace])
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
        meta = ObjectMetaArgs(name=name, namespace=args.namespace_name)
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
            subjects=[kubernetes.rbac.v1.SubjectArgs(kind="ServiceAccount", name=name, namespace=args.namespace_name)],
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
        "args": ["rollout", "restart", *names, f"--namespace={args.namespace_name}"],
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
