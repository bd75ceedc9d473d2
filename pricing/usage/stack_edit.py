"""Writes figures and windows into a stack file where they stand: every comment, order and space else stays.

Where values begin and end is what the YAML parser says. The new text is read again before it takes the file's place,
and must hold exactly the changes that were meant; a layout in which that cannot be done is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from pricing.usage.changes import (
    USAGE_KEY,
    VOLUMES_KEY,
    Changes,
    Figure,
    Window,
    changed_document,
    counted,
    written,
)
from stacks.command import write_atomically
from stacks.document import read_document
from stacks.load import stack_file
from stacks.messages import SettingsError

#: A deeper level of a block.
STEP: Final = 2
UNKNOWN: Final = "its layout is not understood"


class LayoutError(Exception):
    """The file cannot be edited in place; the text is one line."""


@dataclass(kw_only=True)
class _Edit:
    """The text, and what is put into it: from, to, and what; in the order in which it was put."""

    text: str
    puts: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def replace(self, node: yaml.Node, new: str) -> None:
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            raise LayoutError(f"line {node.start_mark.line + 1}: a text of several lines stands there")
        start, end = node.start_mark.index, node.end_mark.index
        # Where nothing is written, a key's colon stands right before it.
        self.puts.append((start, end, new if end > start else f" {new}"))

    def insert(self, place: int, new: str) -> None:
        self.puts.append((place, place, new))

    def line_end(self, node: yaml.Node) -> int:
        """The end of the last line of ``node``, behind a comment that stands there."""
        end = _last(node)
        if isinstance(end, yaml.ScalarNode) and end.style in ("|", ">"):
            raise LayoutError(f"line {end.start_mark.line + 1}: a text of several lines stands there")
        place = self.text.find("\n", end.end_mark.index)
        if place < 0:
            return len(self.text)
        return place - 1 if self.text[place - 1 : place] == "\r" else place

    def done(self) -> str:
        text = self.text
        for _, (start, end, new) in sorted(enumerate(self.puts), key=lambda put: (put[1][0], put[0]), reverse=True):
            text = text[:start] + new + text[end:]
        return text


def edited(text: str, changes: Changes) -> str:
    """``text``, a stack file's, with ``changes`` made. Raises :class:`LayoutError`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise LayoutError(f"is not YAML: {' '.join(str(error).split())}") from None
    config = _value(root, "config")
    if not isinstance(config, yaml.MappingNode) or config.flow_style or not config.value:
        raise LayoutError("config: is no mapping of a line for each key")
    _refuse_aliases(config, changes)
    edit = _Edit(text=text)
    _put_windows(edit, config, changes.changed_windows)
    _put_figures(edit, config, changes.changed_figures)
    return edit.done()


def write_changes(stack: str, path: Path, changes: Changes) -> bool:
    """Write ``changes`` into the stack file at ``path``; whether there was anything to write.

    Raises :class:`LayoutError` where the layout is not understood, and :class:`OSError`; the file is then as before.
    """
    if not changes:
        return False
    before = read_document(path)
    text = path.read_bytes().decode("utf-8")
    expected = changed_document(before, changes)

    def check(new: Path) -> None:
        try:
            found = read_document(new)
        except SettingsError as error:
            told = str(error).replace(str(new), "").strip(": ")
            raise LayoutError(f"{UNKNOWN}: what was written cannot be read again ({told})") from None
        if _counting(found) != _counting(expected):
            raise LayoutError(f"{UNKNOWN}: the edit would have changed something else")
        try:
            stack_file(stack, new)
        except SettingsError as error:
            raise LayoutError(f"what was read is refused: {str(error).splitlines()[0]}") from None

    write_atomically(path, edited(text, changes), check=check)
    return True


def _refuse_aliases(config: yaml.MappingNode, changes: Changes) -> None:
    """Refuse to write where a value stands for another as well: whoever wrote it once meant both."""
    sections = {USAGE_KEY: {figure.key for figure in changes.changed_figures}}
    sections[VOLUMES_KEY] = {window.volume.rpartition(".")[2] for window in changes.changed_windows}
    first: dict[int, str] = {}
    again: list[tuple[int, str]] = []
    _find_aliases(config, "", first, again)
    for section, keys in sections.items():
        node = _value(config, section)
        touched = {id(each) for key in keys if (value := _value(node, key)) for each in _nodes(value)} | {id(node)}
        for anchor, path in again:
            if anchor in touched:
                name = first[anchor].removeprefix(f"{section}.")
                raise LayoutError(f"{path} is an alias of {name}; write it out")


def _find_aliases(node: yaml.Node, path: str, first: dict[int, str], again: list[tuple[int, str]]) -> None:
    """The path at which each node stands first, and those at which it stands again, in the order of the text."""
    if id(node) in first:
        again.append((id(node), path))
        return
    first[id(node)] = path
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _find_aliases(value, f"{path}.{key.value}" if path else str(key.value), first, again)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            _find_aliases(value, f"{path}[{place}]", first, again)


def _nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    """A node and all below it, each once."""
    seen: dict[int, yaml.Node] = {}
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen[id(found)] = found
        if isinstance(found, yaml.MappingNode):
            waiting += [value for _, value in found.value]
        elif isinstance(found, yaml.SequenceNode):
            waiting += found.value
    yield from seen.values()


def _counting(document: dict[str, Any]) -> dict[str, Any]:
    """``document`` with windows that are said to be no example like those of which nothing is said."""
    config = dict(document["config"])
    volumes = config.get(VOLUMES_KEY)
    if isinstance(volumes, dict):
        config[VOLUMES_KEY] = {
            key: [_real(each) for each in value] if isinstance(value, list) else value for key, value in volumes.items()
        }
    return {**document, "config": config}


