"""Both pipelines call only what exists, start each job when it should start, and install only what was agreed to."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
import yaml

from stacks.environments import PRODUCTION, stack_names

ROOT = Path(__file__).parent.parent
PIPELINES = {"gitlab": ROOT / ".gitlab-ci.yml", "github": ROOT / ".github" / "workflows" / "ci.yml"}
JUDGES = ROOT / ".github" / "workflows" / "judges.yml"
MODULE = ROOT / "tools" / "pulumi" / "go.mod"
#: What .ci/tools needs of a runner, besides curl and Python.
NEEDED = ("bash", "chmod", "cp", "dirname", "grep", "gzip", "mkdir", "mktemp", "rm", "sha256sum", "tar", "uname")
#: What a job may know before it starts. GitLab reads rules before it knows a job's environment, and with it AWS_ROLE_ARN.
KNOWN_TO_RULES = {"CI_PIPELINE_SOURCE", "CI_COMMIT_BRANCH", "CI_DEFAULT_BRANCH", "LANDING_ZONE_DEPLOYS"}

GITLAB_EVENTS = {
    "merge request": {"CI_PIPELINE_SOURCE": "merge_request_event"},
    "push to main": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"},
    "schedule": {"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"},
    "push to a branch": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "topic"},
    "tag": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1.0.0"},
    "trigger token": {"CI_PIPELINE_SOURCE": "trigger", "CI_COMMIT_BRANCH": "main"},
}
CHECKS = dict.fromkeys(("check", "engine-tests", "aws-tests", "offline-preview"), "on_success")
WITHOUT_AWS = {
    "merge request": CHECKS,
    "push to main": CHECKS,
    "schedule": {"nightly": "on_success", "aws-tests": "on_success"},
    "push to a branch": {},
    "tag": {},
    "trigger token": {},
}
DEPLOYING = {
    **WITHOUT_AWS,
    "merge request": {**CHECKS, "engine-preview": "on_success"},
    "push to main": {
        **CHECKS,
        **{f"up-{name}": "manual" if name == PRODUCTION else "on_success" for name in stack_names()},
    },
}

GITHUB_EVENTS = {
    "pull request": {"event_name": "pull_request", "ref_name": "7/merge"},
    "push to main": {"event_name": "push", "ref_name": "main"},
    "schedule": {"event_name": "schedule", "ref_name": "main"},
    "push to a branch": {"event_name": "push", "ref_name": "topic"},
    "tag": {"event_name": "push", "ref_name": "v1.0.0"},
    "by hand on main": {"event_name": "workflow_dispatch", "ref_name": "main"},
    "by hand on a branch": {"event_name": "workflow_dispatch", "ref_name": "topic"},
}
GITHUB_TABLE = {
    "pull request": {"check", "engine-tests", "aws-tests", "offline-preview", "comment"},
    "push to main": {"check", "engine-tests", "aws-tests"},
    "schedule": {"check", "aws-tests"},
    "push to a branch": set(),
    "tag": set(),
    "by hand on main": {"check", "engine-tests", "aws-tests", "up"},
    "by hand on a branch": {"check", "engine-tests", "aws-tests"},
}


#: The judges of the cluster, and whether they look at a change of a file.
CLUSTER = ("charts", "kyverno", "kube")
JUDGED = {
    "components/values/loki.yaml": True,
    "landing/admission.py": True,
    "docs/deploying.md": True,
    "observability/rules/nodes.yaml": True,
    "policy/admission/policies.py": True,
    "preview/simulate/wire.py": True,
    "requirements.lock": True,
    "stacks/Pulumi.prod.yaml": True,
    "tests/golden/target.py": True,
    "tests/policy/admission/admission_cases.yaml": True,
    "tools/kube/build.sh": True,
    "README.md": False,
    ".ci/check": False,
}


@cache
def document(name: str) -> dict:
    return yaml.safe_load(PIPELINES[name].read_text())


def gitlab_jobs() -> dict[str, dict]:
    """Every job with what it extends, without the hidden ones that exist to be extended."""
    entries = document("gitlab")

    def whole(entry: dict) -> dict:
        return {**(whole(entries[entry["extends"]]) if "extends" in entry else {}), **entry}

    jobs = {name: whole(entry) for name, entry in entries.items() if isinstance(entry, dict) and name[0] != "."}
    return {name: job for name, job in jobs.items() if "script" in job}


def github_jobs() -> dict[str, dict]:
    return document("github")["jobs"]


def scripts(name: str) -> list[str]:
    if name == "github":
        return [step["run"] for job in github_jobs().values() for step in job["steps"] if "run" in step]
    return [line for job in gitlab_jobs().values() for key in ("before_script", "script") for line in job.get(key, ())]


def holds(condition: str, known: dict[str, object]) -> bool:
    """Whether a condition holds: names and comparisons joined by ``&&``, which is all that the pipelines use."""

    def value(operand: str) -> object:
        return operand[1:-1] if operand[0] in "'\"" else known.get(operand.removeprefix("$").removeprefix("github."))

    def held(part: str) -> bool:
        match part.split():
            case [name]:
                return bool(value(name))
            case [left, "==", right]:
                return value(left) == value(right)
            case [left, "!=", right]:
                return value(left) != value(right)
            case _:
                pytest.fail(f"this test cannot read {part!r}")

    return all(held(part) for part in condition.split("&&"))


def decided(rules: list[dict], known: dict[str, object]) -> str:
    """What GitLab does with a job or a pipeline: the first rule that holds says so, and none means never."""
    return next(
        (rule.get("when", "on_success") for rule in rules if holds(rule["if"], known) and touched(rule, known)), "never"
    )


def touched(rule: dict, known: dict[str, object]) -> bool:
    """Whether the change is one that the rule is about; a rule without paths is about every change."""
    paths = rule.get("changes")
    return paths is None or any(fnmatch(str(known.get("changed")), path.replace("/**/*", "/*")) for path in paths)


def started_by_gitlab(known: dict[str, object]) -> dict[str, str]:
    known = {"CI_DEFAULT_BRANCH": "main", **known}
    if decided(document("gitlab")["workflow"]["rules"], known) == "never":
        return {}
    jobs = {name: decided(job["rules"], known) for name, job in gitlab_jobs().items()}
    return {name: when for name, when in jobs.items() if when != "never"}


def started_by_github(known: dict[str, object]) -> set[str]:
    # YAML reads the key ``on`` as true.
    triggers = document("github")[True]
    if known["event_name"] not in triggers:
        return set()
    if known["event_name"] == "push" and known["ref_name"] not in triggers["push"]["branches"]:
        return set()
    known = {"event.repository.default_branch": "main", "always()": True, **known}
    return {name for name, job in github_jobs().items() if holds(job.get("if", "always()"), known)}


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    return set(phony[1].split()) | {".venv/.runtime", ".venv/.dev"}


@pytest.mark.parametrize("event", GITLAB_EVENTS)
def test_gitlab_starts_exactly_these_jobs(event):
    assert started_by_gitlab(GITLAB_EVENTS[event]) == WITHOUT_AWS[event]
    assert started_by_gitlab({**GITLAB_EVENTS[event], "LANDING_ZONE_DEPLOYS": "true"}) == DEPLOYING[event]


@pytest.mark.parametrize("event", GITHUB_EVENTS)
def test_github_starts_exactly_these_jobs(event):
    assert started_by_github(GITHUB_EVENTS[event]) == GITHUB_TABLE[event]


@pytest.mark.parametrize("changed", JUDGED)
@pytest.mark.parametrize("event", ["merge request", "push to main"])
def test_gitlab_asks_the_judges_that_a_change_concerns(changed, event):
    asked = started_by_gitlab({**GITLAB_EVENTS[event], "changed": changed})

    assert asked == {**CHECKS, **dict.fromkeys(CLUSTER if JUDGED[changed] else (), "on_success")}


def test_github_asks_the_same_judges_for_the_same_paths():
    judges = yaml.safe_load(JUDGES.read_text())
    triggers = judges[True]
    ours = [
        [path.replace("/**/*", "/**") for path in rule["changes"]]
        for name in judges["jobs"]
        for rule in gitlab_jobs()[name]["rules"]
    ]

    assert tuple(judges["jobs"]) == CLUSTER
    assert all(paths == triggers["push"]["paths"] for paths in ours)
    assert triggers["pull_request"]["paths"] == triggers["push"]["paths"]
    assert [job["steps"][-1] for job in judges["jobs"].values()] == [{"run": f"make {name}"} for name in judges["jobs"]]
    assert set(judges["jobs"]) <= targets()


def test_every_job_stands_in_the_tables():
    assert {name for jobs in DEPLOYING.values() for name in jobs} | {*CLUSTER} == set(gitlab_jobs())
    assert {name for jobs in GITHUB_TABLE.values() for name in jobs} == set(github_jobs())


def test_a_rule_asks_only_for_what_is_known_before_the_job_s_environment():
    entries = [document("gitlab")["workflow"], *gitlab_jobs().values()]
    asked = {name for entry in entries for rule in entry["rules"] for name in re.findall(r"\$(\w+)", rule["if"])}

    assert asked == KNOWN_TO_RULES


def test_the_checks_of_a_schedule_alone_use_the_real_day():
    assert gitlab_jobs()["nightly"]["script"] == ["make check TODAY=$(date -u +%F)"]
    assert gitlab_jobs()["check"]["script"] == ["make check"]
    assert {step["run"]: step["if"] for step in github_jobs()["check"]["steps"] if "run" in step} == {
        "make check": "github.event_name != 'schedule'",
        "make check TODAY=$(date -u +%F)": "github.event_name == 'schedule'",
    }


def test_a_preview_is_compared_with_where_the_change_starts():
    preview = gitlab_jobs()["offline-preview"]

    assert preview["script"] == [".ci/preview $STACK ${CI_MERGE_REQUEST_DIFF_BASE_SHA:-$CI_COMMIT_BEFORE_SHA}"]
    assert preview["variables"] == {"GIT_DEPTH": 0}
    assert "changes-$STACK.md" in preview["artifacts"]["paths"]


def test_environments_are_deployed_one_after_another_and_production_by_hand():
    jobs = gitlab_jobs()
    after = {name: job.get("needs", []) for name, job in jobs.items() if name.startswith("up-")}
    (chain,) = [name for name, before in after.items() if not before]
    chain = [chain]
    while following := [name for name, before in after.items() if before == [chain[-1]]]:
        chain += following

    assert set(chain) == {f"up-{name}" for name in stack_names()}
    assert len(chain) == len(after)
    assert chain[-1] == f"up-{PRODUCTION}"
    assert [rule["when"] for rule in jobs[chain[-1]]["rules"]] == ["manual"]
    assert github_jobs()["up"]["needs"] == ["check", "engine-tests", "aws-tests"]
    assert github_jobs()["up"]["environment"] == "${{ inputs.stack }}"


def test_both_pipelines_know_every_stack_file():
    gitlab, github = gitlab_jobs(), github_jobs()
    lists = [
        *(gitlab[name]["parallel"]["matrix"][0]["STACK"] for name in ("offline-preview", "engine-preview")),
        github["offline-preview"]["strategy"]["matrix"]["stack"],
        document("github")[True]["workflow_dispatch"]["inputs"]["stack"]["options"],
    ]
    listed = subprocess.run([ROOT / ".ci" / "stacks"], capture_output=True, text=True, check=True).stdout.split()

    assert listed == stack_names()
    assert [sorted(names) for names in lists] == [stack_names()] * 4
    assert {job["variables"]["STACK"] for name, job in gitlab.items() if name.startswith("up-")} == set(stack_names())


def test_what_is_not_reviewed_yet_never_runs_as_the_role_that_deploys():
    jobs = gitlab_jobs()
    environments = {name: job["environment"]["name"] for name, job in jobs.items() if "environment" in job}

    assert environments.pop("engine-preview") == "preview/$STACK"
    assert environments == dict.fromkeys((f"up-{name}" for name in stack_names()), "$STACK")


def test_the_token_for_aws_lies_outside_the_checkout():
    lines = gitlab_jobs()["up-dev"]["before_script"]

    assert any('AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"' in line for line in lines)
    assert not [line for line in lines if "CI_PROJECT_DIR" in line]


@pytest.mark.parametrize("name", PIPELINES)
def test_every_make_target_that_a_pipeline_calls_exists(name):
    called = {match for line in scripts(name) for match in re.findall(r"\bmake (\S+)", line)}

    assert {"check", "test-engine", "up"} <= called
    assert called <= targets()


@pytest.mark.parametrize("name", PIPELINES)
def test_every_script_and_pack_that_a_pipeline_names_exists(name):
    named = {match for line in scripts(name) for match in re.findall(r"(?:^|\s)(\.ci/\w+|policy/\w+)", line)}

    assert named
    for path in named:
        assert (ROOT / path).exists(), path
        if path.startswith(".ci/"):
            assert os.access(ROOT / path, os.X_OK), path


def test_every_engine_run_of_the_pipelines_has_all_three_packs():
    lines = [line for name in PIPELINES for line in scripts(name) if "pulumi preview" in line or "pulumi up" in line]

    assert lines
    for line in lines:
        assert re.findall(r"--policy-pack policy/(\w+)", line) == ["decisions", "cost", "guardrails"]


def test_images_and_actions_are_pinned_to_what_cannot_be_moved():
    images = [
        document("gitlab")["default"]["image"],
        *(job["image"] for job in gitlab_jobs().values() if "image" in job),
    ]
    jobs = [*github_jobs().values(), *yaml.safe_load(JUDGES.read_text())["jobs"].values()]
    actions = [step["uses"] for job in jobs for step in job["steps"] if "uses" in step]

    assert [image for image in images if not re.search(r":[\w.-]+@sha256:[0-9a-f]{64}$", image)] == []
    assert [action for action in actions if not re.search(r"@[0-9a-f]{40}$", action)] == []


def test_a_cache_is_keyed_by_two_files_at_the_most_as_gitlab_allows_and_by_files_that_exist():
    caches = [cache for job in gitlab_jobs().values() if isinstance(job.get("cache"), list) for cache in job["cache"]]
    keys = [cache["key"]["files"] for cache in caches]

    assert len(keys) > 6
    assert [files for files in keys if len(files) > 2 or not all((ROOT / file).exists() for file in files)] == []


def test_both_pipelines_test_the_engine_with_the_same_go_which_is_new_enough():
    image = gitlab_jobs()["engine-tests"]["image"]
    setup = next(step for step in github_jobs()["engine-tests"]["steps"] if "setup-go" in step.get("uses", ""))
    used, wanted = setup["with"]["go-version"], re.search(r"^go (\S+)$", MODULE.read_text(), re.MULTILINE)[1]

    assert image.startswith(f"golang:{used}-")
    assert [int(part) for part in used.split(".")] >= [int(part) for part in wanted.split(".")]


def test_the_cli_that_deploys_is_the_one_that_the_engine_tests_build():
    lines = [line for line in (ROOT / ".ci" / "tools.sha256").read_text().splitlines() if line[0] != "#"]
    built = re.search(r"^\s*github.com/pulumi/pulumi/pkg/v3 v(\S+)", MODULE.read_text(), re.MULTILINE)[1]

    assert [line for line in lines if not re.fullmatch(r"[0-9a-f]{64}  [\w.-]+", line)] == []
    assert {line.split()[1] for line in lines if "pulumi" in line} == {
        f"pulumi-v{built}-linux-{machine}.tar.gz" for machine in ("x64", "arm64")
    }


@dataclass(frozen=True)
class Runner:
    """A machine without the CLIs, whose downloads come from a folder: a copy of ``.ci/tools`` runs there."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def sums(self) -> Path:
        return self.folder / "checkout" / "tools.sha256"

    @property
    def installed(self) -> set[str]:
        return {path.name for path in (self.folder / "home" / ".pulumi" / "bin").iterdir()}

    def run(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.folder / "programs"), "HOME": str(self.folder / "home")}
        tools = self.folder / "checkout" / "tools"
        return subprocess.run([tools], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def runner(tmp_path):
    runner, programs = Runner(tmp_path), tmp_path / "programs"
    for folder in (programs, runner.store, runner.sums.parent, tmp_path / "home"):
        folder.mkdir()
    shutil.copy(ROOT / ".ci" / "tools", runner.sums.parent)
    for name in NEEDED:
        (programs / name).symlink_to(shutil.which(name))
    # On a laptop, the python3 on PATH may be a version manager's script that needs all of PATH.
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    (programs / "curl").write_text(f'#!/bin/bash\ncp "{runner.store}/${{2##*/}}" "$4"\n')
    (programs / "curl").chmod(0o755)

    machine = os.uname().machine
    vendors = {"x86_64": "x64", "aarch64": "arm64"}.get(machine, machine)
    with tarfile.open(runner.store / f"pulumi-v3.1.0-linux-{vendors}.tar.gz", "w:gz") as archive:
        archive.add(ROOT / ".ci" / "check", "pulumi/pulumi")
    with zipfile.ZipFile(runner.store / f"awscli-exe-linux-{machine}-2.1.0.zip", "w") as archive:
        archive.writestr("aws/install", '#!/bin/bash\necho "$@" > "$4/aws"\n')
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in runner.store.iterdir()]
    runner.sums.write_text("# what may be installed\n" + "".join(sums))
    return runner


