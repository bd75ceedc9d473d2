"""What a resource must not stand without: a bucket without its policy, a network without its flow log.

AWS keeps these apart, each as a resource that names what it is for, so that leaving one out is no property of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model import type_tokens
from model.property_check import Check, found_at
from model.resource import UNKNOWN, Resource, peek
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand
from policy.guardrails.iam.actions import allowed
from policy.guardrails.iam.statements import conditions, principals, statements, texts


@dataclass(frozen=True, kw_only=True)
class Companion:
    """One of ``types`` must name each resource of ``of`` by ``by``, or stand beside it, and ``holds`` be true of it."""

    of: tuple[str, ...]
    #: The properties by which it may be named as a text.
    named: tuple[str, ...]
    types: tuple[str, ...]
    by: str
    why: str
    control: str
    #: What the resource may say itself in place of a companion.
    inline: Check | None = None
    holds: Callable[[Resource], bool] = lambda _: True

    def __call__(self, resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
        """A finding for each resource that has none."""
        # What an account has once may stand in another program, unless this one is the landing zone.
        if not self.by and not context.settings:
            return
        beside = [resource for resource in resources if resource.type in self.types and self.holds(resource)]
        for resource in resources:
            if resource.type not in self.of or (self.inline and self.inline.outcome(resource.props) == "holds"):
                continue
            if not any(self._names(other, resource) for other in beside):
                short = self.types[0].rpartition(":")[2]
                named = f" names this by {self.by}" if self.by else " stands beside this"
                yield Finding(f"no {short}{named}: {self.why} ({self.control})", urn=resource.urn)

    def _names(self, other: Resource, resource: Resource) -> bool:
        if not self.by or resource.urn in other.references.get(self.by, ()):
            return True
        found = other.get(self.by)
        return isinstance(found, str) and found in [resource.get(name) for name in self.named]


def _refuses_plain_http(policy: Resource) -> bool:
    """Whether everything is denied to whoever comes without TLS; what is not known yet will be told by the update."""
    document = policy.get("policy")
    return document is UNKNOWN or any(_denies_plain_http(statement) for statement in statements(document))


def _denies_plain_http(statement: Mapping[str, Any]) -> bool:
    return (
        peek(statement, "Effect") == "Deny"
        and "*" in (*texts(statement, "Principal"), *principals(statement, "AWS"))
        and bool(allowed(statement, ("s3:getobject",)))
        and any(
            (key == "aws:securetransport" and [value.lower() for value in values] == ["false"])
            or key == "s3:tlsversion"
            for key, values in conditions(statement)
        )
    )


def _traffic(log: Resource) -> bool:
    return log.get("trafficType") in (UNKNOWN, "ALL", "REJECT")


def _scans(registry: Resource) -> bool:
    """Whether the registry scans anything; which repositories by name is its own business."""
    return any(
        found in (UNKNOWN, "SCAN_ON_PUSH", "CONTINUOUS_SCAN")
        for found in found_at(registry.props, ("rules", "*", "scanFrequency"))
    )


_BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2)
_VPCS: Final = (type_tokens.EC2_VPC,)


def ages(rules: str) -> Callable[[Resource], bool]:
    """Whether a lifecycle has a rule that is on."""
    return lambda resource: any(
        peek(rule, "status") in (UNKNOWN, "Enabled") for rule in found_at(resource.props, (rules, "*"))
    )


COMPANIONS: Final = (
    Companion(
        of=_BUCKETS,
        named=("bucket",),
        types=(type_tokens.S3_BUCKET_POLICY,),
        by="bucket",
        why="a policy must deny everything to whoever comes without TLS (aws:SecureTransport false)",
        control="S3.5",
        holds=_refuses_plain_http,
        inline=Check(path=("policy",), is_="matching", value=r"(?is).*Deny.*aws:SecureTransport.*", said=""),
    ),
    Companion(
        of=_BUCKETS,
        named=("bucket",),
        types=(type_tokens.S3_BUCKET_PUBLIC_ACCESS_BLOCK,),
        by="bucket",
        why="whatever policy or list it gets, it must stay private",
        control="S3.8",
    ),
    Companion(
        of=_BUCKETS,
        named=("bucket",),
        types=(type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION, type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION_V2),
        by="bucket",
        why="old versions and parts of uploads are kept, and billed, for ever",
        control="S3.10, S3.13",
        inline=Check(path=("lifecycleRules",), is_="set"),
        holds=ages("rules"),
    ),
    Companion(
        of=(type_tokens.ECR_REPOSITORY,),
        named=(),
        types=(type_tokens.ECR_REGISTRY_SCANNING_CONFIGURATION,),
        by="",
        why="a flaw in an image that is known elsewhere would not be known here; or set scanOnPush",
        control="ECR.1",
        inline=Check(path=("imageScanningConfiguration", "scanOnPush"), is_="equal", value=True),
        holds=_scans,
    ),
    Companion(
        of=(type_tokens.REDSHIFT_CLUSTER,),
        named=("clusterIdentifier",),
        types=(type_tokens.REDSHIFT_LOGGING,),
        by="clusterIdentifier",
        why="who read and wrote what is kept",
        control="Redshift.4",
    ),
    Companion(
        of=(type_tokens.WAFV2_WEB_ACL,),
        named=(),
        types=(type_tokens.WAFV2_WEB_ACL_LOGGING_CONFIGURATION,),
        by="resourceArn",
        why="what was let through, and what was not, cannot be told afterwards",
        control="WAF.11",
    ),
    Companion(
        of=(type_tokens.NETWORKFIREWALL_FIREWALL,),
        named=(),
        types=(type_tokens.NETWORKFIREWALL_LOGGING_CONFIGURATION,),
        by="firewallArn",
        why="what was let through, and what was not, cannot be told afterwards",
        control="NetworkFirewall.2",
    ),
    Companion(
        of=(type_tokens.ECR_REPOSITORY,),
        named=("name",),
        types=(type_tokens.ECR_LIFECYCLE_POLICY,),
        by="repository",
        why="images that nobody runs are kept, and billed, for ever",
        control="ECR.3",
    ),
    Companion(
        of=_VPCS,
        named=(),
        types=(type_tokens.EC2_FLOW_LOG,),
        by="vpcId",
        why="who talked to whom cannot be told afterwards",
        control="EC2.6",
        holds=_traffic,
    ),
    Companion(
        of=_VPCS,
        named=(),
        types=(type_tokens.EC2_DEFAULT_SECURITY_GROUP,),
        by="vpcId",
        why="AWS's own default group admits whatever names no group of its own",
        control="EC2.2",
    ),
)


@dataclass(frozen=True, kw_only=True)
class OfTheAccount:
    """A landing zone, which is what has settings, declares what its account has once."""

    type: str
    why: str
    control: str

    def __call__(self, resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
        """A finding about the stack where it is not declared."""
        whole = next((resource.urn for resource in resources if resource.type == type_tokens.PULUMI_STACK), None)
        makes = any(resource.type.startswith(type_tokens.AWS_PACKAGE) for resource in resources)
        if context.settings and makes and all(resource.type != self.type for resource in resources):
            yield Finding(f"no {self.type.rpartition(':')[2]}: {self.why} ({self.control})", urn=whole)


OF_THE_ACCOUNT: Final = (
    OfTheAccount(
        type=type_tokens.EBS_ENCRYPTION_BY_DEFAULT,
        why="a volume that nobody thought of would not be encrypted",
        control="EC2.7",
    ),
    OfTheAccount(
        type=type_tokens.S3_ACCOUNT_PUBLIC_ACCESS_BLOCK,
        why="a bucket that nobody thought of could be public",
        control="S3.1",
    ),
    OfTheAccount(
        type=type_tokens.CLOUDTRAIL_TRAIL,
        why="who did what in the account cannot be told afterwards",
        control="CloudTrail.1",
    ),
    OfTheAccount(
        type=type_tokens.ACCESSANALYZER_ANALYZER,
        why="who from outside is let in is found by nobody, and finding it is free",
        control="IAM.28",
    ),
)


def beside(*lines: Companion | OfTheAccount) -> tuple[StackDemand, ...]:
    """Each line as a demand, named after what must stand beside what."""
    return tuple(
        StackDemand(
            name=f"{line.of[0].rpartition(':')[2]} has {line.types[0].rpartition(':')[2]}"
            if isinstance(line, Companion)
            else f"the account has {line.type.rpartition(':')[2]}",
            check=line,
            control=line.control,
        )
        for line in lines
    )


STAND_BESIDE: Final = beside(*COMPANIONS, *OF_THE_ACCOUNT)
