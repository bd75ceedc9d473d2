"""One policy pack in a process of its own, started and spoken to as the engine does it.

Source: pulumi sdk/python/cmd/pulumi-language-python/main.go (RunPlugin) and pkg/resource/plugin/analyzer_plugin.go.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from preview.packs.finding import Finding, make_finding
from preview.packs.forked import NOWHERE, Child, Family

if TYPE_CHECKING:
    import grpc
    from pulumi.runtime.proto import analyzer_pb2

    from preview.packs.requests import Analysis
    from preview.simulate.registration import Registration

#: Local traffic must not go through a laptop's HTTP proxy, and a stack may be larger than 4 MB.
CHANNEL: Final = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
)
#: Requests a pack has before it, and behind the four it works on, at any time.
IN_FLIGHT: Final = 64


class PackError(Exception):
    """A pack did not start, does not fit the engine's rules, or broke while it judged."""


def start_packs(folders: Sequence[Path], environment: Mapping[str, str], stop: ExitStack, *, fork: bool) -> list[Pack]:
    """A pack for each folder, without waiting for it; ``stop`` will end them. Raises :class:`PackError`.

    With ``fork`` they are children of one process that has imported what they share; else each is started by the
    command line, and in the folder, of the engine's language host.
    """
    for folder in folders:
        if not (folder / "PulumiPolicy.yaml").is_file() or not (folder / "__main__.py").is_file():
            raise PackError(f"{folder}: a policy pack holds PulumiPolicy.yaml and __main__.py")
    errors: list[IO[bytes]] = [stop.enter_context(tempfile.TemporaryFile()) for _ in folders]  # noqa: SIM115 - closed by stop
    processes: Sequence[subprocess.Popen[bytes] | Child]
    if fork:
        family = Family(folders, errors, environment)
        stop.callback(family.end)
        processes = family.children
    else:
        processes = [
            subprocess.Popen(  # noqa: S603 - the command is ours
                [sys.executable, "-u", "-m", "pulumi.policy", NOWHERE, str(folder.resolve())],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=error,
            )
            for folder, error in zip(folders, errors, strict=True)
        ]
    packs = [
        Pack(folder.name, process, error) for folder, process, error in zip(folders, processes, errors, strict=True)
    ]
    for pack in packs:
        stop.callback(pack.stop)
    return packs


