"""What a stack file says to the engine and to its AWS provider, which read it only when something is deployed.

A provider takes its configuration as text. A number written where it wants a text, such as an account of twelve digits
that begins with 0, becomes another text on the way, and it is the right account that is refused then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from stacks.messages import PREFIX, meant, shown
from stacks.section import LONGEST_TAG, LONGEST_TAG_KEY, tag_text

Kind = Literal["text", "flag", "number", "texts", "accounts", "mapping", "mappings"]
#: The provider's own keys (source: pulumi_aws.config.vars of 7.51; a test holds the list to the SDK that is installed).
AWS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("allowedAccountIds", "forbiddenAccountIds"), "accounts"),
    **dict.fromkeys(("assumeRoles", "endpoints"), "mappings"),
    **dict.fromkeys(("assumeRoleWithWebIdentity", "defaultTags", "ignoreTags"), "mapping"),
    **dict.fromkeys(("sharedConfigFiles", "sharedCredentialsFiles", "userAgents"), "texts"),
    **dict.fromkeys(
        (
            "insecure",
            "s3UsePathStyle",
            "skipCredentialsValidation",
            "skipMetadataApiCheck",
            "skipRegionValidation",
            "skipRequestingAccountId",
            "useDualstackEndpoint",
            "useFipsEndpoint",
        ),
        "flag",
    ),
    **dict.fromkeys(("maxRetries", "tokenBucketRateLimiterCapacity"), "number"),
    **dict.fromkeys(
        (
            "accessKey",
            "customCaBundle",
            "ec2MetadataServiceEndpoint",
            "ec2MetadataServiceEndpointMode",
            "httpProxy",
            "httpsProxy",
            "noProxy",
            "profile",
            "region",
            "retryMode",
            "s3UsEast1RegionalEndpoint",
            "secretKey",
            "stsRegion",
            "tagPolicyCompliance",
            "token",
        ),
        "text",
    ),
}
_STRUCTURED: Final = frozenset({"texts", "accounts", "mapping", "mappings"})
_ACCOUNT: Final = re.compile(r"\d{12}", re.ASCII)
#: Source: pulumi/pulumi pkg/util/validation/stack.go, ValidateStackTags.
_STACK_TAG: Final = re.compile(r"[a-zA-Z0-9-_.:]{1,40}", re.ASCII)
_LONGEST_STACK_TAG: Final = 256
#: What would let others into an account, by the end of a provider's key: ``aws:secretKey``, ``github:token``.
_CREDENTIAL: Final = re.compile(
    r"(password|passphrase|token|secret|(access|secret|private|api)[-_]?key)$", re.IGNORECASE | re.ASCII
)
#: Keys that need no name: of a certificate, and of a user in a kubeconfig.
_PRIVATE: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bclient-key-data:\s*\S", re.ASCII)
#: An address that says whose it is, and by which password.
_PASSWORD: Final = re.compile(r"://[^\s/:@]*:[^\s/@]+@")
_WANTED: Final[Mapping[Kind, str]] = {
    "text": "a text, quoted where it looks like anything else",
    "flag": "true or false",
    "number": "a whole number",
    "texts": "a list of texts",
    "accounts": "a list of account numbers, twelve digits each, in quotes where one begins with 0",
    "mapping": "a mapping",
    "mappings": "a list of mappings",
}


def engine_problems(config: Mapping[str, Any], secret: frozenset[str]) -> Iterator[str]:
    """One line a problem: a secret in clear, and what neither the engine nor the AWS provider takes."""
    for key, value in config.items():
        namespace, _, name = key.partition(":")
        if key not in secret and (why := _in_clear(key, value)):
            yield f"{key}: {why}"
            continue
        if namespace == "pulumi":
            yield from _pulumi(key, name, value)
        elif namespace == "aws" and name not in AWS:
            yield f"{key}: unknown key of the AWS provider; {meant(name, sorted(AWS))}"
        elif namespace == "aws" and key not in secret and not _is(AWS[name], value):
            yield f"{key}: {shown(value)} is refused: input should be {_WANTED[AWS[name]]}"
        elif key == "aws:defaultTags" and key not in secret:
            yield from _default_tags(key, _decoded(value) if isinstance(value, str) else value)


def holds_secret(value: Any) -> bool:
    """Whether the engine decrypts something in ``value``: all of it is a secret then."""
    return any(
        isinstance(item, dict) and set(item) == {"secure"} and isinstance(item["secure"], str) for item in _all(value)
    )


def _in_clear(key: str, value: Any) -> str:
    texts = [text for text in _all(value) if isinstance(text, str)]
    named = (
        not key.startswith(PREFIX) and _CREDENTIAL.search(key) and (texts[:1] != [""] if texts else _is_number(value))
    )
    if named or any(map(_PRIVATE.search, texts)):
        return "is written in clear; credentials come from the environment, or by --secret"
    if any(map(_PASSWORD.search, texts)):
        return "holds an address with a password in it; allowed are addresses without one"
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _all(value: Any) -> Iterator[Any]:
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _all(item)


def _is(kind: Kind, value: Any) -> bool:
    found = value
    if kind in _STRUCTURED and isinstance(value, str):
        # As ``pulumi config set`` writes it: the provider is handed the same text either way.
        found = _decoded(value)
    if kind == "flag":
        return isinstance(found, bool) or found in ("true", "false")
    if kind == "number":
        return type(found) is int or (isinstance(found, str) and found.isdecimal())
    if kind == "text":
        return isinstance(found, str)
    if kind == "mapping":
        return isinstance(found, dict)
    if not isinstance(found, list):
        return False
    if kind == "mappings":
        return all(isinstance(item, dict) for item in found)
    if kind == "texts":
        return all(isinstance(item, str) for item in found)
    # A number of twelve digits is written as it was; one that began with 0 has fewer by now.
    return all(type(item) in (str, int) and bool(_ACCOUNT.fullmatch(str(item))) for item in found)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _default_tags(key: str, value: Mapping[str, Any]) -> Iterator[str]:
    tags = value.get("tags", {})
    if not isinstance(tags, dict):
        yield f"{key}.tags: {shown(tags)} is refused: input should be a mapping of texts"
        return
    for tag, text in tags.items():
        for part, longest in ((tag, LONGEST_TAG_KEY), (text, LONGEST_TAG)):
            if not isinstance(part, str) or len(part) > longest:
                yield f"{key}.tags: {shown(part)} is refused: input should be a text of {longest} characters at most"
                break
            try:
                tag_text(part)
            except ValueError as error:
                yield f"{key}.tags: {shown(part)} is refused: {error}"
                break


def _pulumi(key: str, name: str, value: Any) -> Iterator[str]:
    if name == "disable-default-providers":
        if value != "" and not _is("texts", value):
            yield f"{key}: {shown(value)} is refused: input should be a list of packages, such as [aws]"
    elif name == "tags":
        if not isinstance(value, dict):
            yield f"{key}: {shown(value)} is refused: input should be a mapping of texts"
            return
        for tag, text in value.items():
            if not _STACK_TAG.fullmatch(tag):
                yield f"{key}: {shown(tag)} is no tag of a stack; allowed are 40 letters, digits, - _ . and :"
            elif not isinstance(text, str) or len(text.encode()) > _LONGEST_STACK_TAG:
                allowed = f"a text of {_LONGEST_STACK_TAG} bytes at most"
                yield f"{key}.{tag}: {shown(text)} is refused: input should be {allowed}"
