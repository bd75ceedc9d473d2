"""AWS resources that are declared by their CloudFormation types: one by one, or in a template.

Types and properties are told by the names that pulumi_aws has for them, as far as they differ by case alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource, decoded, peek

#: What CloudFormation calls a service that pulumi_aws calls otherwise.
_MODULES: Final = {"aps": "amp", "kafkaconnect": "mskconnect"}
#: Resources of any type, by its CloudFormation name: where they say it, and where its properties are.
_ANY_TYPE: Final = {
    type_tokens.CLOUDCONTROL_RESOURCE: ("typeName", "desiredState"),
    type_tokens.AWS_NATIVE_INDEX_EXTENSION_RESOURCE: ("type", "properties"),
}
_TEMPLATES: Final = frozenset(type_tokens.aws_tokens("cloudformation", "Stack StackSet"))
#: Templates that somebody else keeps, and where they are named.
_KEPT_ELSEWHERE: Final = {
    type_tokens.aws_token("servicecatalog", "ProvisionedProduct"): ("productName", "productId"),
    type_tokens.aws_token("serverlessrepository", "CloudFormationStack"): ("applicationId",),
}
_BODIES: Final = ("templateBody", "template")
_ADDRESSES: Final = ("templateUrl", "templateURL")
#: A public extension that installs a chart (source: aws-quickstart/quickstart-helm-resource-provider, docs/README.md).
_HELM: Final = "AWSQS::Kubernetes::Helm"
_DEEPEST: Final = 4


def declared_in(resource: Resource) -> Iterator[Resource]:
    """Every AWS resource that ``resource`` declares by its CloudFormation type, as pulumi_aws would call it."""
    yield from _declared_in(resource, _DEEPEST)


def _declared_in(resource: Resource, deepest: int) -> Iterator[Resource]:
    if deepest == 0:
        return
    if resource.type in _ANY_TYPE:
        kind, properties = (resource.get(key) for key in _ANY_TYPE[resource.type])
        given = decoded(properties) if isinstance(properties, str) else properties
        inner = [_named(resource, kind, given)] if isinstance(kind, str) else []
    elif resource.type.startswith(type_tokens.AWS_NATIVE_PACKAGE):
        inner = [
            replace(resource, type=_token(*resource.type.removeprefix(type_tokens.AWS_NATIVE_PACKAGE).split(":")[:2]))
        ]
    elif resource.type in _TEMPLATES:
        inner = list(_of_template(resource))
    else:
        return
    for each in inner:
        yield each
        yield from _declared_in(each, deepest - 1)


def unread_template(resource: Resource) -> str | None:
    """Where a template stands that is not read here: an address, or one not known yet; ``None`` for none."""
    for each in (resource, *declared_in(resource)):
        if named := [key for key in _KEPT_ELSEWHERE.get(each.type, ()) if each.get(key) is not MISSING]:
            return named[0]
        if each.type in _TEMPLATES:
            body = _body(each)
            if body is MISSING or body is UNKNOWN:
                place = next((key for key in (*_ADDRESSES, *_BODIES) if each.get(key) is not MISSING), None)
                if place:
                    return place
    return None


def _of_template(resource: Resource) -> Iterator[Resource]:
    # A template within a template has been renamed with the rest.
    resources = _either(_body(resource), "Resources")
    for each in _one_by_one(resources):
        if isinstance(kind := _either(each, "Type"), str):
            yield _named(resource, kind, _either(each, "Properties"))


def _one_by_one(resources: Any) -> Iterator[Any]:
    """Every resource of a template, those of a loop once (source: CloudFormation user guide, Fn::ForEach)."""
    for name, each in resources.items() if isinstance(resources, Mapping) else ():
        if str(name).lower().startswith("fn::foreach::"):
            yield from _one_by_one(each[-1] if isinstance(each, list) and each else None)
        else:
            yield each


def _either(value: Any, key: str) -> Any:
    return peek(value, key) or peek(value, key.lower())


def _body(resource: Resource) -> Any:
    for key in _BODIES:
        given = resource.get(key)
        if isinstance(given, Mapping):
            return given
        if isinstance(given, str):
            return _parsed(given)
        if given is UNKNOWN:
            return UNKNOWN
    return MISSING


def _parsed(text: str) -> Any:
    read = decoded(text)
    if read is not MISSING:
        return read
    # The parser takes a while to import, and hardly any program has such text.
    import yaml

    class Loader(yaml.SafeLoader):
        """YAML with the short forms of CloudFormation's functions, whose results nobody knows before the deployment."""

    Loader.add_multi_constructor("!", lambda *_: UNKNOWN)
    try:
        return yaml.load(text, Loader)  # noqa: S506 - it is a safe loader
    except (yaml.YAMLError, ValueError, RecursionError):
        return UNKNOWN


def _named(resource: Resource, kind: str, properties: Any) -> Resource:
    props = _renamed(properties) if isinstance(properties, Mapping) else {}
    if kind == _HELM:
        repository = {"repo": peek(props, "repository")}
        # A chart may be written with its repository's name in front.
        props = {"chart": peek(props, "chart"), "repositoryOpts": repository, "values": peek(props, "values")}
        return replace(resource, type=type_tokens.HELM_V3_RELEASE, props=props)
    return replace(resource, type=_token(*kind.split("::")[1:3]), props=props)


def _renamed(value: Any) -> Any:
    """Properties as pulumi_aws spells them: ``addonName`` of ``AddonName``; a function stands for what is not known."""
    if isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)) in ("Ref", "Fn::Sub", "Fn::GetAtt", "Fn::Join", "Fn::ImportValue"):
            return UNKNOWN
        return {f"{str(key)[:1].lower()}{str(key)[1:]}": _renamed(below) for key, below in value.items()}
    return [_renamed(item) for item in value] if isinstance(value, list) else value


def _token(service: str = "", kind: str = "") -> str:
    module = service.lower()
    return type_tokens.aws_token(_MODULES.get(module, module), kind)
