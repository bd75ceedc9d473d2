"""Every secret rotates, by Secrets Manager or by a program of ours that its tag tells of, or is excepted until a day.

AWS knows a rotation by its own functions alone. What rotates otherwise says so where an auditor looks: on the secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from model import type_tokens
from model.resource import UNKNOWN, Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.companions import Companion
from policy.guardrails.demand import StackDemand

#: Longest days between rotations (source: FSBP, SecretsManager.4).
ROTATED_DAYS: Final = 90
TAG: Final = "rotation"
_EVERY: Final = re.compile(r"every (\d{1,4}) days?")
_EXCEPTED: Final = re.compile(r"excepted until (\d{4}-\d{2}-\d{2})")
_ROTATION: Final = Companion(
    of=(type_tokens.SECRETSMANAGER_SECRET,),
    named=("arn", "id", "name"),
    types=(type_tokens.SECRETSMANAGER_SECRET_ROTATION,),
    by="secretId",
    why=f"what leaked long ago would still open; a rotation of one's own is told by the tag {TAG}, as 'every N days' "
    f"with {ROTATED_DAYS} at most, and an exception by 'excepted until YYYY-MM-DD', a day to come",
    control="SecretsManager.1, SecretsManager.4",
)


def check_rotation(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """A finding for each secret that nothing rotates; in a program without settings nobody knows what else does."""
    silent = [
        resource
        for resource in resources
        if resource.type == type_tokens.SECRETSMANAGER_SECRET_ROTATION
        or (resource.type == type_tokens.SECRETSMANAGER_SECRET and not _told(resource, context.today))
    ]
    for finding in _ROTATION(silent, context):
        yield finding if context.settings else replace(finding, kind="undetermined")


def _told(secret: Resource, today: date) -> bool:
    """Whether its tag tells of a rotation or an exception; one that nobody knows yet is told by the update."""
    tag = secret.get("tags", TAG)
    if tag is UNKNOWN:
        return True
    text = tag if isinstance(tag, str) else ""
    if every := _EVERY.fullmatch(text):
        return 1 <= int(every[1]) <= ROTATED_DAYS
    try:
        return bool((until := _EXCEPTED.fullmatch(text)) and date.fromisoformat(until[1]) >= today)
    except ValueError:
        return False


ROTATED: Final = (StackDemand(name="secrets rotate", check=check_rotation, control=_ROTATION.control),)
