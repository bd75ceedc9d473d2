"""What is written down of who did what, as a table by type."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.guardrails.property_rule import each, never

AUDIT: Final = (
    *each(
        (type_tokens.EKS_CLUSTER,),
        # Unset is CONFIG_MAP (source: EKS API, CreateAccessConfigRequest).
        Check(path=("accessConfig", "authenticationMode"), is_="one of", value=("API", "API_AND_CONFIG_MAP")),
        why="who may enter is declared as access entries, which AWS logs",
    ),
    *each(
        (type_tokens.EKS_CLUSTER,),
        Check(path=("enabledClusterLogTypes",), is_="holding", value="audit"),
        why="who did what in the cluster is kept",
        control="EKS.8",
    ),
    *each(
        (type_tokens.CLOUDTRAIL_TRAIL,),
        Check(path=("enableLogFileValidation",), is_="equal", value=True),
        why="a log that was changed afterwards gives itself away",
        control="CloudTrail.4",
    ),
    *each(
        (type_tokens.CLOUDTRAIL_TRAIL,),
        never(False, "enableLogging"),
        why="a trail that is off writes nothing",
        control="CloudTrail.1",
    ),
)
