"""Starts the pack; the constructor serves until the engine is done."""

from pulumi_policy import PolicyPack

from policy.enforce import policies
from policy.guardrails.rules import RULES, STACK_RULES

PolicyPack("alphacar-guardrails", policies(RULES, STACK_RULES))
