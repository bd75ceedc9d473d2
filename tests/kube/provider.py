"""The real Kubernetes provider, asked as the engine asks it: CheckConfig, Configure, Check, Create."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from tests.kube.api import Api, RefusedError
from tests.kube.objects import Sent
from tests.kube.plane import running, until

NAME = "pulumi-resource-kubernetes"
#: The provider would wait for what a controller adds: a load balancer, and what is used of a quota.
UNATTENDED = ("Ingress", "ResourceQuota")


class _Engine(engine_pb2_grpc.EngineServicer):
    """Somewhere to log to."""

    def Log(self, *_: Any) -> Empty:  # noqa: N802 - the protocol's name
        return Empty()


class Provider:
    """One configured provider."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub, inputs: Mapping[str, Any]) -> None:
        self._stub = stub
        urn = "urn:pulumi:test::alphacar::pulumi:providers:kubernetes::cluster"
        checked = stub.CheckConfig(provider_pb2.CheckRequest(urn=urn, news=_struct(inputs)))
        assert not checked.failures, checked.failures
        variables = {f"kubernetes:config:{key}": value for key, value in inputs.items()}
        stub.Configure(
            provider_pb2.ConfigureRequest(variables=variables, args=checked.inputs, acceptSecrets=True, urn=urn)
        )

    def create(self, sent: Sent) -> str:
        """The id of what the provider created."""
        manifest = sent.manifest
        if manifest["kind"] in UNATTENDED:
            metadata = manifest["metadata"]
            annotations = {**metadata.get("annotations", {}), "pulumi.com/skipAwait": "true"}
            manifest = {**manifest, "metadata": {**metadata, "annotations": annotations}}
        try:
            checked = self._stub.Check(
                provider_pb2.CheckRequest(urn=sent.made.urn, news=_struct(manifest), randomSeed=b"a test")
            )
            if checked.failures:
                raise RefusedError("; ".join(f"{each.property}: {each.reason}" for each in checked.failures))
            request = provider_pb2.CreateRequest(urn=sent.made.urn, properties=checked.inputs, timeout=30)
            return str(self._stub.Create(request, timeout=60).id)
        except grpc.RpcError as error:
            raise RefusedError(error.details()) from None


@contextlib.contextmanager
def provider(built: Path, folder: Path, api: Api, options: Mapping[str, Any]) -> Iterator[Provider]:
    """The provider, pointed at ``api`` by a kubeconfig, with the program's own options beside it."""
    log = folder / "provider.log"
    with ThreadPoolExecutor() as pool:
        engine = grpc.server(pool)
        engine_pb2_grpc.add_EngineServicer_to_server(_Engine(), engine)
        address = f"127.0.0.1:{engine.add_insecure_port('127.0.0.1:0')}"
        engine.start()
        try:
            with running([built / NAME, address], log) as process:
                until(lambda: _port(log), process, log)
                with grpc.insecure_channel(f"127.0.0.1:{_port(log)}") as channel:
                    stub = provider_pb2_grpc.ResourceProviderStub(channel)
                    yield Provider(stub, {**options, "kubeconfig": json.dumps(api.kubeconfig())})
        finally:
            engine.stop(grace=None).wait()


def _port(log: Path) -> str | None:
    """The first thing a provider says is where it listens."""
    return next((line for line in log.read_text().splitlines(keepends=True) if line.strip().isdigit()), "").strip()


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())
