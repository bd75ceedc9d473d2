"""The typed settings of one environment: what a stack file may say under ``landing:``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.environments import Environment
from stacks.rules import find_problems
from stacks.section import Name, Section, Text, Waiver, WholeNumber
from stacks.sections.account import Account
from stacks.sections.measures import Needs, Usage, Volumes
from stacks.sections.operations import Admission, Application, Audit, Backup, Budget, Edge, Observability
from stacks.sections.platform import Cluster, Controllers, Network, NodeGroup, OffHours
from stacks.sections.stores import Cache, Documents, Registry, Search, Secrets
from stacks.sections.workflow import Workflow

Phase = Annotated[Literal[1, 2, 3, 4, 5], WholeNumber]


#: As AWS takes them.
TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,256}$")]


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
    off_hours: OffHours | None = None
    controllers: Controllers = Field(default_factory=Controllers)
    documents: Documents
    cache: Cache
    search: Search
    workflow: Workflow
    registry: Registry
    secrets: Secrets
    observability: Observability
    backup: Backup
    audit: Audit = Field(default_factory=Audit)
    admission: Admission
    edge: Edge
    applications: Annotated[dict[Name, Application], Field(min_length=1)]
    volumes: Volumes = Field(default_factory=Volumes)
    needs: Needs = Field(default_factory=Needs)
    usage: Usage = Field(default_factory=Usage)
    account: Account = Field(default_factory=Account)
    budget: Budget
    exceptions: tuple[Waiver, ...] = ()
    tags: dict[TagKey, TagValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if found := list(find_problems(self)):
            raise ValueError("\n".join(found))
        return self
