"""Asking AWS: passing faults are tried again within bounds, and every other one becomes a line for people.

boto3's own retries are switched off by :func:`client`, so that how often AWS is asked, and how long one waits for it,
stands here alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from botocore import exceptions

ATTEMPTS: Final = 5
#: Before the second attempt; it doubles before each further one: 1, 2, 4, 8 seconds.
FIRST_PAUSE_SECONDS: Final = 1.0
#: More pages than any service of either API has; a token that never ends must not.
PAGES: Final = 500
#: What passes by itself (source: AWS general reference, error retries, and botocore's standard retry mode).
PASSING: Final = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"),
        *("RequestLimitExceeded", "LimitExceededException", "RequestThrottled", "RequestThrottledException"),
        *("InternalErrorException", "InternalError", "InternalServerError", "ServiceUnavailable"),
        *("ServiceUnavailableException", "RequestTimeout", "RequestTimeoutException"),
    }
)
REFUSED: Final = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnrecognizedClientException"),
        *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "InvalidSignatureException"),
        *("IncompleteSignature", "OptInRequired", "AuthFailure"),
    }
)
UNREACHED: Final = (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError)
Pause = Callable[[float], None]
Ask = Callable[..., Mapping[str, Any]]


class AskingError(Exception):
    """AWS gave no usable answer; the text is one line, ``code`` is AWS's own where it said one."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class AccessError(AskingError):
    """AWS cannot be asked at all: no credentials, no region, or no permission."""


def make_client(service: str, region: str) -> Any:
    """A boto3 client that asks once. Raises :class:`AccessError`."""
    import boto3
    from botocore.config import Config

    try:
        return boto3.client(service, region_name=region, config=Config(retries={"total_max_attempts": 1}))
    except exceptions.BotoCoreError as error:
        raise AccessError(f"{service}: no client: {_one_line(error)}") from None


def asked(what: str, ask: Ask, *, pause: Pause = time.sleep, **request: Any) -> Mapping[str, Any]:
    """The answer to ``request``; ``what`` names it in a fault. Raises :class:`AskingError`."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return ask(**request)
        except exceptions.ClientError as error:
            told = error.response.get("Error", {})
            code, line = str(told.get("Code")), f"{told.get('Code')}: {_one_line(told.get('Message', ''))}"
            if code in REFUSED:
                raise AccessError(
                    f"{what}: AWS refuses access ({line}); check the credentials and their policy"
                ) from None
            if code not in PASSING:
                raise AskingError(f"{what}: AWS refuses the question ({line})", code) from None
        except UNREACHED as error:
            line = _one_line(error)
        except exceptions.BotoCoreError as error:
            raise AccessError(f"{what}: AWS cannot be asked ({_one_line(error)})") from None
        if attempt < ATTEMPTS:
            pause(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
    raise AskingError(f"{what}: gave up after {ATTEMPTS} attempts ({line})")


def pages(what: str, ask: Ask, token: str, *, pause: Pause = time.sleep, **request: Any) -> Iterator[Mapping[str, Any]]:
    """Every page of the answer, following ``token``; an empty page is no end. Raises :class:`AskingError`."""
    following: dict[str, Any] = {}
    for _ in range(PAGES):
        page = asked(what, ask, pause=pause, **request, **following)
        yield page
        if not page.get(token):
            return
        if following.get(token) == page[token]:
            raise AskingError(f"{what}: AWS gives the same page again and again")
        following = {token: page[token]}
    raise AskingError(f"{what}: more than {PAGES} pages")


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
