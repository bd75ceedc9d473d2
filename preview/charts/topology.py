"""What of a program stands where, what reaches what, and what each of it costs: what the architecture picture shows.

Read from references between registrations alone, so that it holds for any program. Every line of the bill falls to
exactly one box, so that the boxes add up to the total; USD a month before VAT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, Final, Literal, TypeAlias

from model import type_tokens
from model.kubernetes import kind_of
from model.resource import Resource
from preview.catalogue import counted, t
from preview.simulate.registration import Registration
from preview.tree import short_type
from pricing.bill import EXACT, Bill, group_lines
from pricing.context import by_kind
from pricing.kubernetes.ingress_classes import class_of, scheme_of

Tier: TypeAlias = Literal["public", "private", "isolated"]
#: By the default route of a subnet's table, in the order in which packets come in.
TIERS: Final[tuple[Tier, ...]] = ("public", "private", "isolated")
#: What a zone, a name or a range is called that only the deployment will know.
UNKNOWN_ZONE: Final = "zone not known"
INTERNET: Final = "the internet"
EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})

#: What wires subnets together and is no place that packets reach.
WIRING: Final = frozenset(
    {
        *type_tokens.aws_tokens(
            "ec2",
            "DefaultNetworkAcl DefaultSubnet FlowLog NetworkAcl NetworkAclAssociation RouteTable RouteTableAssociation "
            "Subnet SubnetCidrReservation VpcEndpointSubnetAssociation",
        ),
        type_tokens.EKS_ADDON,
        # It says where AWS Backup will put a copy, which nobody asks for anything.
        type_tokens.BACKUP_RESTORE_TESTING_SELECTION,
    }
)
SCHEME: Final = "alb.ingress.kubernetes.io/scheme"
SUBNET_GROUP: Final = "SubnetGroup"
#: Doors of a VPC as a whole: they name it, and no subnet of it.
DOORS: Final = frozenset(
    {
        type_tokens.EC2_VPC_ENDPOINT,
        type_tokens.EC2_VPN_CONNECTION,
        type_tokens.EC2CLIENTVPN_ENDPOINT,
        type_tokens.EC2TRANSITGATEWAY_VPC_ATTACHMENT,
        *type_tokens.aws_tokens("ec2", "EgressOnlyInternetGateway InternetGateway VpcPeeringConnection VpnGateway"),
    }
)
PROPAGATION: Final = type_tokens.aws_token("ec2", "VpnGatewayRoutePropagation")
INTERNET_GATEWAY: Final = type_tokens.aws_token("ec2", "InternetGateway")
#: A part and the property by which it names the whole that it is drawn with.
PARTS: Final[Mapping[str, str]] = {
    type_tokens.DOCDB_CLUSTER_INSTANCE: "clusterIdentifier",
    type_tokens.NEPTUNE_CLUSTER_INSTANCE: "clusterIdentifier",
    type_tokens.RDS_CLUSTER_INSTANCE: "clusterIdentifier",
    type_tokens.EC2_FLOW_LOG: "vpcId",
    type_tokens.EKS_ADDON: "clusterName",
    type_tokens.EC2_VPN_CONNECTION: "vpnGatewayId",
}
#: Where a declaration says how many there are of it, and of which size (source: the resources of pulumi-aws 7).
COUNTS: Final[tuple[tuple[str, ...], ...]] = (
    ("scalingConfig", "desiredSize"),
    ("clusterConfig", "instanceCount"),
    ("numCacheClusters",),
    ("numCacheNodes",),
    ("numberOfBrokerNodes",),
    ("desiredCapacity",),
    ("desiredCount",),
)
SIZES: Final[tuple[tuple[str | int, ...], ...]] = (
    ("instanceTypes", 0),
    ("clusterConfig", "instanceType"),
    ("brokerNodeGroupInfo", "instanceType"),
    ("instanceClass",),
    ("instanceType",),
    ("nodeType",),
    ("environmentClass",),
    ("serviceName",),
)
ENGINES: Final = ("engine", "engineVersion", "version")


@dataclass(frozen=True, kw_only=True)
class Box:
    """One thing of the picture: ``urns`` are what is drawn as it, ``subnets`` where it may stand.

    ``key`` names it among the boxes. ``copies`` is how many there are of it, where the declaration says so. ``missing``
    says that something of it is billed and has no price.
    """

    key: str
    kind: str
    name: str
    detail: str = ""
    urns: tuple[str, ...] = ()
    usd: Decimal = Decimal(0)
    missing: bool = False
    subnets: tuple[str, ...] = ()
    copies: int | None = None


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet of a network."""

    urn: str
    name: str
    zone: str
    cidr: str
    tier: Tier


