"""The statements of a policy document, as far as they can be read, and whom their conditions leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from model.resource import UNKNOWN, decoded, peek
from policy.guardrails.network.cidr import NoNetworkError, admits_the_world

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
#: Conditions that everybody with the permission meets, or can: how, when and whence a request is made, not of what.
MET_BY_ALL: Final = frozenset(
    {
        "aws:calledvia", "aws:currenttime", "aws:epochtime", "aws:multifactorauthage", "aws:multifactorauthpresent",
        "aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:principalorgid",
        "aws:principaltype", "aws:referer", "aws:requestedregion", "aws:securetransport", "aws:tokenissuetime",
        "aws:resourceaccount", "aws:resourceorgid", "aws:useragent", "aws:userid", "aws:username", "ec2:region",
        "kms:calleraccount",
    }
)  # fmt: skip
#: Operators that narrow nothing: they hold for what differs, or for what is absent.
_LOOSE: Final = ("not", "forallvalues")
#: Operators that hold for all but those they name; where the key is absent as well.
_ALL_BUT: Final = ("arnnotequals", "arnnotlike", "notipaddress", "stringnotequals", "stringnotlike")
#: What an identifier begins with, whoever's it is.
_KIND_OF_ID: Final = re.compile(r"(o|ou|r|vpc|vpce)-")


def allowing(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every statement of ``document``, a JSON text or what it holds, that allows something."""
    return (statement for statement in statements(document) if statement.get("Effect") == "Allow")


def statements(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every statement of ``document``."""
    if isinstance(document, str):
        document = decoded(document)
    found = peek(document, "Statement")
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, Mapping):
            yield statement


def texts(statement: Mapping[str, Any], key: str) -> list[str]:
    """The values of ``key``, which IAM takes as one text or a list of them."""
    return _texts(peek(statement, key))


def principals(statement: Mapping[str, Any], *kinds: str) -> list[str]:
    """The principals of these kinds that a statement names."""
    return [item for kind in kinds for item in _texts(peek(statement, "Principal", kind))]


def _texts(found: Any) -> list[str]:
    return [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, str)]


def everybody(statement: Mapping[str, Any]) -> bool:
    """Whether a statement's principal is anybody in AWS, or anybody at all, and no condition ties it to somebody."""
    if "NotPrincipal" in statement:
        return not tied(statement)
    named = [*texts(statement, "Principal"), *principals(statement, "AWS", "CanonicalUser", "Federated", "Service")]
    return any(leaves_nobody_out(name) for name in named) and not tied(statement)


def fenced(statement: Mapping[str, Any], document: Any) -> bool:
    """Whether the same document denies to all but somebody whatever the statement allows, as private APIs do.

    Source: API Gateway developer guide, resource policy examples.
    """
    return any(
        deny.get("Effect") == "Deny"
        and "*" in (*texts(deny, "Principal"), *principals(deny, "AWS"))
        and _covers(deny, statement)
        and _all_but_somebody(peek(deny, "Condition"))
        for deny in statements(document)
    )


def _covers(deny: Mapping[str, Any], statement: Mapping[str, Any]) -> bool:
    denied, reached = ({item.lower() for item in texts(deny, key)} for key in ("Action", "Resource"))
    given = [item.lower() for item in texts(statement, "Action")]
    return (
        bool(given)
        and all({"*", item, f"{item.partition(':')[0]}:*"} & denied for item in given)
        and ("*" in reached or {item.lower() for item in texts(statement, "Resource")} <= reached)
    )


def _all_but_somebody(condition: Any) -> bool:
    """Whether one condition, which no second one weakens, holds for all but those it names."""
    compared = list(condition.items()) if isinstance(condition, Mapping) else []
    if len(compared) != 1 or not isinstance(compared[0][1], Mapping) or len(compared[0][1]) != 1:
        return False
    operator = str(compared[0][0]).lower().removesuffix("ifexists")
    key, value = next(iter(compared[0][1].items()))
    values = [str(item) for item in (value if isinstance(value, list) else [value])]
    name = str(key).lower()
    return operator in _ALL_BUT and name in TIES and bool(values) and not _anybody(name, values)


def tied(statement: Mapping[str, Any]) -> bool:
    """Whether a condition ties the statement to somebody; what is not known yet will."""
    return peek(statement, "Condition") is UNKNOWN or any(
        key in TIES and not _anybody(key, values) for key, values in conditions(statement)
    )


def narrowed(statement: Mapping[str, Any]) -> bool:
    """Whether a condition of an identity's statement leaves some resources or requests out."""
    return peek(statement, "Condition") is UNKNOWN or any(
        key not in MET_BY_ALL and not all(not value.strip("*?") for value in values)
        for key, values in conditions(statement)
    )


def conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each condition that must hold, as its key in lower case and the values of which one must match."""
    found = peek(statement, "Condition")
    for operator, compared in found.items() if isinstance(found, Mapping) else ():
        name = str(operator).lower()
        if any(word in name for word in _LOOSE) or name.endswith("ifexists"):
            continue
        for key, value in compared.items() if isinstance(compared, Mapping) else ():
            values = [str(item) for item in (value if isinstance(value, list) else [value])]
            # That a key is there says nothing of its value, and that it is absent says less.
            if name != "null" or values == ["false"]:
                yield str(key).lower(), (["present"] if name == "null" else values)


def _anybody(key: str, values: list[str]) -> bool:
    """Whether the values that a condition compares with leave nobody out; one of them is enough to be let in."""
    if key == "aws:sourceip":
        try:
            return "*" in values or admits_the_world(values)
        except NoNetworkError:
            return False
    return any(leaves_nobody_out(value) for value in values)


def leaves_nobody_out(value: str) -> bool:
    """Whether a pattern matches somebody of every account: ``*``, ``o-*``, ``arn:aws:iam::*:role/deploy``."""
    if value == "present":
        return True
    parts = value.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        # A bucket's ARN has no account, and its name is nobody else's.
        owner = parts[4] or parts[5].partition("*")[0].partition("?")[0]
        return not owner.strip("*?")
    return ("*" in value or "?" in value) and not _KIND_OF_ID.sub("", value).strip("*?/:")
