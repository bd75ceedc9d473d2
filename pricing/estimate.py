"""From what a file declares to a bill: what stands in another region is a gap, and every assumption is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from model import type_tokens
from model.urn import Urn, types_in
from pricing import meter
from pricing.aws.account import REGIONLESS
from pricing.bill import Bill, Unpriced
from pricing.book import Book
from pricing.context import capability_of
from pricing.declared.inventory import Entry, Inventory
from pricing.declared.regions import OR, Regions
from stacks.sections.measures import Usage

#: Packages of components, which are free because what stands below them is billed.
PLUGINS: Final = (type_tokens.EKS_PACKAGE, type_tokens.AWSX_PACKAGE)
#: Those of them that only read.
MAKE_NOTHING: Final = frozenset({type_tokens.AWSX_EC2_DEFAULT_VPC})


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A bill of what a file declares, and what it rests on. ``billed`` counts the resources that have a line."""

    inventory: Inventory
    bill: Bill
    assumptions: Sequence[str]
    today: date
    book: Book

    @property
    def types(self) -> Mapping[str, str]:
        """The type of each resource that stands, by URN."""
        return {entry.resource.urn: entry.resource.type for entry in self.inventory.entries}


def estimate(inventory: Inventory, usage: Usage | None, book: Book, *, today: date, anywhere: bool = False) -> Estimate:
    """The month's bill of ``inventory``, as of ``today``. Never raises for what a resource's properties hold.

    With ``anywhere`` what stands in other regions is priced as if it stood in the book's, which is told.
    """
    regions = Regions(inventory)
    here: list[Entry] = []
    free: list[Entry] = []
    gaps, assumed, moved = list(inventory.gaps), Counter[str](), Counter[str]()
    for entry in inventory.entries:
        region = regions.of(entry) if _has_region(entry) else book.region
        if not region or book.region in region.split(OR):
            here.append(entry)
            assumed[_package(entry)] += region != book.region and _is_priced(entry)
        elif anywhere:
            here.append(entry)
            moved[region] += _is_priced(entry)
        elif meter.price_status(entry.resource.type) == "free":
            free.append(entry)
        else:
            gaps.append(_elsewhere(entry, region, book))
    found = meter.compute_bill([entry.resource for entry in here], usage, book, today=today)
    # A file says which resource is a component, as a pack cannot know: it makes nothing itself, and its children are
    # in the file.
    components = {entry.resource.urn for entry in here if not entry.resource.custom}
    gaps += [gap for gap in found.unpriced if gap.urn not in components]
    gaps += _hollow(inventory.entries)
    # What is free elsewhere may still have a property that is not.
    gaps += meter.compute_bill([entry.resource for entry in free], usage, book, today=today).unpriced
    return Estimate(
        inventory=inventory,
        bill=replace(found, unpriced=tuple(sorted(gaps, key=lambda gap: (gap.urn, gap.kind, gap.reason)))),
        assumptions=tuple(_assumptions(assumed, moved, book)),
        today=today,
        book=book,
    )


def _hollow(entries: Sequence[Entry]) -> Iterator[Unpriced]:
    """Components whose plugin always makes something below them, and of which nothing is here."""
    resources = [entry.resource for entry in entries]
    # Components and objects in a cluster may be put below one by the program itself.
    made = [each for each in resources if each.custom and not each.type.startswith(type_tokens.KUBERNETES_PACKAGE)]
    parents = {each.parent for each in made}
    # Where no parent is written a URN still tells its type.
    types = {Urn.parse(each.urn).parent_types for each in made if not each.parent}
    for resource in resources:
        known = resource.type.startswith(PLUGINS) and resource.type not in MAKE_NOTHING
        above = {resource.urn, types_in(Urn.parse(resource.urn).qualified_type)}
        if known and not resource.custom and not above & (parents | types):
            reason = f"is constructed by the plugin {resource.type.partition(':')[0]}, and nothing of it is here"
            yield Unpriced(resource.urn, resource.type, capability_of(resource), reason, "type")


def _has_region(entry: Entry) -> bool:
    resource = entry.resource
    return (
        resource.custom
        and resource.type.startswith((type_tokens.AWS_PACKAGE, type_tokens.KUBERNETES_PACKAGE))
        and resource.type not in REGIONLESS
    )


def _is_priced(entry: Entry) -> bool:
    return meter.price_status(entry.resource.type) in ("priced", "usage")


def _package(entry: Entry) -> str:
    return (
        type_tokens.AWS_PACKAGE
        if entry.resource.type.startswith(type_tokens.AWS_PACKAGE)
        else type_tokens.KUBERNETES_PACKAGE
    )


def _elsewhere(entry: Entry, region: str, book: Book) -> Unpriced:
    where = "is" if entry.resource.type.startswith(type_tokens.AWS_PACKAGE) else "is in a cluster"
    reason = f"{where} in {region}, and the price book is of {book.region}"
    return Unpriced(entry.resource.urn, entry.resource.type, capability_of(entry.resource), reason, "price")


def _assumptions(assumed: Mapping[str, int], moved: Mapping[str, int], book: Book) -> Iterator[str]:
    for region, count in sorted(moved.items()):
        if count:
            yield f"{_resources(count)} in {region} priced as if in {book.region}, as asked"
    if count := assumed[type_tokens.AWS_PACKAGE]:
        yield (
            f"{_resources(count)} taken to be in {book.region}: no region is told by the resource, its provider, "
            "aws:region or an ARN"
        )
    if count := assumed[type_tokens.KUBERNETES_PACKAGE]:
        yield f"{_resources(count)} of Kubernetes taken to be on EKS in {book.region}: no cluster's region is told"


def _resources(count: int) -> str:
    return f"{count:,} resource{'s' if count > 1 else ''}"
