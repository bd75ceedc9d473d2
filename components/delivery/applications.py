"""Where applications land: a quota, closed networks with the few ways that are needed, and what they connect to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from ..arguments import (
    LABEL,
    LABELS,
    QUANTITY,
    SUBDOMAIN,
    SUBDOMAINS,
    ClusterAccess,
    Namespace,
    common,
    given,
    labels,
    matches,
    networks,
    require,
    within,
)
from ..identity import PodIdentity, PodIdentityArgs

#: The ports of DocumentDB, Valkey and OpenSearch: what an application may call in the data subnets.
STORE_PORTS: Final = (27017, 6379, 443)
#: Where the EKS Pod Identity agent answers, on every node (source: EKS user guide, Pod Identity agent).
IDENTITY_AGENT: Final = "169.254.170.23/32"
#: Where kubelet's probes come from in a pod that has joined the mesh (source: istio.io, Ambient and NetworkPolicy).
MESH_PROBES: Final = "169.254.7.127/32"
OTLP_PORTS: Final = (4317, 4318)
#: Of every Prometheus that its operator makes (source: prometheus-operator, pkg/prometheus/server/statefulset.go).
PROMETHEUS: Final = {"app.kubernetes.io/name": "prometheus"}
CERTIFICATE_ARN: Final = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+")
#: What a ConfigMap takes for a key, and a container for a variable.
VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,252}")


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """A ``service`` that the internet may reach at its ``port``, by the name of a ``host``."""

    host: str
    service: str
    port: int

    def __post_init__(self) -> None:
        common(self)
        matches(self, "host", SUBDOMAIN, "a host's name such as www.example.com")
        matches(self, "service", LABEL, LABELS)
        within(self, "port", 1, 65535)


@dataclass(frozen=True, kw_only=True)
class Landing:
    """One application's share of the cluster: ``cpu`` and ``memory`` as Kubernetes writes them, and so many ``pods``.

    Its pods run under ``service_accounts``, and one service may be ``exposed``. ``grants`` are what each account may do
    at AWS, as names in the statements that the landing is given; without any, an account has no identity there.
    """

    cpu: str
    memory: str
    pods: int
    service_accounts: Sequence[str]
    grants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exposed: Exposed | None = None

    def __post_init__(self) -> None:
        common(self)
        for name in ("cpu", "memory"):
            matches(self, name, QUANTITY, "an amount such as 500m or 4Gi")
        within(self, "pods", 1, 5000)
        differ = len(set(self.service_accounts)) == len(self.service_accounts)
        require(self, "service_accounts", differ, "names that differ")
        matches(self, "service_accounts", SUBDOMAIN, SUBDOMAINS)
        known = set(self.grants) <= set(self.service_accounts)
        require(self, "grants", known, f"by names of service_accounts, {', '.join(self.service_accounts)}")


@dataclass(frozen=True, kw_only=True)
class ApplicationsArgs:
    """What the landing needs. ``connections`` are addresses and options, never a secret.

    ``statements`` are what AWS allows, by the names that landings grant them by.
    """

    cluster: ClusterAccess
    #: By namespace, each of which has one landing, and must be in ``namespaces``.
    landings: Mapping[str, Landing]
    #: Where applications land, by name.
    namespaces: Mapping[str, Namespace]
    connections: Mapping[str, pulumi.Input[str]]
    #: Of the balancer, for every host.
    certificate_arn: pulumi.Input[str]
    statements: Mapping[str, pulumi.Input[Mapping[str, Any]]] = field(default_factory=dict)
    #: The data subnets, where the stores are: without any, no application reaches one.
    store_cidrs: Sequence[str] = ()
    #: Of the stores that there are.
    store_ports: Sequence[int] = STORE_PORTS
    #: The public subnets, where the load balancer's addresses are: without any, no visitor gets in.
    balancer_cidrs: Sequence[str] = ()
    #: Whose Prometheus may scrape.
    metrics_namespace: str = "monitoring"
    #: Where traces are received: the CloudWatch agent's namespace, and Tempo's.
    trace_namespaces: Sequence[str] = ("amazon-cloudwatch", "tempo")
    #: Whether a mesh runs, which namespaces may join.
    meshed: bool = False
    after: Sequence[pulumi.Resource] = ()
    #: Put on every object.
    labels: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        labels(self, "labels")
        networks(self, "store_cidrs")
        networks(self, "balancer_cidrs")
        for port in self.store_ports:
            require(self, "store_ports", 1 <= port <= 65535, "ports from 1 to 65535")
        matches(self, "connections", VARIABLE, "by names of variables, such as CACHE_URI")
        matches(self, "certificate_arn", CERTIFICATE_ARN, "a certificate's ARN, such as arn:aws:acm:...:certificate/ID")
        matches(self, "metrics_namespace", LABEL, "a namespace's name")
        matches(self, "trace_namespaces", LABEL, "names of namespaces")
        granted = {name for each in self.landings.values() for names in each.grants.values() for name in names}
        if unknown := sorted(granted - set(self.statements)):
            raise ValueError(f"statements must hold {', '.join(unknown)}: landings grant it")
        if missing := sorted(set(self.landings) - set(self.namespaces)):
            raise ValueError(f"namespaces must hold {', '.join(missing)}: applications land there")


class Applications(pulumi.ComponentResource):
    """A namespace's furniture; the namespace itself is made with the others.

    ``role_arns`` are by namespace and service account, such as ``shop/till``.
    """

    role_arns: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ApplicationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, ApplicationsArgs)
        super().__init__("alphacar:applications:Applications", name, None, opts)
        self.role_arns = {}
        for key, landing in sorted(args.landings.items()):
            self._land(f"{name}-{key}", key, landing, args)
        self.register_outputs({"roleArns": self.role_arns})

    def _land(self, name: str, namespace: str, landing: Landing, args: ApplicationsArgs) -> None:
        made = args.namespaces[namespace].made
        child = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider, depends_on=[made])

        def meta(what: str) -> ObjectMetaArgs:
            return ObjectMetaArgs(name=what, namespace=namespace, labels=args.labels)

        kubernetes.core.v1.ResourceQuota(
            name,
            metadata=meta("share"),
            spec=kubernetes.core.v1.ResourceQuotaSpecArgs(
                hard={
                    "requests.cpu": landing.cpu,
                    "requests.memory": landing.memory,
                    "limits.memory": landing.memory,
                    "pods": str(landing.pods),
                    # A balancer of one's own would be a second hourly price: the shared one is reached by Ingress.
                    "services.loadbalancers": "0",
                    "services.nodeports": "0",
                }
            ),
            opts=child,
        )
        kubernetes.core.v1.LimitRange(
            name,
            metadata=meta("defaults"),
            spec=kubernetes.core.v1.LimitRangeSpecArgs(
                limits=[
                    kubernetes.core.v1.LimitRangeItemArgs(
                        type="Container",
                        default={"memory": "256Mi"},
                        default_request={"cpu": "50m", "memory": "128Mi"},
                    )
                ]
            ),
            opts=child,
        )
        for policy, spec in network_policies(args).items():
            kubernetes.networking.v1.NetworkPolicy(f"{name}-{policy}", metadata=meta(policy), spec=spec, opts=child)
        for account in landing.service_accounts:
            kubernetes.core.v1.ServiceAccount(
                f"{name}-{account}",
                metadata=meta(account),
                # An application that never asks the API server needs no token for it.
                automount_service_account_token=False,
                opts=child,
            )
            if granted := [args.statements[each] for each in sorted(set(landing.grants.get(account, ())))]:
                identity = PodIdentity(
                    f"{name}-{account}",
                    PodIdentityArgs(
                        cluster=args.cluster,
                        namespace=namespace,
                        service_account=account,
                        statements=pulumi.Output.all(*granted),
                        tags=args.tags,
                        after=[made],
                    ),
                    pulumi.ResourceOptions(parent=self),
                )
                self.role_arns[f"{namespace}/{account}"] = identity.role_arn
        kubernetes.core.v1.ConfigMap(name, metadata=meta("connections"), data=dict(args.connections), opts=child)
        if landing.exposed:
            kubernetes.networking.v1.Ingress(
                name,
                metadata=ObjectMetaArgs(
                    name=landing.exposed.service,
                    namespace=namespace,
                    labels=args.labels,
                    annotations={
                        "alb.ingress.kubernetes.io/certificate-arn": args.certificate_arn,
                        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]',
                        "alb.ingress.kubernetes.io/ssl-redirect": "443",
                        "alb.ingress.kubernetes.io/target-type": "ip",
                    },
                ),
                spec=ingress_spec(landing.exposed),
                opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=list(args.after))),
            )


def ingress_spec(exposed: Exposed) -> Any:
    """One host to one service, on the shared load balancer."""
    backend = {"service": {"name": exposed.service, "port": {"number": exposed.port}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    return {"ingressClassName": "alb", "rules": [{"host": exposed.host, "http": {"paths": paths}}]}


def network_policies(args: ApplicationsArgs) -> dict[str, Any]:
    """Nothing in or out but: DNS, neighbours, the ways in, scrapes, stores, traces, AWS's tokens, HTTPS to the world.

    Whatever is reached through a Service is named by namespace: the CNI judges a packet while it still carries the
    Service's own address, which lies outside the VPC (source: amazon-network-policy-controller-k8s, issue 222).
    """
    everyone: dict[str, Any] = {"podSelector": {}}
    stores, balancer = (
        [{"ipBlock": {"cidr": cidr}} for cidr in cidrs] for cidrs in (args.store_cidrs, args.balancer_cidrs)
    )
    world = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}

    def incoming(*sources: dict[str, Any]) -> dict[str, Any]:
        return {**everyone, "policyTypes": ["Ingress"], "ingress": [{"from": list(sources)}]}

    def outgoing(targets: Sequence[dict[str, Any]], ports: Sequence[int], *protocols: str) -> dict[str, Any]:
        allowed = [{"protocol": protocol, "port": port} for protocol in protocols or ("TCP",) for port in ports]
        return {**everyone, "policyTypes": ["Egress"], "egress": [{"to": list(targets), "ports": allowed}]}

    # A rule without an end is one for everybody: where there is nobody to name, there is no policy.
    ends = {
        "allow-balancer": balancer,
        "allow-stores": stores if args.store_ports else [],
        "allow-traces": args.trace_namespaces,
    }
    policies = {
        "deny-all": {**everyone, "policyTypes": ["Ingress", "Egress"]},
        "allow-dns": outgoing([_namespace("kube-system")], [53], "UDP", "TCP"),
        "allow-neighbours": {
            **everyone,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [everyone]}],
            "egress": [{"to": [everyone]}],
        },
        "allow-balancer": incoming(*balancer),
        "allow-scrapes": incoming({**_namespace(args.metrics_namespace), "podSelector": {"matchLabels": PROMETHEUS}}),
        "allow-stores": outgoing(stores, args.store_ports),
        "allow-traces": outgoing([_namespace(name) for name in args.trace_namespaces], OTLP_PORTS),
        "allow-identity": outgoing([{"ipBlock": {"cidr": IDENTITY_AGENT}}], [80]),
        # Not the metadata service: one hop keeps it away, and so does this.
        "allow-https": outgoing([world], [443]),
    }
    policies = {name: spec for name, spec in policies.items() if ends.get(name, True)}
    # A node's own address is always let in; the mesh hides it behind one that is not.
    return policies | {"allow-mesh-probes": incoming({"ipBlock": {"cidr": MESH_PROBES}})} if args.meshed else policies


def _namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
