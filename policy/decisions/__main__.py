"""Starts the pack; the constructor serves until the engine is done."""

from pulumi_policy import PolicyPack

from policy.decisions.rules import RULES, STACK_RULES
from policy.enforce import policies

PolicyPack("alphacar-decisions", policies(RULES, STACK_RULES))
