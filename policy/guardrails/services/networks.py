"""Networks: tunnels that write down who came, and lists that hold something back."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.guardrails.companions import Companion, beside
from policy.guardrails.property_rule import each, on

_WHO: Final = "who came in, and when, cannot be told afterwards"
TUNNELS: Final = (
    *each((type_tokens.EC2CLIENTVPN_ENDPOINT,), on("connectionLogOptions", "enabled"), why=_WHO, control="EC2.51"),
    *each(
        (type_tokens.EC2_VPN_CONNECTION,),
        *(on(f"tunnel{number}LogOptions", "cloudwatchLogOptions", "logEnabled") for number in (1, 2)),
        why=_WHO,
        control="EC2.171",
    ),
)
BESIDE_NETWORKS: Final = beside(
    Companion(
        of=(type_tokens.EC2_NETWORK_ACL,),
        named=(),
        types=(type_tokens.EC2_NETWORK_ACL_ASSOCIATION,),
        by="networkAclId",
        why="a list that no subnet has holds nothing back, and may be taken for one that does",
        control="EC2.16",
        inline=Check(path=("subnetIds",), is_="set"),
    ),
)
