"""Who may become a role by a token: from outside by OpenID Connect, and from a pod by Pod Identity.

A provider of tokens vouches for everybody that it knows: GitHub's for every repository of the world. Only a condition
on the subject says which of them is meant; the audience is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from model.resource import UNKNOWN, peek
from policy.guardrails.iam.actions import allowed
from policy.guardrails.iam.statements import conditions, leaves_nobody_out, principals

BY_TOKEN: Final = "sts:assumerolewithwebidentity"  # noqa: S105 - an action, not a password
PODS: Final = "pods.eks.amazonaws.com"
#: An identity pool is one's own, and is named by the audience.
_POOL: Final = "cognito-identity.amazonaws.com"
#: Claims that say for what, when or by which step a token was made, and not for whose repository; and the pool's own
#: (source: GitHub and GitLab documentation, claims of their tokens).
_NOT_A_SUBJECT: Final = frozenset(
    {
        "actor", "amr", "aud", "azp", "base_ref", "deployment_tier", "environment", "environment_protected",
        "event_name", "head_ref", "iss", "oaud", "pipeline_source", "ref", "ref_protected", "ref_type", "run_attempt",
        "runner_environment", "sha", "user_login", "workflow",
    }
)  # fmt: skip
#: Certificates of every trust anchor in the account.
ANYWHERE: Final = "rolesanywhere.amazonaws.com"
#: How a subject begins, whoever's it is.
_WORDS: Final = re.compile(r"^(repo|project_path|namespace_path|organization|system:serviceaccount|user|group):")


def any_subject(statement: Mapping[str, Any]) -> bool:
    """Whether whoever the provider vouches for may become the role."""
    providers = [name for name in principals(statement, "Federated") if name != "*" and ":saml-provider/" not in name]
    if not allowed(statement, (BY_TOKEN,)) or peek(statement, "Condition") is UNKNOWN:
        return False
    return any(not _tied_to_a_subject(provider, statement) for provider in providers)


def _tied_to_a_subject(provider: str, statement: Mapping[str, Any]) -> bool:
    host = provider.partition("oidc-provider/")[2].lower() or provider.lower()
    for key, values in conditions(statement):
        claimed, _, claim = key.rpartition(":")
        wanted = claim == "aud" if host == _POOL else claim not in _NOT_A_SUBJECT
        if claimed == host and wanted and not any(_vague(value) for value in values):
            return True
    return False


def _vague(subject: str) -> bool:
    """Whether a pattern's owner is not written out: ``*``, ``repo:*``, ``repo:alpha*``, which anybody may be."""
    if subject == "present":
        return True
    literal, wild, _ = re.sub(r"\?", "*", _WORDS.sub("", subject)).partition("*")
    return bool(wild) and "/" not in literal and ":" not in literal


def any_pod(statement: Mapping[str, Any]) -> bool:
    """Whether pods of any cluster, or of any namespace, may become the role."""
    if PODS not in principals(statement, "Service") or peek(statement, "Condition") is UNKNOWN:
        return False
    held = {key for key, values in conditions(statement) if not any(leaves_nobody_out(value) for value in values)}
    account = held & {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid"}
    return not account or "aws:requesttag/kubernetes-namespace" not in held


def any_certificate(statement: Mapping[str, Any]) -> bool:
    """Whether whoever has a certificate of any trust anchor may become the role.

    Source: IAM Roles Anywhere user guide, trust policy.
    """
    if ANYWHERE not in principals(statement, "Service") or peek(statement, "Condition") is UNKNOWN:
        return False
    held = [key for key, values in conditions(statement) if not any(leaves_nobody_out(value) for value in values)]
    return not any(key.partition("/")[0] in ("aws:principaltag", "aws:sourcearn") for key in held)
