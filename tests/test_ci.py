"""Both pipelines call only what exists, start each job when it should start, and install only what was agreed to."""

import hashlib
import itertools
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
from ipaddress import IPv4Network
from pathlib import Path

import pytest
import yaml

from bootstrap import trust
from bootstrap.settings import from_config
from deploy.engine import PACKS
from preview.program.look_ups import read_answers
from preview.program.preview import preview_program
from preview.program.project import find_project
from stacks.commands.environment import copied
from stacks.commands.pipelines import GITHUB, GITLAB, written
from stacks.environments import FOLDER, PRODUCTION, promotion_order, stack_names
from stacks.load import stack_file
from tests.conftest import TODAY

ROOT = Path(__file__).parent.parent
PIPELINES = {"gitlab": ROOT / ".gitlab-ci.yml", "github": ROOT / ".github" / "workflows" / "ci.yml"}
BROWSER = ROOT / ".github" / "workflows" / "browser.yml"
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
    # A pipeline of a tag knows no branch, whatever the tag is called.
    "tag called main": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "main", "CI_COMMIT_REF_NAME": "main"},
    "schedule of a tag called main": {
        "CI_PIPELINE_SOURCE": "schedule",
        "CI_COMMIT_TAG": "main",
        "CI_COMMIT_REF_NAME": "main",
    },
    "trigger token": {"CI_PIPELINE_SOURCE": "trigger", "CI_COMMIT_BRANCH": "main"},
}
#: The environments that somebody starts.
MANUAL = [name for name in stack_names() if stack_file(name).settings.promotion == "manual"]
CHECKS = dict.fromkeys(("check", "engine-tests", "aws-tests", "offline-preview"), "on_success")
#: A merge request gets its note whatever the previews end with.
REVIEWED = {**CHECKS, "note": "always"}
WITHOUT_AWS = {
    "merge request": REVIEWED,
    "push to main": CHECKS,
    "schedule": dict.fromkeys(("nightly", "aws-tests", "browser", "night"), "on_success"),
    "push to a branch": {},
    "tag": {},
    "tag called main": {},
    "schedule of a tag called main": dict.fromkeys(("nightly", "aws-tests", "browser"), "on_success"),
    "trigger token": {},
}
DEPLOYING = {
    **WITHOUT_AWS,
    "schedule": dict.fromkeys(("nightly", "aws-tests", "browser", "drift"), "on_success"),
    "push to main": {
        **CHECKS,
        **{f"plan-{name}": "on_success" for name in MANUAL},
        **{f"up-{name}": "manual" if name in MANUAL else "on_success" for name in stack_names()},
    },
}

GITHUB_EVENTS = {
    "pull request": {"event_name": "pull_request", "ref": "refs/pull/7/merge"},
    "push to main": {"event_name": "push", "ref": "refs/heads/main"},
    "schedule": {"event_name": "schedule", "ref": "refs/heads/main"},
    "push to a branch": {"event_name": "push", "ref": "refs/heads/topic"},
    "tag": {"event_name": "push", "ref": "refs/tags/v1.0.0"},
    "tag called main": {"event_name": "push", "ref": "refs/tags/main"},
    "by hand on main": {"event_name": "workflow_dispatch", "ref": "refs/heads/main"},
    "by hand on a branch": {"event_name": "workflow_dispatch", "ref": "refs/heads/topic"},
    "by hand on a tag called main": {"event_name": "workflow_dispatch", "ref": "refs/tags/main"},
}
GITHUB_TABLE = {
    "pull request": {"check", "engine-tests", "aws-tests", "offline-preview", "comment"},
    "push to main": {"check", "engine-tests", "aws-tests"},
    "schedule": {"check", "aws-tests", "drift"},
    "push to a branch": set(),
    "tag": set(),
    "tag called main": set(),
    "by hand on main": {"check", "engine-tests", "aws-tests", "plan", "up"},
    "by hand on a branch": {"check", "engine-tests", "aws-tests"},
    "by hand on a tag called main": {"check", "engine-tests", "aws-tests"},
}


