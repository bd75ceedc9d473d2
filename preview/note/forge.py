"""A note on a merge or pull request, or an issue, of GitLab and of GitHub: found again, and edited in place.

One is ours where it begins with the marker and the token's own user wrote it: what a person quotes, or writes to be
taken for it, is left alone. Sources: beside those of :mod:`preview.note.endpoints`, GitLab's "Users API" and GitHub's
REST endpoint for the authenticated user, which a workflow's token may not ask for: that is ``github-actions[bot]``.

The token comes from the environment, goes into one header of requests to that one address, and nowhere else: a redirect
is not followed, and no message of a library's is passed on.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from preview.note.endpoints import Endpoints, ForgeError

#: Seconds for which one answer is waited for, entries of one page, pages that are looked through, bytes of one answer.
SECONDS: Final = 20
PAGE: Final = 100
PAGES: Final = 100
LARGEST: Final = 64 * 1024 * 1024
#: Who asks; GitHub refuses whoever does not say.
_AGENT: Final = "alphacar-landing-zone"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Never: the token would go along, to wherever it leads."""
        return


class Forge:
    """The forge, asked for the notes of one change, or for a project's issues."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._at = endpoints
        self._opener = build_opener(_Stay, HTTPSHandler(context=ssl.create_default_context()))

    def put_note(self, body: str, marker: str, *, quiet: bool = False) -> str:
        """Make ``body`` the one note that begins with ``marker``, and say what was done.

        A note that says the same is left as it is; a ``quiet`` one is not begun; and a job of an older commit than the
        change is at leaves everything to the newer one's. Raises :class:`ForgeError`.
        """
        standing = self._standing(marker)
        if standing is None and quiet:
            return "nothing changes, and there is no note that says otherwise"
        if standing is not None and _plain(standing[self._at.text]) == _plain(body):
            return "the note says the same already"
        # Last of all, so that little can happen before it is written.
        if newer := self._newer():
            return f"the note is left alone: {newer}"
        if standing is None:
            self._ask("POST", self._at.made, {self._at.text: body})
            return "the note is posted"
        self._ask(self._at.change, self._one(standing), {self._at.text: body})
        return "the note is edited"

    def put_issue(self, title: str, body: str, marker: str, *, well: bool) -> str:
        """Make ``body`` the one issue that begins with ``marker``, open unless all is ``well``; say what was done.

        All being well, none is begun, and a closed one is left as it is. Raises :class:`ForgeError`.
        """
        key, close, reopen = self._at.state or ("", "", "")
        standing = self._standing(marker)
        if standing is None:
            if well:
                return "all is well, and there is no issue that says otherwise"
            self._ask("POST", self._at.made, {"title": title, self._at.text: body})
            return "the issue is opened"
        was_closed = standing.get("state") == "closed"
        if well and was_closed:
            return "all is well, and the issue is closed already"
        if not well and not was_closed and _plain(standing[self._at.text]) == _plain(body):
            return "the issue says the same already"
        turned = {key: close} if well else {key: reopen} if was_closed else {}
        self._ask(self._at.change, self._one(standing), {self._at.text: body, **turned})
        return f"the issue is {'closed' if well else 'reopened' if was_closed else 'edited'}"

    def _newer(self) -> str:
        """Whether the change has gone on since this job's commit, in words; empty where it has not."""
        if (change := self._at.of) is None:
            return ""
        found = self._ask("GET", change.path)
        for key in change.keys:
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, str) or not found.isalnum():
            raise ForgeError("the forge does not say which commit the change is at")
        if found == change.commit:
            return ""
        return f"the change is at {found[:8]} now, and this job is of {change.commit[:8]}"

    def _one(self, entry: Mapping[str, Any]) -> str:
        return self._at.one.format(entry[self._at.number])

    def _standing(self, marker: str) -> Mapping[str, Any] | None:
        """Our oldest note or issue."""
        me: str | None = None
        for entry in self._entries():
            text = entry.get(self._at.text)
            # GitHub lists pull requests among issues.
            if not isinstance(text, str) or not text.startswith(marker) or "pull_request" in entry:
                continue
            if isinstance(entry.get(self._at.number), int):
                me = me or self._me()
                if (entry.get(self._at.author) or {}).get(self._at.who) == me:
                    return entry
        return None

    def _entries(self) -> Iterator[Mapping[str, Any]]:
        for page in range(1, PAGES + 1):
            found = self._ask("GET", f"{self._at.listed}&per_page={PAGE}&page={page}")
            if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
                raise ForgeError("the forge's answer is no list")
            yield from found
            if len(found) < PAGE:
                return
        raise ForgeError(f"there are more than {PAGES * PAGE} entries")

    def _me(self) -> str:
        try:
            found = self._ask("GET", "/user")
        except _RefusedError as error:
            if self._at.otherwise is None or error.status != 403:
                raise
            return self._at.otherwise
        name = found.get(self._at.who) if isinstance(found, dict) else None
        if not isinstance(name, str):
            raise ForgeError("the forge does not say whose the token is")
        return name

    def _ask(self, method: str, path: str, content: Mapping[str, str] | None = None) -> Any:
        what = f"{method} {path.partition('?')[0]}"
        request = Request(  # noqa: S310 - https, or this machine
            self._at.root + path,
            data=None if content is None else json.dumps(content).encode(),
            headers={**self._at.headers, "User-Agent": _AGENT, "Content-Type": "application/json"},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                text = answer.read(LARGEST + 1)
        except HTTPError as error:
            error.close()
            raise _RefusedError(
                f"the forge answers {error.code} to {what}{_HINTS.get(error.code, '')}", error.code
            ) from None
        except (OSError, HTTPException) as error:
            # What a library says of it may quote the request.
            reason = error.reason if isinstance(error, URLError) else error
            raise ForgeError(f"the forge does not answer {what} ({type(reason).__name__})") from None
        if len(text) > LARGEST:
            raise ForgeError(f"the forge's answer to {what} is larger than {LARGEST} bytes")
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ForgeError(f"the forge's answer to {what} is no JSON") from None


class _RefusedError(ForgeError):
    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


_HINTS: Final[Mapping[int, str]] = {
    401: ": the token is not valid",
    403: ": the token may not; a fork's may only read",
    404: ": the token does not see it",
}


def _plain(text: str) -> str:
    """A forge may change how lines end, and take away what is not seen at the end."""
    return "\n".join(text.split("\r\n")).strip()
