"""What a file declares: the resources that will stand, what is left out and why, and what the file does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from model.resource import Resource
from pricing.bill import Kind, Unpriced
from pricing.context import capability_of
from pricing.declared.fields import Fields
from pricing.declared.regions import told_region

Form = Literal["state", "preview", "events", "landing"]
FORMS: Final[Mapping[Form, str]] = {
    "state": "state",
    "preview": "preview",
    "events": "event stream",
    "landing": "landing-zone preview",
}
STACK: Final = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource; ``provider`` is its provider's URN, and ``told_region`` what AWS itself answered, or nothing."""

    resource: Resource
    provider: str
    told_region: str


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """``region`` is the configured one, or nothing; ``left_out`` counts resources by why they are not billed here."""

    form: Form
    stack: str
    project: str
    region: str
    entries: Sequence[Entry]
    left_out: Mapping[str, int]
    gaps: Sequence[Unpriced]


@dataclass(kw_only=True)
class Collected:
    """An inventory in the making."""

    form: Form
    entries: list[Entry] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    gaps: list[Unpriced] = field(default_factory=list)
    region: str = ""
    #: The first URN that was seen, of whatever became of it: it names the stack.
    first_urn: str = ""

    def see(self, urn: str) -> None:
        """Take note of a URN."""
        self.first_urn = self.first_urn or urn

    def lack(self, urn: str, kind: str, reason: str, gap: Kind = "value") -> None:
        """Add something that is billed and has no figure because of the file itself."""
        bearer = Resource(urn=urn, type=kind, name=urn.rpartition("::")[2], props={})
        self.gaps.append(Unpriced(urn, kind, capability_of(bearer), reason, gap))

    def lack_of_stack(self, reason: str) -> None:
        """Add a gap that no resource of the file bears."""
        stack, project = _names(self.first_urn)
        self.lack(f"urn:pulumi:{stack}::{project}::{STACK}::{project}-{stack}", STACK, reason)

    def inventory(self) -> Inventory:
        """What was collected."""
        stack, project = _names(self.first_urn)
        return Inventory(
            form=self.form,
            stack=stack,
            project=project,
            region=self.region,
            entries=self.entries,
            left_out=dict(sorted(self.left_out.items())),
            gaps=self.gaps,
        )


def entry_of(state: Fields, *, provider: str = "", custom: bool = True) -> Entry:
    """A resource's state; ``custom`` is what it is where that is not written. Raises :class:`FaultError`."""
    urn = state.needed("urn")
    return Entry(
        resource=Resource(
            urn=urn,
            type=state.text("type") or type_of(urn),
            name=name_of(urn),
            props=state.properties("inputs"),
            parent=state.text("parent") or None,
            custom=state.flag("custom", default=custom),
            dependencies=state.texts("dependencies"),
            references=state.lists_of_texts("propertyDependencies"),
        ),
        provider=provider_urn(state.text("provider") or provider),
        told_region=told_region(state.get("outputs")),
    )


def type_of(urn: str) -> str:
    """The type token that a URN ends its chain with; empty for what is no URN."""
    parts = urn.split("::", 3)
    return parts[2].rpartition("$")[2] if len(parts) == 4 else ""


def name_of(urn: str) -> str:
    """The name at a URN's end, which may hold colons itself."""
    return urn.split("::", 3)[-1]


def provider_urn(reference: str) -> str:
    """The URN in a provider's reference, which is ``URN::id``."""
    return reference.rpartition("::")[0]


def config_region(config: Any) -> str:
    """The region in a stack's configuration, or nothing."""
    found = config.get("aws:region") if isinstance(config, dict) else None
    return found if isinstance(found, str) else ""


def _names(urn: str) -> tuple[str, str]:
    parts = urn.split("::", 2)
    return (parts[0].rpartition(":")[2], parts[1]) if len(parts) == 3 else ("", "")
