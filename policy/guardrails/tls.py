"""Which versions of TLS a policy of AWS's speaks, told by its name, and where a type names one.

AWS names a policy after the oldest version that it speaks: ``ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09``,
``Policy-Min-TLS-1-2-PFS-2023-10``, ``TLSv1.2_2021``, ``TLS_1_2``, ``SecurityPolicy_TLS13_1_3_2025_09``. Where a name
says none (``ELBSecurityPolicy-2016-08``, ``ELBSecurityPolicy-FS-2018-06``, ``TLSv1_2016``) it is TLS 1.0. So next
year's policies are judged without a list of this year's. Source: user guides of Elastic Load Balancing, OpenSearch,
CloudFront, API Gateway and IoT, security policies, 2026.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check, Step
from policy.guardrails.property_rule import PropertyRule, each, never

#: A family's name, the newest version in two digits, and then the oldest: 1.2 or 1.3.
MODERN: Final = r"(?i)([\w-]*[-_])?(TLS|FS)(1[23])?[-_v]?1[-._][23](?!\d)[\w.-]*"
_SAID: Final = "a policy that speaks TLS 1.2 or newer alone"
_BROKEN: Final = "TLS 1.0 and 1.1 are broken"
#: What a listener speaks that has no certificate; unset is HTTP, and one of a gateway load balancer has no protocol.
_NO_TLS: Final = Check(path=("protocol",), is_="absent or matching", value=r"(?i)(HTTP|(TCP_)?(UDP|QUIC)|TCP|GENEVE)")
_LISTENERS: Final = (type_tokens.LB_LISTENER, type_tokens.ALB_LISTENER)
#: Kubernetes objects from which a controller makes a load balancer, and the annotation by which each names a policy.
_ANNOTATED: Final = (
    (type_tokens.K8S_NETWORKING_V1_INGRESS, "alb.ingress.kubernetes.io/ssl-policy"),
    (type_tokens.K8S_CORE_V1_SERVICE, "service.beta.kubernetes.io/aws-load-balancer-ssl-negotiation-policy"),
)


def speaks(*path: Step, unless: Check | None = None) -> Check:
    """The property names a policy without TLS 1.0 and 1.1; left out it would be an old one."""
    return Check(path=path, is_="matching", value=MODERN, said=_SAID, otherwise=unless)


def speaks_if_set(*path: Step) -> Check:
    """The same, where leaving it out is as good."""
    return Check(path=path, is_="absent or matching", value=MODERN, said=_SAID)


TLS: Final = (
    # Unset is ELBSecurityPolicy-2016-08, which speaks TLS 1.0.
    *each(
        _LISTENERS,
        speaks_if_set("sslPolicy"),
        Check(path=("sslPolicy",), is_="stated", said=_SAID, otherwise=_NO_TLS),
        # HTTP by default, but for listeners of gateway load balancers, which have neither.
        Check(path=("protocol",), is_="set", otherwise=Check(path=("port",), is_="absent")),
        why=_BROKEN,
        control="ELB.17",
    ),
    *(
        PropertyRule(
            type=domain,
            check=speaks("domainEndpointOptions", "tlsSecurityPolicy"),
            why=_BROKEN,
            control=f"{prefix}.8",
        )
        for domain, prefix in ((type_tokens.OPENSEARCH_DOMAIN, "Opensearch"), (type_tokens.ELASTICSEARCH_DOMAIN, "ES"))
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        speaks(
            "viewerCertificate",
            "minimumProtocolVersion",
            # CloudFront's own certificate comes with CloudFront's own choice.
            unless=Check(path=("viewerCertificate", "cloudfrontDefaultCertificate"), is_="equal", value=True),
        ),
        speaks_if_set("origins", "*", "customOriginConfig", "originSslProtocols", "*"),
        why=_BROKEN,
    ),
    *each((type_tokens.APIGATEWAY_DOMAIN_NAME,), speaks_if_set("securityPolicy"), why=_BROKEN),
    *each((type_tokens.APIGATEWAYV2_DOMAIN_NAME,), speaks("domainNameConfiguration", "securityPolicy"), why=_BROKEN),
    *each((type_tokens.IOT_DOMAIN_CONFIGURATION,), speaks_if_set("tlsConfig", "securityPolicy"), why=_BROKEN),
    *each(
        (type_tokens.ELB_LOAD_BALANCER_POLICY,),
        speaks_if_set("policyAttributes", ("name", "Reference-Security-Policy"), "value"),
        *(
            never(True, "policyAttributes", ("name", f"Protocol-{version}"), "value")
            for version in ("SSLv3", "TLSv1", "TLSv1.1")
        ),
        why=_BROKEN,
        control="ELB.8",
    ),
    *(
        PropertyRule(
            type=kind, check=speaks_if_set("metadata", "annotations", annotation), why=_BROKEN, control="ELB.17"
        )
        for kind, annotation in _ANNOTATED
    ),
)

_PLAIN: Final = "plain HTTP may only lead to HTTPS"
#: Every redirect read to its end: unset, its protocol is that of the request.
REDIRECTS: Final = (
    *each(
        _LISTENERS,
        Check(
            path=("protocol",),
            is_="not equal",
            value="HTTP",
            otherwise=Check(path=("defaultActions", "*", "redirect", "protocol"), is_="equal", value="HTTPS"),
            said="HTTPS, or every default action a redirect whose protocol is HTTPS",
        ),
        why=_PLAIN,
        control="ELB.1",
    ),
    *each(
        (type_tokens.LB_LISTENER_RULE, type_tokens.ALB_LISTENER_RULE),
        never("HTTP", "actions", "*", "redirect", "protocol"),
        why=_PLAIN,
        control="ELB.1",
    ),
    *each(
        (type_tokens.CLOUDFRONT_DISTRIBUTION,),
        never("allow-all", "defaultCacheBehavior", "viewerProtocolPolicy"),
        never("allow-all", "orderedCacheBehaviors", "*", "viewerProtocolPolicy"),
        why=_PLAIN,
        control="CloudFront.3",
    ),
    *each(
        (type_tokens.S3_BUCKET_WEBSITE_CONFIGURATION,),
        never("http", "redirectAllRequestsTo", "protocol"),
        never("http", "routingRules", "*", "redirect", "protocol"),
        why=_PLAIN,
    ),
    *each(
        (type_tokens.ELB_LOAD_BALANCER,),
        Check(
            path=("listeners", "*", "lbProtocol"),
            is_="absent or matching",
            value=r"(?i)(?!http$).*",
            said="HTTPS, SSL or TCP",
        ),
        why="a classic load balancer cannot redirect, so it may not speak plain HTTP",
        control="ELB.3",
    ),
)
_ALB: Final = ("metadata", "annotations")
#: An Ingress says it in annotations, of which the load balancer's listeners are made. Source: AWS Load Balancer
#: Controller, Ingress annotations.
BY_INGRESS: Final = (
    PropertyRule(
        type=type_tokens.K8S_NETWORKING_V1_INGRESS,
        check=Check(
            path=(*_ALB, "alb.ingress.kubernetes.io/listen-ports"),
            is_="absent or matching",
            value=r"(?is)(?!.*\bHTTP\b).*",
            said="ports of HTTPS alone, or have ssl-redirect beside it",
            otherwise=Check(
                path=(*_ALB, "alb.ingress.kubernetes.io/ssl-redirect"),
                is_="set",
                otherwise=Check(path=(*_ALB, "alb.ingress.kubernetes.io/actions.ssl-redirect"), is_="set"),
            ),
        ),
        why=_PLAIN,
        control="ELB.1",
    ),
)
_WITHOUT: Final = "clients may come in without TLS"
IN_TRANSIT: Final = (
    PropertyRule(
        type=type_tokens.RDS_PROXY, check=Check(path=("requireTls",), is_="equal", value=True), why=_WITHOUT,
        control="RDS.43",
    ),
    *each(
        (type_tokens.MSK_CLUSTER,),
        never("PLAINTEXT", "encryptionInfo", "encryptionInTransit", "clientBroker"),
        never("TLS_PLAINTEXT", "encryptionInfo", "encryptionInTransit", "clientBroker"),
        never(False, "encryptionInfo", "encryptionInTransit", "inCluster"),
        why=_WITHOUT,
        control="MSK.1",
    ),
)  # fmt: skip


def switched(name: str, off: str) -> Check:
    """The parameter ``name`` of a group is left out, or has no value that ``off`` matches as a whole."""
    return Check(
        path=("parameters", ("name", name), "value"),
        is_="absent or matching",
        value=rf"(?is)(?!\s*({off})\s*$).*",
        said=f"anything but {off.replace('|', ' or ')}",
    )


_RDS_GROUPS: Final = (type_tokens.RDS_PARAMETER_GROUP, type_tokens.RDS_CLUSTER_PARAMETER_GROUP)
_OFF: Final = "0|off|false"
#: What a parameter group takes away from traffic again.
PARAMETERS: Final = (
    *each(
        (type_tokens.DOCDB_CLUSTER_PARAMETER_GROUP,), switched("tls", "disabled"), why=_WITHOUT, control="DocumentDB.6"
    ),
    *each(
        _RDS_GROUPS,
        switched("rds.force_ssl", _OFF),
        switched("require_secure_transport", _OFF),
        why=_WITHOUT,
    ),
    *each(
        _RDS_GROUPS,
        switched("ssl_min_protocol_version", r"TLSv1(\.1)?"),
        switched("tls_version", r"(.*,)?\s*TLSv1(\.1)?\s*(,.*)?"),
        *(switched(name, "enabled|1") for name in ("rds.tls10", "rds.tls11")),
        why=_BROKEN,
    ),
    *each((type_tokens.NEPTUNE_CLUSTER_PARAMETER_GROUP,), switched("neptune_enforce_ssl", _OFF), why=_WITHOUT),
    *each((type_tokens.REDSHIFT_PARAMETER_GROUP,), switched("require_ssl", _OFF), why=_WITHOUT, control="Redshift.2"),
    *each(
        (type_tokens.REDSHIFTSERVERLESS_WORKGROUP,),
        never(False, "configParameters", ("parameterKey", "require_ssl"), "parameterValue"),
        why=_WITHOUT,
    ),
)
