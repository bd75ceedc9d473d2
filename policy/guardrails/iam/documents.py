"""Policy documents: who may do what. Nothing is allowed on everything, and nobody is everybody.

A first preview seldom knows a document, because it names ARNs that do not exist yet; such a one is judged by the
update, which knows it before the resource is made, and nothing is said about it before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from model import type_tokens
from model.property_check import Step, found_at
from model.resource import Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Check, Demand
from policy.guardrails.iam import actions
from policy.guardrails.iam.statements import (
    allowing,
    conditions,
    everybody,
    fenced,
    leaves_nobody_out,
    principals,
    texts,
    tied,
)
from policy.guardrails.iam.trust import any_certificate, any_pod, any_subject

_POLICY: Final = ("policy",)
#: Where each type holds a document that says what its bearer may do.
IDENTITY: Final[Mapping[str, tuple[tuple[Step, ...], ...]]] = {
    type_tokens.IAM_POLICY: (_POLICY,),
    type_tokens.IAM_ROLE_POLICY: (_POLICY,),
    type_tokens.IAM_GROUP_POLICY: (_POLICY,),
    type_tokens.IAM_USER_POLICY: (_POLICY,),
    type_tokens.IOT_POLICY: (_POLICY,),
    type_tokens.SSOADMIN_PERMISSION_SET_INLINE_POLICY: (("inlinePolicy",),),
    type_tokens.IAM_ROLE: (("inlinePolicies", "*", "policy"),),
}
_DOCUMENT: Final = ("policyDocument",)
_ACCESS: Final = ("accessPolicies",)
#: Where each type holds a document that says who may use it.
RESOURCE: Final[Mapping[str, tuple[Step, ...]]] = {
    type_tokens.IAM_ROLE: ("assumeRolePolicy",),
    type_tokens.CLOUDWATCH_LOG_RESOURCE_POLICY: _DOCUMENT,
    type_tokens.CLOUDWATCH_LOG_DESTINATION_POLICY: ("accessPolicy",),
    type_tokens.GLACIER_VAULT: ("accessPolicy",),
    type_tokens.CLOUDSEARCH_DOMAIN_SERVICE_ACCESS_POLICY: ("accessPolicy",),
    type_tokens.ORGANIZATIONS_RESOURCE_POLICY: ("content",),
    type_tokens.S3CONTROL_MULTI_REGION_ACCESS_POINT_POLICY: ("details", "policy"),
    **dict.fromkeys(
        (
            type_tokens.OPENSEARCH_DOMAIN,
            type_tokens.OPENSEARCH_DOMAIN_POLICY,
            type_tokens.ELASTICSEARCH_DOMAIN,
            type_tokens.ELASTICSEARCH_DOMAIN_POLICY,
        ),
        _ACCESS,
    ),
    **dict.fromkeys(
        (
            type_tokens.AMP_RESOURCE_POLICY,
            type_tokens.CODEARTIFACT_DOMAIN_PERMISSIONS,
            type_tokens.CODEARTIFACT_REPOSITORY_PERMISSIONS_POLICY,
            type_tokens.XRAY_RESOURCE_POLICY,
        ),
        _DOCUMENT,
    ),
    **dict.fromkeys(
        (
            type_tokens.ACMPCA_POLICY,
            type_tokens.APIGATEWAY_DOMAIN_NAME,
            type_tokens.APIGATEWAY_REST_API,
            type_tokens.APIGATEWAY_REST_API_POLICY,
            type_tokens.BACKUP_VAULT_POLICY,
            type_tokens.CLOUDWATCH_EVENT_BUS_POLICY,
            type_tokens.DSQL_CLUSTER_POLICY,
            type_tokens.DYNAMODB_RESOURCE_POLICY,
            type_tokens.ECRPUBLIC_REPOSITORY_POLICY,
            type_tokens.ECR_REGISTRY_POLICY,
            type_tokens.ECR_REPOSITORY_POLICY,
            type_tokens.EFS_FILE_SYSTEM_POLICY,
            type_tokens.GLUE_RESOURCE_POLICY,
            type_tokens.KINESIS_RESOURCE_POLICY,
            type_tokens.KMS_KEY,
            type_tokens.KMS_KEY_POLICY,
            type_tokens.KMS_REPLICA_KEY,
            type_tokens.LAMBDA_RESOURCE_POLICY,
            type_tokens.MSK_CLUSTER_POLICY,
            type_tokens.NETWORKFIREWALL_RESOURCE_POLICY,
            type_tokens.OAM_SINK_POLICY,
            type_tokens.OPENSEARCHINGEST_RESOURCE_POLICY,
            type_tokens.REDSHIFTSERVERLESS_RESOURCE_POLICY,
            type_tokens.REDSHIFT_RESOURCE_POLICY,
            type_tokens.S3CONTROL_ACCESS_POINT_POLICY,
            type_tokens.S3CONTROL_OBJECT_LAMBDA_ACCESS_POINT_POLICY,
            type_tokens.S3TABLES_TABLE_BUCKET_POLICY,
            type_tokens.S3TABLES_TABLE_POLICY,
            type_tokens.S3_ACCESS_POINT,
            type_tokens.S3_BUCKET,
            type_tokens.S3_BUCKET_POLICY,
            type_tokens.S3_BUCKET_V2,
            type_tokens.SCHEMAS_REGISTRY_POLICY,
            type_tokens.SECRETSMANAGER_SECRET,
            type_tokens.SECRETSMANAGER_SECRET_POLICY,
            type_tokens.SESV2_EMAIL_IDENTITY_POLICY,
            type_tokens.SES_IDENTITY_POLICY,
            type_tokens.SNS_TOPIC,
            type_tokens.SNS_TOPIC_POLICY,
            type_tokens.SQS_QUEUE,
            type_tokens.SQS_QUEUE_POLICY,
            type_tokens.VPCLATTICE_AUTH_POLICY,
            type_tokens.VPCLATTICE_RESOURCE_POLICY,
            type_tokens.CODEBUILD_RESOURCE_POLICY,
            type_tokens.GLACIER_VAULT_LOCK,
            type_tokens.MEDIASTORE_CONTAINER_POLICY,
            type_tokens.S3CONTROL_ACCESS_GRANTS_INSTANCE_RESOURCE_POLICY,
            type_tokens.S3CONTROL_BUCKET_POLICY,
        ),
        _POLICY,
    ),
}
#: Types that let a bearer have a policy of AWS's, and where they name it.
ATTACHED: Final[Mapping[str, tuple[Step, ...]]] = {
    type_tokens.IAM_ROLE: ("managedPolicyArns", "*"),
    type_tokens.IAM_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.IAM_ROLE_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE: ("policyArns", "*"),
    type_tokens.IAM_GROUP_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.IAM_GROUP_POLICY_ATTACHMENTS_EXCLUSIVE: ("policyArns", "*"),
    type_tokens.IAM_USER_POLICY_ATTACHMENT: ("policyArn",),
    type_tokens.IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE: ("policyArns", "*"),
    type_tokens.SSOADMIN_MANAGED_POLICY_ATTACHMENT: ("managedPolicyArn",),
    type_tokens.SSOADMIN_MANAGED_POLICY_ATTACHMENTS_EXCLUSIVE: ("managedPolicyArns", "*"),
}
#: Policies of AWS's that allow everything, or to give oneself everything (source: AWS managed policy reference).
UNBOUNDED: Final = (
    "AdministratorAccess",
    "AdministratorAccess-AWSElasticBeanstalk",
    "AdministratorAccess-Amplify",
    "DatabaseAdministrator",
    "IAMFullAccess",
    "PowerUserAccess",
    "SystemAdministrator",
)
#: Policies of AWS's that allow a whole service on every resource, or to read every secret.
_WHOLE_SERVICE: Final = re.compile(r"arn:[^:]*:iam::aws:policy/(.*/)?(\w+FullAccess(_v2|V2)?|SecretsManagerReadWrite)")

NARROW_TYPES: Final = tuple(sorted({*IDENTITY, *ATTACHED, type_tokens.IAM_ACCESS_KEY}))
#: Types that name one principal, and what of them ties it.
_NAMING_ONE: Final[Mapping[str, tuple[str, ...]]] = {
    type_tokens.LAMBDA_PERMISSION: ("sourceAccount", "principalOrgId", "sourceArn"),
    type_tokens.LAMBDA_LAYER_VERSION_PERMISSION: ("organizationId",),
    type_tokens.CLOUDWATCH_EVENT_PERMISSION: ("condition",),
}
NAMED_TYPES: Final = tuple(sorted({*RESOURCE, *_NAMING_ONE}))


def _on_statements(
    name: str,
    places: Mapping[str, tuple[tuple[Step, ...], ...]],
    wrong: Callable[[Mapping[str, Any]], str | None],
    spared: Callable[[Mapping[str, Any], Any], bool] = lambda _, __: False,
) -> Demand:
    """A demand of every statement that allows something, wherever a type holds a document that does not spare it."""

    def check(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
        for path in places[resource.type]:
            for document in found_at(resource.props, path):
                for statement in allowing(document):
                    if (said := wrong(statement)) and not spared(statement, document):
                        yield Finding(f"{'.'.join(map(str, path))} {said}")

    return Demand(name=name, types=tuple(sorted(places)), check=check)


def _named(words: str, control: str, found: list[str]) -> str | None:
    """What is allowed, by the first three of its names."""
    return f"allows {words}: {', '.join(found[:3])}{control}; name the actions and the resources" if found else None


def _everything(statement: Mapping[str, Any]) -> str | None:
    given = {action.strip("?") or "*" for action in texts(statement, "Action")}
    return (
        "allows everything on everything (IAM.1); name the actions and the resources"
        if actions.everything(statement) and any(not action.strip("*:") for action in given)
        else None
    )


def _all_but_some(statement: Mapping[str, Any]) -> str | None:
    return (
        "allows everything but some actions on everything (IAM.1); name the actions and the resources"
        if actions.everything(statement) and "NotAction" in statement
        else None
    )


def _passing(statement: Mapping[str, Any]) -> str | None:
    handed = any(
        key in actions.HANDED_TO and not any(leaves_nobody_out(value) for value in values)
        for key, values in conditions(statement)
    )
    found = [] if handed else actions.everywhere(statement, actions.PASSING)
    return _named("to hand every role to any service, and with it everything", "", found)


def _whole_policy(arn: Any) -> str | None:
    name = arn.rpartition("/")[2] if isinstance(arn, str) else ""
    if name in UNBOUNDED:
        return f"{name} allows everything, or to give oneself everything; name what is needed (IAM.1)"
    if isinstance(arn, str) and _WHOLE_SERVICE.fullmatch(arn):
        return f"{name} allows a whole service on every resource; name what is needed (IAM.21)"
    return None


def _attached(reason: Callable[[Any], str | None]) -> Check:
    def check(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
        for arn in found_at(resource.props, ATTACHED[resource.type]):
            if said := reason(arn):
                yield Finding(said)

    return check


def _no_key(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
    yield Finding("an access key never expires; use a role, by OIDC from outside and by Pod Identity from a pod")


NARROW: Final = (
    Demand(name="no access key", types=(type_tokens.IAM_ACCESS_KEY,), check=_no_key),
    Demand(name="no unbounded policy of AWS's", types=tuple(sorted(ATTACHED)), check=_attached(_whole_policy)),
    _on_statements("not everything", IDENTITY, _everything),
    _on_statements("not all but some", IDENTITY, _all_but_some),
    _on_statements(
        "no whole service",
        IDENTITY,
        lambda statement: _named(
            "a whole service on every resource",
            " (IAM.21)",
            [f"{name}:*" for name in actions.whole_services(statement)],
        ),
    ),
    _on_statements(
        "no escalation",
        IDENTITY,
        lambda statement: _named("to give oneself everything", "", actions.everywhere(statement, actions.ESCALATING)),
    ),
    _on_statements(
        "no policy of every resource",
        IDENTITY,
        lambda statement: _named(
            "to open every resource to whomever one likes", "", actions.everywhere(statement, actions.EXPOSING)
        ),
    ),
    _on_statements("no handing on of every role", IDENTITY, _passing),
    _on_statements(
        "not every key",
        IDENTITY,
        lambda statement: _named(
            "decryption with every key", " (KMS.2)", actions.everywhere(statement, actions.DECRYPTING)
        ),
    ),
    _on_statements(
        "not every secret",
        IDENTITY,
        lambda statement: _named("to read every secret", "", actions.everywhere(statement, actions.SECRETS)),
    ),
    _on_statements(
        "not every object",
        IDENTITY,
        lambda statement: _named(
            "to read every object of every bucket", "", actions.everywhere(statement, actions.OBJECTS)
        ),
    ),
    _on_statements(
        "not every database",
        IDENTITY,
        lambda statement: _named("to sign in to every database", "", actions.everywhere(statement, actions.SIGNING_IN)),
    ),
)


def _opens(statement: Mapping[str, Any]) -> str | None:
    return (
        "opens this to everybody; name the principal, or tie it to an account by a condition such as "
        "aws:PrincipalAccount or aws:SourceArn, of which no value may stand for every account"
        if everybody(statement)
        else None
    )


def _opens_to_tokens(statement: Mapping[str, Any]) -> str | None:
    return (
        "lets in whoever the identity provider vouches for; tie it by a condition on the provider's sub that names "
        "whose repository, project or service account is meant"
        if any_subject(statement)
        else None
    )


def _every_action(statement: Mapping[str, Any]) -> str | None:
    """Whoever is named may do everything, its policy's next version among it."""
    everything = any(not action.strip("*?") for action in texts(statement, "Action"))
    return "allows every action there is; name the actions (CKV_AWS_72)" if everything else None


