"""Draws a topology as SVG: zones as columns, tiers as bands, a row a box, what may reach what in the margins.

Plain values in, plain text out: the same topology always gives the same picture. Colours are classes of report.css.j2.
Routes run at the left and rules at the right, each along a line of its own, so that no arrow crosses a box. A text is
cut to what its box has room for, and the whole of it stands in the box's title.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count
from typing import Final
from unicodedata import east_asian_width

from model.urn import name_of
from preview.catalogue import counted, say, t
from preview.charts.topology import INTERNET, TIERS, Box, Flow, Network, Tier, Topology
from preview.money import cents
from pricing.report.escape import readable

#: Lengths in pixels of a picture that is drawn at its own size.
COLUMNS: Final = 820
NARROWEST: Final = 230
LANE: Final = 15
LABELS: Final = 92
HEIGHT: Final = 42
GAP: Final = 8
HEAD: Final = 42
LOW: Final = 28
PAD: Final = 12
SIZE: Final = 13
SMALL: Final = 12
#: What a letter is wide, in parts of its size: no font of report.css.j2 has wider ones.
WIDE: Final = frozenset("mwMW@%")
THIN: Final = frozenset(" .,:;-/|!'()[]ijlftI")
FULL, CAPITAL, LETTER, SLIM = 1.0, 0.78, 0.66, 0.42
TIER_NAMES: Final[dict[Tier, str]] = {
    "public": "public subnets: the internet reaches them",
    "private": "private subnets: only out, by a gateway",
    "isolated": "isolated subnets: no way out",
}


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a row of the picture lies."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class _Sheet:
    """The picture as far as it is drawn: ``places`` by key, ``parts`` in order, ``bottom`` where the next one goes."""

    left: float
    width: float
    parts: list[str] = field(default_factory=list)
    places: dict[str, _Place] = field(default_factory=dict)
    bottom: float = 0
    #: Boxes that a rule names: its line runs to them from the right, so that nothing may stand between.
    reached: frozenset[str] = frozenset()


def draw_architecture(topology: Topology, title: str) -> str:
    """The picture, ready to stand in a page; nothing of a program without anything to draw.

    A box leads to ``#box-N``, N its place among ``topology.boxes``.
    """
    if not topology.boxes:
        return ""
    zones = max((len(network.zones) for network in topology.networks), default=0)
    width = max(COLUMNS, zones * NARROWEST)
    left = PAD + LANE * (len(topology.routes) + 1) if topology.routes else 0
    right = PAD + LABELS + LANE * _lanes(topology.rules) if topology.rules else 0
    reached = frozenset(key for flow in topology.rules for key in (*flow.sources, *flow.targets))
    sheet = _Sheet(left=left, width=width, reached=reached)
    numbers = {box.key: place for place, box in enumerate(topology.boxes)}
    for beyond in _outside(topology):
        _bar(sheet, beyond, left, width, look="outside")
    for network in topology.networks:
        _network(sheet, network, numbers)
    _beside(sheet, topology, numbers)
    sheet.parts += _routes(sheet, topology.routes)
    sheet.parts += _rules(sheet, topology.rules)
    total_width, height = left + width + right, sheet.bottom
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="architecture" role="group" aria-labelledby="drawn-title" '
        f'aria-describedby="drawn-text" viewBox="0 0 {total_width:g} {height:g}" width="{total_width:g}" '
        f'height="{height:g}">'
    )
    arrow = '<path d="M0 0 8 4 0 8z"/>'
    return "\n".join(
        [
            opening,
            f'<title id="drawn-title">{escape(readable(title))}</title>',
            f'<desc id="drawn-text">{escape(readable(" ".join(describe(topology))))}</desc>',
            *(
                f'<defs><marker id="{name}-arrow" class="{name}" markerWidth="8" markerHeight="8" refX="8" refY="4" '
                f'orient="auto" markerUnits="userSpaceOnUse">{arrow}</marker></defs>'
                for name in ("route", "rule")
            ),
            *sheet.parts,
            "</svg>",
        ]
    )


def describe(topology: Topology) -> Iterator[str]:
    """The picture in sentences, for those who do not see it: what stands where, and what reaches what."""
    names = {box.key: f"{box.kind} {box.name}" for box in topology.boxes}
    for network in topology.networks:
        names |= {
            f"{network.own.key}/{tier}": say("the {tier} subnets of {network}", tier=t(tier), network=network.own.name)
            for tier in TIERS
        }
        named = " ".join(filter(None, (network.own.kind, network.own.name, network.cidr)))
        yield f"{named} {counted(len(network.zones), 'in {count} zone', 'in {count} zones')}."
        for tier in TIERS:
            if inside := [names[box.key] for box in network.inside if network.tier_of(box) == tier]:
                yield say("In its {tier} subnets: {boxes}.", tier=t(tier), boxes=", ".join(inside))
    if topology.beside:
        yield say("In no VPC: {boxes}.", boxes=", ".join(box.kind for box in topology.beside))
    for word, flows in ((t("Routes"), topology.routes), (t("Let in"), topology.rules)):
        for flow in flows:
            sources, targets = (
                ", ".join(names.get(key) or outside(key) for key in keys) for keys in (flow.sources, flow.targets)
            )
            yield f"{word}: {_way(sources, targets)}{f' ({flow.label})' if flow.label else ''}."


def outside(key: str) -> str:
    """What lies outside the program, as a reader knows it: a range, or the internet."""
    return t("the internet") if key == INTERNET else key


def _way(sources: str, targets: str) -> str:
    return say("{sources} to {targets}", sources=sources, targets=targets)


def money(box: Box) -> str:
    """What a box costs a month; what has no price is missing from it."""
    if not box.missing:
        return f"{cents(box.usd):,} USD"
    return f"{t('at least')} {cents(box.usd):,} USD" if box.usd else t("no price")


def fitted(text: str, room: float, size: int = SIZE) -> str:
    """``text`` cut to ``room`` pixels at the given size, with an ellipsis where something is missing."""
    if breadth(text, size) <= room:
        return text
    used = breadth("…", size)
    for place, letter in enumerate(text):
        used += breadth(letter, size)
        if used > room:
            return text[:place].rstrip() + "…"
    return text


def breadth(text: str, size: int = SIZE) -> float:
    """No less than what ``text`` is wide, in pixels."""
    return sum(map(_part, text)) * size


def _part(letter: str) -> float:
    if letter in WIDE or east_asian_width(letter) in "WFA":
        return FULL
    if letter in THIN:
        return SLIM
    return CAPITAL if letter.isupper() else LETTER


def _outside(topology: Topology) -> list[Box]:
    """What packets come from or go to and the program does not hold: the internet first."""
    known = {box.key for box in topology.boxes}
    tiers = {f"{network.own.key}/{tier}" for network in topology.networks for tier in TIERS}
    named = {key for flow in (*topology.routes, *topology.rules) for key in (*flow.sources, *flow.targets)}
    others = sorted(named - known - tiers, key=lambda key: (key != INTERNET, key))
    return [Box(key=key, kind=outside(key), name="") for key in others]


def _network(sheet: _Sheet, network: Network, numbers: dict[str, int]) -> None:
    top = sheet.bottom
    frame = len(sheet.parts)
    own, x, width = network.own, sheet.left, sheet.width
    head = " ".join(filter(None, (own.kind, own.name, network.cidr)))
    price = money(own) if own.key in numbers and own.urns else ""
    sheet.bottom = top + 30
    sheet.parts += _linked(
        numbers.get(own.key) if own.urns else None,
        f"{head} {price}",
        [
            _text(x + PAD, top + 20, fitted(readable(head), width - 2 * PAD - breadth(price) - GAP), "name"),
            _text(x + width - PAD, top + 20, price, "price", end=True),
        ],
    )
    for door in network.doors:
        _bar(sheet, door, x + PAD, width - 2 * PAD, numbers.get(door.key), look="door")
    for place, zone in enumerate(network.zones):
        column = (width - 2 * PAD) / len(network.zones)
        named = fitted(readable(zone), column - 2 * GAP, SMALL)
        sheet.parts.append(_text(x + PAD + place * column + GAP, sheet.bottom + 12, named, "name"))
    sheet.bottom += 20 if network.zones else 0
    for tier in TIERS:
        _tier(sheet, network, tier, numbers)
    sheet.bottom += GAP / 2
    sheet.parts.insert(frame, _rect(x, top, width, sheet.bottom - top, "vpc"))
    sheet.bottom += GAP * 2


def _tier(sheet: _Sheet, network: Network, tier: Tier, numbers: dict[str, int]) -> None:
    subnets = [subnet for subnet in network.subnets if subnet.tier == tier]
    if not subnets:
        return
    zones = network.zones
    left, width = sheet.left + PAD, sheet.width - 2 * PAD
    column = width / len(zones)
    top, start = sheet.bottom, len(sheet.parts)
    sheet.parts.append(_text(left + GAP, top + 17, fitted(t(TIER_NAMES[tier]), width - 2 * GAP, SMALL), "soft"))
    for place, zone in enumerate(zones):
        held = [subnet for subnet in subnets if subnet.zone == zone]
        said = "; ".join(" ".join(filter(None, (subnet.name, subnet.cidr))) for subnet in held)
        x, room = left + place * column + GAP, column - 2 * GAP
        text = _text(x, top + 34, fitted(readable(said or t("none")), room, SMALL), "soft")
        sheet.parts += _linked(None, f"{zone}: {said or t('none')}", [text])
    sheet.bottom = top + HEAD
    lanes: list[list[tuple[range, Box]]] = []
    for box in sorted((box for box in network.inside if network.tier_of(box) == tier), key=_order):
        own = sorted(zones.index(subnet.zone) for subnet in subnets if subnet.urn in box.subnets)
        columns = range(own[0], own[-1] + 1)
        lane = next((lane for lane in lanes if _has_room(sheet, lane, box, columns)), None)
        if lane is None:
            lanes.append(lane := [])
        lane.append((columns, box))
    for lane in lanes:
        y = sheet.bottom
        for columns, box in lane:
            sheet.bottom = y
            x = left + columns.start * column + GAP
            _bar(sheet, box, x, len(columns) * column - 2 * GAP, numbers.get(box.key), spread=len(columns))
    bottom = sheet.bottom
    drawn = [_rect(left, top, width, bottom - top, f"tier {tier}")]
    for place in range(1, len(zones)):
        x = left + place * column
        drawn.append(f'<line class="zone" x1="{x:g}" y1="{top + 24:g}" x2="{x:g}" y2="{bottom:g}"/>')
    sheet.parts[start:start] = drawn
    sheet.places[f"{network.own.key}/{tier}"] = _Place(x=left, y=top, width=width, height=24)
    sheet.bottom = bottom + GAP


def _has_room(sheet: _Sheet, lane: Sequence[tuple[range, Box]], box: Box, columns: range) -> bool:
    """Whether a box may stand beside those of a row."""
    apart = all(not set(columns) & set(taken) for taken, _ in lane)
    return apart and not sheet.reached & {box.key, *(other.key for _, other in lane)}


def _order(box: Box) -> tuple[int, str, str, str]:
    """Load balancers, then nodes and their control plane, then the rest by kind."""
    firsts = ("Load balancer (Ingress)", "EKS control plane", "Node group")
    return (firsts.index(box.kind) if box.kind in firsts else len(firsts), box.kind, box.name, box.key)


def _beside(sheet: _Sheet, topology: Topology, numbers: dict[str, int]) -> None:
    if not topology.beside and not topology.unbilled:
        return
    top, start = sheet.bottom, len(sheet.parts)
    left, width = sheet.left, sheet.width
    per_row = 3
    column = (width - 2 * PAD + GAP) / per_row
    head = t("in no VPC: services of the region and the account, and what the cluster holds")
    sheet.parts.append(_text(left + PAD, top + 20, fitted(head, width - 2 * PAD), "soft"))
    y = top + 30
    for place, box in enumerate(topology.beside):
        sheet.bottom = y + place // per_row * (HEIGHT + GAP)
        _bar(sheet, box, left + PAD + place % per_row * column, column - GAP, numbers.get(box.key))
    sheet.bottom = y + -(-len(topology.beside) // per_row) * (HEIGHT + GAP)
    if topology.unbilled:
        rest = counted(
            topology.unbilled,
            "and {count} resource that costs nothing: roles, policies, rules, objects",
            "and {count} resources that cost nothing: roles, policies, rules, objects",
        )
        sheet.parts.append(_text(left + PAD, sheet.bottom + 12, fitted(rest, width - 2 * PAD, SMALL), "soft"))
        sheet.bottom += 20
    sheet.bottom += GAP / 2
    sheet.parts.insert(start, _rect(left, top, width, sheet.bottom - top, "region"))


def _bar(
    sheet: _Sheet, box: Box, x: float, width: float, number: int | None = None, *, look: str = "box", spread: int = 1
) -> None:
    """A box of two lines; dashed where fewer copies stand than it has zones to stand in."""
    y = sheet.bottom
    price = money(box) if number is not None else ""
    spread_text = _spread(box, spread)
    below = ", ".join(filter(None, (box.detail, spread_text))) or ("" if look == "outside" else box.name)
    head = f"{box.kind}  {box.name}" if below != box.name and box.name else box.kind
    price_room = breadth(price) + GAP if price else 0
    few = " few" if spread_text and box.copies is not None and box.copies < spread else ""
    whole = " ".join(filter(None, (f"{box.kind} {box.name}".strip(), box.detail, spread_text, price)))
    height = HEIGHT if below else LOW
    lines = [
        _rect(x, y, width, height, f"{look}{few}"),
        _text(x + GAP, y + 17, fitted(readable(head), width - 2 * GAP), "name"),
        _text(x + GAP, y + 34, fitted(readable(below), width - 2 * GAP - price_room, SMALL), "soft"),
        _text(x + width - GAP, y + 34, price, "price", end=True),
    ]
    sheet.parts += _linked(number, whole, lines)
    sheet.places[box.key] = _Place(x=x, y=y, width=width, height=height)
    sheet.bottom = y + height + GAP


def _spread(box: Box, zones: int) -> str:
    """In how many of its zones a box stands, where it says how many copies there are."""
    if box.copies is None or zones < 2:
        return ""
    if box.copies >= zones:
        return counted(zones, "in {count} zone", "in {count} zones")
    return say("in {some} of {count} zones", some=box.copies, count=zones)


def _linked(number: int | None, whole: str, parts: Sequence[str]) -> list[str]:
    """Parts as one thing with a title, which leads to what is said of it."""
    named = [f"<title>{escape(readable(whole))}</title>", *filter(None, parts)]
    return ["<g>", *named, "</g>"] if number is None else [f'<a href="#box-{number}">', *named, "</a>"]


def _lanes(flows: Sequence[Flow]) -> int:
    """Flows from the same sources share a line."""
    return len({flow.sources for flow in flows})


def _routes(sheet: _Sheet, flows: Sequence[Flow]) -> Iterator[str]:
    """At the left, from the heading of a tier up to a door or a gateway."""
    for place, flow in enumerate(flows):
        lane = sheet.left - LANE * (place + 1)
        yield from _wire(sheet, flow, lane, "route", place)


def _rules(sheet: _Sheet, flows: Sequence[Flow]) -> Iterator[str]:
    """At the right, from what may reach to what is reached; sources that several flows share are drawn once."""
    lanes: dict[tuple[str, ...], float] = {}
    numbers = count()
    for flow in flows:
        if flow.sources not in lanes:
            lanes[flow.sources] = sheet.left + sheet.width + LABELS + LANE * next(numbers)
        yield from _wire(sheet, flow, lanes[flow.sources], "rule", len(lanes) - 1)


def _wire(sheet: _Sheet, flow: Flow, lane: float, look: str, place: int) -> Iterator[str]:
    """A line along ``lane`` from every source to an arrow at every target, with the label below the arrow."""
    at_left = look == "route"
    sources, targets = (
        [sheet.places[key] for key in keys if key in sheet.places] for keys in (flow.sources, flow.targets)
    )
    if not sources or not targets:
        return
    if at_left:
        # One arrow a row: what stands beside another is reached through the first.
        first = {each.y: each for each in sorted(targets, key=lambda each: -each.x)}
        targets = [first[y] for y in sorted(first)]
    # What leaves a box does so above what reaches it, and no two lines lie on each other.
    shift = place % 3 * 3
    starts = [(each, each.y + each.height / 2 - 4 - shift) for each in sources]
    ends = [(each, each.y + each.height / 2 + shift) for each in targets]
    heights = [y for _, y in (*starts, *ends)]
    named = (", ".join(outside(name_of(key)) for key in keys) for keys in (flow.sources, flow.targets))
    yield f'<g class="{look}">'
    yield f"<title>{escape(readable(_way(*named) + f' {flow.label}'.rstrip()))}</title>"
    yield f'<path d="M{lane:g} {min(heights):g}V{max(heights):g}"/>'
    for each, y in starts:
        edge = each.x if at_left else each.x + each.width
        yield f'<path d="M{edge:g} {y:g}H{lane:g}"/>'
        yield f'<circle cx="{edge:g}" cy="{y:g}" r="3"/>'
    for each, y in ends:
        edge = each.x if at_left else each.x + each.width
        yield f'<path d="M{lane:g} {y:g}H{edge:g}" marker-end="url(#{look}-arrow)"/>'
        if flow.label:
            label = fitted(readable(flow.label), LABELS - GAP, SMALL)
            yield _text(sheet.left + sheet.width + GAP / 2, y + 14, label, "soft")
    yield "</g>"


def _rect(x: float, y: float, width: float, height: float, look: str) -> str:
    return f'<rect class="{look}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5"/>'


def _text(x: float, y: float, text: str, look: str, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text class="{look}" x="{x:g}" y="{y:g}"{anchor}>{escape(text)}</text>' if text else ""
