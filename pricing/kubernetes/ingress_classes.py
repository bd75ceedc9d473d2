"""What the AWS Load Balancer Controller holds every Ingress of a class to: its scheme, and a group that shares one.

Parameters of a class are declared as objects, or made by the controller's own chart from its values. They override what
an Ingress asks for itself (source: aws-load-balancer-controller docs, guide/ingress/ingress_class).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, Resource, peek
from pricing.context import PricingContext
from pricing.kubernetes.chart_values import installs

CONTROLLER: Final = "aws-load-balancer-controller"
#: What IngressClasses of AWS name as their controller: the one installed here, and that of EKS Auto Mode.
CONTROLLERS: Final = frozenset({"ingress.k8s.aws/alb", "eks.amazonaws.com/alb"})
#: Words by which the classes of other controllers are called; those share a balancer of their own.
OTHERS: Final = frozenset({"nginx", "traefik", "haproxy", "kong", "istio", "contour", "cilium", "apisix", "envoy"})


@dataclass(frozen=True, slots=True)
class ClassRules:
    """Empty where the class leaves it to each Ingress; ``None`` where it is not known before the deployment."""

    scheme: str | None = ""
    group: str | None = ""
    tags: Mapping[str, Any] = field(default_factory=dict)


def rules_of(ingress_class: str, context: PricingContext) -> ClassRules:
    """What holds for the Ingresses of a class."""
    return context.once("ingress classes", lambda: dict(_all(context.of))).get(ingress_class, ClassRules())


def tags_of(ingress_class: str, of: Mapping[str, Sequence[Resource]]) -> dict[str, Any]:
    """The tags on the load balancers that the controller makes: its own default ones, and those of the class."""
    found: dict[str, Any] = {}
    for release in of.get(type_tokens.HELM_RELEASE_KIND, ()):
        default = release.get("values", "defaultTags")
        if installs(release, CONTROLLER) and isinstance(default, Mapping):
            found |= default
    return found | dict(dict(_all(of)).get(ingress_class, ClassRules()).tags)


def scheme_of(ingress_class: str, of: Mapping[str, Sequence[Resource]]) -> str | None:
    """The scheme that a class holds its Ingresses to; empty and ``None`` as in :class:`ClassRules`."""
    return dict(_all(of)).get(ingress_class, ClassRules()).scheme


def class_of(ingress: Resource) -> str:
    """The class that an Ingress names, in either of the two ways."""
    named = ingress.get("spec", "ingressClassName")
    if isinstance(named, str):
        return named
    return _text(ingress.get("metadata", "annotations", "kubernetes.io/ingress.class")) or ""


def of_another_controller(ingress_class: str, context: PricingContext) -> bool:
    """Whether no load balancer is made for the class's Ingresses: another controller routes them behind its own."""
    declared = context.once("declared ingress classes", lambda: dict(_controllers(context)))
    if isinstance(controller := declared.get(ingress_class), str):
        return controller not in CONTROLLERS
    return bool(OTHERS & set(ingress_class.lower().split("-")))


def _controllers(context: PricingContext) -> Iterator[tuple[str, Any]]:
    for item in context.of.get(type_tokens.K8S_NETWORKING_INGRESS_CLASS_KIND, ()):
        yield _named(item.props), item.get("spec", "controller")


def _all(of: Mapping[str, Sequence[Resource]]) -> Iterator[tuple[str, ClassRules]]:
    for release in of.get(type_tokens.HELM_RELEASE_KIND, ()):
        if installs(release, CONTROLLER) and release.get("values", "ingressClassParams", "create") is not False:
            name = release.get("values", "ingressClass")
            spec = release.get("values", "ingressClassParams", "spec")
            yield name if isinstance(name, str) else "alb", _rules(spec)
    parameters = {
        _named(item.props): _rules(item.get("spec"))
        for item in of.get(type_tokens.K8S_ELBV2_INGRESS_CLASS_PARAMS_KIND, ())
    }
    # Parameters stand for a class of their own name, and for every class that refers to them.
    yield from parameters.items()
    for item in of.get(type_tokens.K8S_NETWORKING_INGRESS_CLASS_KIND, ()):
        if (found := parameters.get(_text(item.get("spec", "parameters", "name")) or "")) is not None:
            yield _named(item.props), found


def _rules(spec: Any) -> ClassRules:
    tags = peek(spec, "tags")
    named = {_text(peek(tag, "key")) or "": peek(tag, "value") for tag in tags if tag} if isinstance(tags, list) else {}
    return ClassRules(scheme=_text(peek(spec, "scheme")), group=_text(peek(spec, "group", "name")), tags=named)


def _named(props: Mapping[str, Any]) -> str:
    return _text(peek(props, "metadata", "name")) or ""


def _text(value: Any) -> str | None:
    return "" if value is MISSING else value if isinstance(value, str) else None