@dataclass(frozen=True, kw_only=True)
class Network:
    """A VPC of the program, or, with an ``own`` of nothing but a name, what stands in subnets without one."""

    own: Box
    cidr: str
    subnets: tuple[Subnet, ...]
    doors: tuple[Box, ...]
    inside: tuple[Box, ...]

    @property
    def zones(self) -> list[str]:
        """Its availability zones, in order."""
        return sorted({subnet.zone for subnet in self.subnets})

    def tier_of(self, box: Box) -> Tier:
        """The outermost tier that the box has a subnet in."""
        tiers = {subnet.tier for subnet in self.subnets if subnet.urn in box.subnets}
        return next(tier for tier in TIERS if tier in tiers)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Packets from any of ``sources`` to each of ``targets``: keys of boxes, ``NETWORK/TIER``, or what lies outside."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    label: str


@dataclass(frozen=True, kw_only=True)
class Topology:
    """The whole picture; ``beside`` stands in no VPC, and ``unbilled`` is how many resources are not drawn.

    ``routes`` are what tables send where, ``rules`` what security groups and load balancers let in.
    """

    networks: tuple[Network, ...]
    beside: tuple[Box, ...]
    routes: tuple[Flow, ...]
    rules: tuple[Flow, ...]
    unbilled: int

    @property
    def boxes(self) -> list[Box]:
        """Every box, in the order of the picture."""
        inside = (box for network in self.networks for box in (network.own, *network.doors, *network.inside))
        return [*inside, *self.beside]


def read_topology(registrations: Sequence[Registration], bill: Bill) -> Topology:
    """What ``registrations`` come to as a picture; any program has one, an empty one an empty one."""
    return _Reader([made.resource() for made in registrations if made.custom], bill).read()


