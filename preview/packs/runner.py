"""All policy packs together: started before the program is recorded, asked in parallel, ended in any case."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from preview.packs.finding import Finding
from preview.packs.forked import AVAILABLE
from preview.packs.process import Pack, PackError, start_packs
from stacks.clock import AS_OF
from stacks.owners import STANDING, Base

if TYPE_CHECKING:
    from preview.simulate.registration import Recording, Registration

__all__ = ["OURS", "Finding", "PackError", "Packs"]

ORGANIZATION: Final = "organization"
#: Our own, in the order in which findings are told.
OURS: Final = tuple(Path(__file__).parents[2] / "policy" / name for name in ("decisions", "cost", "guardrails"))


class Packs:
    """Running packs: ``with Packs(...) as packs: packs.judge(recording)``. Entering does not wait for them.

    They judge as of ``today``; without it, as of the present day. What stands on ``base`` decides which waivers count;
    without it, all of listed owners do. ``fork`` says how they are started: our own from one
    process where that is possible, others each by itself.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        project: str,
        stack: str,
        config: Mapping[str, str],
        secret_keys: Collection[str] = (),
        today: date | None = None,
        base: Base | None = None,
        start_seconds: float = 60,
        judge_seconds: float = 120,
        fork: bool | None = None,
    ) -> None:
        self._folders = folders
        # Only for our own packs is it known what they import.
        ours = all(folder.resolve().parent == OURS[0].resolve().parent for folder in folders)
        self._fork = AVAILABLE and ours if fork is None else fork
        self._project = project
        self._stack = stack
        self._config = dict(config)
        self._region = self._config.get("aws:region", "")
        self._secret_keys = sorted(secret_keys)
        self._told = ({AS_OF: today.isoformat()} if today else {}) | ({STANDING: base.text()} if base else {})
        self._start_seconds = start_seconds
        self._judge_seconds = judge_seconds
        self._running: list[Pack] = []
        #: What the program has registered so far, and ``None`` once it is done.
        self._shown: queue.SimpleQueue[Registration | None] = queue.SimpleQueue()
        self._asked: Future[None] | None = None
        self._lock = threading.Lock()
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
        environment |= {
            "PULUMI_ORGANIZATION": ORGANIZATION,
            "PULUMI_PROJECT": self._project,
            "PULUMI_STACK": self._stack,
            "PULUMI_DRY_RUN": "true",
            "PULUMI_CONFIG": json.dumps(self._config),
        }
        with ExitStack() as exit_:
            self._running = start_packs(self._folders, environment, exit_, fork=self._fork)
            self._pool = ThreadPoolExecutor(max_workers=len(self._running) + 1)
            self._exit = exit_.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shown.put(None)
        self._exit.close()
        self._pool.shutdown()
        self._running.clear()

    def show(self, made: Registration) -> None:
        """Lets packs judge a resource while the program goes on, as the engine does; returns at once."""
        self._shown.put(made)
        self._begun()

    def judge(self, recording: Recording) -> list[Finding]:
        """What every pack finds, sorted; may be asked again. Raises :class:`PackError` when a pack fails."""
        # The SDK takes a third of a second to import: meanwhile the packs are already starting.
        from preview.packs.requests import Analysis

        analysis = Analysis(recording, self._region)
        self._shown.put(None)
        self._begun().result()
        found: list[Finding] = []
        # In series, and before any verdict: each pack sees what the one before it has changed.
        for pack in self._running:
            if pack.remediates:
                found += pack.remediate(analysis, judge_seconds=self._judge_seconds)
        judge = [self._pool.submit(pack.judge, analysis, judge_seconds=self._judge_seconds) for pack in self._running]
        for judged in judge:
            found += judged.result()
        return sorted(found)

    def _begun(self) -> Future[None]:
        # Not before somebody has something to show: the SDK breaks when two threads import it at once, and by then the
        # program's own has.
        with self._lock:
            if self._asked is None:
                self._asked = self._pool.submit(self._ask_early)
            return self._asked

    def _configure(self) -> None:
        from pulumi.runtime.proto import analyzer_pb2

        stack = analyzer_pb2.AnalyzerStackConfigureRequest(
            stack=self._stack,
            project=self._project,
            organization=ORGANIZATION,
            dry_run=True,
            config=self._config,
            config_secret_keys=self._secret_keys,
        )
        for each in [
            self._pool.submit(pack.configure, stack, told=self._told, start_seconds=self._start_seconds)
            for pack in self._running
        ]:
            each.result()

    def _ask_early(self) -> None:
        """Hands on what is shown until there is no more; what a remedy may change can only be asked afterwards."""
        from preview.packs.requests import build_request

        self._configure()
        if any(pack.remediates for pack in self._running):
            return
        known: dict[str, Registration] = {}
        while (made := self._shown.get()) is not None:
            known[made.urn] = made
            asked = build_request(made, known.get(made.provider or ""), self._region)
            for pack in self._running:
                pack.ask(made, asked, judge_seconds=self._judge_seconds)