#: Without AWS the night's report is another job's.
GITHUB_WITHOUT_AWS = {**GITHUB_TABLE, "schedule": {"check", "aws-tests", "night"}}
#: Whether the page is shown in a browser for a change of a file; every file here, and many more, is judged as well.
SHOWN = {
    "preview/report/html.py": True,
    "preview/report/templates/report.js": True,
    "preview/charts/report.py": True,
    "tests/browser/test_report.py": True,
    "tools/browser/axe.sha256": True,
    "preview/run.py": False,
    "stacks/Pulumi.prod.yaml": False,
}
#: The judges of the cluster, and whether they look at a change of a file.
CLUSTER = ("charts", "kyverno", "kube", "rehearse")
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
        if match := re.fullmatch(r"format\('(.*)', (\S+)\)", operand):
            return match[1].replace("{0}", str(value(match[2])))
        return operand[1:-1] if operand[0] in "'\"" else known.get(operand.removeprefix("$").removeprefix("github."))

    def held(part: str) -> bool:
        match re.split(r" (==|!=) ", part.strip()):
            case [name] if " " not in name:
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
    if known["event_name"] == "push" and known["ref"] not in (
        f"refs/heads/{name}" for name in triggers["push"]["branches"]
    ):
        return set()
    known = {
        # What a condition may not go by: a branch and a tag may share it.
        "ref_name": known["ref"].split("/", 2)[2],
        "event.repository.default_branch": "main",
        "always()": True,
        "vars.LANDING_ZONE_DEPLOYS": "true",
        **known,
    }
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
    without = {**GITHUB_EVENTS[event], "vars.LANDING_ZONE_DEPLOYS": ""}
    assert started_by_github(without) == GITHUB_WITHOUT_AWS[event]


@pytest.mark.parametrize("changed", JUDGED)
@pytest.mark.parametrize("event", ["merge request", "push to main"])
def test_gitlab_asks_the_judges_that_a_change_concerns(changed, event):
    asked = started_by_gitlab({**GITLAB_EVENTS[event], "changed": changed})

    checks = REVIEWED if event == "merge request" else CHECKS
    assert asked == {**checks, **dict.fromkeys(CLUSTER if JUDGED[changed] else (), "on_success")}


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


@pytest.mark.parametrize("changed", SHOWN)
@pytest.mark.parametrize("event", ["merge request", "push to main"])
def test_gitlab_shows_the_page_when_what_it_is_made_of_changes(changed, event):
    asked = started_by_gitlab({**GITLAB_EVENTS[event], "changed": changed})

    assert ("browser" in asked) is SHOWN[changed]


def test_github_shows_the_page_for_the_same_paths_and_every_night():
    browser = yaml.safe_load(BROWSER.read_text())
    triggers, job = browser[True], browser["jobs"]["browser"]
    ours = gitlab_jobs()["browser"]
    paths = [[path.replace("/**/*", "/**") for path in rule["changes"]] for rule in ours["rules"] if "changes" in rule]

    assert list(browser["jobs"]) == ["browser"]
    assert paths == [triggers["push"]["paths"]] * 2
    assert triggers["pull_request"]["paths"] == triggers["push"]["paths"]
    assert triggers["schedule"] == document("github")[True]["schedule"]
    assert [job["steps"][-1]["run"]] == ours["script"] == ["make browser"]
    # Of the folders that are named, each is there.
    assert [path for path in triggers["push"]["paths"] if not (ROOT / path.removesuffix("/**")).exists()] == []


def test_every_job_stands_in_the_tables():
    tables = (*DEPLOYING.values(), *WITHOUT_AWS.values())
    assert {name for jobs in tables for name in jobs} | {*CLUSTER} == set(gitlab_jobs())
    tables = (*GITHUB_TABLE.values(), *GITHUB_WITHOUT_AWS.values())
    assert {name for jobs in tables for name in jobs} == set(github_jobs())


@pytest.mark.parametrize("name", PIPELINES)
def test_every_night_has_a_report_on_each_environment_by_the_same_commands(name):
    jobs = gitlab_jobs() if name == "gitlab" else github_jobs()
    said = {
        each: [step["run"] for step in jobs[each]["steps"] if "run" in step]
        if name == "github"
        else jobs[each]["script"]
        for each in ("drift", "night")
    }
    stack, folder = ("$STACK", "$night") if name == "gitlab" else ("${{ matrix.stack }}", "$RUNNER_TEMP")
    plain = {each: [line.replace('"', "") for line in lines] for each, lines in said.items()}

    report = f".venv/bin/python -m preview.night {stack}"
    assert plain["night"] == ["make .venv/.runtime", f"{report} --post"]
    assert plain["drift"][-2:] == [
        f".ci/drift {stack} {folder}",
        f"{report} --drift {folder}/drift.jsonl --state {folder}/state.json --post",
    ]
    # The state is nobody's to take away.
    assert [each for each in said if "artifacts" in jobs[each] or "upload-artifact" in str(jobs[each])] == []