class _Reader:
    """The resources of a program by URN, and who names whom."""

    def __init__(self, resources: Sequence[Resource], bill: Bill) -> None:
        self.of = {each.urn: each for each in sorted(resources, key=lambda each: each.urn)}
        self.usd = {urn: amount.usd_per_month for urn, amount in group_lines(bill.lines, lambda at: at.urn).items()}
        self.gaps = {gap.urn for gap in bill.unpriced}
        self.kinds = by_kind(resources)
        self.wholes = dict(self._wholes())
        self.subnets = {urn: self._places(each) for urn, each in self.of.items()}

    def read(self) -> Topology:
        """Networks first; what is left over stands beside them."""
        networks = tuple(self._networks())
        drawn = {
            urn for network in networks for box in (network.own, *network.doors, *network.inside) for urn in box.urns
        }
        beside, unbilled = self._beside(drawn)
        return Topology(
            networks=networks,
            beside=beside,
            routes=tuple(_joined(self._routes(networks))),
            rules=tuple(_joined(self._rules(networks))),
            unbilled=unbilled,
        )

    def references(self, resource: Resource, *names: str) -> list[str]:
        """What a resource's properties name of the program, in order, each once."""
        found = [urn for name, urns in resource.references.items() if not names or name in names for urn in urns]
        return sorted({urn for urn in found if urn in self.of})

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of some types."""
        return [each for each in self.of.values() if each.type in types]

    def _wholes(self) -> Iterator[tuple[str, str]]:
        """What is drawn with something else: parts with their whole, and addresses with what holds them."""
        for each in self.of.values():
            wanted = PARTS.get(each.type)
            for urn in self.references(each, wanted)[:1] if wanted else ():
                yield each.urn, urn
            for urn in self.references(each, "allocationId", "subnetMappings"):
                if self.of[urn].type == type_tokens.EC2_EIP:
                    yield urn, each.urn

    def _places(self, resource: Resource) -> tuple[str, ...]:
        """The subnets that a resource may stand in, named by itself or by its subnet group."""
        if resource.type in WIRING or resource.type.endswith(SUBNET_GROUP):
            return ()
        direct = self.references(resource)
        groups = (self.of[urn] for urn in direct if self.of[urn].type.endswith(SUBNET_GROUP))
        named = [*direct, *(urn for group in groups for urn in self.references(group))]
        return tuple(sorted({urn for urn in named if self.of[urn].type == type_tokens.EC2_SUBNET}))

    def _networks(self) -> Iterator[Network]:
        vpcs = self.of_type(type_tokens.EC2_VPC)
        tiers = self._tiers()
        subnets = {
            each.urn: Subnet(
                urn=each.urn,
                name=each.name,
                zone=_word(each.get("availabilityZone")) or _word(each.get("availabilityZoneId")) or t(UNKNOWN_ZONE),
                cidr=_word(each.get("cidrBlock")),
                tier=tiers.get(each.urn, "isolated"),
            )
            for each in self.of_type(type_tokens.EC2_SUBNET)
        }
        home = {urn: next(iter(self.references(self.of[urn], "vpcId")), "") for urn in subnets}
        drawn: set[str] = set()
        for vpc in (*vpcs, None):
            own = [subnet for urn, subnet in subnets.items() if home[urn] == (vpc.urn if vpc else "")]
            if vpc is None and not own:
                continue
            urns = {subnet.urn for subnet in own}
            inside = [
                self._box(each)
                for each in self.of.values()
                if each.urn not in {*self.wholes, *drawn} and urns.intersection(self.subnets[each.urn])
            ]
            doors = [
                self._box(each)
                for each in self.of.values()
                if vpc
                and each.type in DOORS
                and each.urn not in self.wholes
                and not {*drawn, *self.subnets[each.urn]} & {each.urn, *urns}
                and vpc.urn in self.references(each)
            ]
            if vpc == next(iter(vpcs), None):
                inside += self._balancers(own)
            drawn |= {box.key for box in (*inside, *doors)}
            yield Network(
                own=self._box(vpc) if vpc else Box(key="elsewhere", kind="VPC", name="of another program"),
                cidr=_word(vpc.get("cidrBlock")) if vpc else "",
                subnets=tuple(sorted(own, key=lambda each: (TIERS.index(each.tier), each.zone, each.name))),
                doors=tuple(doors),
                inside=tuple(inside),
            )

    def _tiers(self) -> dict[str, Tier]:
        """Each subnet's tier, by the default route of the table that is associated with it."""
        tables = {each.urn: self._way_out(each) for each in self.of_type(type_tokens.EC2_ROUTE_TABLE)}
        for route in self.of_type(type_tokens.EC2_ROUTE):
            ends = {route.get("destinationCidrBlock"), route.get("destinationIpv6CidrBlock")}
            if ends & EVERYWHERE:
                for table in self.references(route, "routeTableId"):
                    tables[table] = min(tables.get(table, "isolated"), self._way_out(route), key=TIERS.index)
        return {
            subnet: tables[table]
            for each in self.of_type(type_tokens.EC2_ROUTE_TABLE_ASSOCIATION)
            for subnet in self.references(each, "subnetId")
            for table in self.references(each, "routeTableId")
            if table in tables
        }

    def _way_out(self, resource: Resource) -> Tier:
        """What a route, or a table with routes of its own, makes of a subnet."""
        if resource.type == type_tokens.EC2_ROUTE_TABLE:
            routes = resource.get("routes")
            if not isinstance(routes, list) or not any(isinstance(each, dict) and _everywhere(each) for each in routes):
                return "isolated"
            named = self.references(resource, "routes")
        else:
            named = [
                urn for name in resource.references if name != "routeTableId" for urn in self.references(resource, name)
            ]
        return "public" if any(self.of[urn].type == INTERNET_GATEWAY for urn in named) else "private"

    def _balancers(self, subnets: Sequence[Subnet]) -> list[Box]:
        """The load balancers that a controller makes of Ingress objects: they stand where their scheme says."""
        found = []
        for each in self.of.values():
            if kind_of(each.type) == type_tokens.K8S_NETWORKING_INGRESS_KIND and each.urn in self.usd | dict.fromkeys(
                self.gaps
            ):
                tier = "public" if self._faces_internet(each) else "private"
                places = [subnet.urn for subnet in subnets if subnet.tier == tier]
                if places:
                    found.append(self._box(each, places))
        return found

    def _box(self, resource: Resource, subnets: Sequence[str] = ()) -> Box:
        parts = [self.of[urn] for urn, whole in self.wholes.items() if whole == resource.urn]
        copies = _number(resource, COUNTS)
        members = [part for part in parts if part.type.endswith("clusterInstance:ClusterInstance")]
        urns = (resource.urn, *(part.urn for part in parts))
        return Box(
            key=resource.urn,
            kind=_kind(resource.type),
            name=resource.name,
            detail=_detail(resource, members, copies),
            urns=urns,
            usd=self._usd(urns),
            missing=bool(self.gaps.intersection(urns)),
            subnets=tuple(subnets) or self.subnets[resource.urn],
            copies=len(members) or copies or (_once(resource) if resource.type == type_tokens.RDS_INSTANCE else None),
        )

    def _usd(self, urns: Iterable[str]) -> Decimal:
        with localcontext(EXACT):
            return sum((self.usd.get(urn, Decimal(0)) for urn in urns), Decimal(0))

    def _beside(self, drawn: set[str]) -> tuple[tuple[Box, ...], int]:
        """What stands in no VPC, by service; and how much of it costs nothing and is not drawn."""
        groups: dict[str, list[str]] = {}
        billed = [*self.usd, *self.gaps]
        for urn in dict.fromkeys([*self.of, *billed]):
            if urn not in drawn:
                groups.setdefault(_service(self.of[urn].type if urn in self.of else ""), []).append(urn)
        boxes, unbilled = [], 0
        for service, urns in groups.items():
            paid = [urn for urn in urns if urn in self.usd or urn in self.gaps]
            if not paid:
                unbilled += len(urns)
                continue
            boxes.append(
                Box(
                    key=f"beside/{service}",
                    kind=service,
                    name=counted(len(urns), "{count} resource", "{count} resources"),
                    urns=tuple(paid),
                    usd=self._usd(paid),
                    missing=bool(self.gaps.intersection(paid)),
                )
            )
        return tuple(sorted(boxes, key=lambda box: (-box.usd, box.kind))), unbilled

    def _routes(self, networks: Sequence[Network]) -> Iterator[Flow]:
        """What a table sends where: from the tiers that it is associated with to doors and gateways."""
        tables: dict[str, set[str]] = {}
        for each in self.of_type(type_tokens.EC2_ROUTE_TABLE_ASSOCIATION):
            for network in networks:
                tiers = {subnet.urn: f"{network.own.key}/{subnet.tier}" for subnet in network.subnets}
                for table in self.references(each, "routeTableId"):
                    tables.setdefault(table, set()).update(
                        tiers[urn] for urn in self.references(each, "subnetId") if urn in tiers
                    )
        for network in networks:
            for box in (*network.doors, *network.inside):
                for source in sorted({tier for table in self._tables_to(box) for tier in tables.get(table, ())}):
                    yield Flow(sources=(source,), targets=(box.key,), label="")
                if box.key in self.of and self.of[box.key].type == INTERNET_GATEWAY:
                    yield Flow(sources=(box.key,), targets=(INTERNET,), label="")

    def _tables_to(self, box: Box) -> Iterator[str]:
        """The route tables that lead to a box: by a route of them, or because an endpoint writes its own there."""
        yield from self.references(self.of[box.key], "routeTableIds")
        for route in self.of_type(type_tokens.EC2_ROUTE, type_tokens.EC2_ROUTE_TABLE, PROPAGATION):
            table = route.urn if route.type == type_tokens.EC2_ROUTE_TABLE else None
            named = self.references(route, "routes") if table else self.references(route)
            if box.key in named:
                yield from [table] if table else self.references(route, "routeTableId")

    def _rules(self, networks: Sequence[Network]) -> Iterator[Flow]:
        """What security groups let in, and what a controller's load balancers reach."""
        boxes = [box for network in networks for box in network.inside]
        bearers = self._bearers(boxes)
        for group, rule, origins in self._let_in():
            targets = sorted(bearers.get(group, ()))
            named = {key for urn in origins for key in bearers.get(urn, ())}
            outside = {INTERNET if each in EVERYWHERE else each for each in origins if each not in self.of}
            sources = sorted(named) or sorted(outside)
            if targets and sources:
                yield Flow(sources=tuple(sources), targets=tuple(targets), label=_ports(rule))
        nodes = self._nodes(boxes)
        for box in boxes:
            made = self.of[box.key]
            if kind_of(made.type) != type_tokens.K8S_NETWORKING_INGRESS_KIND:
                continue
            if self._faces_internet(made):
                yield Flow(sources=(INTERNET,), targets=(box.key,), label="HTTP(S)")
            if nodes:
                yield Flow(sources=(box.key,), targets=tuple(nodes), label=t("to pods"))

    def _bearers(self, boxes: Sequence[Box]) -> dict[str, set[str]]:
        """The boxes behind each security group; behind a cluster, whose own group its nodes bear, the nodes."""
        bearers: dict[str, set[str]] = {}
        for box in boxes:
            for named in (named for urn in box.urns for named in self.references(self.of[urn])):
                if self.of[named].type == type_tokens.EC2_SECURITY_GROUP:
                    bearers.setdefault(named, set()).add(box.key)
        for cluster in self.of_type(type_tokens.EKS_CLUSTER):
            bearers[cluster.urn] = set(self._nodes(boxes)) or {cluster.urn}
        return bearers

    def _nodes(self, boxes: Sequence[Box]) -> list[str]:
        return [box.key for box in boxes if self.of[box.key].type == type_tokens.EKS_NODE_GROUP]

    def _faces_internet(self, ingress: Resource) -> bool:
        """Whether the world reaches an Ingress's load balancer: its class says so, else an annotation, else nobody."""
        scheme = scheme_of(class_of(ingress), self.kinds)
        return (scheme or _word(ingress.get("metadata", "annotations", SCHEME))) == "internet-facing"

    def _let_in(self) -> Iterator[tuple[str, Mapping[str, Any], list[str]]]:
        """Each rule that lets packets in: its group, itself, and where they come from: URNs, or ranges as written."""
        for each in self.of_type(type_tokens.VPC_SECURITY_GROUP_INGRESS_RULE, type_tokens.EC2_SECURITY_GROUP_RULE):
            if each.type == type_tokens.EC2_SECURITY_GROUP_RULE and each.get("type") != "ingress":
                continue
            groups = self.references(each, "securityGroupId")
            named = self.references(each, "referencedSecurityGroupId", "sourceSecurityGroupId")
            # Where a component stands for its cluster, the reference names both: only one is of the program.
            for group in groups:
                yield group, each.props, named or [*_ranges(each.props), *(groups if each.get("self") is True else ())]
        for each in self.of_type(type_tokens.EC2_SECURITY_GROUP):
            rules = each.get("ingress")
            named = [
                urn for urn in self.references(each, "ingress") if self.of[urn].type == type_tokens.EC2_SECURITY_GROUP
            ]
            for rule in rules if isinstance(rules, list) else ():
                if isinstance(rule, dict):
                    yield each.urn, rule, named if rule.get("securityGroups") else _ranges(rule)


