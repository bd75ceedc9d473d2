"""Transforms as the engine runs them: a resource's own, those of what it stands below from the nearest up, the stack's.

Source: pulumi pkg/resource/deploy/source_eval.go at v3.259.0, RegisterResource. What a transform makes of properties
and of the options in ``FOLLOWED`` is followed; one that changes another option is told, instead of being ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from preview.simulate.registration import RecordingError, Registration
from preview.simulate.wire import decode, to_struct

#: Calls stay in this process: the program's own server answers them.
CHANNEL: Final = (("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", -1))
#: Options that a transform may change here.
FOLLOWED: Final = ("protect", "ignore_changes", "retain_on_delete", "depends_on", "additional_secret_outputs")


class Transforms:
    """The transforms of a program, by the resource that they were declared on."""

    def __init__(self) -> None:
        self._declared: dict[str, tuple[callback_pb2.Callback, ...]] = {}
        self._of_stack: list[callback_pb2.Callback] = []

    def declare(self, urn: str, callbacks: Sequence[callback_pb2.Callback]) -> None:
        """Keeps what a resource was registered with."""
        if callbacks:
            self._declared[urn] = tuple(callbacks)

    def declare_of_stack(self, callback: callback_pb2.Callback) -> None:
        """Keeps a transform of everything that is registered from now on."""
        self._of_stack.append(callback)

    def apply(self, made: Registration, parent_of: Callable[[str], str | None]) -> Registration:
        """``made`` as transforms leave it. Raises :class:`RecordingError` for one that fails or is not followed."""
        if not self._declared and not self._of_stack:
            return made
        above: str | None = made.urn
        while above is not None:
            for callback in self._declared.get(above, ()):
                made = _run(callback, made)
            above = parent_of(above) if above != made.urn else made.parent
        for callback in tuple(self._of_stack):
            made = _run(callback, made)
        return made


def _run(callback: callback_pb2.Callback, made: Registration) -> Registration:
    options = resource_pb2.TransformResourceOptions(
        protect=made.protect,
        ignore_changes=made.ignore_changes,
        retain_on_delete=made.retain_on_delete,
        depends_on=made.dependencies,
        additional_secret_outputs=made.additional_secret_outputs,
    )
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
    made = replace(made, inputs=decode(response.properties))
    return _with_options(made, options, response.options) if response.HasField("options") else made


def _with_options(
    made: Registration,
    sent: resource_pb2.TransformResourceOptions,
    got: resource_pb2.TransformResourceOptions,
) -> Registration:
    if not got.hooks.ListFields():
        # The SDK sends back a block of hooks where there are none.
        got.ClearField("hooks")
    names = sent.DESCRIPTOR.fields_by_name
    if other := sorted(name for name in names if name not in FOLLOWED and getattr(got, name) != getattr(sent, name)):
        raise RecordingError(
            f"{made.urn}: a transform changes the option {other[0]}, which the preview does not follow; "
            f"it follows {', '.join(FOLLOWED)}"
        )
    return replace(
        made,
        protect=got.protect,
        ignore_changes=tuple(got.ignore_changes),
        retain_on_delete=got.retain_on_delete,
        dependencies=tuple(sorted(got.depends_on)),
        additional_secret_outputs=tuple(sorted(got.additional_secret_outputs)),
    )