def test_on_github_the_night_may_write_issues_and_its_token_reaches_the_step_that_posts():
    for name in ("drift", "night"):
        job = github_jobs()[name]
        assert job["permissions"]["issues"] == "write"
        assert [step for step in job["steps"] if "github.token" in str(step)] == [job["steps"][-1]]
        assert job["steps"][0]["with"] == {"persist-credentials": False}


def test_findings_go_to_code_scanning_unless_a_fork_s_token_may_not():
    job = github_jobs()["offline-preview"]
    (upload,) = [step for step in job["steps"] if "upload-sarif" in step.get("uses", "")]
    others = [step for each in github_jobs().values() for step in each["steps"] if step is not upload]

    assert job["permissions"] == {"contents": "read", "actions": "read", "security-events": "write"}
    assert upload["with"] == {
        "sarif_file": "findings-${{ matrix.stack }}.sarif",
        "category": "landing-zone-${{ matrix.stack }}",
    }
    assert upload["if"].startswith("always() && ")
    assert upload["if"].endswith("github.event.pull_request.head.repo.full_name == github.repository")
    # The verdict is .ci/preview's, and no upload's.
    assert upload["continue-on-error"] is True
    assert [step for step in others if "upload-sarif" in str(step)] == []


PULUMI = """#!/bin/bash
echo "$PULUMI_DEBUG_COMMANDS $*" >> "$HOME/asked"
while [ $# -gt 0 ]; do
    case $1 in --event-log | --file) [ -n "$BROKEN" ] || echo written > "$2" ;; esac
    shift
done
exit "${CODE:-0}"
"""


