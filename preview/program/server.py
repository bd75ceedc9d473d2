"""A monitor and an engine at an address of this machine, as a program in another process expects them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2_grpc

from preview.program import host
from preview.program.monitor import ProgramMonitor
from preview.simulate.registration import RecordingError
from preview.simulate.transforms import CHANNEL

#: Registrations wait for transforms, which the program itself runs, and which may look things up.
THREADS: Final = 32


class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what the program reports as an error; nothing else of it is shown."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self._root = ""

    def Log(self, request: engine_pb2.LogRequest, _: object) -> empty_pb2.Empty:  # noqa: N802 - the protocol's name
        """Takes a message."""
        if request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        return empty_pb2.Empty()

    def GetRootResource(self, _: object, __: object) -> engine_pb2.GetRootResourceResponse:  # noqa: N802
        """The root stack, once it is known."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(  # noqa: N802
        self, request: engine_pb2.SetRootResourceRequest, _: object
    ) -> engine_pb2.SetRootResourceResponse:
        """Takes the root stack."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, _: object, __: object) -> engine_pb2.RequirePulumiVersionResponse:  # noqa: N802
        """Accepts any range: no CLI is asked."""
        return engine_pb2.RequirePulumiVersionResponse()


class Service(resource_pb2_grpc.ResourceMonitorServicer):
    """A monitor on the wire: what it refuses is the call's error; what breaks in it is kept for whoever started it."""

    def __init__(self, monitor: ProgramMonitor) -> None:
        self.broken: list[Exception] = []
        self._monitor = monitor
        for name in (
            *("RegisterResource", "RegisterResourceOutputs", "RegisterStackTransform", "RegisterResourceHook"),
            *("RegisterPackage", "ReadResource", "Call", "GetDeploymentInfo", "SignalAndWaitForShutdown"),
        ):
            setattr(self, name, self._answering(getattr(monitor, name)))
        look_up = self._answering(lambda request, call: _looked_up(monitor, request, call), context=True)
        setattr(self, "Invoke", look_up)  # noqa: B010 - the protocol's method, answered as the others are

    def _answering(self, method: Callable[..., Any], *, context: bool = False) -> Callable[[Any, Any], Any]:
        def answer(request: Any, call: Any) -> Any:
            try:
                return method(request, call) if context else method(request)
            except RecordingError as error:
                # What the program makes of it says less.
                if error not in self._monitor.refused:
                    self._monitor.refused.append(error)
                call.abort(grpc.StatusCode.UNKNOWN, str(error))
            except Exception as error:
                self.broken.append(error)
                raise

        return answer


def _looked_up(monitor: ProgramMonitor, request: Any, call: Any) -> Any:
    said = dict(call.invocation_metadata())
    fields = [name for name in said.get(host.FIELDS, "").split(",") if name]
    return monitor.Invoke(request, said.get(host.FORM, "plain"), fields, said.get(host.SECRET, ""))


@contextmanager
def serving(monitor: ProgramMonitor) -> Iterator[tuple[str, Engine, Service]]:
    """The address at which ``monitor`` and an engine answer, as long as the context lasts."""
    engine, service = Engine(), Service(monitor)
    with ThreadPoolExecutor(THREADS) as pool:
        server = grpc.server(pool, options=CHANNEL)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(service, server)
        engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}", engine, service
        finally:
            server.stop(grace=None).wait()
