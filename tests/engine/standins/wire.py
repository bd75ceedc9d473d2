"""Property maps as they travel between the engine and a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain values, envelopes among them, as a protobuf struct; ``None`` means that a property is not there."""
    made = struct_pb2.Struct()
    made.update({key: value for key, value in values.items() if value is not None})
    return made