@pytest.mark.parametrize("told", [{}, {"CODE": "255"}, {"CODE": "1", "BROKEN": "yes"}])
def test_what_the_engine_leaves_of_a_night_is_for_the_report_to_tell(tmp_path, told):
    programs, folder = tmp_path / "programs", tmp_path / "night"
    programs.mkdir()
    folder.mkdir()
    (programs / "pulumi").write_text(PULUMI)
    (programs / "pulumi").chmod(0o755)
    for name in ("drift.jsonl", "state.json"):
        (folder / name).write_text("of another night")
    known = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path), **told}
    done = subprocess.run(
        [ROOT / ".ci" / "drift", "prod", folder], env=known, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    preview, export = (tmp_path / "asked").read_text().splitlines()
    assert preview.startswith("true preview --stack prod --refresh --expect-no-changes --diff --event-log ")
    assert re.findall(r"--policy-pack policy/(\w+)", preview) == ["decisions", "cost", "guardrails"]
    assert export == f" stack export --stack prod --file {folder}/state.json"
    left = {path.name: path.read_text() for path in folder.iterdir()}
    assert left == ({} if "BROKEN" in told else dict.fromkeys(("drift.jsonl", "state.json"), "written\n"))


def test_a_rule_asks_only_for_what_is_known_before_the_job_s_environment():
    entries = [document("gitlab")["workflow"], *gitlab_jobs().values()]
    asked = {name for entry in entries for rule in entry["rules"] for name in re.findall(r"\$(\w+)", rule["if"])}

    assert asked == KNOWN_TO_RULES


def test_the_checks_of_a_schedule_alone_use_the_real_day():
    assert gitlab_jobs()["nightly"]["script"] == ["make check TODAY=$(date -u +%F)", "make demands"]
    assert gitlab_jobs()["check"]["script"] == ["make check"]
    assert {step["run"]: step["if"] for step in github_jobs()["check"]["steps"] if "run" in step} == {
        "make check": "github.event_name != 'schedule'",
        "make check TODAY=$(date -u +%F)": "github.event_name == 'schedule'",
        "make demands": "github.event_name == 'schedule'",
    }


def test_what_reviewers_read_is_in_one_language_that_a_team_may_choose():
    for job in ("offline-preview", "note"):
        assert gitlab_jobs()[job]["variables"]["LANDING_ZONE_LANG"] == "ko"
    asked = "${{ vars.LANDING_ZONE_LANG || 'ko' }}"
    (note,) = (step for step in github_jobs()["comment"]["steps"] if "preview.note" in step.get("run", ""))
    assert github_jobs()["offline-preview"]["env"]["LANDING_ZONE_LANG"] == note["env"]["LANDING_ZONE_LANG"] == asked


def test_a_preview_is_compared_with_where_the_change_starts():
    preview = gitlab_jobs()["offline-preview"]

    assert preview["script"] == [
        "target=${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:+refs/remotes/origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME}",
        ".ci/preview $STACK ${target:-$CI_COMMIT_BEFORE_SHA}",
    ]
    assert preview["variables"]["GIT_DEPTH"] == 0
    steps = github_jobs()["offline-preview"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0}
    assert [step["run"] for step in steps if "run" in step] == [
        '.ci/preview ${{ matrix.stack }} "refs/remotes/origin/$GITHUB_BASE_REF"'
    ]
    assert "changes-$STACK.*" in preview["artifacts"]["paths"]
    assert preview["artifacts"]["reports"] == {
        "codequality": "findings-$STACK.codequality.json",
        "junit": "findings-$STACK.xml",
    }


def test_both_forges_get_their_note_by_the_same_command_whatever_the_previews_end_with():
    note, comment = gitlab_jobs()["note"], github_jobs()["comment"]
    runs = [step["run"] for step in comment["steps"] if "run" in step]

    assert note["script"] == runs == ["make .venv/.runtime", ".venv/bin/python -m preview.note --output note.md"]
    assert (note["needs"], comment["needs"]) == (["offline-preview"], "offline-preview")
    assert comment["if"].startswith("always() && ")
    # The token reaches the one step that posts, and no checkout keeps it.
    assert [step for step in comment["steps"] if "github.token" in str(step)] == [comment["steps"][-1]]
    assert comment["steps"][0]["with"] == {"persist-credentials": False}


@pytest.fixture
def change(tmp_path):
    """A repository with one commit on main and one on top of it, where ``make`` writes what it is asked for."""
    folder, programs = tmp_path / "checkout", tmp_path / "programs"
    (folder / ".ci").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(ROOT / ".ci" / "preview", folder / ".ci")
    for program, text in ((programs / "make", MAKE), (folder / ".venv" / "bin" / "python", PREVIEW)):
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    identity = ("-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false")

    def git(*arguments):
        subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True)  # noqa: S607

    orphan = ["git", "-C", str(folder), *identity, "commit-tree", "-m", "Elsewhere", "HEAD^{tree}"]
    git("init", "-q", "-b", "main")
    git("add", ".ci")
    git("commit", "-qm", "Begin")
    git("checkout", "-q", "-b", "topic")
    git("commit", "-qm", "Change", "--allow-empty")
    # A branch of a history of its own.
    git("branch", "unrelated", subprocess.check_output(orphan, text=True).strip())

    def run(*arguments, where=folder, **environment):
        known = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path), **environment}
        command = [where / ".ci" / "preview", "prod", *arguments]
        return subprocess.run(command, env=known, capture_output=True, text=True, check=False)

    run.folder, run.git = folder, git
    return run


MAKE = """#!/bin/bash
[ -z "$UNINSTALLED" ]
"""
#: A preview that is blocked where a difference is asked for and BLOCKED is set, and that breaks where BROKEN is.
PREVIEW = """#!/bin/bash
all="$*"
[ -n "$BROKEN" ] && [[ $all = *--against* ]] && { echo "error: landing:phases: 7 is refused" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in --output) echo "$all" > "$2" ;; --also) echo "$all" > "${2#*=}" ;; esac
    shift
done
[[ $all = *--against* ]] && echo "p/q documents: it blocks" >&2
[ -z "$BLOCKED" ] || [[ $all != *--against* ]]
"""
WRITTEN = {
    "preview-prod.md",
    "preview-prod.html",
    "changes-prod.md",
    "changes-prod.json",
    "findings-prod.codequality.json",
    "findings-prod.sarif",
    "findings-prod.xml",
}


def test_the_verdict_of_a_pipeline_is_that_of_the_difference(change):
    assert change("main").returncode == 0
    assert (change.folder / "changes-prod.md").read_text() == (
        "-m preview prod --against main --format markdown --output changes-prod.md --also json=changes-prod.json"
        " --also codequality=findings-prod.codequality.json --also sarif=findings-prod.sarif --also junit=findings-prod.xml\n"
    )
    assert {path.name for path in change.folder.glob("*prod*")} == WRITTEN
    blocked = change("main", BLOCKED="yes")
    assert (blocked.returncode, blocked.stderr) == (1, "p/q documents: it blocks\n")
    assert {path.name for path in change.folder.glob("*prod*")} == WRITTEN


