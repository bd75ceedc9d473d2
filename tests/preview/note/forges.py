"""Both forges' endpoints for notes and issues, as far as the program uses them, over real HTTP on this machine.

Sources: GitLab's "Notes API", "Issues API", "Merge requests API", "Pagination" and "Users API"; GitHub's REST endpoints
for issue comments, issues, pull requests and the authenticated user.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "glpat-s3cr3t-0123456789"
#: The commit that the change is at, one before it, and its merge with where it goes.
COMMIT, OLDER, MERGED = "c" * 40, "0" * 40, "e" * 40


class Server:
    """One forge with the notes of one change, and the issues of its project."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        #: What the change is at.
        self.head = COMMIT
        self.issues: list[dict[str, Any]] = []
        self.me = "project_7_bot" if kind == "gitlab" else "github-actions[bot]"
        self.notes: list[dict[str, Any]] = []
        #: Requests that change something, and all of them.
        self.writes: list[str] = []
        self.asked: list[str] = []
        #: Statuses that are answered whatever is asked, by method.
        self.failing: dict[str, int] = {}
        self.limit = 65_536 if kind == "github" else 1_000_000
        self.root = ""

    def add(self, body: str, author: str) -> dict[str, Any]:
        note = {"id": 100 + len(self.notes), "body": body, self.author: {self.who: author}}
        self.notes.append(note)
        return note

    @property
    def author(self) -> str:
        return "author" if self.kind == "gitlab" else "user"

    @property
    def who(self) -> str:
        return "username" if self.kind == "gitlab" else "login"

    def open_issue(self, text: str, author: str, **more: Any) -> dict[str, Any]:
        number = 1 + len(self.issues)
        state = "opened" if self.kind == "gitlab" else "open"
        # Of GitLab the one is the project's and the other the instance's.
        issue = {"id": 900 + number, self.number: number, "state": state, self.text: text, **more}
        issue[self.author] = {self.who: author}
        self.issues.append(issue)
        return issue

    @property
    def number(self) -> str:
        return "iid" if self.kind == "gitlab" else "number"

    @property
    def text(self) -> str:
        return "description" if self.kind == "gitlab" else "body"

    @property
    def job(self) -> dict[str, str]:
        """What any job of the forge knows."""
        if self.kind == "gitlab":
            return {
                "GITLAB_CI": "true",
                "CI_API_V4_URL": f"{self.root}/api/v4",
                "CI_PROJECT_ID": "7",
                "CI_COMMIT_SHA": COMMIT,
                "LANDING_ZONE_NOTE_TOKEN": TOKEN,
            }
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.root,
            "GITHUB_REPOSITORY": "alphacar/landing-zone",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_SHA": COMMIT,
            "GITHUB_TOKEN": TOKEN,
        }

    def environment(self, folder: Path, commit: str = COMMIT) -> dict[str, str]:
        """What a job of a change at ``commit`` knows; the event lies in ``folder``."""
        if self.kind == "gitlab":
            # The project is that of a fork, which must not be asked.
            change = {"CI_PROJECT_ID": "99", "CI_MERGE_REQUEST_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "3"}
            return {**self.job, **change, "CI_COMMIT_SHA": commit}
        event = folder / "event.json"
        event.write_text(json.dumps({"number": 3, "pull_request": {"number": 3, "head": {"sha": commit}}}))
        change = {"GITHUB_REF": "refs/pull/3/merge", "GITHUB_SHA": MERGED, "GITHUB_EVENT_PATH": str(event)}
        return {**self.job, **change}

    def answer(self, method: str, path: str, headers: Any, content: Any) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        given = headers["PRIVATE-TOKEN"] if self.kind == "gitlab" else headers["Authorization"]
        if given != (TOKEN if self.kind == "gitlab" else f"Bearer {TOKEN}"):
            return 401, {"message": f"401 Unauthorized {given}"}
        if method in self.failing:
            return self.failing[method], {"message": f"no, {TOKEN}"}
        place, query = urlsplit(path).path, parse_qs(urlsplit(path).query)
        if method == "GET" and place == ("/api/v4/user" if self.kind == "gitlab" else "/user"):
            # A workflow's own token may not ask.
            return (200, {"username": self.me}) if self.kind == "gitlab" else (403, {"message": "not accessible"})
        project = "/api/v4/projects/7" if self.kind == "gitlab" else "/repos/alphacar/landing-zone"
        if not place.startswith(f"{project}/"):
            return 404, {"message": "404 Not Found"}
        place = place.removeprefix(project)
        if method == "GET" and place == ("/merge_requests/3" if self.kind == "gitlab" else "/pulls/3"):
            return 200, {"sha": self.head} if self.kind == "gitlab" else {"sha": MERGED, "head": {"sha": self.head}}
        if method == "GET":
            return self._listed(place, query)
        if content is not None and len(content.get("body", content.get("description", ""))) > self.limit:
            return 422 if self.kind == "github" else 400, {"message": "body is too long"}
        return self._written(method, place, content)

    @property
    def _notes_at(self) -> str:
        return "/merge_requests/3/notes" if self.kind == "gitlab" else "/issues/3/comments"

    def _listed(self, place: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        size, page = int(query["per_page"][0]), int(query["page"][0])
        if place == self._notes_at:
            found = self.notes
        elif place == "/issues":
            # Each lists open ones alone, and GitLab those of whoever asks, unless it is told otherwise.
            everything = query.get("state") == ["all"] and (self.kind == "github" or query.get("scope") == ["all"])
            found = self.issues if everything else []
        else:
            return 404, {"message": "404 Not Found"}
        return 200, found[(page - 1) * size : page * size]

    def _written(self, method: str, place: str, content: Any) -> tuple[int, Any]:
        note = r"/merge_requests/3/notes/(\d+)" if self.kind == "gitlab" else r"/issues/comments/(\d+)"
        change = "PUT" if self.kind == "gitlab" else "PATCH"
        if method == "POST" and place in (self._notes_at, "/issues"):
            self.writes.append(method)
            if place == self._notes_at:
                return 201, self.add(content["body"], self.me)
            return 201, self.open_issue(content[self.text], self.me, title=content["title"])
        changed = None
        if method == change and (found := re.fullmatch(note, place)):
            changed = next(each for each in self.notes if each["id"] == int(found[1]))
        elif method == change and (found := re.fullmatch(r"/issues/(\d+)", place)):
            changed = next(each for each in self.issues if each[self.number] == int(found[1]))
        if changed is None:
            return 404, {"message": "404 Not Found"}
        self.writes.append(method)
        for key, value in content.items():
            if key == "state_event":
                changed["state"] = {"close": "closed", "reopen": "opened"}[value]
            else:
                # As forges keep it.
                changed[key] = value.strip().replace("\n", "\r\n")
        return 200, changed


@contextmanager
def running(kind: str) -> Iterator[Server]:
    """The forge, listening on this machine."""
    forge = Server(kind)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            size = int(self.headers["Content-Length"] or 0)
            content = json.loads(self.rfile.read(size)) if size else None
            status, told = forge.answer(self.command, self.path, self.headers, content)
            text = json.dumps(told).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{forge.root}/elsewhere")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forge.root = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
