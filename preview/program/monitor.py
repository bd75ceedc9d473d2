"""The monitor of a program that nobody here wrote: what cannot be acted out is placed, or unknown, and told why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2

from model import type_tokens
from model.urn import name_of, provider_of
from preview.program import answers
from preview.program.look_ups import Answers, entry_text
from preview.result import LookUp, Unexpanded
from preview.simulate import lookups
from preview.simulate.expansion import Children
from preview.simulate.monitor import FEATURES, Monitor, answered, formatted_outputs
from preview.simulate.registration import RecordingError, Registration, urn_of
from preview.simulate.wire import UNKNOWN_TEXT, decode, open_secrets, to_struct, wrap_secret
from stacks.offered import REGION

#: A program may register hooks: none is called before something is made.
ALL_FEATURES: Final = (
    *FEATURES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
)


class UnansweredError(RecordingError):
    """A look-up that nobody answered; ``entry`` is what would answer it in the file of ``--look-ups``."""

    def __init__(self, message: str, entry: str) -> None:
        super().__init__(message)
        self.entry = entry


class ProgramMonitor(Monitor):
    """Records a program of anybody's."""

    def __init__(self, project: str, stack: str, region: str, file: Answers, seen: Any) -> None:
        super().__init__(project, stack, seen)
        self._region = region
        self._file = file
        self.look_ups: list[LookUp] = []
        self.unexpanded: list[Unexpanded] = []
        #: What exists outside, and is only read.
        self.reads: dict[str, Registration] = {}
        self.notes: set[str] = set()
        #: What was refused, in order: the program may have gone on without it.
        self.refused: list[RecordingError] = []

    def children(self, registration: Registration) -> list[Registration]:
        """What a component's plugin would register, where it is known here."""
        if not registration.remote and registration.type not in lookups.COMPONENTS:
            return []
        package = registration.type.partition(":")[0]
        reason = f"constructed by the plugin {package}, which is not run here"
        if registration.type in lookups.COMPONENTS:
            try:
                return lookups.children(registration, Children(registration))
            except ValueError as error:
                told = str(error).removeprefix(f"{registration.type} {registration.name}: ")
                reason = f"{reason}: {told.partition(';')[0]}"
        self.unexpanded.append(Unexpanded(registration.urn, registration.type, reason))
        return []

    def outputs(self, registration: Registration) -> dict[str, Any]:
        """A component that is not expanded has none: what the plugin would answer is unknown."""
        if any(each.urn == registration.urn for each in self.unexpanded):
            return {}
        return super().outputs(registration)

    def checked(self, urn: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """``values`` with unknowns for the text of an ``Output``, and for texts that a hidden secret was put into."""
        for path in formatted_outputs(values):
            self.notes.add(
                f"{name_of(urn)}: {path} is the text of an Output; use Output.concat, Output.format or apply"
            )
        made: dict[str, Any] = _unknown_texts(values)
        return made

    def Invoke(  # noqa: N802 - the protocol's name
        self,
        request: resource_pb2.ResourceInvokeRequest,
        form: str = "plain",
        fields: Sequence[str] = (),
        secret: str = "",
    ) -> resource_pb2.ResourceInvokeResponse:
        """Answers from the file, then from what is always so; what may stay unknown does.

        Raises :class:`UnansweredError` for a look-up whose answer the program needs at once.
        """
        token, args = request.tok, open_secrets(decode(request.args))
        shown = {} if secret else args
        if token == "pulumi:pulumi:getResource":  # noqa: S105 - a function's name
            return super().Invoke(request)
        if (found := self._file.find(token, args)) is not None:
            self.look_ups.append(LookUp(token, shown, "file"))
            return answered({**args, **found})
        region = self._region_of(request, args)
        try:
            found = answers.answer(token, args, region or REGION)
        except ValueError as error:
            raise self._refuse(RecordingError(f"{token}: {error}")) from None
        if found is not None:
            self._answered(token, shown, region or REGION)
            return answered(found)
        if form == "output":
            self.look_ups.append(LookUp(token, shown, "unknown"))
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        self.look_ups.append(LookUp(token, shown, "refused"))
        raise self._refuse(
            UnansweredError(
                f"the program looks up {token}, which nothing offline can answer; put its answer into a file and name "
                "the file with --look-ups. Fill in the fields that the program uses, and remove the others:",
                entry_text(token, shown, fields),
            )
        )

    def Call(self, _: resource_pb2.ResourceCallRequest) -> provider_pb2.CallResponse:  # type: ignore[override]  # noqa: N802
        """A method's result is unknown: it is the plugin's."""
        response = provider_pb2.CallResponse()
        getattr(response, "return").CopyFrom(to_struct({"result": UNKNOWN_TEXT}))
        return response

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # type: ignore[override]  # noqa: N802
        """Takes what exists as it is described; the rest of it, and every output of another stack, is unknown."""
        urn = urn_of(self.stack, self.project, request.parent or None, request.type, request.name)
        known = decode(request.properties)
        made = Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            inputs=known,
            parent=request.parent or None,
            provider=provider_of(request.provider),
            outputs=known,
        )
        with self._lock:
            self.reads[urn] = made
        if request.type == type_tokens.PULUMI_STACK_REFERENCE:
            known = {**known, "outputs": UNKNOWN_TEXT, "secretOutputNames": UNKNOWN_TEXT}
        return resource_pb2.ReadResourceResponse(urn=urn, properties=to_struct(known))

    def RegisterResourceHook(self, _: resource_pb2.RegisterResourceHookRequest) -> empty_pb2.Empty:  # noqa: N802
        """Takes a hook that nothing will call."""
        return empty_pb2.Empty()

    def GetDeploymentInfo(self, _: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:  # noqa: N802 - the protocol's name
        """Tells what this monitor can do."""
        return resource_pb2.DeploymentInfo(supportedFeatures=ALL_FEATURES)

    def not_expanded(self) -> tuple[Unexpanded, ...]:
        """What would make resources that are not placed, in order, once the program is done."""
        made = self.recording().registrations
        parents = {each.parent for each in made}
        empty = [each for each in made if each.type in answers.RENDERING and each.urn not in parents]
        reason = "its objects are rendered by the plugin kubernetes, which is not run here"
        found = [*self.unexpanded, *(Unexpanded(each.urn, each.type, reason) for each in empty)]
        return tuple(sorted(found, key=lambda each: each.urn))

    def registered(self) -> dict[str, Registration]:
        """Everything so far, what is only read too."""
        return {**super().registered(), **self.reads}

    def _refuse(self, error: RecordingError) -> RecordingError:
        self.refused.append(error)
        return error

    def _region_of(self, request: resource_pb2.ResourceInvokeRequest, args: Mapping[str, Any]) -> str:
        provider = super().registered().get(provider_of(request.provider) or "")
        for given in (args.get("region"), provider.inputs.get("region") if provider else None, self._region):
            if isinstance(given, str) and given:
                return given
        return ""

    def _answered(self, token: str, args: Mapping[str, Any], region: str) -> None:
        """Notes what the preview itself answered, and what of it is assumed."""
        if token in answers.RENDERED:
            # The component that asked is told, once nothing stands below it.
            return
        self.look_ups.append(LookUp(token, args, "preview"))
        if token == "aws:index/getAvailabilityZones:getAvailabilityZones" and region != REGION:  # noqa: S105
            self.notes.add(
                f"the zones of {region} are taken to be {', '.join(answers.LETTERS)}; --look-ups may say more"
            )


def _unknown_texts(value: Any) -> Any:
    """``value`` with an unknown for each text that an unknown, or an ``Output``, was formatted into."""
    if isinstance(value, Mapping):
        return {key: _unknown_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unknown_texts(item) for item in value]
    if not isinstance(value, str):
        return value
    if UNKNOWN_TEXT in value:
        # Only a secret that the configuration hides is put into a text as it is.
        return value if value == UNKNOWN_TEXT else wrap_secret(UNKNOWN_TEXT)
    return UNKNOWN_TEXT if next(formatted_outputs({"": value}), None) is not None else value