def _real(window: Any) -> Any:
    if isinstance(window, dict) and window.get("example") is False:
        return {key: value for key, value in window.items() if key != "example"}
    return window


def _put_figures(edit: _Edit, config: yaml.MappingNode, figures: list[Figure]) -> None:
    usage = _value(config, USAGE_KEY)
    new = []
    for figure in figures:
        node = _value(usage, figure.key)
        if node is None:
            new.append((figure.key, _flow(written(figure.now))))
        elif isinstance(node, yaml.MappingNode) and node.value:
            _put_values(edit, node, written(figure.now))
        elif isinstance(node, yaml.ScalarNode):
            edit.replace(node, _flow(written(figure.now)))
        else:
            raise LayoutError(f"line {node.start_mark.line + 1}: {figure.key} is no figure")
    _put_keys(edit, config, USAGE_KEY, usage, new)


def _put_windows(edit: _Edit, config: yaml.MappingNode, windows: list[Window]) -> None:
    volumes = _value(config, VOLUMES_KEY)
    by_key: dict[str, list[Window]] = {}
    for window in windows:
        by_key.setdefault(window.volume.rpartition(".")[2], []).append(window)
    new = []
    for key, found in by_key.items():
        node = _value(volumes, key)
        if isinstance(node, yaml.SequenceNode) and node.value:
            _put_items(edit, node, found)
        else:
            items = f"[{', '.join(_flow(counted(each.now)) for each in found)}]"
            if node is None:
                new.append((key, items))
            else:
                edit.replace(node, items)
    _put_keys(edit, config, VOLUMES_KEY, volumes, new)


def _put_items(edit: _Edit, sequence: yaml.SequenceNode, windows: list[Window]) -> None:
    there = {_text(_value(item, "window")): item for item in sequence.value}
    for window in windows:
        item = there.get(window.now.window)
        if isinstance(item, yaml.MappingNode):
            if item.flow_style and item.start_mark.line == item.end_mark.line:
                edit.replace(item, _flow(counted(window.now)))
            else:
                stays = {"example": False} if _value(item, "example") is not None else {}
                _put_values(edit, item, {**counted(window.now), **stays})
            continue
        earlier = [node for month, node in there.items() if month < window.now.window]
        line = _flow(counted(window.now))
        if sequence.flow_style:
            if earlier:
                edit.insert(earlier[-1].end_mark.index, f", {line}")
            else:
                edit.insert(sequence.value[0].start_mark.index, f"{line}, ")
            continue
        dash = f"{' ' * sequence.start_mark.column}- {line}"
        if earlier:
            edit.insert(edit.line_end(earlier[-1]), f"{edit.newline}{dash}")
        else:
            # Behind the first item's own indentation, which the new one takes over.
            edit.insert(sequence.start_mark.index, f"- {line}{edit.newline}{' ' * sequence.start_mark.column}")


def _put_values(edit: _Edit, node: yaml.MappingNode, values: Mapping[str, Any]) -> None:
    """Put ``values`` into a mapping, each where its key stands; those without a key come last."""
    missing = dict(values)
    for key, value in node.value:
        if not isinstance(value, yaml.ScalarNode):
            raise LayoutError(f"line {value.start_mark.line + 1}: {key.value} is no number or text")
        if key.value in missing:
            edit.replace(value, _scalar(missing.pop(key.value)))
    last = node.value[-1][1]
    for key, new in missing.items():
        if node.flow_style:
            edit.insert(last.end_mark.index, f", {key}: {_scalar(new)}")
        else:
            indent = " " * node.value[0][0].start_mark.column
            edit.insert(edit.line_end(last), f"{edit.newline}{indent}{key}: {_scalar(new)}")


def _put_keys(
    edit: _Edit, config: yaml.MappingNode, name: str, section: yaml.Node | None, new: list[tuple[str, str]]
) -> None:
    """Put keys at the end of a section, which is made at the end of the settings where there is none."""
    if not new:
        return
    column = config.value[0][0].start_mark.column
    if section is None:
        lines = [f"{' ' * column}{name}:", *(f"{' ' * (column + STEP)}{key}: {value}" for key, value in new)]
        edit.insert(edit.line_end(config), "".join(f"{edit.newline}{line}" for line in lines))
    elif isinstance(section, yaml.MappingNode) and section.value and not section.flow_style:
        indent = " " * section.value[0][0].start_mark.column
        place = edit.line_end(section)
        edit.insert(place, "".join(f"{edit.newline}{indent}{key}: {value}" for key, value in new))
    elif isinstance(section, yaml.MappingNode) and section.value:
        edit.insert(section.value[-1][1].end_mark.index, "".join(f", {key}: {value}" for key, value in new))
    elif isinstance(section, yaml.MappingNode):
        edit.replace(section, f"{{{', '.join(f'{key}: {value}' for key, value in new)}}}")
    else:
        raise LayoutError(f"line {section.start_mark.line + 1}: {name} is no mapping")


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _last(node: yaml.Node) -> yaml.Node:
    """The node that ends last in ``node``: a block itself ends where the next thing begins."""
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _flow(values: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{key}: {_scalar(value)}' for key, value in values.items())}}}"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        # Never with an exponent, which not every reader of YAML takes for a number.
        text = f"{value:.12f}".rstrip("0")
        return f"{text}0" if text.endswith(".") else text
    if isinstance(value, str) and value.replace("-", "").isdecimal() and len(value) == len("2026-10"):
        return value
    return json.dumps(value, ensure_ascii=False)
