"""The level and the properties that each policy of a pack is run with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from stacks.clock import AS_OF

if TYPE_CHECKING:
    from pulumi.runtime.proto import analyzer_pb2


def settled(info: analyzer_pb2.AnalyzerInfo, today: date | None = None) -> dict[str, analyzer_pb2.PolicyConfig]:
    """Each policy's level and properties as the engine settles them: schema defaults, then the pack's own config.

    With ``today``, as ``--policy-pack-config`` would add it.

    Source: pulumi pkg/resource/analyzer/config.go, ReconcilePolicyPackConfig.
    """
    from google.protobuf import json_format
    from pulumi.runtime.proto import analyzer_pb2

    found: dict[str, analyzer_pb2.PolicyConfig] = {}
    for policy in info.policies:
        schema = json_format.MessageToDict(policy.configSchema.properties)
        made = analyzer_pb2.PolicyConfig(enforcementLevel=policy.enforcementLevel)
        made.properties.update({key: each["default"] for key, each in schema.items() if "default" in each})
        if "all" in info.initialConfig:
            made.enforcementLevel = info.initialConfig["all"].enforcementLevel
        if policy.name in info.initialConfig:
            own = info.initialConfig[policy.name]
            made.enforcementLevel = own.enforcementLevel
            made.properties.update(json_format.MessageToDict(own.properties))
        if today:
            made.properties.update({AS_OF: today.isoformat()})
        found[policy.name] = made
    return found
