"""Transforms as the engine runs them: a resource's own, then those of what it stands below, from the nearest up.

Source: pulumi pkg/resource/deploy/source_eval.go at v3.259.0, RegisterResource. What a transform makes of properties is
followed; one that changes options is told, instead of being recorded without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from preview.simulate.registration import RecordingError, Registration
from preview.simulate.wire import decode, to_struct

#: Calls stay in this process: the program's own server answers them.
CHANNEL: Final = (("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", -1))


class Transforms:
    """The transforms of a program, by the resource that they were declared on."""

    def __init__(self) -> None:
        self._declared: dict[str, tuple[callback_pb2.Callback, ...]] = {}

    def declare(self, urn: str, callbacks: Sequence[callback_pb2.Callback]) -> None:
        """Keeps what a resource was registered with."""
        if callbacks:
            self._declared[urn] = tuple(callbacks)

    def apply(self, made: Registration, parent_of: Callable[[str], str | None]) -> Registration:
        """``made`` as the transforms leave it. Raises :class:`RecordingError` for one that fails or changes options."""
        if not self._declared:
            return made
        above: str | None = made.urn
        while above is not None:
            for callback in self._declared.get(above, ()):
                made = replace(made, inputs=_run(callback, made))
            above = parent_of(above) if above != made.urn else made.parent
        return made


def _run(callback: callback_pb2.Callback, made: Registration) -> Mapping[str, Any]:
    options = resource_pb2.TransformResourceOptions(protect=made.protect, ignore_changes=made.ignore_changes)
    request = resource_pb2.TransformRequest(
        type=made.type,
        name=made.name,
        custom=made.custom,
        parent=made.parent or "",
        properties=to_struct(made.inputs),
        options=options,
    )
    try:
        with grpc.insecure_channel(callback.target, options=CHANNEL) as channel:
            answer = callback_pb2_grpc.CallbacksStub(channel).Invoke(
                callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
            )
    except grpc.RpcError as error:
        raise RecordingError(f"{made.urn}: a transform failed: {error.details()}") from None
    response = resource_pb2.TransformResponse.FromString(answer.response)
    if not response.options.hooks.ListFields():
        # The SDK sends back a block of hooks where there are none.
        response.options.ClearField("hooks")
    if response.HasField("options") and response.options != options:
        raise RecordingError(f"{made.urn}: a transform changes options, which the preview does not follow")
    return decode(response.properties)
