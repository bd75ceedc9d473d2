"""What a resource holds once it exists: made up, but the same every time and of the form that the cloud would give."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from preview.simulate import lookups
from preview.simulate.registration import Registration
from preview.simulate.wire import UNKNOWN_TEXT, is_unknown, open_secrets
from stacks.offered import REGION
from tests.engine.standins.facts import ANY_TEXT, AUTONAMED, BY_ENDING, BY_NAME, COUNTED, NAMING, OUTPUTS, PREFIXES
from tools.sdk.shape import Shape, Type

#: How deep a block goes that only the cloud fills in; AWS's own go no deeper, and some types hold themselves.
DEPTH: Final = 3


def naming(shape: Shape) -> str | None:
    """The property that names a resource of this shape."""
    return next((name for name in NAMING if name in shape.inputs.properties), None)


def autonamed(shape: Shape) -> str | None:
    """The property that a provider fills in when nobody names the resource."""
    name = naming(shape)
    may = name in AUTONAMED and name in shape.always and name not in shape.inputs.required
    return name if may else None


def resource_id(urn: str, inputs: Mapping[str, Any], shape: Shape) -> str:
    """The id of a resource that is created now."""
    return str(_Facts(urn, inputs, shape).id)


def planned(urn: str, inputs: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """What a preview shows: the inputs, and an unknown for everything that only the cloud could say."""
    type_, name = urn.split("::")[2].rpartition("$")[2], urn.split("::")[3]
    registration = Registration(urn=urn, type=type_, name=name, inputs=inputs)
    return {**dict.fromkeys(shape.always, UNKNOWN_TEXT), **lookups.outputs(registration)}


def existing(urn: str, inputs: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """What the cloud would hold: every unknown of :func:`planned`, made up."""
    facts = _Facts(urn, inputs, shape)
    return {key: facts.settled(key, value) for key, value in planned(urn, inputs, shape).items()}


def updated(
    urn: str, inputs: Mapping[str, Any], olds: Mapping[str, Any], shape: Shape, *, preview: bool
) -> dict[str, Any]:
    """What the cloud would hold after a change of inputs: what it gave at first, it keeps."""
    facts = _Facts(urn, inputs, shape)
    kept = _kept(planned(urn, inputs, shape), inputs, olds)
    if "tagsAll" in kept:
        kept["tagsAll"] = inputs.get("tags", {})
    counter = COUNTED.get(facts.type)
    if counter:
        kept[counter] = UNKNOWN_TEXT if preview else olds[counter] + 1
    return kept if preview else {key: facts.settled(key, value) for key, value in kept.items()}


def _kept(plan: Mapping[str, Any], given: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """``plan`` with the old value of what is unknown because nobody gave it, not because what was given is."""

    def one(key: str, value: Any) -> Any:
        if key not in given:
            return olds.get(key, value)
        if isinstance(value, dict) and isinstance(given[key], Mapping) and isinstance(olds.get(key), Mapping):
            return _kept(value, given[key], olds[key])
        return value

    return {key: one(key, value) for key, value in plan.items()}


class _Facts(dict[str, Any]):
    """What templates may name: the resource's own inputs, and what follows from its URN."""

    def __init__(self, urn: str, inputs: Mapping[str, Any], shape: Shape) -> None:
        super().__init__(open_secrets(dict(inputs)))
        self._shape = shape
        self.type = urn.split("::")[2].rpartition("$")[2]
        named = naming(shape)
        # Another name is another thing, with ids of its own.
        digest = hashlib.sha256(json.dumps([urn, self.get(named or "")]).encode()).hexdigest()
        _, module, kind = self.type.split(":")
        self.update({f"hex{size}": digest[:size] for size in (6, 12, 17, 26)})
        self.update({f"HEX{size}": digest[:size].upper() for size in (26, 32)})
        self.update(
            account=lookups.ACCOUNT,
            region=REGION,
            uuid=str(uuid.UUID(digest[:32])),
            base64=base64.b64encode(digest.encode()).decode(),
            name=self.get(named or "") or urn.split("::")[3],
            address=str(self.get("url", "")).removeprefix("https://"),
            service=module.partition("/")[0],
            kind=kind.lower(),
        )
        self["id"] = self.id

    @property
    def id(self) -> str:
        """The resource's id."""
        if self.type in PREFIXES:
            return f"{PREFIXES[self.type]}-{self['hex17']}"
        return str(self._filled(OUTPUTS.get(self.type, {}).get("id", "{name}"), "id"))

    def settled(self, key: str, value: Any, path: tuple[str, ...] = ()) -> Any:
        """``value`` with something in the place of each unknown in it."""
        if is_unknown(value):
            return self._made(key, "string" if path else self._shape.outputs[key])
        if isinstance(value, dict):
            return {inner: self.settled(inner, item, (*path, key)) for inner, item in value.items()}
        return value

    def _made(self, key: str, type_: Type) -> Any:
        told = OUTPUTS.get(self.type, {})
        if key in told:
            return self._filled(told[key], key)
        if key == "tagsAll":
            return self.get("tags", {})
        return self._of(type_, key, DEPTH)

    def _of(self, type_: Type, key: str, depth: int) -> Any:
        if isinstance(type_, str):
            simple = {"integer": 1, "number": 1, "boolean": False, "any": {}}
            return simple[type_] if type_ in simple else self._filled(_template(key), key)
        ((kind, inside),) = type_.items()
        if kind == "object":
            fields = self._shape.objects[inside]
            names = fields.properties if depth and self.type.startswith("aws:") else fields.required
            return {name: self._of(fields.properties[name], name, depth - 1) for name in names}
        if kind == "enum":
            return inside[0]
        if kind == "oneOf":
            return self._of(inside[0], key, depth)
        if kind == "map":
            return {}
        # What a program could have given and did not is empty; what only the cloud gives is there.
        return [] if key in self._shape.inputs.properties else [self._of(inside, key, depth)]

    def _filled(self, template: Any, key: str) -> Any:
        if isinstance(template, str):
            return template.format_map({**self, "key": key})
        if isinstance(template, dict):
            return {inner: self._filled(item, inner) for inner, item in template.items()}
        return [self._filled(item, key) for item in template] if isinstance(template, list) else template


def _template(key: str) -> str:
    return BY_NAME.get(key) or next((form for ending, form in BY_ENDING if key.endswith(ending)), ANY_TEXT)
