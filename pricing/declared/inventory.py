"""What a file declares: the resources that will stand, what is left out and why, and what the file does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from model import type_tokens
from model.resource import Resource
from model.urn import Urn, name_of, provider_of
from pricing.bill import Kind, Unpriced
from pricing.context import capability_of
from pricing.declared.fields import Fields
from pricing.declared.regions import told_region

Form = Literal["state", "preview", "events", "landing", "program"]
FORMS: Final[Mapping[Form, str]] = {
    "state": "state",
    "preview": "preview",
    "events": "event stream",
    "landing": "landing-zone preview",
    "program": "program",
}


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
    #: Whether it is a preview of a program that may stand in any region.
    anybodys: bool = False
    #: The first URN that was seen, of whatever became of it: it names the stack.
    first_urn: str = ""

    def see(self, urn: str) -> None:
        """Take note of a URN."""
        self.first_urn = self.first_urn or urn

    def lack(self, urn: str, kind: str, reason: str, gap: Kind = "value") -> None:
        """Add something that is billed and has no figure because of the file itself."""
        bearer = Resource(urn=urn, type=kind, name=name_of(urn), props={})
        self.gaps.append(Unpriced(urn, kind, capability_of(bearer), reason, gap))

    def lack_of_stack(self, reason: str) -> None:
        """Add a gap that no resource of the file bears."""
        first = Urn.parse(self.first_urn)
        root = type_tokens.PULUMI_STACK
        self.lack(str(Urn.of(first.stack, first.project, root, f"{first.project}-{first.stack}")), root, reason)

    def inventory(self) -> Inventory:
        """What was collected."""
        first = Urn.parse(self.first_urn)
        return Inventory(
            form=self.form,
            stack=first.stack,
            project=first.project,
            region=self.region,
            entries=self.entries,
            left_out=dict(sorted(self.left_out.items())),
            gaps=self.gaps,
        )


def declared(resources: Iterable[Resource], region: str) -> Inventory:
    """What a program declares, whose configuration has ``region``, or nothing."""
    entries = [Entry(resource, resource.provider, "") for resource in resources]
    found = Collected(form="program", entries=entries, region=region)
    if entries:
        found.see(entries[0].resource.urn)
    return found.inventory()


def entry_of(state: Fields, *, provider: str = "", custom: bool = True) -> Entry:
    """A resource's state; ``custom`` is what it is where that is not written. Raises :class:`FaultError`."""
    urn = state.needed("urn")
    return Entry(
        resource=Resource(
            urn=urn,
            type=state.text("type") or Urn.parse(urn).type,
            name=name_of(urn),
            props=state.properties("inputs"),
            parent=state.text("parent") or None,
            protect=state.flag("protect"),
            custom=state.flag("custom", default=custom),
            dependencies=state.texts("dependencies"),
            references=state.lists_of_texts("propertyDependencies"),
        ),
        provider=provider_of(state.text("provider") or provider) or "",
        told_region=told_region(state.get("outputs")),
    )


def config_region(config: Any) -> str:
    """The region in a stack's configuration, or nothing."""
    found = config.get("aws:region") if isinstance(config, dict) else None
    return found if isinstance(found, str) else ""
