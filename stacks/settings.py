"""The typed settings of one environment: what a stack file may say under ``landing:``."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from stacks.section import Name, Section, Text, Waiver
from stacks.sections import (
    Budget,
    Cache,
    Cluster,
    Controllers,
    Documents,
    Needs,
    Network,
    NodeGroup,
    Registry,
    Search,
    Secrets,
    Usage,
    Volumes,
)

Environment = Literal["dev", "staging", "prod"]
Phase = Literal[1, 2, 3, 4, 5]


class Settings(Section):
    """One environment. Components receive sizes from here; none of them ever learns the environment's name."""

    environment: Environment
    owner: Text = Field(description="team that answers for this environment; becomes a tag")
    phases: tuple[Phase, ...] = Field(description="active migration phases, a set of 1 to 5")
    hardware: Literal["due", "owned"] = Field(description="whether on-premises hardware must be bought anew")
    deletion_protection: bool = Field(default=True, description="stateful resources refuse to be deleted")
    network: Network
    cluster: Cluster
    node_groups: Annotated[dict[Name, NodeGroup], Field(min_length=1)]
    controllers: Controllers = Field(default_factory=Controllers)
    documents: Documents
    cache: Cache
    search: Search
    registry: Registry
    secrets: Secrets
    volumes: Volumes = Field(default_factory=Volumes)
    needs: Needs = Field(default_factory=Needs)
    usage: Usage = Field(default_factory=Usage)
    budget: Budget
    exceptions: tuple[Waiver, ...] = ()
    tags: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = [*_network_problems(self.network), *_group_problems(self.node_groups), *_other_problems(self)]
        if problems:
            raise ValueError("\n".join(problems))
        return self


def _network_problems(network: Network) -> list[str]:
    problems = []
    size = IPv4Network(network.cidr).prefixlen
    if not 16 <= size <= 20:
        problems.append(f"network.cidr: {network.cidr!r} is a /{size}; allowed are /16 to /20, room for every subnet")
    if len(set(network.zones)) != len(network.zones):
        problems.append(f"network.zones: {list(network.zones)} names a zone twice; allowed is each once")
    if network.nat_gateways > len(network.zones):
        problems.append(
            f"network.natGateways: {network.nat_gateways} is more than one a zone; "
            f"allowed are 0 to {len(network.zones)}"
        )
    problems += [
        f"network.onPremisesCidrs: {other!r} overlaps network.cidr {network.cidr!r}; "
        "allowed are networks apart from it, or no route could tell them from each other"
        for other in network.on_premises_cidrs
        if IPv4Network(network.cidr).overlaps(IPv4Network(other))
    ]
    return problems


def _group_problems(groups: Mapping[str, NodeGroup]) -> list[str]:
    return [
        f"nodeGroups.{name}.desired: {group.desired} is outside {group.min} (min) to {group.max} (max)"
        for name, group in groups.items()
        if not group.min <= group.desired <= group.max
    ]


def _other_problems(settings: Settings) -> list[str]:
    problems = []
    if len(set(settings.phases)) != len(settings.phases):
        problems.append(f"phases: {list(settings.phases)} names a phase twice; allowed is a set of 1 to 5")
    zones = len(settings.network.zones)
    if settings.search.instances % min(settings.search.instances, zones):
        problems.append(
            f"search.instances: {settings.search.instances} cannot be spread evenly over {zones} zones; "
            f"allowed are 1 to {zones} and multiples of {zones}"
        )
    for place, waiver in enumerate(settings.exceptions):
        if (waiver.policy is None) == (waiver.row is None):
            problems.append(
                f"exceptions[{place}]: names policy {waiver.policy!r} and row {waiver.row!r}; allowed is one"
            )
    for name, windows in (
        ("logGbPerMonth", settings.volumes.log_gb_per_month),
        ("tracesPerMonth", settings.volumes.traces_per_month),
    ):
        months = [window.window for window in windows]
        if months != sorted(set(months)):
            problems.append(f"volumes.{name}: windows {months} must be in order, oldest first, each month once")
    return problems
