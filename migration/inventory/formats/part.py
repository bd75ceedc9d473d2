"""What a reader hands out of a file, one part at a time, so that no file is ever whole in memory."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

#: ``item``: of the list at ``items``. ``list``: what stood beside such a list. ``element``: of a file that is a list.
Place = Literal["item", "list", "element", "document"]
#: How deep a document may be nested. Kubernetes' own objects stay below 40, schemas of custom resources below 100.
DEEPEST = 500


class Part(NamedTuple):
    """A value, the ``line`` on which it begins, and what of the mapping around it has been read so far.

    Texts, numbers and dates are text in it, ``null`` is ``None``; truth is ``True`` in JSON and ``"true"`` in YAML.
    """

    place: Place
    value: Any
    line: int
    around: dict[str, Any]
