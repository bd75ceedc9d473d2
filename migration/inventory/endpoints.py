"""Hosts that a setting names. Only what has a host's shape leaves a setting; user names and passwords never do.

A key that speaks of a secret is asked for URIs alone, and of a URI what stands before its last ``@`` is cut away first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from migration.inventory.record import Mention, Written

#: Words of a key whose value is not looked at but for URIs.
SECRET_KEY: Final = re.compile(
    r"(?i)pass|pwd|secret|token|credential|private|salt|signature|cookie|api[-_.]?key|access[-_.]?key|auth|license"
    r"|encryption|(?:^|[-_.])(?:key|keys|pin|otp|seed|jwt|sas)(?:$|[-_.])"
)
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,9}}\.?", re.ASCII)
_URI: Final = re.compile(r"(?i)(?<![\w+.-])((?:jdbc:)?[a-z][a-z0-9+.-]{1,30})://([^\s\"'<>`|\\]{1,2000})", re.ASCII)
_PORT: Final = re.compile(
    rf"(?i)(?<![\w.:/%~$(){{}}-])({_LABEL}(?:\.{_LABEL}){{0,9}}):(\d{{2,5}})(?![\w@:%.-])(?![^\s\"',;]*@)", re.ASCII
)
_DOTTED: Final = re.compile(rf"(?<![\w.:/@%~+=-])({_LABEL}(?:\.{_LABEL}){{1,9}})(?![\w.:@%+=(-])", re.ASCII)
_IN_CLUSTER: Final = re.compile(
    rf"(?<![\w.:/@%~+=-])({_LABEL}(?:\.{_LABEL}){{1,3}}\.svc(?:\.{_LABEL}){{0,4}})(?![\w@-])", re.ASCII
)
_HOST_KEY: Final = re.compile(
    r"(?i)host|server|addr|endpoint|url|uri|broker|bootstrap|node|service|seed|contact|upstream|remote|sentinel"
)
#: ``redis.host: redis``, ``"host": "redis"``, ``HOST=redis``: a key, and a value that is nothing but a host.
_LINE: Final = re.compile(
    rf"(?im)^[\s\"'\-{{,]*([a-z][\w.-]{{0,80}})[\"']?\s*[:=]\s*[\"']?({_LABEL}(?:\.{_LABEL}){{0,9}})(?::(\d{{2,5}}))?[\"',;]*\s*$",
    re.ASCII,
)
#: What flags of one letter mean to the clients of stores: a host, or a password.
_SHORT: Final = {"-h": "host", "-a": "password", "-p": "password", "-P": "password", "-w": "password"}
#: A setting longer than this is a file that somebody stored; what names a host stands at its beginning.
LONGEST: Final = 2_000_000


def mentions(text: str, key: str, *, document: bool = False) -> Iterator[Mention]:
    """Every host that ``text`` names under ``key``; a ``document`` has lines with keys of their own."""
    text = text[:LONGEST]
    yield from _in_uris(text, key)
    if SECRET_KEY.search(key):
        return
    # What stands in a URI has been read, and its path and password are nobody's host.
    rest = _URI.sub(" ", text)
    if document:
        rest = "\n".join(line for line in rest.splitlines() if not SECRET_KEY.search(line))
        for found in _LINE.finditer(rest):
            if _HOST_KEY.search(found[1]):
                yield from _mention(found[2], found[3], "", key, "port" if found[3] else "key")
        for found in _IN_CLUSTER.finditer(rest):
            yield from _mention(found[1], "", "", key, "dotted")
    else:
        whole = rest.strip()
        if _HOST_KEY.search(key) and _HOST.fullmatch(whole):
            yield from _mention(whole, "", "", key, "key")
        for found in _DOTTED.finditer(rest):
            yield from _mention(found[1], "", "", key, "dotted")
    for found in _PORT.finditer(rest):
        yield from _mention(found[1], found[2], "", key, "port")


def arguments(words: list[str]) -> Iterator[Mention]:
    """Every host that a command line names, each under the flag before it."""
    flag = ""
    for word in words:
        name, equals, value = word.partition("=")
        if name.startswith("-") and len(name.split()) == 1:
            if equals:
                yield from mentions(value, name.lstrip("-"))
            flag = "" if equals else _SHORT.get(name, name.lstrip("-") if len(name) > 2 else "")
            continue
        yield from mentions(word, flag or "arguments", document="\n" in word or " " in word)
        flag = ""


def _in_uris(text: str, key: str) -> Iterator[Mention]:
    for found in _URI.finditer(text):
        scheme = found[1].lower().removeprefix("jdbc:")
        rest = found[2]
        # A password may hold any of / ? # and @, quoted or not: the last @ ends it.
        sure = rest.count("@") <= 1
        before, at, after = rest.rpartition("@")
        authority = re.split(r"[/?#;]", after, maxsplit=1)[0]
        if at and re.search(r"[/?#;]", before):
            sure = False
        for each in authority.split(","):
            host, _, port = each.rstrip(".)]}").partition(":")
            yield from _mention(host.lower(), port if port.isdecimal() else "", scheme, key, "uri", sure=sure)


def _mention(
    host: str, port: str | None, scheme: str, key: str, written: Written, *, sure: bool = True
) -> Iterator[Mention]:
    host = host.rstrip(".").lower()
    if _HOST.fullmatch(host) and not host.isdecimal():
        number = int(port) if port else 0
        yield Mention(host, number if number < 65536 else 0, scheme, key, written, sure)
    elif written == "uri":
        # The scheme alone says what is spoken to.
        yield Mention("", 0, scheme, key, written, sure=False)
