"""Starts the pack; the constructor serves until the engine is done."""

import sys
from pathlib import Path

from pulumi_policy import PolicyPack

# The rules of this checkout: the environment may belong to another one, or to the folder that this one was copied from.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from policy.engine.pulumi_pack import policies
from policy.packs import GUARDRAILS as PACK

PolicyPack(PACK.name, policies(PACK.rules, PACK.stack_rules))
