"""What a message may quote of a property: the names of AWS's classes and volume types, which cannot be a secret.

A price key is made from a property (``ec2/m6g.large``), and properties reach a pack with their secrets in clear text.
"""

from __future__ import annotations

import re
from typing import Final, get_args

from pricing.book import Book
from stacks.offered import Service, classes

_CLASS: Final = (
    r"(?:db\.|cache\.)?(?:[a-z]{1,3}\d[a-z]{0,4}|ultrawarm1)"
    r"\.(?:nano|micro|small|medium|large|\d{0,2}xlarge|metal)(?:\.search)?"
)
_VOLUME: Final = r"(?:gp2|gp3|io1|io2|st1|sc1|standard)"
_ENGINE: Final = r"(?::(?:Valkey|Redis|Memcached)(?:-extended-support-yr1-2)?)?"
_KEY: Final = re.compile(
    rf"[a-z0-9]+/(?:(?:postgres-single-az-|environment-)?{_CLASS}{_ENGINE}|ebs-{_VOLUME}(?:-iops)?|{_VOLUME}-storage)",
    re.ASCII,
)
_NAME: Final = re.compile(_CLASS, re.ASCII)


def is_class(name: str) -> bool:
    """Whether ``name`` is an instance class that Seoul sells, or written like one."""
    return bool(_NAME.fullmatch(name)) or any(name in classes(service) for service in get_args(Service))


def redact(key: str, book: Book) -> str:
    """A price key as a message may show it: whole when the book has it or a class is all it names, else its service."""
    service, _, name = key.partition("/")
    known = book.price(key) is not None or _KEY.fullmatch(key) or is_class(name)
    return key if known else f"{service} price of the kind that is declared"
