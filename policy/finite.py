"""Numbers that JSON does not have, in what the engine sends: the SDK's decoder raises on them, and that aborts all.

NaN and infinity become unknowns, which every rule knows how to judge. This reaches into one name of the SDK's module,
which a test holds; without it such a resource would end the whole operation without a word about which it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pulumi_policy.policy
from google.protobuf import json_format, struct_pb2

from policy.resource import UNKNOWN_NUMBER


class _Decoder:
    """The decoder that the SDK calls, as it calls it."""

    @staticmethod
    def MessageToDict(message: struct_pb2.Struct) -> dict[str, Any]:  # noqa: N802 - protobuf's name
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
    setattr(pulumi_policy.policy, "json_format", _Decoder)  # noqa: B010 - it is not exported
