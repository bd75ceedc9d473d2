"""A promise that the declared copies cannot keep is told, and blocks where data refuses to be deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model import type_tokens
from model.resource import Resource
from policy.engine.rule import Context, Finding, StackRule
from policy.ledger.decide import decide
from policy.recovery.promises import broken, recoveries
from pricing.book import current_book
from stacks.owners import unlisted


def promises_are_kept(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """Copies are made as often, and come back as soon, as ``landing:recovery`` promises; exceptions are current."""
    settings = context.settings
    if settings is None:
        return
    whole = next((resource.urn for resource in resources if resource.type == type_tokens.PULUMI_STACK), None)
    # Copies are one of the last things that are built: until then a promise is told, and blocks nothing.
    begun = decide(settings, context.today)["backup"].active
    kind: Final = "violation" if settings.deletion_protection and begun else "advisory"
    for row in recoveries(settings, resources, current_book()):
        for message, certain in broken(row, context.today):
            yield Finding(message, urn=whole, kind=kind if certain else "undetermined")
        if row.excepted and row.excepted.owner not in context.listed:
            said = unlisted(row.excepted.owner, context.listed)
            yield Finding(f"landing:recovery.notElsewhere of {row.store} does not count: {said}", urn=whole, kind=kind)


KEPT: Final = StackRule(
    name="recovery-promises-are-kept",
    description="Each store's copies are made as often, and come back as soon, as was promised of it.",
    check=promises_are_kept,
)
