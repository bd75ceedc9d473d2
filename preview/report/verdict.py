"""The verdict in words: blocked or allowed, with how many waivers where they are many or grave, and verified or not."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from policy.engine.rule import GRAVE
from preview.catalogue import counted, say, t, told_again
from preview.result import Preview, Result

#: More of a stack's resources than this share, a twentieth, with something waived is no exception any more.
MOST: Final = Decimal("0.05")
#: What a reader is told where a stack has waivers and nothing says which of them are older than the change.
NO_BASE: Final = "no base revision is given (--against)"
#: Why a revision may not be older than the change. A document of another run says it in English.
SHALLOW: Final = "this clone is shallow; fetch the whole history (GIT_DEPTH: 0, fetch-depth: 0)"
APART: Final = "{name} and HEAD share no commit"
HOLDS_HEAD: Final = "{name} holds HEAD, so it is no older than the change"
A_FILE: Final = "{name} is a file, and no revision"
NO_OWNERS: Final = "{name} has no {file} yet"
DOUBTS: Final = (NO_BASE, SHALLOW, APART, HOLDS_HEAD, A_FILE, NO_OWNERS)


def waived(preview: Result) -> dict[str, Any] | None:
    """What the verdict says of waivers, as plain data; ``None`` of a program, which has none.

    ``findings`` and ``resources`` are counts, ``share`` of the resources that a provider makes, ``grave`` the kinds of
    policies whose waiver is told in any case, ``unverified`` why nobody vouches for the waivers, or ``None``.
    """
    if not isinstance(preview, Preview):
        return None
    found = [finding for finding in preview.findings if finding.waived]
    made = sum(1 for item in preview.recording.registrations if item.custom)
    resources = len({finding.urn for finding in found})
    doubt = (NO_BASE if preview.base is None else preview.base.doubt) if preview.settings.exceptions else ""
    return {
        "findings": len(found),
        "resources": resources,
        "share": round(Decimal(resources) / made, 4) if made else Decimal(0),
        "grave": sorted({GRAVE[finding.policy] for finding in found if finding.policy in GRAVE}),
        "unverified": doubt or None,
    }


def verdict(preview: Result) -> str:
    """The verdict on ``preview``."""
    return verdict_of(waived(preview), blocked=preview.blocked)


def verdict_of(told: Mapping[str, Any] | None, *, blocked: bool) -> str:
    """The same from what :func:`waived` says."""
    if blocked:
        return t("BLOCKED")
    if told is None:
        return t("ALLOWED: no mandatory findings")
    unsure = told["unverified"] or ""
    doubt = say("; waivers unverified: {why}", why=told_again(unsure, *DOUBTS)) if unsure else ""
    why = [say("of {kinds}", kinds=t(" and ").join(map(t, told["grave"])))] if told["grave"] else []
    if told["share"] > MOST:
        share = f"{told['share']:.0%}"
        why.append(say("on {count} resources, {share} of them", count=told["resources"], share=share))
    if not why:
        return t("ALLOWED: no mandatory findings") + doubt
    many = counted(told["findings"], "ALLOWED with 1 waiver", "ALLOWED with {count} waivers")
    return f"{many}: {', '.join(why)}{doubt}"
