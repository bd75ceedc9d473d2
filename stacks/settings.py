"""The typed settings of one environment: what a stack file may say under ``landing:``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from stacks.environments import Environment
from stacks.rules import find_problems
from stacks.section import Name, PinnedImage, Section, TagKey, TagText, TagValue, Waiver, WholeNumber
from stacks.sections.account import Account
from stacks.sections.drills import Drill, Drilled, RestoreTesting, SigningKey
from stacks.sections.measures import Needs, Usage, Volumes
from stacks.sections.moves import COPYING, Changes, Moved
from stacks.sections.operations import Admission, Application, Audit, Backup, Budget, Detection, Edge, Observability
from stacks.sections.platform import Cluster, Controllers, Network, NodeGroup, OffHours
from stacks.sections.recovery import STORES, Recovery, Store
from stacks.sections.stores import Cache, Documents, Registry, Search, Secrets
from stacks.sections.workflow import Workflow

Phase = Annotated[Literal[1, 2, 3, 4, 5], WholeNumber]


class Settings(Section):
    """One environment. Components receive sizes from here; none of them ever learns the environment's name."""

    environment: Environment = Field(
        description="whose stack file this is: a tag, and part of every secret's path, so that another name "
        "makes other secrets; prod is held to more"
    )
    owner: TagText = Field(description="team that answers for this environment; becomes a tag")
    phases: tuple[Phase, ...] = Field(description="active migration phases, a set of 1 to 5")
    hardware: Literal["due", "owned"] = Field(description="whether on-premises hardware must be bought anew")
    deletion_protection: bool = Field(default=True, description="stateful resources refuse to be deleted")
    promotion: Literal["manual", "automatic"] = Field(
        default="manual",
        description="how GitLab's pipeline deploys a change here: by hand, from a plan that was read, or by itself",
    )
    network: Network
    cluster: Cluster
    node_groups: Annotated[dict[Name, NodeGroup], Field(min_length=1)] = Field(
        description="Managed node groups by name; one that is renamed is made anew."
    )
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
    recovery: Recovery = Field(default_factory=Recovery)
    drills: dict[Drilled, Drill] = Field(
        default_factory=dict, description="stores that are brought back for a try; absent: none is"
    )
    drill_image: PinnedImage | None = Field(
        default=None,
        description="of migration/tools/Dockerfile, by its digest; with it drills run in the cluster by schedule",
    )
    drill_signing_key: SigningKey | None = Field(
        default=None,
        description="ARN of the asymmetric KMS key that signs the evidence of scheduled drills (gates/README.md); "
        "absent: it is signed by hand, when it is collected",
    )
    restore_testing: RestoreTesting | None = Field(
        default=None, description="AWS Backup restores its own recovery points for a try; absent: it does not"
    )
    audit: Audit = Field(default_factory=Audit)
    detection: Detection = Field(default_factory=Detection)
    admission: Admission
    edge: Edge
    applications: Annotated[dict[Name, Application], Field(min_length=1)] = Field(
        description="Namespaces of applications by name: each one's share of the cluster, and what it may reach."
    )
    volumes: Volumes = Field(default_factory=Volumes)
    needs: Needs = Field(default_factory=Needs)
    moves: dict[Moved, Changes] = Field(
        default_factory=dict, description="how far each capability has come; absent: nothing is moved"
    )
    usage: Usage = Field(default_factory=Usage)
    account: Account = Field(default_factory=Account)
    budget: Budget
    exceptions: tuple[Waiver, ...] = Field(
        default=(), description="Waivers of findings, each until a day; docs/findings.md says who may give one."
    )
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=44)] = Field(
        default_factory=dict, description="of every resource, beside six of this project's own: AWS takes 50"
    )

    def copies(self, capability: Moved) -> bool:
        """Whether ``capability`` is on its way and not yet live: what only a copy needs is there for as long."""
        return capability in self.moves and self.moves[capability].state in COPYING

    @property
    def snapshot_image(self) -> str:
        """What takes OpenSearch's snapshots: its own image, or the rotation's; empty where there is neither."""
        own = self.search.snapshots.image if self.search.snapshots else None
        return own or (self.secrets.rotation.image if self.secrets.rotation else "")

    @property
    def holding(self) -> tuple[Store, ...]:
        """The stores that hold data here: what is kept for no day after its deletion is made anew."""
        kept = {"cache": self.cache.snapshot_retention_days, "secrets": self.secrets.recovery_days}
        return tuple(store for store in STORES if kept.get(store, 1))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if found := list(find_problems(self)):
            raise ValueError("\n".join(found))
        return self
