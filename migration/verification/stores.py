"""How both stores of a move are reached: a file that names them, and the files of what signs in. It holds no secret.

.. code-block:: yaml

    source:
      address: mongodb://mongodb.data.svc:27017
      name: mongodb
      user: migration
      passwordFile: /move/source-password
    target:
      address: mongodb://documents.cluster-x.ap-northeast-2.docdb.amazonaws.com:27017
      name: documents
      user: migration
      passwordFile: /move/target-password

In AWS whoever runs it is known by boto3's usual chain; nothing of it stands here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError

from stacks.command import read_held
from stacks.document import read_document
from stacks.messages import PREFIX, SettingsError, lines
from stacks.messages import path as dotted
from stacks.section import Section, Text

#: What the moved services call their endpoints; a target elsewhere only stands in for one. Below amazonaws.com lie
#: machines, load balancers, functions and web sites of anybody too.
_AWS: Final = re.compile(
    r"(?:.+\.(?:docdb|cache|es|rds|eks)|\d{12}\.dkr\.ecr\.[a-z0-9-]+"
    r"|(?:secretsmanager|logs|xray|monitoring|eks|rds)\.[a-z0-9-]+"
    r"|vpce-[\w-]+\.(?:secretsmanager|logs|xray|monitoring|eks|dkr\.ecr)\.[a-z0-9-]+\.vpce)\.amazonaws\.com(?:\.cn)?"
    r"|(?:secretsmanager|logs|xray|monitoring|eks)\.[a-z0-9-]+\.api\.aws",
    re.ASCII,
)


class StoreError(Exception):
    """A store that cannot be read: unreachable, refusing, or another than is meant. One line, and never a secret."""


def _without_secret(value: str) -> str:
    try:
        parts = urlsplit(value)
        known = bool(parts.scheme and parts.hostname) and parts.port != 0
    except ValueError:
        # A port beyond any, or half a bracket.
        known = False
    if not known:
        raise ValueError("is no address; allowed is one such as https://host:9200")
    if parts.password is not None:
        raise ValueError("holds a password; put it into a file, and its name into passwordFile")
    return value


Address = Annotated[Text, AfterValidator(_without_secret)]


class Store(Section):
    """One store. ``name`` is what the stack calls it; at the source, whatever people call it."""

    address: Address
    name: Text
    user: Text | None = None
    password_file: Text | None = Field(default=None, description="a file that holds the password and nothing else")
    ca_file: Text | None = Field(default=None, description="whom TLS trusts; the system's authorities by default")

    @property
    def host(self) -> str:
        """Host and port, as evidence names them."""
        return urlsplit(self.address).netloc.rpartition("@")[2]

    @property
    def is_aws(self) -> bool:
        """Whether it is one of AWS's own endpoints: any other target stands in for one."""
        return _AWS.fullmatch(urlsplit(self.address).hostname or "") is not None

    def password(self) -> str | None:
        """What the file holds, without its last line's end. Raises :class:`StoreError`."""
        if self.password_file is None:
            return None
        try:
            return read_held(self.password_file)
        except ValueError as error:
            raise StoreError(f"{self.name}: passwordFile {error}") from None


class Stores(Section):
    """Both sides of a move."""

    source: Store
    target: Store


Kind = TypeVar("Kind", bound=Stores)


def read_stores(path: Path, kind: type[Kind]) -> Kind:
    """The file at ``path``. Raises :class:`StoreError` for what cannot be read, naming the key and what is allowed."""
    try:
        # By way of JSON: a list is a tuple there, and nothing else than in YAML.
        stores = kind.model_validate_json(json.dumps(read_document(path), default=str))
    except SettingsError as error:
        raise StoreError(str(error)) from None
    except ValidationError as error:
        raise StoreError(f"{path}: {_told(kind, error)}") from None
    except (TypeError, ValueError, RecursionError):
        raise StoreError(f"{path}: holds what is no text, number or list, or holds itself") from None
    if stores.source.is_aws:
        raise StoreError(
            f"{path}: source.address: {stores.source.host} is an endpoint of AWS; what is left runs on premises"
        )
    return stores


def _told(kind: type[Stores], error: ValidationError) -> str:
    """The first problem, without what was typed: an address may hold a password."""
    problem = error.errors(include_url=False, include_input=False)[0]
    if problem["type"] in ("extra_forbidden", "missing"):
        return lines(kind, error)[0].removeprefix(PREFIX)
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{dotted(problem['loc']) or 'the whole'}: {text[:1].lower()}{text[1:]}"
