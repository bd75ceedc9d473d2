"""IAM policies for what an environment declares: pure documents, one statement a service, and how they are packed.

Each allows the actions that keep the declared types, on the declared names: a role of another name, a bucket of another
name, another region is refused. Roles are made and changed only with the boundary on them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bootstrap.arns import ARNS
from bootstrap.declared import Declared
from bootstrap.permissions import Table
from model import type_tokens

Statement = dict[str, Any]

#: A managed policy holds so many characters without white space, and a role so many of them (source: IAM user guide,
#: IAM and AWS STS quotas).
CHARACTERS: Final = 6144
POLICIES: Final = 10
#: Global services answer in this region alone (source: IAM user guide, aws:RequestedRegion).
GLOBAL: Final = ("budgets", "ce", "iam")
GLOBAL_REGION: Final = "us-east-1"
#: What IAM allows to tie to a boundary (source: IAM user guide, delegating with permissions boundaries).
BOUNDED: Final = frozenset(
    f"iam:{verb}"
    for verb in (
        *("AttachRolePolicy", "CreateRole", "DeleteRolePolicy", "DetachRolePolicy"),
        *("PutRolePermissionsBoundary", "PutRolePolicy"),
    )
)
#: Nobody takes a boundary off, and nobody moves a role away from the names that are declared.
NEVER: Final = frozenset({"iam:DeleteRolePermissionsBoundary"})
#: Keys have no names: what opens, disables or deletes one is held to the project's tag. What runs while one is made is
#: not, because a tag counts some minutes later (source: KMS developer guide, using tags to control access).
KEYS: Final = frozenset(
    {"kms:DisableKey", "kms:DisableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UntagResource"}
)
PROJECT: Final = "alphacar-landing-zone"
PASS_ROLE: Final = "iam:PassRole"  # noqa: S105 - an action
LINK: Final = "iam:CreateServiceLinkedRole"
#: What takes a role that is lent to another one, with tags that say for what.
TAKING: Final = frozenset({"sts:AssumeRole", "sts:TagSession"})
GRANT: Final = "kms:CreateGrant"
#: Services that make themselves a linked role when they are first used (source: their user guides).
LINKED: Final[Mapping[str, tuple[str, ...]]] = {
    type_tokens.ACCESSANALYZER_MODULE: ("access-analyzer.amazonaws.com",),
    type_tokens.BACKUP_MODULE: ("backup.amazonaws.com",),
    type_tokens.DOCDB_MODULE: ("rds.amazonaws.com",),
    type_tokens.EKS_MODULE: (
        "autoscaling.amazonaws.com",
        "eks-nodegroup.amazonaws.com",
        "eks.amazonaws.com",
        "spot.amazonaws.com",
    ),
    type_tokens.ELASTICACHE_MODULE: ("elasticache.amazonaws.com",),
    type_tokens.RDS_MODULE: ("rds.amazonaws.com",),
}
#: What declared roles do in services that hold no secrets, AWS's own policies included that are attached to them
#: (sources: components, and the AWS managed policy reference).
WORKING: Final[Mapping[str, tuple[str, ...]]] = {
    "acm": ("Describe*", "List*"),
    "autoscaling": ("Describe*",),
    "backup": ("CopyFrom*", "CopyInto*", "Describe*", "Get*", "List*", "Start*", "TagResource"),
    "backup-storage": ("Mount*",),
    "cloudwatch": ("Describe*", "Get*", "List*", "PutMetricData"),
    "ec2": (
        *("Assign*", "Attach*", "AuthorizeSecurityGroup*", "Copy*", "Create*", "Delete*", "Deregister*", "Describe*"),
        *("Detach*", "Get*", "ModifyInstance*", "ModifyNetworkInterface*", "ModifyVolume*", "Register*"),
        *("RevokeSecurityGroup*", "RunInstances", "TerminateInstances", "Unassign*"),
    ),
    "ecr": ("Batch*", "Complete*", "Describe*", "Get*", "Initiate*", "List*", "PutImage", "Upload*"),
    "eks": ("Describe*", "List*"),
    "eks-auth": ("AssumeRoleForPodIdentity",),
    "elasticloadbalancing": (
        *("Add*", "Create*", "Delete*", "Deregister*", "Describe*", "Modify*", "Register*", "Remove*", "Set*"),
    ),
    "es": ("Describe*", "ESHttp*", "List*"),
    "logs": (
        "Create*",
        "Describe*",
        "Filter*",
        "Get*",
        "List*",
        "PutLogEvents",
        "PutRetentionPolicy",
        "Start*",
        "Stop*",
    ),
    "rds": (
        "Add*",
        "Copy*",
        "Create*",
        "Delete*",
        "Describe*",
        "List*",
        "ModifyDBCluster",
        "ModifyDBInstance",
        "Restore*",
    ),
    "sns": ("Publish",),
    "tag": ("Get*",),
    "xray": ("Batch*", "Get*", "Put*"),
}
#: Who may restore a snapshot of a database: AWS Backup changes it of its own, for a copy in another account.
SHARING: Final = frozenset({"rds:ModifyDB*SnapshotAttribute"})
#: What holds secrets or data is open to a role by its declared name alone.
HOLDING: Final = ("elasticache", "s3", "secretsmanager")
BALANCERS: Final = "elasticloadbalancing.amazonaws.com"
#: Look-ups of the program that are about no resource that it declares.
LOOKED_UP: Final = frozenset({"ec2:DescribeAvailabilityZones"})


def deploying(declared: Sequence[Declared], table: Table, account: str, region: str, boundary: str) -> list[Statement]:
    """What makes, changes and deletes what is ``declared``; ``boundary`` is the ARN of every role's boundary.

    Raises :class:`ValueError` for a type without permissions, and for a service without an ARN.
    """
    needed = table.of(each.type for each in declared)
    own = needed.reads | needed.writes
    lent = needed.lends - own
    plain = (own | lent | LOOKED_UP) - BOUNDED - NEVER - KEYS - {PASS_ROLE, LINK, GRANT}
    through = frozenset(name for name in lent - own if name.startswith("kms:")) & plain
    arns, regions = _arns(declared, account, region), _regions(declared, region)
    roles = [arn for arn in arns["iam"] if "/aws-service-role/" not in arn and ":role/" in arn]
    handed = sorted({service for each in declared if each.type == type_tokens.IAM_ROLE for service in each.services})
    return [
        *_statements(plain - through, table, arns, regions),
        *_given(through, arns.get("kms", []), {"StringLike": {"kms:ViaService": _services_of(regions)}}),
        *_given(own & KEYS, arns.get("kms", []), {"StringEquals": {"aws:ResourceTag/project": PROJECT}}),
        *_given((own | lent) & {GRANT}, arns.get("kms", []), {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
        *_given((own | lent) & BOUNDED, roles, {"StringEquals": {"iam:PermissionsBoundary": boundary}}),
        *_given((own | lent) & {PASS_ROLE}, roles, {"StringEquals": {"iam:PassedToService": handed}}),
        *_given(
            (own | lent) & {LINK},
            [f"arn:aws:iam::{account}:role/aws-service-role/*"],
            {"StringEquals": {"iam:AWSServiceName": _linked(declared)}},
        ),
    ]


def reading(declared: Sequence[Declared], table: Table, account: str, region: str) -> list[Statement]:
    """What shows what is ``declared``, and changes nothing. Raises as :func:`deploying` does."""
    needed = table.of(each.type for each in declared)
    arns = _arns(declared, account, region)
    return _statements(needed.reads | LOOKED_UP, table, arns, _regions(declared, region))


def bounding(declared: Sequence[Declared], account: str, region: str) -> list[Statement]:
    """The most that any role may do which the deployment makes, whatever its own policies say.

    It neither makes roles nor changes them, takes those alone that identities are lent, and reads nothing but what is
    declared.
    """
    arns, regions = _arns(declared, account, region), _regions(declared, region)
    roles = [arn for arn in arns["iam"] if ":role/" in arn and "/aws-service-role/" not in arn]
    holding = {
        name: _by_folder(arn for arn in arns[name] if not arn.endswith(":*")) for name in HOLDING if name in arns
    }
    return [
        *_given((f"{name}:{verb}" for name, verbs in WORKING.items() for verb in verbs), ["*"]),
        *_given(SHARING, [f"arn:aws:rds:{region}:{account}:*snapshot:awsbackup:*"]),
        *({"Effect": "Allow", "Action": [f"{name}:*"], "Resource": found} for name, found in holding.items()),
        {
            "Effect": "Allow",
            "Action": ["kms:*"],
            "Resource": [f"arn:aws:kms:{where}:{account}:key/*" for where in regions],
            "Condition": {"StringLike": {"kms:ViaService": _services_of(regions)}},
        },
        *_given(TAKING, _lent(declared, account)),
        *_given(
            {PASS_ROLE},
            roles,
            {"StringEquals": {"iam:PassedToService": ["backup.amazonaws.com", "es.amazonaws.com"]}},
        ),
        *_given(
            {LINK},
            [f"arn:aws:iam::{account}:role/aws-service-role/{BALANCERS}/*"],
            {"StringEquals": {"iam:AWSServiceName": BALANCERS}},
        ),
    ]


def _by_folder(arns: Iterable[str]) -> list[str]:
    """Secrets by their folder, which is an environment's and a namespace's: IAM takes one document for a boundary."""
    return sorted({re.sub(r"(:secret:[^/]+/[^/]+/[^/]+/).+", r"\1*", arn) for arn in arns})


def _lent(declared: Sequence[Declared], account: str) -> list[str]:
    """The roles that other roles take: they have names of their own, which their takers write out."""
    return [
        f"arn:aws:iam::{account}:role/{each.name}"
        for each in declared
        if each.type == type_tokens.IAM_ROLE and not each.services and not each.name.endswith("*")
    ]


def _statements(
    actions: Iterable[str], table: Table, arns: Mapping[str, Sequence[str]], regions: Sequence[str]
) -> list[Statement]:
    """One statement a service, and one for actions that are about no resource, in these regions alone."""
    scoped: dict[str, list[str]] = {}
    anywhere: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(actions):
        service = name.partition(":")[0]
        if name in table.anywhere:
            anywhere.setdefault((GLOBAL_REGION,) if service in GLOBAL else tuple(regions), []).append(name)
        else:
            scoped.setdefault(service, []).append(name)
    if unknown := sorted(set(scoped) - set(arns)):
        raise ValueError(f"{scoped[unknown[0]][0]}: no ARN of {unknown[0]} in bootstrap/arns.py")
    return [
        *(statement for service, names in scoped.items() for statement in _given(names, arns[service])),
        *(
            statement
            for where, names in sorted(anywhere.items())
            for statement in _given(names, ["*"], {"StringEquals": {"aws:RequestedRegion": _one_or_all(where)}})
        ),
    ]


def _services_of(regions: Sequence[str]) -> str | list[str]:
    """Any service of ``regions``, as KMS names through whom it is asked."""
    return _one_or_all([f"*.{region}.amazonaws.com" for region in regions])


def _one_or_all(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _given(
    actions: Iterable[str], resources: Sequence[str], condition: Mapping[str, Any] | None = None
) -> list[Statement]:
    names = sorted(actions)
    if not names or not resources:
        return []
    statement: Statement = {"Effect": "Allow", "Action": names, "Resource": list(resources)}
    return [{**statement, "Condition": dict(condition)} if condition else statement]


def _regions(declared: Sequence[Declared], region: str) -> list[str]:
    """``region``, and those in which something stands besides."""
    return [region, *sorted({each.region for each in declared} - {"", region})]


def _arns(declared: Sequence[Declared], account: str, region: str) -> dict[str, list[str]]:
    """The ARNs of everything declared, by service; one that another covers is left out."""
    found: dict[str, set[str]] = {}
    for each in declared:
        for pattern in ARNS[each.type]:
            where = each.region or region
            text = pattern.format(here=f"{where}:{account}", region=where, account=account, name=each.name)
            found.setdefault(text.partition(":")[0], set()).add(f"arn:aws:{text}")
    return {service: sorted(_widest(arns)) for service, arns in found.items()}


def _widest(arns: set[str]) -> list[str]:
    starts = [arn[:-1] for arn in arns if arn.endswith("*")]
    return [arn for arn in arns if not any(arn.startswith(start) and arn != f"{start}*" for start in starts)]


def _linked(declared: Sequence[Declared]) -> list[str]:
    linked = [each for each in declared if each.type == type_tokens.IAM_SERVICE_LINKED_ROLE]
    asked = {service for each in linked for service in each.services}
    types = {each.type for each in declared}
    used = {name for start, names in LINKED.items() if any(each.startswith(start) for each in types) for name in names}
    return sorted(asked | used)


def packed(statements: Sequence[Statement]) -> list[str]:
    """``statements`` as documents that IAM takes, as few as a first fit finds.

    Raises :class:`ValueError` where a role could not hold them all.
    """
    documents: list[list[Statement]] = []
    parts = [part for statement in statements for part in _parts(statement)]
    for part in sorted(parts, key=lambda each: -len(_document([each]))):
        fitting = next((held for held in documents if len(_document([*held, part])) <= CHARACTERS), None)
        if fitting is None:
            documents.append([part])
        else:
            fitting.append(part)
    if len(documents) > POLICIES:
        raise ValueError(f"{len(documents)} policies of {CHARACTERS} characters; a role holds {POLICIES}")
    return [_document(held) for held in documents]


def _parts(statement: Statement) -> list[Statement]:
    """A statement, or two halves of one that is too long for a policy: by its resources, then by its actions."""
    if len(_document([statement])) <= CHARACTERS:
        return [statement]
    key = "Resource" if len(statement["Resource"]) > 1 else "Action"
    half = len(statement[key]) // 2
    halves = ({**statement, key: statement[key][:half]}, {**statement, key: statement[key][half:]})
    return [part for each in halves for part in _parts(each)]


def _document(statements: Sequence[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))
