"""What a job of GitLab or of GitHub knows of its forge: where notes and issues are, and what they are called.

Sources: GitLab's "Notes API", "Issues API", "Merge requests API" and "Predefined CI/CD variables reference"; GitHub's
REST endpoints for issue comments, issues and pull requests, and its "Default environment variables".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

#: Characters of one note or issue (sources: GitHub answers 422 above it; GitLab's "Size of comments").
GITHUB_LIMIT: Final = 65_536
GITLAB_LIMIT: Final = 1_000_000
WORKFLOW: Final = "github-actions[bot]"
_LOCAL: Final = ("127.0.0.1", "::1", "localhost")
_COMMIT: Final = r"[0-9a-f]{40}|[0-9a-f]{64}"


class ForgeError(Exception):
    """The note or issue is not posted; the text says why, and holds no token."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """The merge or pull request: the commit that this job is of, and where the forge says which one it is at now."""

    commit: str
    path: str
    #: Keys in the forge's answer, from the outermost.
    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """What one forge calls its notes, or its issues: paths below ``root``, keys of one, and how it is changed."""

    root: str
    headers: Mapping[str, str]
    limit: int
    #: What lists them with the oldest first, and what makes one.
    listed: str
    made: str
    #: ``{}`` stands for the number at the key ``number``.
    one: str
    number: str
    text: str
    change: str
    #: The author, and the user's own key for the same.
    author: str
    who: str
    #: Who writes where a token may not ask.
    otherwise: str | None
    #: Of notes alone.
    of: Change | None = None
    #: Of issues alone: the key and the words that close and reopen one.
    state: tuple[str, str, str] | None = None


def find_forge(environment: Mapping[str, str]) -> Endpoints | None:
    """The notes of the change whose job this is, or ``None`` outside of a job.

    Raises :class:`ForgeError` for a job that does not say what it has to.
    """
    if environment.get("GITLAB_CI") == "true":
        return _gitlab_notes(environment)
    return _github_notes(environment) if environment.get("GITHUB_ACTIONS") == "true" else None


def find_tracker(environment: Mapping[str, str]) -> Endpoints | None:
    """The issues of the project whose job this is, or ``None`` outside of a job. Raises :class:`ForgeError`."""
    if environment.get("GITLAB_CI") == "true":
        return _gitlab_issues(environment)
    return _github_issues(environment) if environment.get("GITHUB_ACTIONS") == "true" else None


def _gitlab_notes(environment: Mapping[str, str]) -> Endpoints:
    # Of the project that the change goes to: in a fork's pipeline CI_PROJECT_ID is the fork.
    project = quote(_given(environment, "CI_MERGE_REQUEST_PROJECT_ID"), safe="")
    request = f"/projects/{project}/merge_requests/{_number(environment, 'CI_MERGE_REQUEST_IID')}"
    # In a pipeline for merged results CI_COMMIT_SHA is that merge, and only there the other variable is set.
    source = "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"
    commit = _commit(environment, source if environment.get(source, "").strip() else "CI_COMMIT_SHA")
    return _gitlab(
        environment,
        listed=f"{request}/notes?sort=asc&order_by=created_at",
        made=f"{request}/notes",
        one=f"{request}/notes/{{}}",
        number="id",
        text="body",
        of=Change(commit=commit, path=request, keys=("sha",)),
    )


def _gitlab_issues(environment: Mapping[str, str]) -> Endpoints:
    issues = f"/projects/{quote(_given(environment, 'CI_PROJECT_ID'), safe='')}/issues"
    return _gitlab(
        environment,
        listed=f"{issues}?scope=all&state=all&sort=asc&order_by=created_at",
        made=issues,
        one=f"{issues}/{{}}",
        number="iid",
        text="description",
        state=("state_event", "close", "reopen"),
    )


def _github_notes(environment: Mapping[str, str]) -> Endpoints:
    repository = _repository(environment)
    found = re.fullmatch(r"refs/pull/(\d+)/\w+", _given(environment, "GITHUB_REF"))
    if found is None:
        raise ForgeError("GITHUB_REF is that of no pull request; allowed is refs/pull/NUMBER/merge")
    return _github(
        environment,
        listed=f"/repos/{repository}/issues/{found[1]}/comments?sort=created&direction=asc",
        made=f"/repos/{repository}/issues/{found[1]}/comments",
        one=f"/repos/{repository}/issues/comments/{{}}",
        number="id",
        of=Change(commit=_pushed(environment), path=f"/repos/{repository}/pulls/{found[1]}", keys=("head", "sha")),
    )


def _github_issues(environment: Mapping[str, str]) -> Endpoints:
    issues = f"/repos/{_repository(environment)}/issues"
    return _github(
        environment,
        listed=f"{issues}?state=all&sort=created&direction=asc",
        made=issues,
        one=f"{issues}/{{}}",
        number="number",
        state=("state", "closed", "open"),
    )


def _gitlab(environment: Mapping[str, str], **own: Any) -> Endpoints:
    """What GitLab's notes and issues have in common, and what is one kind's ``own``."""
    return Endpoints(
        root=_root(environment, "CI_API_V4_URL"),
        headers={"PRIVATE-TOKEN": _token(environment, "LANDING_ZONE_NOTE_TOKEN")},
        limit=GITLAB_LIMIT,
        change="PUT",
        author="author",
        who="username",
        otherwise=None,
        **own,
    )


def _github(environment: Mapping[str, str], **own: Any) -> Endpoints:
    """What GitHub's comments and issues have in common, and what is one kind's ``own``."""
    return Endpoints(
        root=_root(environment, "GITHUB_API_URL"),
        headers={
            "Authorization": f"Bearer {_token(environment, 'GITHUB_TOKEN')}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        limit=GITHUB_LIMIT,
        text="body",
        change="PATCH",
        author="user",
        who="login",
        otherwise=WORKFLOW,
        **own,
    )


def _given(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name, "").strip():
        return value
    raise ForgeError(f"{name} is not set")


def _number(environment: Mapping[str, str], name: str) -> str:
    value = _given(environment, name)
    if re.fullmatch(r"\d+", value) is None:
        raise ForgeError(f"{name} is no number")
    return value


def _commit(environment: Mapping[str, str], name: str) -> str:
    value = _given(environment, name)
    if re.fullmatch(_COMMIT, value) is None:
        raise ForgeError(f"{name} is no commit")
    return value


def _pushed(environment: Mapping[str, str]) -> str:
    """The commit that was pushed: GITHUB_SHA is its merge with where it goes, which no pull request is at."""
    try:
        event = json.loads(Path(_given(environment, "GITHUB_EVENT_PATH")).read_bytes())
        value = event["pull_request"]["head"]["sha"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        value = None
    if not isinstance(value, str) or re.fullmatch(_COMMIT, value) is None:
        raise ForgeError("GITHUB_EVENT_PATH is no event of a pull request: it names no commit")
    return value


def _repository(environment: Mapping[str, str]) -> str:
    value = _given(environment, "GITHUB_REPOSITORY")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", value) is None:
        raise ForgeError("GITHUB_REPOSITORY is none; allowed is OWNER/NAME")
    return value


def _token(environment: Mapping[str, str], name: str) -> str:
    value = _given(environment, name)
    # A library that refuses a header quotes it.
    if re.fullmatch(r"[\x21-\x7e]+", value) is None:
        raise ForgeError(f"{name} holds what no token does: a space, a line's end or a letter beyond ASCII")
    return value


def _root(environment: Mapping[str, str], name: str) -> str:
    value = _given(environment, name).rstrip("/")
    try:
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    except ValueError:
        safe = False
    if not safe or re.search(r"[\s@]", value):
        raise ForgeError(f"{name} is no address that a token may be sent to; allowed is https://HOST/PATH")
    return value
