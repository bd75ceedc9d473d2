"""What kind of finding a diagnostic is, beside the fields that the engine knows.

The protocol's diagnostic has a level, and two findings of one level can be of different kinds: waived, undetermined,
advisory. The kind travels as a field of a number that the protocol does not use: protobuf keeps what it does not know,
so the engine passes over it and the preview reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-not-found]
from pulumi.runtime.proto import analyzer_pb2

from policy.engine.rule import Kind

#: Far above the protocol's own numbers (source: pulumi proto/pulumi/analyzer.proto, AnalyzeDiagnostic: 1 to 9).
FIELD: Final = 1000
KINDS: Final[Sequence[Kind]] = get_args(Kind)
#: The field's number and type, varint, as protobuf writes them.
_TAG: Final = bytes(((FIELD << 3) & 0x7F | 0x80, FIELD << 3 >> 7))


def write_kind(diagnostic: analyzer_pb2.AnalyzeDiagnostic, kind: Kind) -> None:
    """Puts ``kind`` into ``diagnostic``."""
    diagnostic.MergeFromString(_TAG + bytes((KINDS.index(kind),)))


def read_kind(diagnostic: analyzer_pb2.AnalyzeDiagnostic) -> Kind | None:
    """The kind that :func:`write_kind` put in; ``None`` for a diagnostic of anybody else's pack."""
    written = [field.data for field in UnknownFieldSet(diagnostic) if field.field_number == FIELD]
    known = [KINDS[number] for number in written if isinstance(number, int) and number < len(KINDS)]
    return known[-1] if known else None
