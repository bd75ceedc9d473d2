"""The three packs: what each is called, and its rules. The packs themselves know nothing of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from policy.cost import rules as cost
from policy.decisions import rules as decisions
from policy.decisions.exceptions import exceptions_rule
from policy.engine.rule import Rule, StackRule
from policy.gates.drills import DRILLS
from policy.gates.rules import EVIDENCE
from policy.guardrails import rules as guardrails


@dataclass(frozen=True)
class Pack:
    """A pack's rules for each resource, and for the whole stack."""

    name: str
    rules: tuple[Rule, ...]
    stack_rules: tuple[StackRule, ...]


COST: Final = Pack("alphacar-cost", cost.RULES, cost.STACK_RULES)
GUARDRAILS: Final = Pack("alphacar-guardrails", guardrails.RULES, guardrails.STACK_RULES)
_DECISIONS: Final = Pack("alphacar-decisions", decisions.RULES, (*decisions.STACK_RULES, EVIDENCE, DRILLS))
_OTHERS: Final = (_DECISIONS, COST, GUARDRAILS)
#: Judges the waivers from everything else's findings, and has none itself.
EXCEPTIONS: Final = exceptions_rule(
    [rule for pack in _OTHERS for rule in pack.rules], [rule for pack in _OTHERS for rule in pack.stack_rules]
)
DECISIONS: Final = Pack(_DECISIONS.name, _DECISIONS.rules, (*_DECISIONS.stack_rules, EXCEPTIONS))
PACKS: Final = (DECISIONS, COST, GUARDRAILS)
