"""Logs and traces: a cheaper class, and less of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.resource import Resource
from policy.economics.recommendations.candidate import Candidate, Change, Stack, usage_changes
from pricing.context import capability_of

STANDARD: Final = "standard"
INFREQUENT: Final = "infrequent-access"
#: What a stack that is no production keeps of its pods' logs.
KEPT_DAYS: Final = 7
#: The setting's own default.
SAMPLED_PERCENT: Final = 5
FEWER_FEATURES: Final = (
    "the cheaper class has no metric filters, no subscriptions and no live tail, and a group keeps its class for life"
)
ALLOWED_UNSEEN: Final = "packets that were let through leave no trace to search after an incident"
REPLACED: Final = "the group is deleted and made anew: export what it holds before the deployment"


def log_candidates(stack: Stack) -> Iterator[Candidate]:
    """Every change of logs and traces that this stack has not made yet."""
    settings = stack.settings
    for path, now, title, prefix in (
        ("observability.logClass", settings.observability.log_class, "pods' logs", ""),
        ("cluster.logClass", settings.cluster.log_class, "the control plane's logs", "/aws/eks/"),
        ("network.flowLogClass", settings.network.flow_log_class, "flow logs", "/aws/vpc"),
    ):
        if now == STANDARD:
            yield _class(path, title, prefix)
    yield from _flow_logs(stack)
    yield from _retention(stack)
    yield from _sampling(stack)


def _class(path: str, title: str, prefix: str) -> Candidate:
    return Candidate(
        title=f"{title} in the infrequent-access class",
        changes=(Change(path=path, now=STANDARD, value=INFREQUENT),),
        risk=FEWER_FEATURES,
        effort=REPLACED,
        apply=lambda stack: stack.each(
            type_tokens.CLOUDWATCH_LOG_GROUP,
            lambda item: {"logGroupClass": "INFREQUENT_ACCESS"} if _is_named(item, prefix) else None,
        ),
    )


def _is_named(group: Resource, prefix: str) -> bool:
    """Whether a group's name begins with ``prefix``; without one, whether it holds the pods' logs."""
    if not prefix:
        return capability_of(group) == "logs"
    return str(group.get("name")).startswith(prefix)


def _flow_logs(stack: Stack) -> Iterator[Candidate]:
    if stack.settings.network.flow_log_traffic != "all":
        return
    yield Candidate(
        title="flow logs of refused packets only",
        changes=(Change(path="network.flowLogTraffic", now="all", value="reject"),),
        risk=ALLOWED_UNSEEN,
        effort="a deployment; the flow log is made anew",
        apply=lambda now: now.each(type_tokens.EC2_FLOW_LOG, lambda _: {"trafficType": "REJECT"}),
    )


def _retention(stack: Stack) -> Iterator[Candidate]:
    days = stack.settings.observability.log_retention_days
    if days <= KEPT_DAYS:
        return
    yield Candidate(
        title=f"pods' logs kept {KEPT_DAYS} days instead of {days}",
        changes=(Change(path="observability.logRetentionDays", now=days, value=KEPT_DAYS),),
        risk=f"what is older than {KEPT_DAYS} days cannot be searched",
        effort="a deployment; what is older goes at once",
        apply=lambda now: now.each(
            type_tokens.CLOUDWATCH_LOG_GROUP,
            lambda item: {"retentionInDays": KEPT_DAYS} if _is_named(item, "") else None,
        ),
    )


def _sampling(stack: Stack) -> Iterator[Candidate]:
    percent = stack.settings.observability.trace_sampling_percent
    if percent <= SAMPLED_PERCENT:
        return
    figures = stack.scaled(Decimal(SAMPLED_PERCENT) / percent, ("traces_recorded", "traces_retrieved"))
    yield Candidate(
        title=f"{SAMPLED_PERCENT} % of requests traced instead of {percent} %",
        changes=(
            Change(path="observability.traceSamplingPercent", now=percent, value=SAMPLED_PERCENT),
            *usage_changes(stack, figures),
        ),
        risk=f"{100 - SAMPLED_PERCENT} of 100 requests leave no trace; usage is taken to fall in proportion",
        effort="a deployment; applications read it when they start",
        apply=lambda now: now.with_usage(figures),
    )
