"""Elasticsearch's protocol, which OpenSearch speaks as well: one request at a time, signed where AWS is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from migration.verification.readers.merge import Item, ascending
from migration.verification.stores import Store, StoreError
from stacks.offered import REGION

#: Seconds until a server that does not answer is given up.
_PATIENCE: Final = 60
#: Documents of one answer, and how long a server keeps the rest for the next question.
_PAGE: Final = 500
_KEPT: Final = "5m"
_LONGEST_ERROR: Final = 300
_SHOWN: Final = 60


class Cluster:
    """One side. Every method raises :class:`StoreError`, which names the side."""

    def __init__(self, side: str, store: Store) -> None:
        import urllib3

        scheme = urlsplit(store.address).scheme
        if scheme not in ("http", "https"):
            raise StoreError(f"{side}: {scheme}:// is refused; allowed are http, https")
        if store.ca_file is not None and not Path(store.ca_file).is_file():
            raise StoreError(f"{side}: caFile {store.ca_file} is no file")
        self.side, self._store = side, store
        self._signed = store.is_aws and store.user is None
        if self._signed and scheme != "https":
            raise StoreError(f"{side}: http:// is refused; a domain answers https alone")
        self._headers = {"content-type": "application/json", "accept": "application/json"}
        password = store.password()
        if store.user is not None:
            self._headers |= urllib3.make_headers(basic_auth=f"{store.user}:{password or ''}")
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(_PATIENCE), retries=False, ca_certs=store.ca_file)

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, absent: Any = None) -> Any:
        """The answer to one request; ``absent`` where the server says 404 and that is an answer."""
        import urllib3

        url = f"{self._store.address.rstrip('/')}{path}"
        content = b"" if body is None else json.dumps(body).encode()
        try:
            answer = self._pool.request(
                method, url, body=content or None, headers=self._signature(method, url, content), redirect=False
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreError(f"{self.side}: {type(error).__name__}: {_line(str(error))}") from None
        if answer.status == 404 and absent is not None:
            return absent
        try:
            found = json.loads(answer.data, parse_float=Decimal)
        except ValueError:
            found = None
        if answer.status >= 300 or found is None:
            raise StoreError(f"{self.side}: {method} {path.partition('?')[0]}: {answer.status} {_why(found)}".rstrip())
        return found

    def _signature(self, method: str, url: str, content: bytes) -> Mapping[str, str]:
        if not self._signed:
            return self._headers
        import botocore.session
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        # Asked for each time: a role's credentials end in the middle of a long reading, and new ones are there.
        credentials = botocore.session.get_session().get_credentials()
        if credentials is None:
            raise StoreError(f"{self.side}: nobody is signed in to AWS, and the domain wants a signature")
        request = AWSRequest(method=method, url=url, data=content, headers=self._headers)
        SigV4Auth(credentials, "es", REGION).add_auth(request)
        return dict(request.headers.items())

    def items(self, index: str) -> Iterator[Item]:
        """Every document of ``index`` as of now, in the order of its id."""
        return ascending(self.side, self._items(index))

    def _items(self, index: str) -> Iterator[Item]:
        # A scroll sees one moment of the index, and both systems have it.
        asked = {"size": _PAGE, "sort": [{"_id": "asc"}], "_source": True, "version": False}
        page = self.ask("POST", f"/{quote(index)}/_search?scroll={_KEPT}", asked)
        scroll = page.get("_scroll_id")
        try:
            while page["hits"]["hits"]:
                self._whole(index, page)
                for hit in page["hits"]["hits"]:
                    yield self._item(index, hit)
                page = self.ask("POST", "/_search/scroll", {"scroll": _KEPT, "scroll_id": scroll})
                scroll = page.get("_scroll_id", scroll)
            self._whole(index, page)
        finally:
            self.ask("DELETE", "/_search/scroll", {"scroll_id": [scroll]}, absent={})

    def _whole(self, index: str, page: Mapping[str, Any]) -> None:
        if page.get("timed_out") or page["_shards"]["failed"]:
            raise StoreError(f"{self.side}: {index}: {page['_shards']['failed']} shards did not answer")

    def _item(self, index: str, hit: Mapping[str, Any]) -> Item:
        if "_source" not in hit:
            raise StoreError(f"{self.side}: {index} keeps no _source, so that its documents cannot be compared")
        name = json.dumps(hit["_id"])[1:-1]
        return Item(
            key=hit["_id"].encode(),
            name=f"{index} {name if len(name) <= _SHOWN else f'{name[:_SHOWN]}...'}",
            content=canonical([hit["_source"], hit.get("_routing")]),
        )


def canonical(value: Any) -> bytes:
    """``value`` as the same bytes in whatever order its keys stand; 1 is not 1.0, and 1.50 is 1.5."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_decimal).encode()


def _decimal(value: Decimal) -> dict[str, str]:
    # No document has an empty name for a field: Elasticsearch refuses it.
    return {"": str(value.normalize())}


def digest_of(value: Any) -> str:
    """SHA-256 of :func:`canonical`, as evidence writes it."""
    return f"sha256:{hashlib.sha256(canonical(value)).hexdigest()}"


def _why(found: Any) -> str:
    """The reason that an answer gives: Elasticsearch's, or AWS's own."""
    if not isinstance(found, Mapping):
        return ""
    error = found.get("error", found)
    if isinstance(error, Mapping):
        error = error.get("reason") or error.get("message") or error.get("Message") or ""
    return _line(str(error))


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_ERROR]
