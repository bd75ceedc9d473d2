"""Times a preview against Checkov's ``terraform_plan`` framework on the same resources, one after the other in turn.

    python benchmarks/checkov.py [STACK] [--runs 7] [--limit-wall 1.0] [--limit-cpu 1.3] [--json]

Exit code 0 below both limits, 1 at or above one, 2 for bad input, a Checkov that cannot be installed, or a run that
does not do its work. benchmarks/README.md says what each side does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.terraform_plan import plan
from preview.run import plan_stack
from stacks import clock
from stacks.load import stack_file, stack_names
from stacks.messages import SettingsError
from stacks.offered import REGION

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = ROOT / "benchmarks" / "checkov" / "requirements.lock"
#: Git ignores it, and ``make clean`` takes it away.
FOLDER: Final = ROOT / ".engine" / "checkov"
#: The share of the resources that Checkov must have a verdict on: it has no check for a third of our types.
JUDGED: Final = 0.5
OPTIONS: Final = ("--framework", "terraform_plan", "--compact", "--output", "json", "--skip-download")
#: With these two it opens no connection, and nothing waits for one.
OFFLINE: Final = {"CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"}
#: Both answer 0 when nothing is wrong with the resources, and 1 when something is.
ANSWERED: Final = (0, 1)
BAD_INPUT: Final = 2


@dataclass(frozen=True)
class Seconds:
    """What one run took: by the clock, and on the processor, user and system, all its processes together."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Scanned:
    """What Checkov says it did: resources read, resources with a verdict, and checks passed and failed."""

    resources: int
    judged: int
    passed: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both sides' medians, and what they were measured on."""

    stack: str
    date: str
    machine: str
    commit: str
    checkov: str
    runs: int
    #: The processes that wait for a core, averaged over a minute, before the first run.
    load: float
    #: The share of the cores that other processes took meanwhile; ``None`` where the system does not say.
    others: float | None
    #: Resources that the preview shows, and those among them that AWS keeps: they are Checkov's.
    resources: int
    scanned: Scanned
    ours: Seconds
    theirs: Seconds

    @property
    def wall(self) -> float:
        """Our wall clock for one second of Checkov's."""
        return self.ours.wall / self.theirs.wall

    @property
    def cpu(self) -> float:
        """Our processor time for one second of Checkov's."""
        return self.ours.cpu / self.theirs.cpu

    def over(self, limit_wall: float, limit_cpu: float) -> list[str]:
        """A line for each limit that is reached."""
        ratios = (("wall clock", self.wall, limit_wall), ("processor", self.cpu, limit_cpu))
        return [
            f"{name}: {ratio:.3f} of Checkov's; the limit is {limit:g}"
            for name, ratio, limit in ratios
            if ratio >= limit
        ]


def median(runs: Sequence[Seconds]) -> Seconds:
    """The median of each figure by itself."""
    return Seconds(statistics.median(each.wall for each in runs), statistics.median(each.cpu for each in runs))


def read(report: Mapping[str, Any], addresses: set[str]) -> Scanned:
    """What a report with passed and failed checks says of the resources at ``addresses``."""
    results, summary = report["results"], report["summary"]
    judged = {each["resource"] for kind in ("passed_checks", "failed_checks") for each in results[kind]}
    return Scanned(summary["resource_count"], len(judged & addresses), summary["passed"], summary["failed"])


def timed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Seconds:
    """One run, its output thrown away. The processor time is that of the process and of all that it waited for."""
    none = subprocess.DEVNULL
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=none, stdout=none, stderr=none)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ANSWERED:
        _refuse(f"exit code {process.returncode}, and allowed are 0 and 1: {shlex.join(command)}")
    return Seconds(wall, used.ru_utime + used.ru_stime)


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    asked = _asked(arguments)
    try:
        file = stack_file(asked.stack)
    except SettingsError as error:
        _refuse(str(error))
    recording = plan_stack(asked.stack, file, clock.today("")).recording
    resources = [made.resource() for made in recording.registrations if made.custom]
    compared = _compared(asked.stack, len(resources), plan(resources, REGION), asked.runs)
    over = compared.over(asked.limit_wall, asked.limit_cpu)
    if asked.json:
        print(json.dumps({**asdict(compared), "wall": compared.wall, "cpu": compared.cpu, "over": over}, indent=2))
    else:
        print("\n".join([_table(compared), *over]))
    return 1 if over else 0


