"""Draws the target as SVG: each capability in the lane of what runs it, named by what production's settings decide.

Plain text in, plain text out; what is drawn follows the ledger, so a decision that turns moves its box.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from policy.ledger.decide import Decision

WIDTH: Final = 900
LANE: Final = 30
BOX: Final = (196, 52)
GAP: Final = 12
ACROSS: Final = 4
#: Where each capability's choice runs, in the order of a request's way. One that is in no lane is an error.
LANES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("Amazon EKS: the cluster, and what stays in it", "#1d4ed8", (
        "platform", "workflow", "metrics", "dashboards", "admission", "backup", "mesh", "volumes",
    )),
    ("Data, in subnets that never route to the internet", "#b45309", ("documents", "cache", "search")),
    ("AWS services around it", "#6b7280", ("registry", "secrets", "agent", "logs", "traces")),
)  # fmt: skip


def draw_target(decisions: Sequence[Decision]) -> str:
    """The picture of what ``decisions`` come to."""
    choices: dict[str, str] = {decision.row.capability: decision.choice for decision in decisions}
    placed = {name for _, _, names in LANES for name in names}
    if placed != set(choices):
        raise ValueError(f"the picture of the target has no lane for {', '.join(sorted(placed ^ set(choices)))}")
    body, top = [], 64
    for title, colour, names in LANES:
        rows = -(-len(names) // ACROSS)
        height = LANE + rows * (BOX[1] + GAP) + 4
        body.append(
            f'<rect x="24" y="{top}" width="{WIDTH - 48}" height="{height}" rx="8" fill="none" stroke="{colour}"/>'
            f'<text x="38" y="{top + 20}" fill="{colour}" font-weight="bold">{escape(title)}</text>'
        )
        for number, name in enumerate(names):
            x = 38 + number % ACROSS * (BOX[0] + GAP)
            y = top + LANE + number // ACROSS * (BOX[1] + GAP)
            body.append(_box(x, y, name, choices[name], colour))
        top += height + 14
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" '
        'font-family="sans-serif" font-size="13" role="img">\n'
        "<title>What alphacar's landing zone builds in AWS, capability by capability</title>\n"
        f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>\n'
        '<text x="24" y="28" font-size="16" font-weight="bold">AWS, ap-northeast-2 (Seoul), one account an environment'
        "</text>\n"
        '<text x="24" y="48" fill="#374151">visitors: load balancer with TLS; operators: the cluster\'s API; '
        "the old cluster: VPN while data moves</text>\n"
    )
    return head + "\n".join(body) + "\n</svg>\n"


def _box(x: int, y: int, name: str, choice: str, colour: str) -> str:
    look = 'stroke-dasharray="4 3" ' if choice == "none" else ""
    return (
        f'<rect x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="6" fill="#f9fafb" {look}stroke="{colour}"/>'
        f'<text x="{x + 12}" y="{y + 22}" font-weight="bold" fill="#111827">{escape(choice)}</text>'
        f'<text x="{x + 12}" y="{y + 40}" fill="#4b5563">{escape(name)}</text>'
    )
