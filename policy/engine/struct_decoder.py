"""What the engine sends of a resource, as plain values: unknowns that say so, secrets opened, whole numbers as ``int``.

Read straight from protobuf, once a resource. The policy SDK would make JSON of it, objects of that and proxies of
those, for every policy anew, and raise on NaN and infinity, which JSON does not have: here they are unknown.
What becomes of each signature is as in pulumi_policy 1.21.0, deserialize.py.
"""

from __future__ import annotations

import math
from typing import Any

from google.protobuf import struct_pb2

from model.resource import SECRET_SIGNATURE, SIGNATURE, UNKNOWN, UNKNOWN_SENTINELS


def decode(properties: struct_pb2.Struct) -> dict[str, Any]:
    """``properties`` by key, sorted: protobuf has no order. Never raises: what cannot be read is unknown."""
    return {key: _readable(properties.fields[key]) for key in sorted(properties.fields)}


def _readable(value: struct_pb2.Value) -> Any:
    try:
        return _value(value)
    except RecursionError:
        return UNKNOWN


def _fields(struct: struct_pb2.Struct) -> dict[str, Any]:
    return {key: _value(struct.fields[key]) for key in sorted(struct.fields)}


def _value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_SENTINELS else text
    if kind == "struct_value":
        fields = value.struct_value.fields
        return _envelope(value.struct_value) if SIGNATURE in fields else _fields(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        return _number(value.number_value)
    return None


def _number(number: float) -> int | float | object:
    if not math.isfinite(number):
        return UNKNOWN
    return int(number) if number.is_integer() else number


def _envelope(struct: struct_pb2.Struct) -> Any:
    """A secret's content, or what an asset or archive consists of."""
    if struct.fields[SIGNATURE].string_value == SECRET_SIGNATURE:
        return _value(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
    return {key: _value(struct.fields[key]) for key in sorted(struct.fields) if key != SIGNATURE}