def _compared(stack: str, resources: int, made: Mapping[str, Any], runs: int) -> Comparison:
    checkov, version = installed()
    (FOLDER / "run").mkdir(exist_ok=True)
    file = FOLDER / "plan.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    # Nothing of a laptop's settings, keys or variables reaches either side.
    clean = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(FOLDER / "run"), "LANG": "C.UTF-8"}
    scan = [str(checkov), "--file", str(file), *OPTIONS]
    ours = ([sys.executable, "-m", "preview", stack], ROOT, clean)
    theirs = ([*scan, "--quiet"], FOLDER / "run", clean | OFFLINE)
    load = os.getloadavg()[0]
    # One run of each that is not measured: it reads files for the first time, and writes bytecode.
    timed(*ours)
    timed(*theirs)
    scanned = _scanned(scan, theirs[2], {each["address"] for each in made["resource_changes"]})
    start, before = time.perf_counter(), _worked()
    pairs = [(timed(*ours), timed(*theirs)) for _ in range(runs)]
    cores = (time.perf_counter() - start) * (os.cpu_count() or 1)
    own = sum(each.cpu for pair in pairs for each in pair)
    return Comparison(
        stack=stack,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
        commit=_commit(),
        checkov=version,
        runs=runs,
        load=load,
        others=None if before is None else max(0.0, (_worked() or 0) - before - own) / cores,
        resources=resources,
        scanned=scanned,
        ours=median([one for one, _ in pairs]),
        theirs=median([other for _, other in pairs]),
    )


def _worked() -> float | None:
    """Seconds that all cores together have worked since the machine started, or for another machine beside it."""
    try:
        user, nice, system, _, _, *rest = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    except OSError:
        return None
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def _scanned(scan: Sequence[str], environment: Mapping[str, str], addresses: set[str]) -> Scanned:
    """What Checkov reads of the plan. Ends the benchmark when it is less than there is."""
    done = subprocess.run(scan, cwd=FOLDER / "run", env=environment, capture_output=True, text=True, check=False)
    try:
        scanned = read(json.loads(done.stdout), addresses)
    except (ValueError, KeyError, TypeError):
        _refuse("Checkov's report is not the one that its lock's version writes: nothing can be compared")
    least = JUDGED * len(addresses)
    if scanned.resources != len(addresses) or scanned.judged < least:
        _refuse(
            f"Checkov read {scanned.resources} resources of {len(addresses)} and has a verdict on {scanned.judged};"
            f" wanted are all of them and at least {least:.0f}"
        )
    return scanned


def installed() -> tuple[Path, str]:
    """Checkov's command in an environment of its own, and its version; installed when the lock or Python is another."""
    program = FOLDER / "bin" / "checkov"
    stamp = FOLDER / ".inputs"
    inputs = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {platform.python_version()}\n"
    if not program.exists() or not stamp.exists() or stamp.read_text() != inputs:
        print(f"installing {LOCK.relative_to(ROOT)} (once; about 30 seconds) ...", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(FOLDER))
        _run(
            *(str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-compile", "--require-hashes", "--requirement", str(LOCK)),
        )
        stamp.write_text(inputs)
    version = next(line for line in LOCK.read_text().splitlines() if line.startswith("checkov=="))
    return program, version.removeprefix("checkov==").rstrip(" \\")


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        errors = [line.removeprefix("ERROR: ") for line in said if line.startswith("ERROR: ")]
        why = next(iter(errors or said), f"exit code {done.returncode}")
        _refuse(f"Checkov cannot be installed from {LOCK.relative_to(ROOT)}: {why}")


def _commit() -> str:
    """The checkout's commit, with a plus where files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],  # noqa: S607 - the git on PATH, as for --against
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _table(made: Comparison) -> str:
    scanned, checks = made.scanned, made.scanned.passed + made.scanned.failed
    cells = {
        "stack": made.stack,
        "machine": made.machine,
        "date": made.date,
        "load": f"{made.load:.2f}",
        "others": "?" if made.others is None else f"{made.others:.0%}",
        "runs": str(made.runs),
        "ours": f"{made.commit}: {made.resources} resources",
        "Checkov": f"{made.checkov}: {scanned.resources} resources, {scanned.judged} judged in {checks} checks",
        "wall, s": f"{made.ours.wall:.2f} : {made.theirs.wall:.2f}",
        "CPU, s": f"{made.ours.cpu:.2f} : {made.theirs.cpu:.2f}",
        "wall ratio": f"{made.wall:.2f}",
        "CPU ratio": f"{made.cpu:.2f}",
    }
    return "\n".join(f"| {' | '.join(row)} |" for row in (cells, ["---"] * len(cells), cells.values()))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, and 2."""
        _refuse(message)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="benchmarks/checkov.py", description="Time a preview against Checkov on the same resources.")
    parser.add_argument("stack", metavar="STACK", nargs="?", default="prod", choices=stack_names())
    parser.add_argument("--runs", type=_runs, default=7, help="measured runs of each side; 7 by default")
    parser.add_argument("--limit-wall", type=_limit, default=1.0, help="fail at this ratio of wall clocks; 1.0")
    parser.add_argument("--limit-cpu", type=_limit, default=1.3, help="fail at this ratio of processor times; 1.3")
    parser.add_argument("--json", action="store_true", help="write the figures as JSON")
    return parser.parse_args(arguments)


def _runs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is refused; allowed are whole numbers from 1 to 1000")
    return int(text)


def _limit(text: str) -> float:
    try:
        limit = float(text)
    except ValueError:
        limit = 0.0
    if not 0 < limit < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is refused; allowed are numbers over 0")
    return limit


def _refuse(message: str) -> NoReturn:
    for line in message.splitlines():
        print(f"error: {line}", file=sys.stderr)
    raise SystemExit(BAD_INPUT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
