"""Actions that are worth as much as every action, and what it means that a statement allows one everywhere.

Sources: Salesforce/cloudsplaining, shared/constants.py, and duo-labs/parliament, community auditor
privilege_escalation, which both go back to Rhino Security Labs' list of escalations; AWS service authorization
reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from policy.guardrails.iam.statements import narrowed, texts

#: Any one of them, allowed on every resource, lets its bearer give themselves everything. ``iam:passrole`` is apart.
ESCALATING: Final = (
    "cloudformation:updatestackset",
    "ecs:executecommand",
    "eks:associateaccesspolicy",
    "eks:createaccessentry",
    "eks:createpodidentityassociation",
    "eks:updateaccessentry",
    "eks:updatepodidentityassociation",
    "iam:addclientidtoopenidconnectprovider",
    "iam:addusertogroup",
    "iam:attachgrouppolicy",
    "iam:attachrolepolicy",
    "iam:attachuserpolicy",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createopenidconnectprovider",
    "iam:createpolicyversion",
    "iam:createsamlprovider",
    "iam:createservicespecificcredential",
    "iam:deleterolepermissionsboundary",
    "iam:deleteuserpermissionsboundary",
    "iam:putgrouppolicy",
    "iam:putrolepermissionsboundary",
    "iam:putrolepolicy",
    "iam:putuserpermissionsboundary",
    "iam:putuserpolicy",
    "iam:resetservicespecificcredential",
    "iam:setdefaultpolicyversion",
    "iam:updateaccesskey",
    "iam:updateassumerolepolicy",
    "iam:updateloginprofile",
    "iam:updateopenidconnectproviderthumbprint",
    "iam:updatesamlprovider",
    "iam:uploadsshpublickey",
    "ec2-instance-connect:sendserialconsolesshpublickey",
    "ec2-instance-connect:sendsshpublickey",
    "glue:updatedevendpoint",
    "lambda:updatefunctioncode",
    "lambda:updatefunctionconfiguration",
    "sagemaker:createpresignednotebookinstanceurl",
    "ssm:sendcommand",
    "ssm:startsession",
    "sso:attachcustomermanagedpolicyreferencetopermissionset",
    "sso:attachmanagedpolicytopermissionset",
    "sso:createaccountassignment",
    "sso:putinlinepolicytopermissionset",
    "sts:assumerole",
)
#: Writing the policy of any resource is opening it to whomever one likes (source: cloudsplaining, resource exposure).
EXPOSING: Final = (
    "backup:putbackupvaultaccesspolicy",
    "ec2:modifyimageattribute",
    "ec2:modifysnapshotattribute",
    "ecr:setrepositorypolicy",
    "elasticfilesystem:putfilesystempolicy",
    "es:updatedomainconfig",
    "glue:putresourcepolicy",
    "iot:attachpolicy",
    "kms:creategrant",
    "kms:putkeypolicy",
    "lambda:addlayerversionpermission",
    "lambda:addpermission",
    "rds:modifydbclustersnapshotattribute",
    "rds:modifydbsnapshotattribute",
    "s3:deletebucketpolicy",
    "s3:putbucketacl",
    "s3:putbucketpolicy",
    "s3:putbucketpublicaccessblock",
    "s3:putobjectacl",
    "secretsmanager:putresourcepolicy",
    "sns:addpermission",
    "sns:settopicattributes",
    "sqs:addpermission",
    "sqs:setqueueattributes",
)
PASSING: Final = ("iam:passrole",)
#: Reading any key's secrets is as much as reading everything that is encrypted.
DECRYPTING: Final = ("kms:decrypt", "kms:reencryptfrom")
#: What hands out secrets, or what is kept in buckets.
SECRETS: Final = (
    "secretsmanager:batchgetsecretvalue",
    "secretsmanager:getsecretvalue",
    "ssm:getparameter",
    "ssm:getparameters",
    "ssm:getparametersbypath",
    "ssm:getparameterhistory",
)
OBJECTS: Final = ("s3:getobject", "s3:getobjectversion")
#: Signing in to every database as anybody.
SIGNING_IN: Final = (
    "dsql:dbconnectadmin",
    "elasticache:connect",
    "rds-db:connect",
    "redshift-serverless:getcredentials",
    "redshift:getclustercredentials",
    "redshift:getclustercredentialswithiam",
)
#: What an action is about, as ARNs write it; every resource of another kind is none of its own (source: service
#: authorization reference, resource types; recalled). What stands in no row is about any.
KINDS: Final[Mapping[str, str]] = {
    "backup:putbackupvaultaccesspolicy": "backup-vault",
    "ec2:modifyimageattribute": "image",
    "ec2:modifysnapshotattribute": "snapshot",
    "ecr:setrepositorypolicy": "repository",
    "elasticfilesystem:putfilesystempolicy": "file-system",
    "es:updatedomainconfig": "domain",
    "kms:creategrant": "key",
    "kms:putkeypolicy": "key",
    "lambda:addlayerversionpermission": "layer",
    "lambda:addpermission": "function",
    "rds:modifydbclustersnapshotattribute": "cluster-snapshot",
    "rds:modifydbsnapshotattribute": "snapshot",
    "secretsmanager:putresourcepolicy": "secret",
}
#: Conditions on whom a role is handed to; without one it may be handed to any service that its trust lets in.
HANDED_TO: Final = ("iam:passedtoservice", "iam:associatedresourcearn")
#: Services whose resources have a name and no kind before it: ``photos/*`` is one bucket, ``table/*`` every table.
_WITHOUT_KINDS: Final = ("execute-api", "s3", "sns", "sqs")
#: ``*`` alone, or behind a kind of resource: ``table/*``, ``log-group:*``, ``*/*``.
_EVERY: Final = re.compile(r"([\w-]+[/:])?[*?]*\*[*?]*([/:][*?]+)*")


def everything(statement: Mapping[str, Any]) -> bool:
    """Whether a statement speaks of every resource of every service."""
    resources = texts(statement, "Resource")
    return "NotResource" in statement or any(re.fullmatch(r"[*?]*\*[*?]*|arn:[^:]*:[*?:]+", item) for item in resources)


def every_resource_of(statement: Mapping[str, Any], service: str, kind: str = "") -> bool:
    """The same, or of every one of ``service``, whatever that service calls them: ``arn:aws:s3:::*``.

    With a ``kind``, of every one of that kind.
    """
    if everything(statement):
        return True
    return any(_every_one(item.lower(), service, kind) for item in texts(statement, "Resource"))


def _every_one(arn: str, service: str, kind: str) -> bool:
    parts = arn.split(":", 5)
    if len(parts) < 6 or not _wild(parts[2], service) or not (found := _EVERY.fullmatch(parts[5])):
        return False
    if parts[5][0] in "*?":
        return True
    return service not in _WITHOUT_KINDS and (not kind or found[1][:-1] == kind)


def allowed(statement: Mapping[str, Any], actions: Iterable[str]) -> list[str]:
    """Which of ``actions`` a statement allows, by wildcards inside names and by ``NotAction`` as well."""
    given = [action.lower() for action in texts(statement, "Action")]
    spared = [action.lower() for action in texts(statement, "NotAction")]
    by_rest = "NotAction" in statement
    return [
        needed
        for needed in actions
        if any(_wild(action, needed) for action in given)
        or (by_rest and not any(_wild(action, needed) for action in spared))
    ]


def everywhere(statement: Mapping[str, Any], actions: Iterable[str]) -> list[str]:
    """Which of ``actions`` a statement allows on every resource that they have, by no condition that narrows."""
    if narrowed(statement):
        return []
    return [
        action
        for action in allowed(statement, actions)
        if every_resource_of(statement, _owner(action), KINDS.get(action, ""))
    ]


def whole_services(statement: Mapping[str, Any]) -> list[str]:
    """The services of which a statement allows every action on every resource, by no condition that narrows."""
    if narrowed(statement):
        return []
    given = (action.lower().partition(":") for action in texts(statement, "Action"))
    return [
        service for service, _, name in given if name and not name.strip("*?") and every_resource_of(statement, service)
    ]


def _owner(action: str) -> str:
    """The service as resources name it: roles that STS hands out are IAM's."""
    service = action.partition(":")[0]
    return "iam" if service == "sts" else service


@lru_cache(maxsize=4096)
def _pattern(wild: str) -> re.Pattern[str]:
    return re.compile(re.escape(wild).replace(r"\*", ".*").replace(r"\?", "."))


def _wild(wild: str, text: str) -> bool:
    """IAM's wildcards: ``*`` and ``?``, and nothing else."""
    return _pattern(wild[:200]).fullmatch(text) is not None
