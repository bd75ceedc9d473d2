"""Property values as Pulumi writes them into JSON, read for the meter: unknowns say so, and no secret is opened.

Source of the signatures: pulumi sdk/go/common/resource/sig/sig.go, pkg/resource/stack/deployment.go
(SerializePropertyValue) and pkg/backend/display/json.go (MassageSecrets) at 1b594989.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from model.resource import REFERENCE_SIGNATURE, SECRET_SIGNATURE, SIGNATURE, UNKNOWN, UNKNOWN_SENTINELS
from pricing.declared.cursor import DEEPEST

#: What a preview writes in place of a secret, ours also in place of an unknown.
_HIDDEN: Final = UNKNOWN_SENTINELS | {"[secret]", "[unknown]"}


class TooDeepError(ValueError):
    """A property is nested deeper than :data:`pricing.declared.cursor.DEEPEST`."""


def properties(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` as :class:`model.resource.Resource` wants them; keys that begin with ``__`` are the provider's own.

    Raises :class:`TooDeepError`.
    """
    return {sys.intern(key): _property(value, 1) for key, value in values.items() if not key.startswith("__")}


def _property(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise TooDeepError
    if isinstance(value, str):
        return UNKNOWN if value in _HIDDEN else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_property(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET_SIGNATURE:
        # A secret's content is nobody's to price by: whoever reads a bill would learn it.
        return UNKNOWN
    if value.get(SIGNATURE) == REFERENCE_SIGNATURE:
        target = value.get("id") or value.get("urn")
        return target if isinstance(target, str) and target not in _HIDDEN else UNKNOWN
    return {
        sys.intern(key): _property(item, depth + 1)
        for key, item in value.items()
        if not key.startswith("__") and key != SIGNATURE
    }
