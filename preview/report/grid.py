"""A table for a terminal of any width: as a table where it fits, else a block a row, and never with text cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

#: What a column of sentences wants at least: narrower, and a reader follows words down a wall.
SENTENCE: Final = 30


@dataclass(frozen=True, kw_only=True)
class Grid:
    """``groups`` of rows below ``headings``; cells are rich's markup, so what a person typed is escaped by the caller.

    The first column names the row; ``figures`` stand to the right in all the others, and ``sentence`` is the column, if
    any, whose text is wrapped.
    """

    headings: Sequence[str]
    groups: Sequence[Sequence[Sequence[str]]]
    title: str = ""
    figures: bool = True
    sentence: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """A table, its headings over several lines where that helps, or blocks where its cells want more room."""
        if self.wanted() <= options.max_width:
            yield self._table()
            return
        if sum(least := self._widths(folded=True)) + self._frame() <= options.max_width:
            yield self._table(least)
            return
        title = f"[italic]{self.title}[/] " if self.title else ""
        yield Text.from_markup(f"{title}[dim]({self.headings[0]})[/]")
        yield from self._blocks()

    def wanted(self) -> int:
        """Cells of a terminal that the table takes without any text being cut off."""
        return sum(self._widths()) + self._frame()

    def _widths(self, *, folded: bool = False) -> list[int]:
        """What each column takes; with ``folded``, a heading takes no more than its longest word."""
        heads = [heading.split() if folded else [heading] for heading in self.headings]
        rows = [row for group in self.groups for row in group]
        widths = [
            max(cell_len(Text.from_markup(each).plain) for each in (*heads[place], *(row[place] for row in rows)))
            for place in range(len(heads))
        ]
        if self.sentence is not None:
            widths[self.sentence] = min(widths[self.sentence], SENTENCE)
        return widths

    def _frame(self) -> int:
        # A border before each column and behind the last, and a space on both sides of each.
        return 3 * len(self.headings) + 1

    def _table(self, least: Sequence[int] = ()) -> Table:
        table = Table(title=self.title or None, title_justify="left", expand=self.sentence is not None)
        # Folded: where letters take two cells, rich takes the space at a line's end for text and cuts it off with "…".
        for place, heading in enumerate(self.headings):
            if place == self.sentence:
                table.add_column(heading, ratio=1, overflow="fold")
            else:
                justify: JustifyMethod = "right" if place and self.figures else "left"
                # No cell is wider than that, so that only headings are wrapped.
                width = least[place] if least else None
                table.add_column(heading, justify=justify, no_wrap=not least, width=width, overflow="fold")
        for group in self.groups:
            for row in group:
                table.add_row(*row)
            table.add_section()
        return table

    def _blocks(self) -> Iterator[Text | Padding]:
        for group in self.groups:
            for name, *cells in group:
                yield Text.from_markup(f"[bold]{name}[/]")
                said = zip(self.headings[1:], cells, strict=True)
                parts = [f"[dim]{heading}[/] {cell}" for heading, cell in said if cell]
                if parts:
                    yield Padding(Text.from_markup(", ".join(parts)), (0, 0, 0, 2), expand=False)