def test_a_stack_that_cannot_be_read_ends_with_2_and_leaves_why_and_nothing_older(change):
    (change.folder / "changes-prod.md").write_text("ALLOWED")
    (change.folder / "changes-prod.json").write_text("ALLOWED")

    done = change("main", BROKEN="yes")

    assert (done.returncode, done.stderr) == (2, "error: landing:phases: 7 is refused\n")
    assert {path.name for path in change.folder.glob("changes-*")} == {"changes-prod.error"}
    assert (change.folder / "changes-prod.error").read_text() == done.stderr


def test_a_pipeline_without_its_tools_ends_with_2_and_says_which(change, tmp_path):
    assert change("main", UNINSTALLED="yes").stderr == (
        "error: the project's libraries cannot be installed; the job's log says why\n"
    )
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("bash", "dirname", "rm", "tee", "make"):
        (bare / name).symlink_to(shutil.which(name))

    done = change("main", PATH=str(bare))

    assert (done.returncode, done.stderr) == (
        2,
        "error: git is not on PATH, so nothing can be previewed; install it in the job's image\n",
    )
    assert (change.folder / "changes-prod.error").read_text() == done.stderr


@pytest.mark.parametrize(
    ("revision", "line"),
    [
        ([], "no revision is given, so waivers are unverified"),
        ([""], "no revision is given, so waivers are unverified"),
        # What GitLab knows before a first push.
        (["0" * 40], f"there is no revision {'0' * 40} here, so waivers are unverified"),
        (["nowhere"], "there is no revision nowhere here, so waivers are unverified"),
        (["--all"], "there is no revision --all here, so waivers are unverified"),
        (["unrelated"], "unrelated and HEAD share no commit, so waivers are unverified"),
        (["HEAD"], "HEAD holds HEAD, so waivers are unverified"),
        (["topic"], "topic holds HEAD, so waivers are unverified"),
    ],
)
def test_a_pipeline_without_a_base_that_vouches_for_waivers_ends_with_2_and_one_line(change, revision, line):
    done = change(*revision)

    assert (done.returncode, done.stdout) == (2, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"error: {line}; allowed is the branch or commit that the change goes to")
    assert [path.name for path in change.folder.glob("*prod*")] == ["changes-prod.error"]
    assert (change.folder / "changes-prod.error").read_text() == done.stderr


def test_a_pipeline_in_a_shallow_clone_ends_with_2_and_one_line(change, tmp_path):
    clone = tmp_path / "clone"
    change.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{change.folder}", str(clone))

    done = change("refs/remotes/origin/main", where=clone)

    assert done.returncode == 2
    assert done.stderr == (
        "error: this clone is shallow, so waivers are unverified; fetch the whole history (GIT_DEPTH: 0, fetch-depth: 0)\n"
    )


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("stacks/waiver-owners.yaml", {"secops"}),
        ("stacks/owners.py", {"secops"}),
        ("stacks/Pulumi.prod.yaml", {"secops", "finance"}),
        ("policy/engine/rule.py", {"secops"}),
        ("preview/questions/diff/standing.py", {"secops"}),
        (".ci/preview", {"secops"}),
        (".gitlab-ci.yml", {"secops"}),
        (".github/workflows/ci.yml", {"secops"}),
        ("Makefile", {"secops"}),
        ("CODEOWNERS", {"secops"}),
        (".github/CODEOWNERS", {"secops"}),
        ("docs/CODEOWNERS", {"secops"}),
        ("stacks/Pulumi.dev.yaml", {"platform", "finance"}),
        ("bootstrap/policies/prod.json", {"secops"}),
        ("README.md", {"platform"}),
    ],
)
def test_what_waivers_rest_on_has_owners_of_its_own(path, owners):
    lines = [line.split() for line in (ROOT / "CODEOWNERS").read_text().splitlines() if line and line[0] != "#"]

    def owns(pattern: str) -> bool:
        if "/" not in pattern:
            # Of a file anywhere.
            return fnmatch(path.rpartition("/")[2], pattern)
        wanted = pattern.removeprefix("/")
        return path.startswith(wanted) if wanted.endswith("/") else fnmatch(path, wanted)

    *_, last = [names for pattern, *names in lines if owns(pattern)]
    assert {name.removeprefix("@alphacar/") for name in last} == owners


