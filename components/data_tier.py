"""What every data store shares: where it stands, who reaches it, and the key it encrypts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class DataTierNetwork:
    """Subnets of data, the clients' security group, and networks that need the store while they migrate to it."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    migrating_cidrs: Sequence[str] = ()