def _joined(flows: Iterable[Flow]) -> Iterator[Flow]:
    """Flows under one label that share their sources, or their target, told as one; in order."""
    sources: dict[tuple[str, str], set[str]] = {}
    for flow in flows:
        for target in flow.targets:
            sources.setdefault((flow.label, target), set()).update(flow.sources)
    targets: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (label, target), found in sources.items():
        targets.setdefault((label, tuple(sorted(found))), []).append(target)
    for (label, named), reached in targets.items():
        yield Flow(sources=named, targets=tuple(reached), label=label)


def _everywhere(route: Mapping[str, Any]) -> bool:
    return bool({route.get("cidrBlock"), route.get("ipv6CidrBlock")} & EVERYWHERE)


def _ranges(rule: Mapping[str, Any]) -> list[str]:
    """The ranges and lists that a rule lets in, as they are written."""
    found: list[str] = []
    for key in ("cidrIpv4", "cidrIpv6", "prefixListId", "cidrBlocks", "ipv6CidrBlocks", "prefixListIds"):
        value = rule.get(key)
        found += [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
    return found


def _ports(rule: Mapping[str, Any]) -> str:
    """What a rule lets in: ``tcp 443``, ``tcp 8000-8999`` or ``all``."""
    protocol = rule.get("ipProtocol", rule.get("protocol"))
    if protocol in ("-1", -1, "all"):
        return "all"
    first, last = rule.get("fromPort"), rule.get("toPort")
    ends = [str(port) for port in (first, last) if isinstance(port, int) and not isinstance(port, bool)]
    return " ".join(filter(None, (_word(protocol), "-".join(dict.fromkeys(ends)))))


def _once(resource: Resource) -> int:
    return 2 if resource.get("multiAz") is True else 1


def _number(resource: Resource, paths: Iterable[tuple[str, ...]]) -> int | None:
    found = (resource.get(*path) for path in paths)
    return next((each for each in found if isinstance(each, int) and not isinstance(each, bool)), None)


def _word(value: object) -> str:
    """A word or a number as it is written; nothing for what is unknown, missing or neither."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _detail(resource: Resource, members: Sequence[Resource], copies: int | None) -> str:
    """What kind of it: engine, how many, and of which size."""
    sized = [*members, resource]
    size = next(filter(None, (_word(each.get(*path)) for each in sized for path in SIZES)), "")
    count = len(members) or copies
    many = f"{count} x " if count is not None and size else ""
    engine = " ".join(filter(None, (_word(resource.get(key)) for key in ENGINES)))
    if resource.type.startswith(type_tokens.EKS_MODULE):
        engine = f"Kubernetes {engine}" if engine else ""
    spot = "Spot" if resource.get("capacityType") == "SPOT" else ""
    return ", ".join(filter(None, (engine, f"{many}{size}", spot)))


def _kind(token: str) -> str:
    if kind_of(token) == type_tokens.K8S_NETWORKING_INGRESS_KIND:
        return "Load balancer (Ingress)"
    return KINDS.get(token) or _service(token)


def _service(token: str) -> str:
    """The service of a type by the name that AWS gives it, as far as the table knows one; else the module."""
    package, _, rest = token.partition(":")
    if package != "aws":
        return (
            f"{rest.rpartition(':')[2]} (Kubernetes)" if package == "kubernetes" else short_type(token) or t("no type")
        )
    module = rest.partition("/")[0]
    return SERVICES.get(module, module)


#: AWS's own names, by the module in which pulumi-aws keeps the service (source: pulumi-aws 7, and AWS's product pages).
SERVICES: Final[Mapping[str, str]] = {
    "acm": "Certificate Manager",
    "amp": "Managed Prometheus",
    "backup": "Backup",
    "budgets": "Budgets",
    "cfg": "Config",
    "cloudtrail": "CloudTrail",
    "cloudwatch": "CloudWatch",
    "dlm": "EBS snapshots (DLM)",
    "docdb": "DocumentDB",
    "dynamodb": "DynamoDB",
    "ebs": "EBS",
    "ec2": "EC2",
    "ecr": "ECR",
    "ecs": "ECS",
    "efs": "EFS",
    "eks": "EKS",
    "elasticache": "ElastiCache",
    "grafana": "Managed Grafana",
    "guardduty": "GuardDuty",
    "iam": "IAM",
    "kms": "KMS",
    "lambda": "Lambda",
    "lb": "Load balancer",
    "msk": "MSK",
    "mwaa": "MWAA",
    "opensearch": "OpenSearch",
    "rds": "RDS",
    "route53": "Route 53",
    "s3": "S3",
    "secretsmanager": "Secrets Manager",
    "sns": "SNS",
    "sqs": "SQS",
    "xray": "X-Ray",
}
KINDS: Final[Mapping[str, str]] = {
    type_tokens.EC2_VPC: "VPC",
    type_tokens.EC2_INSTANCE: "EC2 instance",
    type_tokens.EC2_NAT_GATEWAY: "NAT gateway",
    type_tokens.EC2_VPC_ENDPOINT: "Endpoint",
    type_tokens.EC2_VPN_CONNECTION: "VPN",
    type_tokens.EC2CLIENTVPN_ENDPOINT: "Client VPN",
    type_tokens.EC2TRANSITGATEWAY_VPC_ATTACHMENT: "Transit gateway attachment",
    type_tokens.EKS_CLUSTER: "EKS control plane",
    type_tokens.EKS_NODE_GROUP: "Node group",
    INTERNET_GATEWAY: "Internet gateway",
    type_tokens.aws_token("ec2", "VpnGateway"): "VPN gateway",
    type_tokens.aws_token("ec2", "VpcPeeringConnection"): "Peering",
    type_tokens.aws_token("ec2", "EgressOnlyInternetGateway"): "Egress-only gateway",
}