def test_environments_are_deployed_one_after_another_and_production_by_hand():
    jobs = gitlab_jobs()
    after = {name: job.get("needs", []) for name, job in jobs.items() if name.startswith(("up-", "plan-"))}
    by_itself = [f"up-{name}" for name in promotion_order() if name not in MANUAL]

    assert PRODUCTION in MANUAL
    # A plan is of what stands there after everything before it was deployed.
    assert after == {
        **{name: [before] if before else [] for before, name in zip(["", *by_itself], by_itself, strict=False)},
        **{f"plan-{name}": by_itself[-1:] for name in MANUAL},
        **{f"up-{name}": [f"plan-{name}"] for name in MANUAL},
    }
    assert {rule["when"] for name in MANUAL for rule in jobs[f"up-{name}"]["rules"]} == {"manual"}
    assert github_jobs()["plan"]["needs"] == ["check", "engine-tests", "aws-tests"]
    assert github_jobs()["up"]["needs"] == "plan"
    assert github_jobs()["up"]["environment"] == "${{ inputs.stack }}"


def test_whatever_is_promoted_by_hand_gets_what_production_has():
    """A second production is called as it likes, and waits for no other's."""
    names = ["dev", "eu", "staging", PRODUCTION]
    made = {path: yaml.safe_load(text) for path, text in written(names, {"eu", PRODUCTION}).items()}
    gitlab, github = made[GITLAB], made[GITHUB]
    jobs = {name: job for name, job in gitlab.items() if name.startswith(("up-", "plan-"))}

    assert set(jobs) == {
        "up-dev",
        "up-staging",
        *(f"{what}-{name}" for what in ("plan", "up") for name in ("eu", "prod")),
    }
    assert jobs["up-staging"]["needs"] == ["up-dev"]
    assert jobs["plan-eu"] == {**jobs["plan-prod"], "variables": {"STACK": "eu"}}
    assert jobs["up-eu"] == {**jobs["up-prod"], "variables": {"STACK": "eu"}, "needs": ["plan-eu"]}
    # On GitHub there is no other way than the plan and the environment's reviewer.
    assert github[True]["workflow_dispatch"]["inputs"]["stack"]["options"] == names
    assert {name: github["jobs"][name] for name in ("plan", "up")} == {
        name: github_jobs()[name] for name in ("plan", "up")
    }


def test_a_copy_of_production_is_promoted_by_hand_and_so_is_what_says_nothing(settings):
    dev = (FOLDER / "Pulumi.dev.yaml").read_text()
    made = copied(
        (FOLDER / "Pulumi.prod.yaml").read_text(), settings("prod"), "eu", IPv4Network("10.40.0.0/16"), "eu.example"
    )

    assert yaml.safe_load(made)["config"]["landing:promotion"] == "manual"
    assert yaml.safe_load(dev)["config"]["landing:promotion"] == "automatic"
    assert settings("dev", {"promotion": ...}).promotion == "manual"


def test_both_pipelines_know_every_stack_file():
    gitlab, github = gitlab_jobs(), github_jobs()
    lists = [
        *(gitlab[name]["parallel"]["matrix"][0]["STACK"] for name in ("offline-preview", "drift")),
        *(github[name]["strategy"]["matrix"]["stack"] for name in ("offline-preview", "drift")),
        document("github")[True]["workflow_dispatch"]["inputs"]["stack"]["options"],
    ]
    listed = subprocess.run([ROOT / ".ci" / "stacks"], capture_output=True, text=True, check=True).stdout.split()

    assert listed == stack_names()
    assert [sorted(names) for names in lists] == [stack_names()] * 5
    assert {job["variables"]["STACK"] for name, job in gitlab.items() if name.startswith("up-")} == set(stack_names())


def signs_in(job):
    # A token that the forge signs for AWS is what a job becomes a role by.
    return "id_tokens" in job or job.get("permissions", {}).get("id-token") == "write"


