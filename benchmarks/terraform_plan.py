"""What a stack declares at AWS as ``terraform show -json`` would print its plan, for tools that read nothing else.

Names follow the provider: ``kmsKeyId`` is ``kms_key_id``, an object is a block and so stands in a list, and a list of
objects is a block that may be repeated, named in the singular. The tables hold what is otherwise, and tests/aws holds
all of it to the real provider's schema. A real plan is larger: it has a ``null`` or a default for what nobody gave.
Source: Terraform, JSON Output Format, 1.2; keys, order and unknowns as Terraform 1.11.4 prints them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from model.resource import UNKNOWN, Resource
from tests.aws.conversion import PROPERTIES, TYPES, snake

FORMAT: Final = "1.2"
TERRAFORM: Final = "1.11.4"
PROVIDER: Final = "hashicorp/aws"
#: The module whose types are named without it: ``aws:ec2/vpc:Vpc`` is ``aws_vpc``.
UNNAMED: Final = "ec2"
#: Objects whose keys are the program's own.
MAPS: Final = frozenset(
    {
        *("connection_properties", "default_arguments", "dimensions", "environment_variables", "input_paths", "labels"),
        *("permissions", "restore_metadata_overrides"),
        *("provider_details", "tags", "target_tags", "variables"),
    }
)
#: Blocks that the provider itself names in the plural.
PLURAL: Final = frozenset({"block_device_mappings", "log_publishing_options", "tag_specifications"})
#: Lists that the bridge names in the plural once more.
LISTS: Final = {"client_id_lists": "client_id_list", "monitor_arn_lists": "monitor_arn_list"}
#: Lists of one at most, which the bridge takes out of their list.
ALONE: Final = frozenset({"times"})


def plan(resources: Iterable[Resource], region: str) -> dict[str, Any]:
    """The plan that creates those of ``resources`` that AWS keeps, in their order."""
    made = [each for each in resources if each.type.startswith("aws:")]
    addresses = _addresses(made)
    known = [(_identity(addresses[each.urn]), each, arguments(each)) for each in made]
    return {
        "format_version": FORMAT,
        "terraform_version": TERRAFORM,
        "planned_values": {"root_module": {"resources": [_planned(who, given) for who, _, given in known]}},
        "resource_changes": [_change(who, given) for who, _, given in known],
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": region}}}},
            "root_module": {"resources": [_configured(who, each, given, addresses) for who, each, given in known]},
        },
    }


def terraform_type(token: str) -> str:
    """``aws_kms_key`` for ``aws:kms/key:Key``."""
    if token in TYPES:
        return TYPES[token]
    module, name = token.removeprefix("aws:").partition(":")[0].split("/")
    return f"aws_{snake(name)}" if module == UNNAMED else f"aws_{module}_{snake(name)}"


def arguments(resource: Resource) -> dict[str, Any]:
    """What the program gives, as the provider names it; ``UNKNOWN`` where only a deployment would know."""
    renamed = PROPERTIES.get(terraform_type(resource.type), {})
    return _block({renamed.get(key, key): value for key, value in resource.props.items()})


def _block(given: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(_argument(snake(key), value) for key, value in given.items()))


def _argument(name: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, Mapping):
        return name, dict(value) if name in MAPS else [_block(value)]
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        blocks = [_block(each) if isinstance(each, Mapping) else each for each in value]
        return name if name in PLURAL else _singular(name), blocks
    return LISTS.get(name, name), [value] if name in ALONE and not isinstance(value, list) else value


def _singular(name: str) -> str:
    """``policy`` of ``policies``; the reverse of what the bridge does to a name."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if re.search(r"(s|x|z|ch|sh)es$", name):
        return name[:-2]
    return name[:-1] if re.search(r"[^s]s$", name) else name


def _addresses(made: Sequence[Resource]) -> dict[str, str]:
    """Addresses by URN; where children of several parents have one name, all but the first are numbered."""
    addresses: dict[str, str] = {}
    taken: set[str] = set()
    for each in made:
        wanted = f"{terraform_type(each.type)}.{_identifier(each.name)}"
        number = 1
        address = wanted
        while address in taken:
            number += 1
            address = f"{wanted}-{number}"
        taken.add(address)
        addresses[each.urn] = address
    return addresses


def _identifier(name: str) -> str:
    """A name that Terraform takes: letters, digits, underscores and hyphens, and no digit in front."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name if re.match(r"[A-Za-z_]", name) else f"_{name}")


def _identity(address: str) -> dict[str, Any]:
    type_, _, name = address.partition(".")
    return {"address": address, "mode": "managed", "type": type_, "name": name}


def _planned(who: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {**who, "provider_name": PROVIDER, "schema_version": 0, "values": _values(given), "sensitive_values": {}}


def _change(who: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    change = {
        "actions": ["create"],
        "before": None,
        "after": _values(given),
        "after_unknown": {**_unknowns(given), "id": True},
        "before_sensitive": False,
        "after_sensitive": {},
    }
    return {**who, "provider_name": PROVIDER, "change": change}


def _configured(
    who: Mapping[str, Any], made: Resource, given: Mapping[str, Any], addresses: Mapping[str, str]
) -> dict[str, Any]:
    renamed = PROPERTIES.get(who["type"], {})
    behind = {
        _argument(snake(renamed.get(key, key)), made.props.get(key))[0]: [
            addresses[urn] for urn in urns if urn in addresses
        ]
        for key, urns in made.references.items()
    }
    expressions = {key: _expression(key, value, behind.get(key, [])) for key, value in given.items()}
    return {**who, "provider_config_key": "aws", "expressions": expressions, "schema_version": 0}


def _values(value: Any) -> Any:
    """What is known: without the keys that are not, and with ``null`` in their place in a list."""
    if isinstance(value, Mapping):
        return {key: _values(each) for key, each in value.items() if each is not UNKNOWN}
    if isinstance(value, list):
        return [None if each is UNKNOWN else _values(each) for each in value]
    return value


def _unknowns(value: Any) -> Any:
    """``true`` where something is unknown: what is known has no key in an object, and is ``false`` in a list."""
    if isinstance(value, Mapping):
        return {key: found for key, each in value.items() if (found := _unknowns(each)) is not False}
    return [_unknowns(each) for each in value] if isinstance(value, list) else value is UNKNOWN


def _expression(name: str, value: Any, behind: Sequence[str]) -> Any:
    """How a value is written: a constant, or from attributes of the resources ``behind`` it."""
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        blocks = [each for each in value if isinstance(each, Mapping)]
        # Pulumi tells what is behind a property, not where inside it: behind what is unknown in it.
        return [{key: _expression(key, each, _behind(each, behind)) for key, each in block.items()} for block in blocks]
    if behind:
        attribute = "arn" if re.search(r"(^|_)arns?$", name) else "id"
        return {"references": [each for one in behind for each in (f"{one}.{attribute}", one)]}
    return {} if _unknown_in(value) else {"constant_value": value}


def _behind(value: Any, behind: Sequence[str]) -> Sequence[str]:
    return behind if _unknown_in(value) else ()


def _unknown_in(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_unknown_in, value.values()))
    return any(map(_unknown_in, value)) if isinstance(value, list) else value is UNKNOWN
