"""From a stack file to a preview: packs start, the program is recorded, packs judge, the meter prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from policy.economics.recommendations import Recommendation, recommend
from policy.ledger.decide import decide
from preview.packs.runner import OURS, Packs
from preview.result import Preview
from preview.simulate.registration import Recording, Registration
from pricing import meter
from pricing.book import Book
from stacks.clock import as_of
from stacks.load import StackFile
from stacks.owners import Base, waiver_owners

ROOT: Final = Path(__file__).resolve().parent.parent
PROJECT: Final = "alphacar-landing-zone"


def preview_stack(
    stack: str, file: StackFile, today: date, *, advised: bool = True, base: Base | None = None
) -> Preview:
    """The preview of ``stack`` as ``file`` describes it, judged as of ``today``; what is cheaper where ``advised``.

    With ``base``, waivers count as far as they stand there; without, they are unverified. Raises
    :class:`stacks.messages.SettingsError` for a file of waiver owners that nobody can read.
    """
    # A pack would say the same, after a second and with a traceback.
    waiver_owners()
    with Packs(
        OURS, project=PROJECT, stack=stack, config=file.config, secret_keys=file.secret_keys, today=today, base=base
    ) as packs:
        unjudged = plan_stack(stack, file, today, seen=packs.show)
        found = recommended(unjudged) if advised else ()
        findings = tuple(packs.judge(unjudged.recording))
        return replace(unjudged, findings=findings, recommendations=found, base=base)


def plan_stack(
    stack: str, file: StackFile, today: date, seen: Callable[[Registration], None] = lambda _: None
) -> Preview:
    """The same without a judgement: plan, decisions and bill, and no findings."""
    book = Book.load()
    # The SDK takes a second to import: while packs are starting, or not at all when the book is broken.
    from preview.simulate.recorder import record

    with as_of(today):
        recording = record(
            ROOT, project=PROJECT, stack=stack, config=file.config, secret_keys=file.secret_keys, seen=seen
        )
    return priced(recording, file, today, book)


def recommended(preview: Preview) -> tuple[Recommendation, ...]:
    """What would be cheaper than ``preview``; every change is billed, none is recorded."""
    resources = [made.resource() for made in preview.recording.registrations]
    return tuple(recommend(preview.settings, resources, preview.bill, Book.load(), preview.today))


def priced(recording: Recording, file: StackFile, today: date, book: Book) -> Preview:
    """What was recorded of a stack as ``file`` describes it, decided and priced as of ``today``."""
    resources = [registration.resource() for registration in recording.registrations]
    bill = meter.compute_bill(resources, file.settings.usage, book, today=today)
    return Preview(
        settings=file.settings,
        today=today,
        recording=recording,
        decisions=tuple(decide(file.settings, today).values()),
        bill=bill,
        vat=book.vat,
        findings=(),
    )