def test_what_is_not_reviewed_yet_becomes_no_role():
    asked = {name: job for name, job in gitlab_jobs().items() if signs_in(job)}
    merge = {**GITLAB_EVENTS["merge request"], "LANDING_ZONE_DEPLOYS": "true", "changed": "landing/stores.py"}

    assert set(asked) == {"drift", *(f"plan-{name}" for name in MANUAL), *(f"up-{name}" for name in stack_names())}
    assert not set(started_by_gitlab(merge)) & set(asked)
    assert {name for name, job in github_jobs().items() if signs_in(job)} == {"drift", "plan", "up"}
    assert not started_by_github(GITHUB_EVENTS["pull request"]) & {"drift", "plan", "up"}
    assert document("github")["permissions"] == {"contents": "read"}
    assert not any(signs_in(job) for job in yaml.safe_load(JUDGES.read_text())["jobs"].values())


@pytest.mark.parametrize("event", ["schedule", "push to main"])
def test_a_role_is_reached_from_the_default_branch_alone(event):
    elsewhere = {**GITLAB_EVENTS[event], "LANDING_ZONE_DEPLOYS": "true", "CI_COMMIT_BRANCH": "topic"}

    assert not {name for name in started_by_gitlab(elsewhere) if signs_in(gitlab_jobs()[name])}


def test_what_looks_reads_by_another_role_than_what_deploys():
    jobs = gitlab_jobs()
    environments = {name: job["environment"]["name"] for name, job in jobs.items() if "environment" in job}

    assert {environments.pop(name) for name in (f"plan-{PRODUCTION}", "drift")} == {"preview/$STACK"}
    assert environments == dict.fromkeys((f"up-{name}" for name in stack_names()), "$STACK")
    # A job with an environment signs in by that, and not by its branch.
    assert not [name for name in ("drift", "plan") if "environment" in github_jobs()[name]]
    assert "PREVIEW_ROLES" in str(github_jobs()["plan"])
    assert "AWS_ROLE_ARN" not in str(github_jobs()["plan"])


def test_what_is_started_by_hand_applies_the_plan_that_was_read_and_that_ends_after_a_day():
    plan, up = gitlab_jobs()[f"plan-{PRODUCTION}"], gitlab_jobs()[f"up-{PRODUCTION}"]

    assert plan["script"] == ['make up STACK=$STACK ARGS="--save plan-$STACK"']
    assert plan["artifacts"] == {"access": "maintainer", "expire_in": "1 day", "paths": ["plan-$STACK/"]}
    # Without artifacts: false, what is needed hands its artifacts over.
    assert up["needs"] == [f"plan-{PRODUCTION}"]
    assert up["script"] == ['make up STACK=$STACK ARGS="--plan plan-$STACK --yes"']
    steps, after = github_jobs()["plan"]["steps"], github_jobs()["up"]["steps"]
    (kept,) = [step["with"] for step in steps if "upload-artifact" in step.get("uses", "")]
    (read,) = [step["with"] for step in after if "download-artifact" in step.get("uses", "")]
    assert (kept["name"], kept["path"], kept["retention-days"]) == (read["name"], f"{read['path']}/", 1)
    assert steps[-2]["run"] == 'make up STACK=${{ inputs.stack }} ARGS="--save plan-${{ inputs.stack }}"'
    assert after[-1]["run"] == 'make up STACK=${{ inputs.stack }} ARGS="--plan plan-${{ inputs.stack }} --yes"'
    # What lies in the checkout beside the commit would be a change of it.
    assert "/plan-*/" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("stack", stack_names())
def test_no_token_of_a_merge_request_fits_the_trust_of_a_role_that_opens_the_state(stack):
    settings = from_config(find_project(ROOT / "bootstrap", stack).config, stack)
    trusts = [trust.deploying(settings, "111122223333"), trust.previewing(settings, "111122223333")]
    allowed = {
        subject
        for each in trusts
        for statement in each["Statement"]
        for operator, keys in statement["Condition"].items()
        for key, subject in keys.items()
        if key.endswith(":sub") and operator == "StringEquals"
    }
    conditions = [statement["Condition"] for each in trusts for statement in each["Statement"]]
    project, repository = settings.gitlab.project, settings.github.repository
    # What each forge writes into a token (GitLab: OpenID Connect in AWS; GitHub: about security hardening with OIDC).
    unreviewed = {
        f"project_path:{project}:ref_type:branch:ref:topic",
        f"project_path:someone/{project.rpartition('/')[2]}:ref_type:branch:ref:{settings.gitlab.branch}",
        f"project_path:{project}:ref_type:tag:ref:{settings.gitlab.branch}",
        f"repo:{repository}:pull_request",
        f"repo:{repository}:ref:refs/heads/topic",
        f"repo:{repository}:ref:refs/pull/7/merge",
    }

    # Compared whole, and by nothing that a pattern could stretch.
    assert all(set(each) == {"StringEquals"} for each in conditions)
    assert not [subject for subject in allowed if set(subject) & set("*?")]
    assert f"project_path:{project}:ref_type:branch:ref:{settings.gitlab.branch}" in allowed
    assert not allowed & unreviewed