def _opens_to_pods(statement: Mapping[str, Any]) -> str | None:
    return (
        "lets in pods of any cluster or namespace; tie it by aws:SourceAccount, and by "
        "aws:RequestTag/kubernetes-namespace"
        if any_pod(statement)
        else None
    )


def _opens_to_certificates(statement: Mapping[str, Any]) -> str | None:
    return (
        "lets in a certificate of any trust anchor; tie it by aws:SourceArn, or by an aws:PrincipalTag/x509Subject"
        if any_certificate(statement)
        else None
    )


def _opens_to_distributions(statement: Mapping[str, Any]) -> str | None:
    """A distribution of another account reads through the same service (CloudFront developer guide, OAC)."""
    return (
        "lets in every distribution of every account; name yours by a condition on aws:SourceArn"
        if "cloudfront.amazonaws.com" in principals(statement, "Service") and not tied(statement)
        else None
    )


def _one_principal(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
    principal, ties = resource.get("principal"), _NAMING_ONE[resource.type]
    # A bucket, a rule or a topic in somebody else's account could call it as well.
    service = resource.type == type_tokens.LAMBDA_PERMISSION and str(principal).endswith(".amazonaws.com")
    if (principal == "*" or service) and not any(_ties(resource, name) for name in ties):
        yield Finding(f"principal must name who may use this, not everybody, or {' or '.join(ties)} be set (Lambda.1)")


def _ties(resource: Resource, name: str) -> bool:
    found = resource.get(name)
    # An unknown names another resource.
    return (
        name in resource.props and found not in ("", None) and not (isinstance(found, str) and leaves_nobody_out(found))
    )


_WHO: Final = {name: (path,) for name, path in RESOURCE.items()}
#: What others send to or take from, and whose policy they have no business to change.
_OPERATED: Final = (
    *(type_tokens.SQS_QUEUE, type_tokens.SQS_QUEUE_POLICY, type_tokens.SNS_TOPIC, type_tokens.SNS_TOPIC_POLICY),
    *(type_tokens.S3_BUCKET_POLICY, type_tokens.SECRETSMANAGER_SECRET_POLICY, type_tokens.ECR_REPOSITORY_POLICY),
)
_BUCKETS: Final = {
    name: (RESOURCE[name],) for name in (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2, type_tokens.S3_BUCKET_POLICY)
}
_ROLES: Final = {type_tokens.IAM_ROLE: (RESOURCE[type_tokens.IAM_ROLE],)}
NAMED: Final = (
    *(
        _on_statements(f"{name.rpartition(':')[2]} not to everybody", {name: places}, _opens, fenced)
        for name, places in _WHO.items()
    ),
    *(Demand(name=f"{name.rpartition(':')[2]} names one", types=(name,), check=_one_principal) for name in _NAMING_ONE),
    _on_statements("actions named", {name: (RESOURCE[name],) for name in _OPERATED}, _every_action),
    _on_statements("not every subject", _ROLES, _opens_to_tokens),
    _on_statements("not every pod", _ROLES, _opens_to_pods),
    _on_statements("not every certificate", _ROLES, _opens_to_certificates),
    _on_statements("not every distribution", _BUCKETS, _opens_to_distributions),
)
