"""The statements of a policy document, as far as they can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from model.resource import UNKNOWN, decoded, peek
from policy.guardrails.cidr import NoNetworkError, admits_the_world

#: Conditions that tie a statement to somebody: an account, an organisation, a principal, a resource or a network.
#: Source: IAM user guide, global condition keys, and KMS developer guide.
TIES: Final = frozenset(
    {
        "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
        "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce",
        "aws:sourceip", "aws:userid", "kms:calleraccount", "s3:dataaccesspointaccount",
        "elasticfilesystem:accessedviamounttarget",
    }
)  # fmt: skip
#: Operators that narrow nothing: they hold for what differs, or for what is absent.
_LOOSE: Final = ("not", "null", "forallvalues")


def allowing(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every statement of ``document``, a JSON text or what it holds, that allows something."""
    if isinstance(document, str):
        document = decoded(document)
    found = peek(document, "Statement")
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, Mapping) and statement.get("Effect") == "Allow":
            yield statement


def texts(statement: Mapping[str, Any], key: str) -> list[str]:
    """The values of ``key``, which IAM takes as one text or a list of them."""
    found = peek(statement, key)
    return [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, str)]


def everybody(statement: Mapping[str, Any]) -> bool:
    """Whether a statement's principal is anybody in AWS, or anybody at all, and no condition ties it to somebody."""
    if "NotPrincipal" in statement:
        return not tied(statement)
    principal = peek(statement, "Principal")
    found = [principal, *(peek(principal, kind) for kind in ("AWS", "CanonicalUser", "Federated"))]
    named = [item for value in found for item in (value if isinstance(value, list) else [value])]
    return "*" in [item for item in named if isinstance(item, str)] and not tied(statement)


def tied(statement: Mapping[str, Any]) -> bool:
    """Whether a condition ties the statement to somebody; what is not known yet will."""
    conditions = peek(statement, "Condition")
    if conditions is UNKNOWN:
        return True
    for operator, compared in conditions.items() if isinstance(conditions, Mapping) else ():
        if any(word in str(operator).lower() for word in _LOOSE) or str(operator).lower().endswith("ifexists"):
            continue
        for key, value in compared.items() if isinstance(compared, Mapping) else ():
            values = value if isinstance(value, list) else [value]
            if str(key).lower() in TIES and not _anybody([str(item) for item in values]):
                return True
    return False


def _anybody(values: list[str]) -> bool:
    """Whether the values that a condition compares with leave nobody out."""
    try:
        return "*" in values or admits_the_world(values)
    except NoNetworkError:
        return False
