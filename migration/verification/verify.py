"""One verification: read both stores, compare them, judge what was found as the gate will, and put it together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from migration.evidence.record import evidence_before, record
from migration.verification.afterwards import removed
from migration.verification.kit import Compared, KitModule, kit_of
from migration.verification.stores import StoreError, Stores, read_stores
from policy.gates.evidence import Comparison, Evidence, EvidenceError, Side
from policy.gates.inputs import ROOT
from policy.gates.judge import judge_comparisons, judge_window
from policy.gates.rules import judge_new
from policy.ledger.moves import Proven
from stacks.command import harmless
from stacks.offered import REGION
from stacks.sections.moves import Moved
from stacks.settings import Settings

_NO_TOOLS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is verified. ``stores`` is the file of both sides, ``dump`` that of what still runs on premises."""

    settings: Settings
    capability: Moved
    step: Proven
    stores: Path | None = None
    dump: str | None = None
    #: The folder above gates/ in which earlier evidence lies.
    kept: Path = ROOT
    #: For the answer alone: no evidence has to lie before it.
    rehearse: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The evidence, and what speaks against it; ``differences`` name what differs, a comparison each."""

    evidence: Evidence
    problems: tuple[str, ...]
    differences: Mapping[str, tuple[str, ...]]


def verify(asked: Asked) -> Verdict:
    """Do what ``asked`` says, now.

    Raises:
        StoreError: A store cannot be read, or the file that names it.
        EvidenceError: The step before left no evidence, or evidence of other inputs.
    """
    # Before an hour of reading, what would refuse its result.
    before = None if asked.rehearse else evidence_before(asked.settings, asked.capability, asked.step, kept=asked.kept)
    kit, stores = (None, None) if asked.step == "decommission" else _asked_of(asked)
    account = _account()
    started = datetime.now(UTC)
    if kit is None or stores is None:
        if before is None:
            raise EvidenceError(f"{asked.step} is told by what the soak left: it is not rehearsed without")
        # What was there is gone, and tells nothing of itself any more.
        sides, tools, found = (before.source, before.target), _NO_TOOLS, _removed(asked)
    else:
        sides, tools, found = _both(asked, kit, stores)
    if asked.step == "soak" and before is not None:
        # The target ran alone from the moment at which the cut-over was proven.
        started = before.ended
    evidence = record(
        asked.settings,
        asked.capability,
        asked.step,
        account=account,
        sides=sides,
        window=(started, datetime.now(UTC)),
        comparisons=[each.comparison for each in found],
        tools=tools,
        before=before,
    )
    return Verdict(
        evidence=evidence,
        problems=tuple(
            _rehearsed(asked, evidence) if asked.rehearse else judge_new(asked.settings, evidence, before, asked.kept)
        ),
        differences={each.comparison.name: each.differences for each in found if each.differences},
    )


def _rehearsed(asked: Asked, evidence: Evidence) -> Iterator[str]:
    """What speaks against what was found, and against how long it took: it opens nothing, whoever runs it and where."""
    yield from judge_comparisons(evidence)
    if asked.step == "soak":
        moved = asked.settings.moves.get(asked.capability)
        yield from judge_window(evidence, evidence.ended.date(), moved.live if moved else None)


def _asked_of(asked: Asked) -> tuple[KitModule, Stores]:
    kit = kit_of(asked.capability)
    if asked.stores is None:
        raise StoreError("--stores: is missing; it names the file of both sides")
    return kit, read_stores(asked.stores, kit.STORES)


def _both(
    asked: Asked, kit: KitModule, stores: Stores
) -> tuple[tuple[Side, Side], Mapping[str, str], Sequence[Compared]]:
    with kit.connect(stores, asked.settings) as both:
        if asked.step == "precheck":
            found = [both.requirements()]
        elif asked.step == "soak":
            found = [both.health()]
        else:
            found = list(both.compare())
        return both.sides, both.tools, found


def _removed(asked: Asked) -> Sequence[Compared]:
    if asked.dump is None:
        raise StoreError("--dump: is missing; it names the output of kubectl get all -A -o json after the removal")
    return [removed(asked.dump, asked.capability)]


def _account() -> str:
    """The account that whoever runs this is known in: AWS says so, nobody types it."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(boto3.client("sts", region_name=REGION).get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise StoreError(f"AWS does not say which account this is: {' '.join(str(error).split())}") from None


def told(verdict: Verdict) -> Iterator[str]:
    """The verdict as lines for people."""
    for comparison in verdict.evidence.comparisons:
        yield _summary(comparison)
        yield from (f"  {harmless(line)}" for line in verdict.differences.get(comparison.name, ()))
    yield from (f"refused: {harmless(problem)}" for problem in verdict.problems)


def _summary(comparison: Comparison) -> str:
    same = "equal" if comparison.source == comparison.target else "DIFFERENT"
    sampled = "" if comparison.sampling == "all" else f", {comparison.sampling}"
    return f"{comparison.name}: {same}, {comparison.compared} of {comparison.of} compared{sampled}"
