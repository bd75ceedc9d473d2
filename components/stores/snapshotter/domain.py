"""One domain of OpenSearch Service, asked by signed requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import EndpointConnectionError, HTTPClientError
from botocore.httpsession import URLLib3Session

#: Seconds that one request may take; the service itself gives up on most after a minute.
REQUEST_SECONDS: Final = 90
_NOT_FOUND: Final = 404
_WELL: Final = 300
_SAID: Final = 300


class RefusedError(Exception):
    """What was asked and what the domain said, in one line; ``kind`` is OpenSearch's name of the error, if any."""

    def __init__(self, message: str, kind: str = "", status: int = 0) -> None:
        Exception.__init__(self, message)
        self.kind, self.status = kind, status


class Domain:
    """A domain at ``address``, such as https://HOST, for whom ``credentials`` of botocore sign."""

    def __init__(self, address: str, region: str, credentials: Any, seconds: float = REQUEST_SECONDS) -> None:
        self._address, self._region, self._credentials = address, region, credentials
        self._http = URLLib3Session(timeout=seconds)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer's JSON.

        Raises:
            RefusedError: The domain said no, said no JSON, or nothing in time.
        """
        content = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"} if body is not None else {}
        request = AWSRequest(method=method, url=f"{self._address}/{path}", data=content, headers=headers)
        SigV4Auth(self._credentials.get_frozen_credentials(), "es", self._region).add_auth(request)
        asked = f"{method} {path}"
        try:
            answer = self._http.send(request.prepare())
        except (HTTPClientError, EndpointConnectionError) as error:
            raise RefusedError(f"{asked}: no answer: {_line(str(error))}") from error
        status: int = answer.status_code
        try:
            said = json.loads(answer.content)
        except ValueError:
            said = {"Message": answer.text}
        if not isinstance(said, dict):
            said = {"Message": str(said)}
        if status >= _WELL:
            kind, reason = _reason(said)
            raise RefusedError(f"{asked}: {status} {_line(f'{kind} {reason}')}", kind, status)
        return said

    def find(self, path: str, *absent: str) -> dict[str, Any] | None:
        """What is at ``path``; ``None`` where it is not there: 404, of one of the kinds ``absent`` if any is named."""
        try:
            return self.ask("GET", path)
        except RefusedError as error:
            if error.status == _NOT_FOUND and (not absent or error.kind in absent):
                return None
            raise


def _reason(said: Mapping[str, Any]) -> tuple[str, str]:
    """OpenSearch's own error, or what stands before the domain says (Message)."""
    error = said.get("error")
    if isinstance(error, dict):
        return str(error.get("type", "")), str(error.get("reason", ""))
    return "", str(said.get("Message") or said.get("message") or error or "")


def _line(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text).strip()[:_SAID]
