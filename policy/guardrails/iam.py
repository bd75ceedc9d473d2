"""Policy documents: who may do what. Nothing is allowed on everything, and nobody is everybody.

A first preview seldom knows a document, because it names ARNs that do not exist yet; such a one is judged by the
update, which knows it before the resource is made, and nothing is said about it before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from model import type_tokens
from model.property_check import Step, found_at
from model.resource import Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.iam_statements import allowing, everybody, texts

#: Where each type holds a document that says what its bearer may do.
IDENTITY: Final[Mapping[str, tuple[tuple[Step, ...], ...]]] = {
    type_tokens.IAM_POLICY: (("policy",),),
    type_tokens.IAM_ROLE_POLICY: (("policy",),),
    type_tokens.IAM_GROUP_POLICY: (("policy",),),
    type_tokens.IAM_USER_POLICY: (("policy",),),
    type_tokens.SSOADMIN_PERMISSION_SET_INLINE_POLICY: (("inlinePolicy",),),
    type_tokens.IAM_ROLE: (("inlinePolicies", "*", "policy"),),
}
#: Where each type holds a document that says who may use it.
RESOURCE: Final[Mapping[str, tuple[Step, ...]]] = {
    type_tokens.IAM_ROLE: ("assumeRolePolicy",),
    type_tokens.S3_BUCKET: ("policy",),
    type_tokens.S3_BUCKET_V2: ("policy",),
    type_tokens.S3_BUCKET_POLICY: ("policy",),
    type_tokens.S3_ACCESS_POINT: ("policy",),
    type_tokens.S3CONTROL_ACCESS_POINT_POLICY: ("policy",),
    type_tokens.SNS_TOPIC: ("policy",),
    type_tokens.SNS_TOPIC_POLICY: ("policy",),
    type_tokens.SQS_QUEUE: ("policy",),
    type_tokens.SQS_QUEUE_POLICY: ("policy",),
    type_tokens.ECR_REPOSITORY_POLICY: ("policy",),
    type_tokens.ECR_REGISTRY_POLICY: ("policy",),
    type_tokens.SECRETSMANAGER_SECRET: ("policy",),
    type_tokens.SECRETSMANAGER_SECRET_POLICY: ("policy",),
    type_tokens.KMS_KEY: ("policy",),
    type_tokens.KMS_KEY_POLICY: ("policy",),
    type_tokens.KMS_REPLICA_KEY: ("policy",),
    type_tokens.BACKUP_VAULT_POLICY: ("policy",),
    type_tokens.CLOUDWATCH_LOG_RESOURCE_POLICY: ("policyDocument",),
    type_tokens.CLOUDWATCH_LOG_DESTINATION_POLICY: ("accessPolicy",),
    type_tokens.CLOUDWATCH_EVENT_BUS_POLICY: ("policy",),
    type_tokens.OPENSEARCH_DOMAIN: ("accessPolicies",),
    type_tokens.OPENSEARCH_DOMAIN_POLICY: ("accessPolicies",),
    type_tokens.ELASTICSEARCH_DOMAIN: ("accessPolicies",),
    type_tokens.ELASTICSEARCH_DOMAIN_POLICY: ("accessPolicies",),
    type_tokens.EFS_FILE_SYSTEM_POLICY: ("policy",),
    type_tokens.DYNAMODB_RESOURCE_POLICY: ("policy",),
    type_tokens.KINESIS_RESOURCE_POLICY: ("policy",),
    type_tokens.APIGATEWAY_REST_API: ("policy",),
    type_tokens.APIGATEWAY_REST_API_POLICY: ("policy",),
}
#: Types that let a bearer have a policy of AWS's, and where they name it.
ATTACHED: Final[Mapping[str, tuple[Step, ...]]] = {
    type_tokens.IAM_ROLE: ("managedPolicyArns", "*"),
    type_tokens.IAM_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.IAM_ROLE_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE: ("policyArns", "*"),
    type_tokens.IAM_GROUP_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.IAM_USER_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.SSOADMIN_MANAGED_POLICY_ATTACHMENT: ("managedPolicyArn",),
}
#: Policies of AWS's that allow everything, or to give oneself everything.
UNBOUNDED: Final = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
#: Reading any key's secrets is as much as reading everything that is encrypted.
_DECRYPTING: Final = ("kms:decrypt", "kms:reencryptfrom")

NARROW_TYPES: Final = tuple(sorted({*IDENTITY, *ATTACHED, type_tokens.IAM_ACCESS_KEY}))
NAMED_TYPES: Final = tuple(sorted({*RESOURCE, type_tokens.LAMBDA_PERMISSION}))


def permissions_are_narrow(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """Nobody may do everything, give themselves everything, or decrypt with every key; nobody has a key for ever."""
    if resource.type == type_tokens.IAM_ACCESS_KEY:
        yield Finding("an access key never expires; use a role, by OIDC from outside and by Pod Identity from a pod")
    for arn in found_at(resource.props, ATTACHED[resource.type]) if resource.type in ATTACHED else ():
        name = arn.rpartition("/")[2] if isinstance(arn, str) else ""
        if name in UNBOUNDED:
            yield Finding(f"{name} allows everything, or to give oneself everything; name what is needed (IAM.1)")
    for path in IDENTITY.get(resource.type, ()):
        for document in found_at(resource.props, path):
            for statement in allowing(document):
                if reason := _too_wide(statement):
                    yield Finding(f"{_dotted(path)} allows {reason}; name the actions and the resources")


def policies_name_principals(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """Nothing is opened to everybody: a principal is named, or a condition ties it to an account or a network."""
    if resource.type == type_tokens.LAMBDA_PERMISSION:
        if resource.get("principal") == "*" and not (resource.get("sourceAccount") or resource.get("principalOrgId")):
            yield Finding("principal must name who may call this function, not everybody (Lambda.1)")
        return
    path = RESOURCE[resource.type]
    for document in found_at(resource.props, path):
        if any(everybody(statement) for statement in allowing(document)):
            yield Finding(
                f"{_dotted(path)} opens this to everybody; name the principal, or tie it to an account by a condition "
                "such as aws:PrincipalAccount or aws:SourceArn"
            )


def _too_wide(statement: Mapping[str, Any]) -> str | None:
    """What a statement allows that it should not, in words."""
    resources = texts(statement, "Resource")
    actions = [action.lower() for action in texts(statement, "Action")]
    everything = "NotResource" in statement or any(re.fullmatch(r"\*|arn:[^:]*:[*:]+", item) for item in resources)
    if everything and {"*", "*:*"} & set(actions):
        return "everything on everything (IAM.1)"
    if everything and "NotAction" in statement:
        return "everything but some actions on everything (IAM.1)"
    if statement.get("Condition"):
        return None
    every_key = everything or any(re.fullmatch(r"arn:[^:]*:kms:[^:]*:[^:]*:(key/)?\*", item) for item in resources)
    if every_key and any(fnmatchcase(needed, action) for action in actions for needed in _DECRYPTING):
        return "decryption with every key (KMS.2)"
    if everything and any(action.endswith(":*") for action in actions):
        return "a whole service on every resource (IAM.21)"
    return None


def _dotted(path: tuple[Step, ...]) -> str:
    return ".".join(str(step) for step in path)
