"""What holds for the whole account, also for what somebody makes beside this program."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


class Account(pulumi.ComponentResource):
    """No bucket is public, whatever its own settings say, and no disk rests in clear text. Both cost nothing."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:account:Account", name, None, opts)
        # Deleting either opens the account: a stack that goes leaves it as safe as it was.
        kept = pulumi.ResourceOptions(parent=self, retain_on_delete=True)
        aws.s3.AccountPublicAccessBlock(
            name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=kept,
        )
        aws.ebs.EncryptionByDefault(name, enabled=True, opts=kept)
        self.register_outputs({})
