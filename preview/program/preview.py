"""From a program to a result: packs start, the program runs in its own process, packs judge, the meter prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from model.resource import Resource
from preview.packs.runner import OURS, Packs
from preview.program.look_ups import Answers
from preview.program.project import Project
from preview.result import Asked, Result, Unexpanded
from pricing.bill import Unpriced
from pricing.book import Book
from pricing.context import capability_of
from pricing.declared.inventory import declared
from pricing.estimate import estimate

#: A program that has not declared everything by then waits for something that no preview has.
TIMEOUT_SECONDS = 300


def preview_program(
    project: Project, answers: Answers, today: date, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> Result:
    """What ``project`` would deploy, cost and break, judged as of ``today``.

    Raises :class:`preview.program.process.ProgramError` for a program that does not get to its end.
    """
    book = Book.load()
    with Packs(
        OURS,
        project=project.name,
        stack=project.stack,
        config=project.config,
        secret_keys=project.secret_keys,
        today=today,
    ) as packs:
        # The SDK takes a second to import: meanwhile the packs are already starting.
        from preview.program.monitor import ProgramMonitor
        from preview.program.process import run_program

        monitor = ProgramMonitor(project.name, project.stack, project.region, answers, packs.show)
        run_program(project, monitor, timeout_seconds=timeout_seconds)
        recording = monitor.recording()
        findings = tuple(packs.judge(recording))
    resources = [made.resource() for made in recording.registrations]
    found = estimate(declared(resources, project.region), None, book, today=today)
    unexpanded = monitor.not_expanded()
    named = {each.urn for each in unexpanded}
    gaps = [*(gap for gap in found.bill.unpriced if gap.urn not in named), *map(_gap, unexpanded)]
    return Result(
        today=today,
        recording=recording,
        bill=replace(found.bill, unpriced=tuple(sorted(gaps, key=_order))),
        vat=book.vat,
        findings=findings,
        asked=Asked(
            project=project.name,
            region=project.region,
            unexpanded=unexpanded,
            look_ups=tuple(sorted(monitor.look_ups, key=lambda each: (each.token, str(each.args), each.source))),
            reads=tuple(monitor.reads[urn] for urn in sorted(monitor.reads)),
            notes=(*project.notes, *found.assumptions, *sorted(monitor.notes), *answers.unused()),
        ),
    )


def _gap(each: Unexpanded) -> Unpriced:
    bearer = Resource(urn=each.urn, type=each.type, name="", props={})
    return Unpriced(each.urn, each.type, capability_of(bearer), each.reason, "type")


def _order(gap: Unpriced) -> tuple[str, str, str]:
    return gap.urn, gap.kind, gap.reason