class Pack:
    """A running pack. The constructor returns at once; :meth:`configure` waits for the pack to be ready."""

    def __init__(self, name: str, process: subprocess.Popen[bytes] | Child, errors: IO[bytes]) -> None:
        self.name = name
        self._errors = errors
        self._first_line: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._channel: grpc.Channel | None = None
        self._stub: Any = None
        self._asked: dict[str, tuple[Registration, Any]] = {}
        self._room = threading.BoundedSemaphore(IN_FLIGHT)
        self.remediates = False
        self._process = process
        assert process.stdout is not None  # noqa: S101 - both kinds are made with one
        self._reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        self._reader.start()

    def configure(
        self, stack: analyzer_pb2.AnalyzerStackConfigureRequest, *, told: Mapping[str, str], start_seconds: float
    ) -> None:
        """Waits for the pack and gives each policy its own level, and ``told``. Raises :class:`PackError`."""
        import grpc
        from google.protobuf import empty_pb2
        from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port(start_seconds)}", options=CHANNEL)
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        try:
            self._stub.ConfigureStack(stack, timeout=start_seconds)
            info = self._stub.GetAnalyzerInfo(empty_pb2.Empty(), timeout=start_seconds)
            self.name = info.name or self.name
            self._refuse_twins(info)
            levels = _settled(info, told)
            self.remediates = any(level.enforcementLevel == analyzer_pb2.REMEDIATE for level in levels.values())
            self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=levels), timeout=start_seconds)
        except grpc.RpcError as error:
            raise self._broken("its configuration", error) from None

    def ask(self, made: Registration, request: analyzer_pb2.AnalyzeRequest, *, judge_seconds: float) -> None:
        """Puts a question to a configured pack whose answer :meth:`judge` will want; returns at once."""
        self._asked[made.urn] = made, self._send(self._stub.Analyze, request, judge_seconds)

    def remediate(self, analysis: Analysis, *, judge_seconds: float) -> list[Finding]:
        """Lets the pack rewrite properties, before anything is judged; what it rewrote is an advisory finding."""
        found: list[Finding] = []
        asked = [
            (made.urn, self._send(self._stub.Remediate, analysis.request(made), judge_seconds))
            for made in analysis.registrations
        ]
        for urn, answer in self._answers(asked):
            for remedy in answer.remediations:
                text = remedy.diagnostic or f"remediated: {remedy.description}"
                found.append(self._advice(remedy.policyName, urn, text))
                if not remedy.diagnostic:
                    analysis.remediate(urn, remedy.properties)
        return found

    def judge(self, analysis: Analysis, *, judge_seconds: float) -> list[Finding]:
        """What the pack says of each resource, and then of the stack. Raises :class:`PackError`."""
        each = self.judge_each(analysis, judge_seconds=judge_seconds)
        return each + self.judge_stack(analysis, judge_seconds=judge_seconds)

    def judge_each(self, analysis: Analysis, *, judge_seconds: float) -> list[Finding]:
        """What the pack says of each resource by itself. Raises :class:`PackError`."""
        # Many at once: a pack works on four requests at a time, and waiting for each in turn costs half as much again.
        asked = [(made.urn, self._asked_about(made, analysis, judge_seconds)) for made in analysis.registrations]
        return [found for urn, answer in self._answers(asked) for found in self._findings(answer, _always(urn))]

    def judge_stack(self, analysis: Analysis, *, judge_seconds: float) -> list[Finding]:
        """What the pack says of all resources together. Raises :class:`PackError`."""
        import grpc

        try:
            answer = self._stub.AnalyzeStack(analysis.stack_request, timeout=judge_seconds)
        except grpc.RpcError as error:
            raise self._broken(analysis.root, error) from None
        return self._findings(answer, analysis.attributed)

    def stop(self) -> None:
        """Ends the process, whatever state it is in."""
        if self._channel is not None:
            self._channel.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=2)

    def _answers(self, asked: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
        import grpc

        answers = []
        for urn, future in asked:
            try:
                answers.append((urn, future.result()))
            except grpc.RpcError as error:
                for _, other in asked:
                    other.cancel()
                raise self._broken(urn, error) from None
        return answers

    def _asked_about(self, made: Registration, analysis: Analysis, judge_seconds: float) -> Any:
        early = self._asked.pop(made.urn, None)
        if early and analysis.unchanged(made, early[0]):
            return early[1]
        return self._send(self._stub.Analyze, analysis.request(made), judge_seconds)

    def _send(self, method: Any, request: Any, judge_seconds: float) -> Any:
        # Thousands at once would be cancelled by the pack's server.
        self._room.acquire()
        future = method.future(request, timeout=judge_seconds)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def _findings(self, answer: Any, urn_of: Callable[[str], str]) -> list[Finding]:
        from pulumi.runtime.proto import analyzer_pb2

        from policy.engine.diagnostic import read_kind

        said = [
            make_finding(
                pack=self.name,
                policy=each.policyName,
                level="advisory" if each.enforcementLevel == analyzer_pb2.ADVISORY else "mandatory",
                urn=urn_of(each.urn),
                # The SDK puts the policy's description first, by a newline, or sends it alone.
                message=each.message.removeprefix(f"{each.description}\n") if each.description else each.message,
                kind=read_kind(each),
            )
            for each in answer.diagnostics
        ]
        skipped = [
            self._advice(
                each.policy_name, urn_of(""), f"not applicable: {each.reason}" if each.reason else "not applicable"
            )
            for each in answer.not_applicable
        ]
        return said + skipped

    def _advice(self, policy: str, urn: str, message: str) -> Finding:
        return make_finding(pack=self.name, policy=policy, level="advisory", urn=urn, message=message)

    def _port(self, start_seconds: float) -> int:
        try:
            line = self._first_line.get(timeout=start_seconds)
        except queue.Empty:
            raise PackError(f"pack {self.name} did not start within {start_seconds:g} seconds{self._tail()}") from None
        if not line:
            code = self._process.wait()
            raise PackError(f"pack {self.name} ended with exit code {code} before it was ready{self._tail()}")
        if not line.strip().isdigit():
            text = line.decode(errors="replace").strip()
            raise PackError(
                f"pack {self.name} printed {text!r} before its port, which the engine would take for the port"
            )
        return int(line)

    def _read(self, output: IO[bytes]) -> None:
        with output:
            self._first_line.put(output.readline())
            # A pack that prints must not block on a full pipe.
            while output.read(65536):
                pass

    def _refuse_twins(self, info: analyzer_pb2.AnalyzerInfo) -> None:
        if twice := [name for name, times in Counter(policy.name for policy in info.policies).items() if times > 1]:
            raise PackError(f"pack {self.name} has two policies named {', '.join(sorted(twice))}")

    def _broken(self, subject: str, error: grpc.RpcError) -> PackError:
        details = getattr(error, "details", lambda: None)() or str(error)
        # A connection is seen to break a moment before the process is seen to have ended.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.2)
            details = f"its process ended with exit code {self._process.returncode}{self._tail()}"
        return PackError(f"pack {self.name} failed on {subject}: {details}")

    def _tail(self) -> str:
        self._errors.seek(0)
        text = self._errors.read().decode(errors="replace").strip()
        return ":\n" + "\n".join(text.splitlines()[-20:]) if text else ""


def _settled(info: analyzer_pb2.AnalyzerInfo, told: Mapping[str, str]) -> dict[str, analyzer_pb2.PolicyConfig]:
    """Each policy's level and properties as the engine settles them: schema defaults, then the pack's own config.

    Then ``told``, as ``--policy-pack-config`` would add it.

    Source: pulumi pkg/resource/analyzer/config.go, ReconcilePolicyPackConfig.
    """
    from google.protobuf import json_format
    from pulumi.runtime.proto import analyzer_pb2

    found: dict[str, analyzer_pb2.PolicyConfig] = {}
    for policy in info.policies:
        schema = json_format.MessageToDict(policy.configSchema.properties)
        made = analyzer_pb2.PolicyConfig(enforcementLevel=policy.enforcementLevel)
        made.properties.update({key: each["default"] for key, each in schema.items() if "default" in each})
        if "all" in info.initialConfig:
            made.enforcementLevel = info.initialConfig["all"].enforcementLevel
        if policy.name in info.initialConfig:
            own = info.initialConfig[policy.name]
            made.enforcementLevel = own.enforcementLevel
            made.properties.update(json_format.MessageToDict(own.properties))
        made.properties.update(told)
        found[policy.name] = made
    return found


def _always(urn: str) -> Callable[[str], str]:
    """A resource policy speaks of its own resource, whatever it names."""
    return lambda _: urn