def test_credentials_last_as_long_as_the_job_that_deploys_and_the_role_allows_it():
    job = github_jobs()["up"]
    (asked,) = [step["with"] for step in job["steps"] if "configure-aws-credentials" in step.get("uses", "")]
    others = [step for name, each in github_jobs().items() for step in each["steps"] if name != "up"]
    result = preview_program(find_project(ROOT / "bootstrap", PRODUCTION), read_answers(None), TODAY)
    longest = {
        made.inputs["name"]: made.inputs["maxSessionDuration"]
        for made in result.recording.registrations
        if made.type == "aws:iam/role:Role"
    }

    assert asked["role-duration-seconds"] == longest["alphacar-deploy"] == 60 * job["timeout-minutes"]
    # What only reads needs no more than an hour, which is what its jobs have.
    assert longest["alphacar-preview"] == 3600
    assert max(github_jobs()[name]["timeout-minutes"] for name in ("drift", "plan")) == 60
    assert "role-duration-seconds" not in str(others)


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
    # What deploys is deploy/, and what looks for drift is a script of its own.
    looks = (ROOT / ".ci" / "drift").read_text().replace("\\\n", " ")
    told = [*looks.splitlines(), *(line for name in PIPELINES for line in scripts(name))]
    lines = [line for line in told if re.search(r"\bpulumi (preview|up) ", line)]

    assert PACKS == ("decisions", "cost", "guardrails")
    assert [line for line in lines if " --event-log " in line]
    # What an echo says is no run.
    for line in (each for each in lines if not each.startswith("echo ")):
        assert re.findall(r"--policy-pack policy/(\w+)", line) == ["decisions", "cost", "guardrails"]


def test_images_and_actions_are_pinned_to_what_cannot_be_moved():
    images = [
        document("gitlab")["default"]["image"],
        *(job["image"] for job in gitlab_jobs().values() if "image" in job),
    ]
    others = [job for path in (JUDGES, BROWSER) for job in yaml.safe_load(path.read_text())["jobs"].values()]
    jobs = [*github_jobs().values(), *others]
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
        "-f=true",
        "--policy-pack=other",
        "--stack",
        "-sprod",
        "--config=landing:environment=dev",
        "--target=x",
        "--refresh",
    ],
)
def test_a_deployment_is_of_what_was_previewed_and_no_more(argument):
    run = subprocess.run([ROOT / ".ci" / "up", "dev", argument], capture_output=True, text=True, check=False)

    assert run.returncode == 2
    assert run.stderr.startswith("error: no such option: -")


@pytest.mark.parametrize("script", ["bootstrap", "drift", "preview", "up"])
def test_a_script_that_is_told_no_environment_ends_with_2_and_one_line(script):
    run = subprocess.run([ROOT / ".ci" / script], capture_output=True, text=True, check=False)

    assert run.returncode == 2
    (told,) = run.stderr.splitlines()
    assert re.match(r"error: no \w+ (or no FOLDER )?is given; allowed (are|is) ", told)


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
        {pin.lower() for pin in pins}
        for pins in (project["dependencies"], itertools.chain(*project["optional-dependencies"].values()))
    )
    locked, developed = (
        set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )

    assert runtime <= locked <= developed
    assert tools <= developed - locked


def test_every_script_of_ours_passes_shellcheck():
    tracked = subprocess.run(
        ["/usr/bin/env", "git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    scripts = [name for name in tracked if name and _is_script(ROOT / name)]
    # What is sourced is looked for from the script's own folder, in which they are started.
    words = [str(Path(sys.executable).parent / "shellcheck"), "--exclude=SC1091", *scripts]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert len(scripts) > 20
    assert done.returncode == 0, done.stdout


def _is_script(path):
    with path.open("rb") as file:
        return re.match(rb"#!.*\b(ba)?sh\n", file.readline()) is not None
