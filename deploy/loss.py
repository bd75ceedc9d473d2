"""What a plan would replace or delete that holds data, and which property makes it so.

Packs cannot say: they see what is to be there, and no operation. The engine refuses what is protected in the state, and
says nothing of the rest; an environment's ``landing:deletionProtection`` stands for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from model import type_tokens
from model.kubernetes import kind_of
from model.urn import Urn
from policy.guardrails.deletion_protection import STATEFUL

#: The guardrails' own table, and what nothing protects by itself: who did what, and a pod's volume.
HOLDING: Final = frozenset(STATEFUL) | {
    type_tokens.CLOUDWATCH_LOG_GROUP,
    type_tokens.K8S_CORE_PERSISTENT_VOLUME_CLAIM_KIND,
}
#: The engine's steps that end what is there (source: pulumi pkg/display, step_op.go).
_ENDS: Final[Mapping[str, str]] = {
    "delete": "deleted",
    "delete-replaced": "replaced",
    "replace": "replaced",
    "create-replacement": "replaced",
}


@dataclass(frozen=True, order=True)
class Loss:
    """A resource that would be ``how``: replaced or deleted. ``properties`` force it, where the engine was told."""

    urn: str
    how: str
    properties: tuple[str, ...] = ()

    def told(self, *, refused: bool) -> str:
        """One line for a reader."""
        urn = Urn.parse(self.urn)
        why = f", because of {', '.join(self.properties)}" if self.properties else ""
        word = "would" if refused else "will"
        return f"{urn.type} {urn.name} holds data and {word} be {self.how}{why}"


def losses_in(plan: Mapping[str, Any], steps: Iterable[Mapping[str, Any]] = ()) -> list[Loss]:
    """What a saved plan allows to be lost; ``steps`` are the engine's own words, which say why.

    A preview that the engine itself stopped leaves no plan, and its steps alone are read.
    """
    ends: dict[str, str] = {}
    reasons: dict[str, tuple[str, ...]] = {}
    for step in steps:
        urn = str(step["urn"])
        if how := _ENDS.get(str(step["op"])):
            ends[urn] = _graver(ends.get(urn), how)
            reasons[urn] = tuple(dict.fromkeys([*reasons.get(urn, ()), *_reasons(step)]))
    for urn, each in plan.get("resourcePlans", {}).items():
        for operation in each.get("steps") or ():
            if how := _ENDS.get(str(operation)):
                ends[urn] = _graver(ends.get(urn), how)
    return sorted(Loss(urn, how, reasons.get(urn, ())) for urn, how in ends.items() if _holds(Urn.parse(urn)))


def _holds(urn: Urn) -> bool:
    return urn.type in HOLDING or kind_of(urn.type) in HOLDING


def _graver(before: str | None, now: str) -> str:
    # What is replaced is deleted as well, and says so in a step of its own.
    return "replaced" if "replaced" in (before, now) else now


def _reasons(step: Mapping[str, Any]) -> Iterator[str]:
    """The properties that force a replacement, as deep as the provider says."""
    deep = step.get("detailedDiff") or {}
    found = [path for path, each in deep.items() if str(each.get("diffKind", "")).endswith("-replace")]
    yield from found or step.get("keys") or ()
