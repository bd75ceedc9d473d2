"""Times the cost pack on wide stacks: ``python benchmarks/packs.py``. Target: 10,000 priced resources under 4 seconds.

The genuine pack in a process of its own, asked for the stack's verdict by the engine's own protocol. A real engine asks
for each resource while the program runs; what is waited for at the end is the stack.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi.runtime.proto import analyzer_pb2

from benchmarks.meter import resources
from model import type_tokens
from model.resource import UNKNOWN
from preview.packs.process import Pack, start_packs
from preview.packs.requests import Analysis
from preview.run import PROJECT, ROOT
from preview.simulate.registration import Recording, Registration, urn_of
from preview.simulate.wire import UNKNOWN_TEXT
from stacks.load import stack_file

SIZES: Final = (100, 1_000, 10_000)
RUNS: Final = 3


def recording(priced: int) -> Recording:
    """A stack of ``priced`` resources that are billed, and what they stand below."""
    root = urn_of("prod", PROJECT, None, type_tokens.PULUMI_STACK, f"{PROJECT}-prod")
    made = [Registration(urn=root, type=type_tokens.PULUMI_STACK, name=f"{PROJECT}-prod", inputs={}, custom=False)]
    for each in resources(priced):
        props = _sent(each.props)
        made.append(
            Registration(
                urn=each.urn,
                type=each.type,
                name=each.name,
                inputs=props,
                outputs=props,
                parent=each.parent or root,
                custom=each.custom,
            )
        )
    return Recording("prod", PROJECT, tuple(made), {})


def _sent(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    if isinstance(value, dict):
        return {key: _sent(item) for key, item in value.items()}
    return [_sent(item) for item in value] if isinstance(value, list) else value


def main() -> None:
    """Print, for each size, the best of some runs: the stack's first verdict, and every resource's before it."""
    config = dict(stack_file("prod").config)
    environment = dict(os.environ) | {"PULUMI_CONFIG": json.dumps(config)}
    about = analyzer_pb2.AnalyzerStackConfigureRequest(stack="prod", project=PROJECT, dry_run=True, config=config)
    print(f"{'priced':>8} {'stack, seconds':>15} {'each resource, seconds':>23}")
    for size in SIZES:
        analysis = Analysis(recording(size))
        analysis.stack_request  # noqa: B018 - made before the clock runs
        # A pack remembers its last verdict: each run asks a new one, as a deployment does.
        runs = [_asked(analysis, environment, about) for _ in range(RUNS)]
        whole, each = (min(seconds) for seconds in zip(*runs, strict=True))
        print(f"{size:>8,} {whole:>15.2f} {each:>23.2f}")


def _asked(analysis: Analysis, environment: dict[str, str], about: Any) -> tuple[float, float]:
    """Seconds for the stack's verdict, and for every resource's before it."""
    with ExitStack() as stop:
        (pack,) = start_packs([ROOT / "policy" / "cost"], environment, stop, fork=False)
        pack.configure(about, today=None, start_seconds=60)
        begin = time.perf_counter()
        pack.judge_each(analysis, judge_seconds=600)
        each = time.perf_counter() - begin
        return _verdict(pack, analysis), each


def _verdict(pack: Pack, analysis: Analysis) -> float:
    begin = time.perf_counter()
    found = pack.judge_stack(analysis, judge_seconds=600)
    seconds = time.perf_counter() - begin
    if not any("over landing:budget.usdPerMonth" in each.message for each in found):
        raise SystemExit("the pack did not price the stack")
    return seconds


if __name__ == "__main__":
    main()
