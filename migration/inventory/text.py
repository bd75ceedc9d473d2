"""The inventory for a terminal."""

from __future__ import annotations

import io
from collections import Counter
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from migration.inventory.methods import Method
from migration.inventory.result import Inventory, Item

WIDTH: Final = 120


def render_text(inventory: Inventory, *, colour: bool = False, width: int = WIDTH) -> str:
    """Capabilities, workloads by role, storage, registries, secrets, kinds, notes, and one line that sums up."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    for table in (
        _capabilities(inventory),
        _workloads(inventory, "capability", "Systems of the ledger"),
        _objects(inventory),
        _clients(inventory),
        _workloads(inventory, "platform", "Platform"),
        _workloads(inventory, "unknown", "Unknown: somebody must say what these are"),
        _images(inventory),
        _storage(inventory),
        _registries(inventory),
        _secrets(inventory),
        _counts(inventory),
    ):
        if table.row_count:
            console.print(Text(str(table.caption), style="bold"))
            table.caption = None
            console.print(table)
            console.print()
    for note in inventory.notes:
        console.print(Text(f"note: {note}"))
    console.print(Text(summary(inventory), style="bold"))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def summary(inventory: Inventory) -> str:
    """What it comes to, in one line."""
    roles = Counter(item.role for item in inventory.items)
    read = sum(count.read for count in inventory.counts)
    return (
        f"{read} objects, {len(inventory.items)} workloads: {roles['capability']} of a capability, "
        f"{roles['client']} clients, {roles['platform']} platform, {roles['unknown']} unknown"
    )


def _table(title: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, caption=title)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _row(table: Table, *cells: object) -> None:
    # Text, never markup: a name may hold brackets.
    table.add_row(*(Text(str(cell)) for cell in cells))


def _lines(values: object) -> str:
    return "\n".join(values) if isinstance(values, tuple | list) else str(values)


def _capabilities(inventory: Inventory) -> Table:
    table = _table(
        "Capabilities, and how each is moved", "capability", "verdict", "workload", "version", "method", "why"
    )
    for found in inventory.capabilities:
        # Parts of one system, of one version, are moved together.
        together: dict[tuple[str, Method], list[str]] = {}
        for workload, version, how in found.methods:
            together.setdefault((version, how), []).append(workload)
        for (version, how), names in together.items():
            _row(table, found.capability, found.verdict, _lines(names), version or "unknown", how.name, how.why)
        if not found.methods and (found.objects or found.clients):
            told = f"{len(found.clients)} clients" if found.clients else "objects alone"
            _row(table, found.capability, found.verdict, "none in the input", "", "", told)
    return table


def _objects(inventory: Inventory) -> Table:
    table = _table("Objects of a system that are no workloads", "capability", "kind", "count")
    for found in inventory.capabilities:
        for kind, count in found.objects:
            _row(table, found.capability, kind, count)
    return table


def _workloads(inventory: Inventory, role: str, title: str) -> Table:
    table = _table(
        title, "capability" if role == "capability" else "role", "workload", "version", "replicas", "known by"
    )
    for item in _of(inventory, role):
        _row(table, item.capability or role, item.id, item.version or "unknown", _count(item.replicas), item.why)
    return table


def _count(replicas: int | None) -> str:
    return "" if replicas is None else str(replicas)


def _clients(inventory: Inventory) -> Table:
    table = _table("Who uses what", "workload", "capability", "through", "evidence")
    for item in inventory.items:
        for number, use in enumerate(item.uses):
            _row(table, "" if number else item.id, use.capability, use.target, use.evidence)
    return table


def _images(inventory: Inventory) -> Table:
    table = _table("What a node decides", "workload", "runs on", "arm64", "host paths", "node selector")
    for item in inventory.items:
        selector = tuple(f"{key}={value}" for key, value in item.node_selector)
        if item.role != "platform":
            host = (*item.host_paths, *(("host network",) if item.host_network else ()))
            _row(table, item.id, ", ".join(item.runs_on) or "unknown", item.arm64, _lines(host), _lines(selector))
    return table


def _storage(inventory: Inventory) -> Table:
    table = _table("Storage", "claim", "size", "class", "access modes", "copies", "EBS", "used by")
    for each in inventory.volumes:
        name = f"{each.namespace}/{each.name}" if each.namespace else each.name
        _row(
            table,
            name,
            each.size or "unknown",
            each.storage_class or "(default)",
            ", ".join(each.modes) or "unknown",
            _count(each.copies),
            each.on_ebs,
            _lines(each.used_by),
        )
    return table


def _registries(inventory: Inventory) -> Table:
    table = _table("Registries", "host", "images", "workloads", "what it is")
    for found in inventory.registries:
        _row(table, found.host, found.images, found.workloads, found.what)
    return table


def _secrets(inventory: Inventory) -> Table:
    table = _table("Secrets, by the names of their keys", "kind", "secret", "type", "keys", "used by")
    for found in inventory.secrets:
        name = f"{found.namespace}/{found.name}" if found.namespace else found.name
        _row(table, found.kind, name, found.type, ", ".join(found.keys), _lines(found.used_by))
    return table


def _counts(inventory: Inventory) -> Table:
    table = _table(
        "Everything that was read, by kind", "kind", "read", "workloads", "parts", "not a workload", "repeated"
    )
    for count in inventory.counts:
        _row(table, count.kind, count.read, count.workloads, count.parts, count.not_workloads, count.repeated)
    return table


def _of(inventory: Inventory, role: str) -> list[Item]:
    return sorted(
        (item for item in inventory.items if item.role == role), key=lambda item: (item.capability or "", item.id)
    )
