"""Runs an unmodified Pulumi program against a monitor that keeps each registration as the engine would see it.

A first preview is acted out: ids and everything that only AWS could say are unknown, and code behind ``apply`` on
an unknown does not run. Only look-ups and remote components are answered, by preview.simulate.lookups.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import gc
import json
import os
import runpy
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from pulumi.runtime import mocks, resource, settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.stack import run_in_stack

from preview.simulate.lazy_sdk import load_lazily
from preview.simulate.monitor import FEATURES, Monitor
from preview.simulate.registration import Recording, RecordingError, Registration

__all__ = ["Recording", "RecordingError", "Registration", "record"]

ORGANIZATION: Final = "organization"
#: A laptop's credentials, kubeconfig or Pulumi settings must not decide what a preview shows.
AMBIENT: Final = ("AWS_", "KUBE", "PULUMI_")

Program = Path | Callable[[], object]


def record(
    program: Program,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Collection[str] = (),
    timeout_seconds: float = 120,
    seen: Callable[[Registration], None] = lambda _: None,
) -> Recording:
    """What ``program`` registers: a folder with a ``__main__.py``, such a file, or a plain function.

    ``config`` is flat, as the engine hands it over; ``seen`` is shown each registration as it is made. Raises whatever
    the program raises, unchanged, and :class:`RecordingError` for what the engine would refuse, for a program that
    does not end in time, and for an ``Output`` that was turned into text.
    """
    load_lazily()
    monitor = Monitor(project, stack, seen)
    before, collecting = dict(os.environ), gc.isenabled()
    try:
        # The SDKs define tens of thousands of classes that nothing frees: collecting garbage is a third of the time.
        gc.disable()
        for name in [name for name in os.environ if name.startswith(AMBIENT)]:
            del os.environ[name]
        os.environ["PULUMI_CONFIG"] = json.dumps(dict(config))
        os.environ["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(sorted(secret_keys))
        # The SDK keeps its settings in context variables: in a context of its own a run leaves nothing behind.
        contextvars.copy_context().run(_run, monitor, program, dict(config), sorted(secret_keys), timeout_seconds)
        _keep_classes()
    finally:
        if collecting:
            gc.enable()
        # One by one: other threads, such as those that speak to packs, read the environment meanwhile.
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        for name, value in before.items():
            if os.environ.get(name) != value:
                os.environ[name] = value
    return monitor.recording()


@functools.cache
def _keep_classes() -> None:
    """Once: what the SDKs define stays for the life of the process, and no collection need look at it again."""
    gc.freeze()


def _run(
    monitor: Monitor, program: Program, config: dict[str, str], secret_keys: list[str], timeout_seconds: float
) -> None:
    with _event_loop() as loop, _without_stack_traces():
        settings.set_root_resource(None)  # type: ignore[arg-type]
        set_all_config(config, secret_keys)
        settings.configure(
            mocks.MockSettings(  # type: ignore[no-untyped-call]
                monitor=monitor,
                monitor_features=set(FEATURES),
                engine=mocks.MockEngine(None),
                project=monitor.project,
                stack=monitor.stack,
                dry_run=True,
                organization=ORGANIZATION,
                callbacks=None,
                # Contexts share what they were copied from: what a program that failed, or a caller, left unfinished
                # belongs to a loop that is closed.
                outputs=set(),
            )
        )
        with _as_main(program) as main:
            task = loop.create_task(run_in_stack(main))
            done, _ = loop.run_until_complete(asyncio.wait({task}, timeout=timeout_seconds))
        if not done:
            raise RecordingError(f"the program did not end within {timeout_seconds:g} seconds")
        task.result()


@contextlib.contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    # Whatever fails comes out of the program's own task; the same failure in a dependent output is only noise.
    loop.set_exception_handler(lambda *_: None)
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        rest = asyncio.all_tasks(loop)
        for task in rest:
            task.cancel()
        if rest:
            loop.run_until_complete(asyncio.wait(rest, timeout=1))
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


@contextlib.contextmanager
def _without_stack_traces() -> Iterator[None]:
    """Where a resource is declared is for the engine's own messages, and to find it out a tenth of a recording."""
    found = resource._get_stack_trace  # noqa: SLF001 - no option leaves it out, and the SDK is pinned
    setattr(resource, "_get_stack_trace", source_pb2.StackTrace)  # noqa: B010 - it is not exported
    try:
        yield
    finally:
        setattr(resource, "_get_stack_trace", found)  # noqa: B010 - as above


@contextlib.contextmanager
def _as_main(program: Program) -> Iterator[Callable[[], None]]:
    """A function that runs ``program`` as the language host does: from its folder, which is first on the path."""
    if not isinstance(program, Path):
        yield lambda: _discard(program())
        return
    file = (program / "__main__.py" if program.is_dir() else program).resolve()
    folder, path, argv = Path.cwd(), list(sys.path), list(sys.argv)
    try:
        os.chdir(file.parent)
        sys.path.insert(0, str(file.parent))
        sys.argv = [str(file)]
        yield lambda: _discard(runpy.run_path(str(file), run_name="__main__"))
    finally:
        sys.argv = argv
        sys.path[:] = path
        os.chdir(folder)


def _discard(_: object) -> None:
    """A program's result is no coroutine to await."""
