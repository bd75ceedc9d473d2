"""Users of IAM: what they may do is their groups', and their passwords are worth the name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Demand

#: What gives a user a policy, and the property that says so; empty where it does so by being there.
_GIVES: Final[Mapping[str, str]] = {
    type_tokens.IAM_USER_POLICY: "",
    type_tokens.IAM_USER_POLICIES_EXCLUSIVE: "policyNames",
    type_tokens.IAM_USER_POLICY_ATTACHMENT: "",
    type_tokens.IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE: "policyArns",
    type_tokens.IAM_POLICY_ATTACHMENT: "users",
}


def _no_policy(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
    name = _GIVES[resource.type]
    if not name or resource.get(name) not in (MISSING, None, []):
        yield Finding(
            f"{name or 'this'} gives a user a policy of their own, which nobody finds when their work changes: give "
            "it to a group, or better to a role (IAM.2)"
        )


BY_GROUPS: Final = tuple(
    Demand(name=f"{kind.rpartition(':')[2]} of nobody", types=(kind,), check=_no_policy, control="IAM.2")
    for kind in _GIVES
)
