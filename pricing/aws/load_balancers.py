"""Load balancers: declared in AWS, or made by a controller for a Service, an Ingress, a Gateway or a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.kubernetes import kind_of
from model.resource import MISSING, Resource, peek
from pricing.bill import HOURS, Basis
from pricing.context import ONE, ZERO, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.kubernetes.chart_values import ingresses, installs, load_balancers, values_of
from pricing.kubernetes.ingress_classes import CONTROLLER, class_of, of_another_controller, rules_of
from pricing.properties import UnreadableError, entries, number, section, switch, word

ELB: Final = "service.beta.kubernetes.io/aws-load-balancer-"
ALB: Final = "alb.ingress.kubernetes.io/"
INGRESSES: Final = (type_tokens.K8S_NETWORKING_INGRESS_KIND, type_tokens.K8S_EXTENSIONS_INGRESS_KIND)
#: AWS wants an internet-facing load balancer in two zones at least; it has one public address in each.
LEAST_ZONES: Final = 2
_CAPACITY: Final = {"alb": "elb/alb-lcu", "nlb": "elb/nlb-nlcu"}


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer as it is billed: its kind, its public addresses, whether it is assumed, its reserved units."""

    kind: str
    addresses: Decimal
    basis: Basis
    count: Decimal = ONE
    reserved: Decimal = ZERO


