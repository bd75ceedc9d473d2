"""What the program declares in an environment: types, the names that AWS will know them by, and who takes its roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from model import type_tokens
from model.resource import Resource, decoded
from preview.run import PROJECT, ROOT
from preview.simulate.recorder import record
from stacks.clock import as_of, today
from stacks.environments import stack_names
from stacks.load import stack_file

#: Where a type keeps its own name, the first that it has.
NAMES: Final = (
    "bucket",
    "replicationGroupId",
    "userGroupId",
    "userId",
    "identifier",
    "clusterIdentifier",
    "domainName",
    "name",
)


@dataclass(frozen=True, order=True)
class Declared:
    """A resource of AWS's: ``name`` is the physical one, ending in ``*`` where Pulumi makes up the rest.

    ``services`` are those that a role is handed to, or that a linked role belongs to.
    """

    type: str
    name: str
    services: tuple[str, ...] = ()
    #: Where it stands, when that is not where the others do.
    region: str = ""


@cache
def declared(stack: str) -> tuple[Declared, ...]:
    """What ``stack`` declares at AWS, sorted. Raises :class:`stacks.messages.SettingsError` for its file."""
    file = stack_file(stack)
    with as_of(today()):
        recording = record(ROOT, project=PROJECT, stack=stack, config=file.config, secret_keys=file.secret_keys)
    resources = (made.resource() for made in recording.registrations if made.custom)
    return of_resources(each for each in resources if each.type.startswith(type_tokens.AWS_PACKAGE))


def of_resources(resources: Iterable[Resource]) -> tuple[Declared, ...]:
    """The same of resources that were recorded."""
    return tuple(sorted({Declared(each.type, _name(each), _services(each), _region(each)) for each in resources}))


def declared_types() -> list[str]:
    """The types that any environment declares."""
    return sorted({each.type for stack in stack_names() for each in declared(stack)})


def _name(resource: Resource) -> str:
    given = next((resource.props[key] for key in NAMES if isinstance(resource.props.get(key), str)), None)
    return given or f"{resource.name}-*"


def _region(resource: Resource) -> str:
    given = resource.props.get("region")
    return given if isinstance(given, str) else ""


def _services(resource: Resource) -> tuple[str, ...]:
    if resource.type == type_tokens.IAM_SERVICE_LINKED_ROLE:
        return (str(resource.props["awsServiceName"]),)
    if resource.type != type_tokens.IAM_ROLE:
        return ()
    document: Any = resource.props.get("assumeRolePolicy")
    # One that waits for an ARN is trusted by identities from outside: it is handed to no service.
    statements = decoded(document).get("Statement", []) if isinstance(document, str) else []
    found = [each.get("Principal", {}).get("Service", []) for each in statements]
    return tuple(sorted({name for names in found for name in ([names] if isinstance(names, str) else names)}))
