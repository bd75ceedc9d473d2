"""No way in from the whole world, through any of the doors that AWS has for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource, peek
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Demand
from policy.guardrails.network.cidr import NoNetworkError, admits_the_world

WORLD: Final = "0.0.0.0/0"
#: Ports by which machines are administered (EC2.21).
ADMIN_PORTS: Final = (22, 3389)
NAMED: Final = "admits the whole internet, or nearly; name the networks that need it"
#: What is said of those that are no security group.
_SAID: Final = {
    **dict.fromkeys(
        (type_tokens.EC2_NETWORK_ACL_RULE, type_tokens.EC2_NETWORK_ACL, type_tokens.EC2_DEFAULT_NETWORK_ACL),
        "admits the whole internet, or nearly, to ports 22 or 3389, by which machines are administered (EC2.21)",
    ),
    **dict.fromkeys(
        (type_tokens.EC2_MANAGED_PREFIX_LIST, type_tokens.EC2_MANAGED_PREFIX_LIST_ENTRY),
        "holds the whole internet, or nearly, and whoever names the list would admit it; name networks",
    ),
}
_Sources = Callable[[Resource], Iterator[tuple[str, Any]]]


def _none_open(sources: _Sources) -> Callable[[Resource, Context], Iterator[Finding]]:
    """Nothing admits the internet, whole or in pieces; networks that are not known are refused."""

    def check(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
        for what, value in sources(resource):
            found = value if isinstance(value, list) else [value]
            texts = [item for item in found if isinstance(item, str)]
            try:
                if admits_the_world(texts):
                    yield Finding(f"{what} {_SAID.get(resource.type, NAMED)}")
                    continue
            except NoNetworkError:
                yield Finding(f"undetermined: {what} is no network such as 10.0.0.0/8")
                continue
            if UNKNOWN in found:
                yield Finding(f"undetermined: {what} is not known yet; write the networks as plain values")

    return check


def _of_rule(resource: Resource) -> Iterator[tuple[str, Any]]:
    return _named(resource, "cidrBlocks", "ipv6CidrBlocks") if resource.get("type") != "egress" else iter(())


def _of_acl_rule(resource: Resource) -> Iterator[tuple[str, Any]]:
    if str(resource.get("egress")).lower() != "true" and _for_admins(resource.props, "ruleAction"):
        yield from _named(resource, "cidrBlock", "ipv6CidrBlock")


def _of_group(resource: Resource) -> Iterator[tuple[str, Any]]:
    return _listed(resource, "ingress", "cidrBlocks", "ipv6CidrBlocks")


def _of_acl(resource: Resource) -> Iterator[tuple[str, Any]]:
    return _listed(resource, "ingress", "cidrBlock", "ipv6CidrBlock", where=lambda rule: _for_admins(rule, "action"))


def _of_cluster(resource: Resource) -> Iterator[tuple[str, Any]]:
    if resource.get("vpcConfig", "endpointPublicAccess") is not False:
        allowed = resource.get("vpcConfig", "publicAccessCidrs")
        # EKS reads an absent list as the whole internet.
        yield "vpcConfig.publicAccessCidrs", WORLD if allowed in (MISSING, []) else allowed


def _of_service(resource: Resource) -> Iterator[tuple[str, Any]]:
    """The networks that a Service of a load balancer is told to admit; one that says nothing has not been asked."""
    yield from _annotated(resource, "service.beta.kubernetes.io/load-balancer-source-ranges")
    yield "spec.loadBalancerSourceRanges", resource.get("spec", "loadBalancerSourceRanges")


def _of_k8s_ingress(resource: Resource) -> Iterator[tuple[str, Any]]:
    yield from _annotated(resource, "alb.ingress.kubernetes.io/inbound-cidrs")


def _annotated(resource: Resource, key: str) -> Iterator[tuple[str, Any]]:
    found = resource.get("metadata", "annotations", key)
    yield key, [part.strip() for part in found.split(",")] if isinstance(found, str) else found


def _named(resource: Resource, *keys: str) -> Iterator[tuple[str, Any]]:
    return ((key, resource.get(key)) for key in keys)


def _listed(
    resource: Resource, rules: str, *keys: str, where: Callable[[Any], bool] = lambda _: True
) -> Iterator[tuple[str, Any]]:
    found = resource.get(rules)
    if found is UNKNOWN:
        yield rules, UNKNOWN
    for place, rule in enumerate(found if isinstance(found, list) else ()):
        if where(rule):
            yield from ((f"{rules}[{place}].{key}", peek(rule, key)) for key in keys)


def _for_admins(rule: Any, action: str) -> bool:
    """Whether a rule of a network ACL lets traffic in to where machines are administered."""
    if str(peek(rule, action)).lower() == "deny" or str(peek(rule, "egress")).lower() == "true":
        return False
    first, last = (_port(peek(rule, key)) for key in ("fromPort", "toPort"))
    if first is None or last is None or str(peek(rule, "protocol")).lower() in ("-1", "all"):
        return True
    return any(first <= port <= last for port in ADMIN_PORTS)


def _port(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None


#: Each property of a type that says from where traffic is admitted.
SOURCES: Final[Mapping[str, _Sources]] = {
    type_tokens.VPC_SECURITY_GROUP_INGRESS_RULE: lambda resource: _named(resource, "cidrIpv4", "cidrIpv6"),
    type_tokens.EC2_SECURITY_GROUP_RULE: _of_rule,
    type_tokens.EC2_SECURITY_GROUP: _of_group,
    type_tokens.EC2_DEFAULT_SECURITY_GROUP: _of_group,
    type_tokens.EC2_MANAGED_PREFIX_LIST: lambda resource: _listed(resource, "entries", "cidr"),
    type_tokens.EC2_MANAGED_PREFIX_LIST_ENTRY: lambda resource: _named(resource, "cidr"),
    type_tokens.EC2_NETWORK_ACL_RULE: _of_acl_rule,
    type_tokens.EC2_NETWORK_ACL: _of_acl,
    type_tokens.EC2_DEFAULT_NETWORK_ACL: _of_acl,
    type_tokens.EKS_CLUSTER: _of_cluster,
    type_tokens.LIGHTSAIL_INSTANCE_PUBLIC_PORTS: lambda resource: _listed(resource, "portInfos", "cidrs", "ipv6Cidrs"),
    type_tokens.K8S_CORE_V1_SERVICE: _of_service,
    type_tokens.K8S_NETWORKING_V1_INGRESS: _of_k8s_ingress,
}
CLOSED: Final = tuple(
    Demand(name=f"{name.rpartition(':')[2]} not to the world", types=(name,), check=_none_open(sources))
    for name, sources in SOURCES.items()
)