def balancer(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Hours and public addresses of each; the stack's capacity units are borne by the one whose units are dearest."""
    for front in _fronts(resource, context):
        yield from hours(front)
        if front.kind == "classic-lb":
            yield UnpricedReason("the price book has no data price of a Classic Load Balancer", "price")
    unit = _unit(resource, context)
    if unit and context.carries(
        resource,
        "capacity units",
        *FRONTS,
        where=lambda item: _unit(item, context) is not None,
        worth=lambda item: context.rate(_unit(item, context) or ""),
    ):
        yield context.used("capacity units", unit, "load_balancer_lcu_hours")


def hours(front: LoadBalancer) -> Iterator[CostComponent]:
    """What a load balancer costs before it carries anything."""
    yield CostComponent("load balancer hours", f"elb/{front.kind}-hour", front.count * HOURS, front.basis)
    if front.addresses:
        yield CostComponent(
            "public IPv4", "vpc/public-ipv4-in-use", front.count * front.addresses * HOURS, "assumption"
        )
    if front.reserved:
        yield CostComponent("reserved capacity units", _CAPACITY[front.kind], front.reserved * HOURS, front.basis)


def zones(context: PricingContext) -> Decimal:
    """How many public subnets a load balancer finds: those tagged for it or handing out public addresses."""

    def count() -> int:
        subnets = context.of.get(type_tokens.EC2_SUBNET, ())
        return sum(
            item.get("mapPublicIpOnLaunch") is True or item.get("tags", "kubernetes.io/role/elb") == "1"
            for item in subnets
        )

    return Decimal(max(LEAST_ZONES, context.once("public subnets", count)))


def _unit(resource: Resource, context: PricingContext) -> str | None:
    """The dearest capacity unit that a resource is billed by; none where it makes no balancer that has any."""
    try:
        units = {_CAPACITY[front.kind] for front in _fronts(resource, context) if front.kind in _CAPACITY}
    except UnreadableError:
        return None
    return max(units, key=lambda unit: (context.rate(unit), unit), default=None)


def _fronts(resource: Resource, context: PricingContext) -> Sequence[LoadBalancer]:
    return context.once(f"fronts of {resource.urn}", lambda: list(FRONTS[kind_of(resource.type)](resource, context)))


def _declared(resource: Resource, context: PricingContext) -> Iterator[LoadBalancer]:
    kind = word(resource.props, "loadBalancerType", default="application")
    if kind not in {"application", "network"}:
        raise UnreadableError("the price book has no load balancer of this loadBalancerType", "price")
    addresses = ZERO
    if not switch(resource.props, "internal"):
        # An elastic IP given by the stack is billed where it is declared.
        mappings = [item for item in entries(resource.props, "subnetMappings") if peek(item, "allocationId") is MISSING]
        subnets = entries(resource.props, "subnets")
        given = resource.get("subnetMappings") is not MISSING or resource.get("subnets") is not MISSING
        addresses = Decimal(len(mappings) + len(subnets)) if given else zones(context)
    reserved = number(resource.props, "minimumLoadBalancerCapacity", "capacityUnits", default=0)
    yield LoadBalancer("alb" if kind == "application" else "nlb", addresses, "fixed", reserved=reserved)


def _classic(resource: Resource, context: PricingContext) -> Iterator[LoadBalancer]:
    yield LoadBalancer("classic-lb", ZERO if switch(resource.props, "internal") else zones(context), "fixed")


def _service(resource: Resource, context: PricingContext) -> Iterator[LoadBalancer]:
    if word(resource.props, "spec", "type", default="ClusterIP") != "LoadBalancer":
        return
    by_controller = (
        resource.get("spec", "loadBalancerClass") == "service.k8s.aws/nlb"
        or _annotation(resource, f"{ELB}type") in {"external", "nlb", "nlb-ip"}
        or context.once(
            "controller",
            lambda: any(installs(item, CONTROLLER) for item in context.of.get(type_tokens.HELM_RELEASE_KIND, ())),
        )
    )
    public = _public(_annotation(resource, f"{ELB}scheme"), default=not by_controller)
    given = resource.get("metadata", "annotations", f"{ELB}eip-allocations") is not MISSING
    addresses = zones(context) if public and not given else ZERO
    yield (
        LoadBalancer("nlb", addresses, "fixed")
        if by_controller
        else LoadBalancer("classic-lb", addresses, "assumption")
    )


def _ingress(resource: Resource, context: PricingContext) -> Iterator[LoadBalancer]:
    name, group = class_of(resource), _group(resource, context)
    if of_another_controller(name, context):
        return
    if group and context.once("ingress groups", lambda: _groups(context))[group] != resource.urn:
        return
    held = rules_of(name, context).scheme
    public = _public(_annotation(resource, f"{ALB}scheme") if held == "" else held, default=False)
    yield LoadBalancer("alb", zones(context) if public else ZERO, "fixed" if "alb" in name else "assumption")


def _group(resource: Resource, context: PricingContext) -> str | None:
    return rules_of(class_of(resource), context).group or _annotation(resource, f"{ALB}group.name")


def _gateway(resource: Resource, context: PricingContext) -> Iterator[LoadBalancer]:
    name = word(resource.props, "spec", "gatewayClassName")
    if "lattice" in name:
        raise UnreadableError("the price book has no VPC Lattice, which this gateway class makes", "price")
    # Istio answers a Gateway with a Service, the AWS controller with an application load balancer.
    yield LoadBalancer("nlb" if "istio" in name else "alb", zones(context), "assumption")


def _chart(resource: Resource, context: PricingContext) -> Iterator[LoadBalancer]:
    values = values_of(resource)
    if count := load_balancers(resource, values):
        yield LoadBalancer("nlb", zones(context), "assumption", Decimal(count))
    for ingress in _inside(resource, values):
        yield from _ingress(ingress, context)


def _inside(release: Resource, values: Any) -> Iterator[Resource]:
    """Each Ingress of a chart, as if it had been declared by itself."""
    for place, props in ingresses(values):
        yield replace(release, urn=f"{release.urn}#{place}", type=INGRESSES[0], props=props)


def _annotation(resource: Resource, key: str) -> str | None:
    """The text, an empty one when it is missing, or ``None`` when it is unknown or no text."""
    value = peek(section(resource.props, "metadata", "annotations"), key)
    return "" if value is MISSING else value if isinstance(value, str) else None


def _groups(context: PricingContext) -> dict[str, str]:
    """The first Ingress of each group, which shares one load balancer; charts' own come last."""
    declared = sorted((item for kind in INGRESSES for item in context.of.get(kind, ())), key=lambda item: item.urn)
    found: dict[str, str] = {}
    for source in (*([item] for item in declared), *map(_read, context.of.get(type_tokens.HELM_RELEASE_KIND, ()))):
        for item in source:
            try:
                group = _group(item, context)
            except UnreadableError:
                continue
            if group and not of_another_controller(class_of(item), context):
                found.setdefault(group, item.urn)
    return found


def _read(release: Resource) -> Sequence[Resource]:
    try:
        return list(_inside(release, values_of(release)))
    except UnreadableError:
        return ()


def _public(scheme: str | None, *, default: bool) -> bool:
    # A scheme nobody knows yet may turn out to be the dearer one.
    return default if scheme == "" else scheme is None or scheme == "internet-facing"


FRONTS: Final[Mapping[str, Callable[[Resource, PricingContext], Iterator[LoadBalancer]]]] = {
    type_tokens.LB_LOAD_BALANCER: _declared,
    type_tokens.ALB_LOAD_BALANCER: _declared,
    type_tokens.ELB_LOAD_BALANCER: _classic,
    type_tokens.K8S_CORE_SERVICE_KIND: _service,
    **dict.fromkeys(INGRESSES, _ingress),
    type_tokens.K8S_GATEWAY_NETWORKING_GATEWAY_KIND: _gateway,
    type_tokens.HELM_RELEASE_KIND: _chart,
}
PRICED: Final[Meters] = {kind: balancer for kind in FRONTS if kind != type_tokens.HELM_RELEASE_KIND}
