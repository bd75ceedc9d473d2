"""``aws.iam.get_policy_document``, which asks nobody: the provider writes a document from statements, and so does this.

Source: terraform-provider-aws internal/service/iam/policy_document_data_source.go and policy_model.go.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

VERSION: Final = "2012-10-17"
#: An argument of a statement, and what it is called in a document.
LISTS: Final = (
    ("actions", "Action"),
    ("notActions", "NotAction"),
    ("resources", "Resource"),
    ("notResources", "NotResource"),
)
PRINCIPALS: Final = (("principals", "Principal"), ("notPrincipals", "NotPrincipal"))


def policy_document(args: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to ``aws:iam/getPolicyDocument``."""
    statements: list[dict[str, Any]] = []
    for text in args.get("sourcePolicyDocuments") or ():
        _merge(statements, _statements_of(text))
    _merge(statements, [_statement(each) for each in args.get("statements") or ()])
    for text in args.get("overridePolicyDocuments") or ():
        _merge(statements, _statements_of(text))
    document: dict[str, Any] = {"Version": args.get("version") or VERSION}
    if args.get("policyId"):
        document["Id"] = args["policyId"]
    document["Statement"] = statements
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return {
        **args,
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": json.dumps(document, separators=(",", ":"), ensure_ascii=False),
        "version": document["Version"],
    }


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"Sid": given["sid"]} if given.get("sid") else {}
    made["Effect"] = given.get("effect") or "Allow"
    for argument, key in LISTS:
        if values := given.get(argument):
            made[key] = _shortened(values)
    for argument, key in PRINCIPALS:
        if principals := given.get(argument):
            made[key] = _principals(principals)
    conditions: dict[str, dict[str, Any]] = {}
    for each in given.get("conditions") or ():
        conditions.setdefault(each["test"], {})[each["variable"]] = _shortened(each.get("values") or [])
    if conditions:
        made["Condition"] = conditions
    return made


def _principals(given: Sequence[Mapping[str, Any]]) -> Any:
    found: dict[str, list[str]] = {}
    for each in given:
        found.setdefault(each["type"], []).extend(each.get("identifiers") or [])
    return "*" if found == {"*": ["*"]} else {kind: _shortened(names) for kind, names in found.items()}


def _shortened(values: Sequence[Any]) -> Any:
    """One value stands alone; several are in descending order, as the provider writes a set."""
    return values[0] if len(values) == 1 else sorted(set(values), reverse=True)


def _statements_of(text: str) -> list[dict[str, Any]]:
    found = json.loads(text).get("Statement", []) if text else []
    return [found] if isinstance(found, dict) else list(found)


def _merge(statements: list[dict[str, Any]], more: Sequence[dict[str, Any]]) -> None:
    """A statement takes the place of one with its ``Sid``."""
    for each in more:
        places = [place for place, made in enumerate(statements) if each.get("Sid") and made.get("Sid") == each["Sid"]]
        if places:
            statements[places[0]] = each
        else:
            statements.append(each)
