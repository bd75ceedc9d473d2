"""Property values as the engine's wire carries them, and their three translations: for a rule, a reader, a pack.

A decoded value keeps what plain JSON cannot say: a secret is an envelope, a reference to another resource is an
envelope, an unknown is a sentinel string. Source of the signatures: pulumi SDK 3.272, runtime/rpc.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from model.resource import REFERENCE_SIGNATURE, SECRET_SIGNATURE, SIGNATURE, UNKNOWN, UNKNOWN_SENTINELS, walk

if TYPE_CHECKING:
    from google.protobuf import struct_pb2

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

SECRET_SHOWN: Final = "[secret]"  # noqa: S105 - a marker, not a password
UNKNOWN_SHOWN: Final = "[unknown]"


def decode(value: struct_pb2.Struct) -> dict[str, Any]:
    """A protobuf struct as plain Python, envelopes and sentinels kept, keys sorted, whole numbers as ``int``."""
    return {key: _decode(value.fields[key]) for key in sorted(value.fields)}


def _decode(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return decode(value.struct_value)
    if kind == "list_value":
        return [_decode(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(value, kind)


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain values as a protobuf struct."""
    # A report of bad input must not wait for the SDK, which this comes with.
    from google.protobuf import struct_pb2

    made = struct_pb2.Struct()
    made.update(values)
    return made


def wrap_secret(value: Any) -> dict[str, Any]:
    """``value`` in the envelope of a secret."""
    return {SIGNATURE: SECRET_SIGNATURE, "value": value}


def make_reference(urn: str, *, custom: bool) -> dict[str, Any]:
    """A reference to a resource; a custom one has an id, which a first preview does not know."""
    made = {SIGNATURE: REFERENCE_SIGNATURE, "urn": urn}
    return {**made, "id": UNKNOWN_TEXT} if custom else made


def is_secret(value: Any) -> bool:
    """Whether ``value`` is the envelope of a secret."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET_SIGNATURE


def is_reference(value: Any) -> bool:
    """Whether ``value`` refers to another resource."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) == REFERENCE_SIGNATURE


def is_unknown(value: Any) -> bool:
    """Whether ``value`` itself is unknown; a container of unknowns is not."""
    return isinstance(value, str) and value in UNKNOWN_SENTINELS


def holds_unknown(value: Any) -> bool:
    """Whether an unknown stands anywhere in ``value``."""
    return any(is_unknown(item) for _, item in walk(value))


def holds_secret(value: Any) -> bool:
    """Whether a secret stands anywhere in ``value``."""
    return any(is_secret(item) for _, item in walk(value))


def leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Every value below ``value`` that is no container, with its path as one writes it: ``spec.ports[0].name``."""
    for path, item in walk(value):
        if not isinstance(item, Mapping | list):
            yield "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix("."), item


def resolve_reference(value: Mapping[str, Any]) -> str:
    """What the engine makes of a reference where references are not kept: a component's URN, else the id."""
    if "id" not in value:
        return str(value["urn"])
    return str(value["id"]) or UNKNOWN_TEXT


def encode_for_pack(value: Any) -> Any:
    """``value`` as it is sent to a pack: references resolved, keys that begin with ``__`` dropped, secrets enveloped.

    Source: pulumi pkg/resource/plugin/analyzer_plugin.go at 1b594989, MarshalOptions of Analyze and AnalyzeStack.
    """
    if is_reference(value):
        return resolve_reference(value)
    if isinstance(value, Mapping):
        return {key: encode_for_pack(item) for key, item in value.items() if not key.startswith("__")}
    return [encode_for_pack(item) for item in value] if isinstance(value, list) else value


def open_secrets(value: Any) -> Any:
    """``value`` without the envelopes of its secrets, as a provider gets it."""
    if is_secret(value):
        return open_secrets(value["value"])
    if isinstance(value, Mapping):
        return {key: open_secrets(item) for key, item in value.items()}
    return [open_secrets(item) for item in value] if isinstance(value, list) else value


def decode_for_rules(value: Any) -> Any:
    """``value`` for rules and the meter: ``UNKNOWN`` for an unknown, and never a secret's content."""
    if is_secret(value):
        return UNKNOWN if is_unknown(value["value"]) else SECRET_SHOWN
    if is_reference(value):
        return decode_for_rules(resolve_reference(value))
    if isinstance(value, Mapping):
        return {key: decode_for_rules(item) for key, item in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [decode_for_rules(item) for item in value]
    return UNKNOWN if is_unknown(value) else value


def show_to_reader(value: Any) -> Any:
    """``value`` for a reader, as JSON: ``[secret]`` for a secret, ``[unknown]`` for an unknown, URNs for references."""
    if is_secret(value):
        return SECRET_SHOWN
    if is_reference(value):
        return value["urn"]
    if isinstance(value, Mapping):
        return {key: show_to_reader(item) for key, item in value.items() if key != SIGNATURE}
    if isinstance(value, list):
        return [show_to_reader(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        # JSON has no such number.
        return str(value)
    return UNKNOWN_SHOWN if is_unknown(value) else value
