"""What a node tells its pods: the metadata service, which hands out the node's role, as a table by type."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.guardrails.property_rule import each

_NO_METADATA: Final = Check(path=("metadataOptions", "httpEndpoint"), is_="equal", value="disabled")
_MACHINES: Final = (
    *(type_tokens.EC2_LAUNCH_TEMPLATE, type_tokens.EC2_INSTANCE),
    *(type_tokens.EC2_LAUNCH_CONFIGURATION, type_tokens.EC2_SPOT_INSTANCE_REQUEST),
)
METADATA: Final = (
    *each(
        _MACHINES,
        Check(path=("metadataOptions", "httpTokens"), is_="equal", value="required", otherwise=_NO_METADATA),
        why="version 1 of the metadata service answers any forwarded request",
        control="EC2.8, EC2.170",
    ),
    *each(
        (type_tokens.EC2_LAUNCH_TEMPLATE,),
        # Amazon Linux 2023 answers two hops away unless it is told otherwise.
        Check(path=("metadataOptions", "httpPutResponseHopLimit"), is_="stated", otherwise=_NO_METADATA),
        why="with a second hop, which is the default of Amazon Linux 2023, every pod could take the node's role",
        control="AutoScaling.4",
    ),
    *each(
        _MACHINES,
        Check(path=("metadataOptions", "httpPutResponseHopLimit"), is_="at most", value=1, otherwise=_NO_METADATA),
        why="with a second hop every pod could take the node's role",
        control="AutoScaling.4",
    ),
    *each(
        (type_tokens.EKS_NODE_GROUP,),
        Check(path=("launchTemplate",), is_="set"),
        why="EKS's own template answers two hops away, so that every pod could take the node's role",
        control="AutoScaling.4",
    ),
)