def test_the_listed_archives_are_installed(runner):
    done = runner.run()

    assert done.stderr == ""
    assert done.returncode == 0
    assert runner.installed == {"pulumi", "aws"}


@pytest.mark.parametrize(
    ("tool", "says", "replaced"),
    [
        ("pulumi", "v3.0.9", True),
        ("pulumi", "v3.1.0", False),
        ("aws", "aws-cli/2.1.0 Python/3.11", False),
        ("aws", "aws-cli/2.1.00 Python/3.11", True),
        ("aws", "aws-cli/1.44.5 Python/3.11", True),
    ],
)
def test_another_version_that_an_image_brings_is_not_used(runner, tool, says, replaced):
    brought = runner.folder / "programs" / tool
    brought.write_text(f"#!/bin/bash\necho '{says}'\n")
    brought.chmod(0o755)

    done = runner.run()

    assert done.returncode == 0, done.stderr
    assert (tool in runner.installed) is replaced


@pytest.mark.parametrize("tool", ["pulumi", "aws"])
def test_an_archive_that_is_not_the_listed_one_is_not_installed(runner, tool):
    archive = next(runner.store.glob(f"{tool}*"))
    archive.write_bytes(archive.read_bytes() + b"something else")

    done = runner.run()

    assert done.returncode == 2
    assert f"{archive.name} is not what .ci/tools.sha256 lists" in done.stderr
    assert tool not in runner.installed


