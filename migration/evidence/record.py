"""One step's evidence: put together and chained, then approved, then signed, and written to its place."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from policy.gates.evidence import (
    Approval,
    Canonical,
    Comparison,
    Evidence,
    EvidenceError,
    Side,
    Signature,
    place,
    read_evidence,
)
from policy.gates.inputs import ROOT, inputs_digest
from policy.gates.judge import judge_comparisons
from policy.ledger.moves import NO_RETURN, OPENS, Proven
from stacks.sections.moves import STATES, Moved
from stacks.settings import Settings

#: What the gate checks offline (policy/gates/signature.py).
ALGORITHM: Final = "RSASSA_PKCS1_V1_5_SHA_256"


def record(
    settings: Settings,
    capability: Moved,
    step: Proven,
    *,
    account: str,
    sides: tuple[Side, Side],
    window: tuple[datetime, datetime],
    comparisons: Sequence[Comparison],
    tools: Mapping[str, str],
    root: Path = ROOT,
    before: Evidence | None = None,
) -> Evidence:
    """The evidence of a step that has just ended: ``sides`` are source and target, ``window`` its begin and end in UTC.

    Names the inputs as they are now and ``before``, which :func:`evidence_before` found.
    """
    return Evidence.model_validate(
        {
            "schemaVersion": "1.0",
            "environment": settings.environment,
            "account": account,
            "capability": capability,
            "step": step,
            "source": sides[0],
            "target": sides[1],
            "inputs": inputs_digest(settings, capability, root),
            "tools": dict(tools),
            "started": window[0],
            "ended": window[1],
            "comparisons": tuple(comparisons),
            "previous": before.to_approve if before else None,
        }
    )


def evidence_before(
    settings: Settings, capability: Moved, step: Proven, *, root: Path = ROOT, kept: Path | None = None
) -> Evidence | None:
    """The evidence of the step before ``step``; ``None`` for the first.

    Raises :class:`EvidenceError` when that left none, or, up to the point of no return, is of other inputs than those
    of now: the plan has changed, and the move begins again. What is live already cannot begin again.
    """
    order = list(OPENS)
    if step == order[0]:
        return None
    earlier = order[order.index(step) - 1]
    try:
        before = read_evidence(place(kept or root, settings.environment, capability, earlier))
    except EvidenceError as error:
        raise EvidenceError(f"{place(Path(), settings.environment, capability, earlier).as_posix()} {error}") from None
    ahead = STATES.index(OPENS[step]) <= STATES.index(NO_RETURN)
    if ahead and before.inputs != inputs_digest(settings, capability, root):
        raise EvidenceError(f"{before.step} was made for other inputs than those of now; begin again with the precheck")
    return before


def approve(evidence: Evidence, by: str, ticket: str, on: date) -> Evidence:
    """``evidence`` with who agreed to it as it is; a signature of before was of another text, and comes off.

    Raises :class:`EvidenceError` for what the gate refuses whoever agrees.
    """
    if problem := next(judge_comparisons(evidence), ""):
        raise EvidenceError(f"is no evidence to agree to: {problem}")
    approval = Approval(by=by, ticket=ticket, on=on, of=evidence.to_approve)
    return evidence.model_copy(update={"approval": approval, "signature": None})


def sign(evidence: Evidence, client: Any, key: str) -> Evidence:
    """``evidence``, signed by the asymmetric KMS key ``key``. Raises botocore's errors.

    Raises :class:`EvidenceError` while nobody has approved it: what is signed includes who did.
    """
    if evidence.approval is None:
        raise EvidenceError("is not approved; approve it first, because that is signed too")
    return evidence.model_copy(update={"signature": signature_of(evidence.to_sign, client, key)})


def signature_of(signed: bytes, client: Any, key: str) -> Signature:
    """KMS's signature of ``signed`` by the asymmetric key ``key``. Raises botocore's errors."""
    answer = client.sign(
        KeyId=key, Message=hashlib.sha256(signed).digest(), MessageType="DIGEST", SigningAlgorithm=ALGORITHM
    )
    value = base64.b64encode(answer["Signature"]).decode()
    return Signature(algorithm="RSASSA_PKCS1_V1_5_SHA_256", key=answer["KeyId"], value=value)


def text(evidence: Canonical) -> str:
    """The file of ``evidence``: for people to read, in one order."""
    return json.dumps(evidence.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False) + "\n"
