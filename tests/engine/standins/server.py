"""One stand-in as a plugin: it says where it listens, and leaves with the engine."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from tests.engine.standins.faults import Fault
from tests.engine.standins.provider import Provider
from tools.sdk.shape import Shapes


def serve(package: str, folder: Path) -> None:
    """Serves until the engine ends it; ``folder`` keeps shapes, and marks of faults that have happened."""
    # The engine interrupts its plugins and waits five seconds for each; Python would print a traceback.
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    provider = Provider(package, Shapes(folder / "shapes"), Fault.from_environment(folder))
    # A component waits in its thread for resources that are checked in others.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - the first line of a plugin is its port
    threading.Thread(target=_leave_with_the_engine, daemon=True).start()
    server.wait_for_termination()


def _leave_with_the_engine() -> None:
    engine = os.getppid()
    while os.getppid() == engine:
        time.sleep(1)
    os._exit(0)