def test_a_machine_for_which_nothing_is_listed_gets_nothing(runner):
    runner.sums.write_text("# nothing\n")

    done = runner.run()

    assert done.returncode == 2
    assert done.stderr.startswith("error: no pulumi for")
    assert runner.installed == set()


@pytest.mark.parametrize(
    "argument",
    [
        "--skip-preview",
        "-yf",
        "-f=true",
        "--policy-pack=other",
        "--stack",
        "-sprod",
        "--config=landing:environment=dev",
        "--target=x",
    ],
)
def test_a_deployment_is_of_what_was_previewed_and_no_more(argument):
    run = subprocess.run([ROOT / ".ci" / "up", "dev", argument], capture_output=True, text=True, check=False)

    assert run.returncode == 2
    assert run.stderr.startswith(f"error: {argument} is refused")


def test_the_makefile_is_short():
    assert len((ROOT / "Makefile").read_text().splitlines()) < 60


def test_make_help_lists_every_target_with_what_it_does():
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split())
    # As a person types it: a make above this one would be told, and tell, where it is.
    plain = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    said = subprocess.run(["make", "help"], cwd=ROOT, env=plain, capture_output=True, text=True, check=True).stdout  # noqa: S607

    assert {line.split()[1] for line in said.splitlines()} == targets
    assert all(len(line.split()) > 3 for line in said.splitlines())


def test_hooks_run_what_the_checks_run_and_owners_own_what_exists():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    entries = [hook["entry"] for repository in hooks for hook in repository["hooks"]]
    checks = (ROOT / ".ci" / "check").read_text()
    owned = [line.split()[0] for line in (ROOT / "CODEOWNERS").read_text().splitlines() if line and line[0] != "#"]

    assert {repository["repo"] for repository in hooks} == {"local"}
    for entry in entries:
        module = re.search(r"-m ([\w.]+)", entry)[1]
        assert f"-m {module}" in checks, entry
    assert [path for path in owned if path != "*" and not list(ROOT.glob(path.strip("/")))] == []


def test_locks_have_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)

        assert "://" not in text
        assert text.count("--hash=sha256:") >= len(pins) > 40
        assert "setuptools" in pins
        assert re.search(r"^protobuf==5\.29\.", text, re.MULTILINE)


def test_a_lock_holds_every_pin_of_the_project_and_the_lock_of_a_preview_no_tool():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runtime, tools = (
        {pin.lower() for pin in pins} for pins in (project["dependencies"], project["optional-dependencies"]["dev"])
    )
    locked, developed = (
        set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )

    assert runtime <= locked <= developed
    assert tools <= developed - locked
