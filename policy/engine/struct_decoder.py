"""What the engine sends, decoded for the SDK: whatever numbers it holds, and once for all policies of a pack.

The SDK's own decoder raises on NaN and infinity, which JSON does not have, and that aborts the whole operation without
a word about which resource it was: here they become unknowns, which every rule knows how to judge. This reaches into
one name of the SDK's module, which a test holds.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from typing import Any, Final

import pulumi_policy.policy
from google.protobuf import json_format, struct_pb2

from model.resource import UNKNOWN_NUMBER

#: Messages that are remembered at a time: a large stack's, each with its properties.
MOST_KEPT: Final = 20_000


class _Decoder(threading.local):
    """The decoder that the SDK calls, as it calls it: for the same message once for every policy of a pack."""

    def __init__(self) -> None:
        #: By identity, which holds while the message itself is kept.
        self._known: dict[int, tuple[struct_pb2.Struct, dict[str, Any]]] = {}

    def MessageToDict(self, message: struct_pb2.Struct) -> dict[str, Any]:  # noqa: N802 - protobuf's name
        """``message`` as plain values; the SDK copies them before anybody could change them."""
        known = self._known.get(id(message))
        if known is None:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            known = self._known[id(message)] = message, _decoded(message)
        return known[1]


def _decoded(message: struct_pb2.Struct) -> dict[str, Any]:
    try:
        return json_format.MessageToDict(message)
    except ValueError:
        finite = struct_pb2.Struct()
        finite.CopyFrom(message)
        for value in _numbers(finite.fields.values()):
            if not math.isfinite(value.number_value):
                value.string_value = UNKNOWN_NUMBER
        return json_format.MessageToDict(finite)


def _numbers(values: Any) -> Iterator[struct_pb2.Value]:
    for value in values:
        kind = value.WhichOneof("kind")
        if kind == "number_value":
            yield value
        elif kind == "struct_value":
            yield from _numbers(value.struct_value.fields.values())
        elif kind == "list_value":
            yield from _numbers(value.list_value.values)


def decode_safely() -> None:
    """From now on, the SDK decodes what is no number as unknown."""
    setattr(pulumi_policy.policy, "json_format", _Decoder())  # noqa: B010 - it is not exported
