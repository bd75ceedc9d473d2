"""Passwords and keys that stand in a program as text, and so in its state and in the history of whoever wrote them.

What another resource makes names that resource, before the deployment and after it; a text that names none was written
down, or came from a configuration, which nothing here can tell apart. Both have an input that spares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model import type_tokens
from model.kubernetes import CORE, group_and_kind, objects_of
from model.pods import CONTAINERS, pod_specs
from model.property_check import Step, found_at
from model.resource import Resource, peek
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand

_MANAGED: Final = "let AWS make and keep it ({}), or write it once ({})"
_BY_IAM: Final = "let users sign in by IAM ({})"


@dataclass(frozen=True, kw_only=True)
class Password:
    """Where a type takes a password as text, and what to write instead."""

    type: str
    path: tuple[Step, ...]
    instead: str

    def __call__(self, resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG002 - called alike
        """A finding for each that is written down."""
        for resource in resources:
            if resource.type == self.type and written(resource, self.path[0], found_at(resource.props, self.path)):
                dotted = ".".join(str(step) for step in self.path)
                yield Finding(f"{dotted} must not be written down: {self.instead}", urn=resource.urn)


PASSWORDS: Final = (
    *(
        Password(
            type=kind,
            path=("masterPassword",),
            instead=_MANAGED.format("manageMasterUserPassword", "masterPasswordWo"),
        )
        for kind in (type_tokens.DOCDB_CLUSTER, type_tokens.RDS_CLUSTER)
    ),
    Password(
        type=type_tokens.RDS_INSTANCE,
        path=("password",),
        instead=_MANAGED.format("manageMasterUserPassword", "passwordWo"),
    ),
    Password(
        type=type_tokens.REDSHIFT_CLUSTER,
        path=("masterPassword",),
        instead=_MANAGED.format("manageMasterPassword", "masterPasswordWo"),
    ),
    Password(
        type=type_tokens.REDSHIFTSERVERLESS_NAMESPACE,
        path=("adminUserPassword",),
        instead=_MANAGED.format("manageAdminPassword", "adminUserPasswordWo"),
    ),
    Password(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        path=("authToken",),
        instead=f"{_BY_IAM.format('userGroupIds')}, or write it once (authTokenWo)",
    ),
    *(
        Password(
            type=type_tokens.ELASTICACHE_USER,
            path=path,
            instead=f"{_BY_IAM.format('authenticationMode.type iam')}, or write them once (passwordsWo)",
        )
        for path in (("passwords", "*"), ("authenticationMode", "passwords", "*"))
    ),
    Password(
        type=type_tokens.MEMORYDB_USER,
        path=("authenticationMode", "passwords", "*"),
        instead=_BY_IAM.format("authenticationMode.type iam"),
    ),
    *(
        Password(
            type=kind,
            path=("advancedSecurityOptions", "masterUserOptions", "masterUserPassword"),
            instead="name a role (masterUserArn)",
        )
        for kind in (type_tokens.OPENSEARCH_DOMAIN, type_tokens.ELASTICSEARCH_DOMAIN)
    ),
    Password(type=type_tokens.MQ_BROKER, path=("users", "*", "password"), instead="make it by another resource"),
    Password(
        type=type_tokens.SECRETSMANAGER_SECRET_VERSION,
        path=("secretString",),
        instead="make it by another resource, or write it once (secretStringWo)",
    ),
)
#: Names of settings whose value is a secret: the last word says what it is, and what follows says that it is not one.
_SECRET_NAME: Final = re.compile(
    r"(?i)(.*[-_.])?(password|passwd|passphrase|secret|secret[-_]?key|token|api[-_]?key|private[-_]?key|access[-_]?key)"
    r"|.*[-_.](pass|pwd)|pgpassword"
)
#: Where a word begins in a name such as ``dbPassword`` or ``DBPassword``.
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Names whose value is that of an object of Kubernetes.
_OBJECT: Final = re.compile(r"(?i)(.*[-_.])?(existing|pull|tls)[-_.]?secret")
#: A value that says where the secret is found, that it is filled in later, or whether there is one.
_ELSEWHERE: Final = re.compile(
    r"(?i)\s*(arn:|/|\$|\{\{|ssm:|secretsmanager:|https?://|(true|false|yes|no|\d{1,3})\s*$)"
)
#: Names whose value may well be a number; that of a token is how many, or for how long.
_TYPED: Final = re.compile(r"(?i).*(pass|pwd)")
_FLAG: Final = re.compile(r"--?([\w.-]{1,100})(?:=(.*))?", re.DOTALL)
#: The name under which Secrets Manager keeps it, behind one that ends in ``secret``.
_KEPT_AS: Final = re.compile(r"[a-z][a-z0-9_.-]*(/[a-z0-9_.-]+)+")
#: A line of a file that sets something to a text; what is filled in, redacted or a comment is none.
_LINE: Final = re.compile(
    r"(?m)^[ \t]*(?:export[ \t]+)?([\w.-]{1,100})[ \t]*([:=])[ \t]*"
    r"(?:\"([^\"$\n]{1,200})\"|'([^'$\n]{1,200})'|([^\s\"'$;&|#<*][^\s\"'$;&|#]{0,200}))[ \t]*$"
)
#: Characters of a file that are looked at.
_MOST_READ: Final = 200_000
_FROM: Final = "take it from Secrets Manager by an ExternalSecret"


def written(resource: Resource, top: Step, found: Iterator[Any]) -> bool:
    """Whether any of ``found`` is a text that no other resource made."""
    return not resource.references.get(str(top)) and any(isinstance(value, str) and value.strip() for value in found)


def is_secret(name: str) -> bool:
    """Whether a setting's value is a secret by the setting's name."""
    words = _WORD.sub("_", name[:200])
    return _SECRET_NAME.fullmatch(words) is not None and _OBJECT.fullmatch(words) is None


def says_it(name: str, value: Any) -> bool:
    """Whether the value of ``name`` is the secret itself, and not where it is found or whether there is one."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and not _ELSEWHERE.match(value)
        and (not value.strip().isdecimal() or _TYPED.match(name) is not None)
        and not (name.lower().endswith("secret") and _KEPT_AS.fullmatch(value))
    )


def _secrets(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """A Secret's values do not stand in the program."""
    for resource in resources:
        for declared in _objects(resource):
            if group_and_kind(declared.type) != (CORE, "Secret"):
                continue
            for key in ("data", "stringData"):
                # In a list, whatever is behind the items is behind each of them.
                if written(declared, key if declared is resource else "items", found_at(declared.props, (key, "*"))):
                    yield Finding(f"{key} must not be written down: {_FROM}", urn=resource.urn)


def _settings(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """A ConfigMap holds nothing secret, by the names of its keys, and of what its files set."""
    for resource in resources:
        for declared in _objects(resource):
            found = declared.get("data") if group_and_kind(declared.type) == (CORE, "ConfigMap") else None
            if not isinstance(found, Mapping) or resource.references.get("data"):
                continue
            for key, value in found.items():
                if is_secret(str(key)) and says_it(str(key), value):
                    yield Finding(f"data.{key} must not be written down: {_FROM}", urn=resource.urn)
                for name in dict.fromkeys(_set_in(value)):
                    yield Finding(f"{name} in data.{key} must not be written down: {_FROM}", urn=resource.urn)


def _set_in(text: Any) -> Iterator[str]:
    """The names of the secrets that a file sets to a text; in YAML a token or a secret mostly is a name."""
    for name, sign, *values in _LINE.findall(text[:_MOST_READ]) if isinstance(text, str) and "\n" in text else ():
        value = "".join(values)
        if is_secret(name) and says_it(name, value) and not _is_label(value) and (sign == "=" or _TYPED.match(name)):
            yield name[:60]


def _is_label(value: str) -> bool:
    """Whether a value is what people are shown for the setting, in whatever language: ``Password``."""
    return not value.isascii() or (value[:1].isupper() and is_secret(value))


def _environment(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """A container gets no secret as a plain value, by the variable's name."""
    for resource in resources:
        for declared in _objects(resource):
            for variable in _in_containers(resource, declared, "env", "*"):
                name, value = peek(variable, "name"), peek(variable, "value")
                if isinstance(name, str) and is_secret(name) and says_it(name, value):
                    yield Finding(f"the value of {name[:60]} must not be written down: {_FROM}", urn=resource.urn)


def _arguments(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """A container's command has no secret among its arguments, which whoever lists processes reads."""
    for resource in resources:
        for declared in _objects(resource):
            for container in _in_containers(resource, declared):
                for name in _given(container):
                    yield Finding(f"--{name} must not be written down: {_FROM}", urn=resource.urn)


def _in_containers(resource: Resource, declared: Resource, *path: Step) -> Iterator[Any]:
    """What stands at a path of every container of an object's pods, unless another resource made some of it."""
    # A pod template stands at its own top, everything else in ``spec``.
    if any(resource.references.get(top) for top in ("spec", "template")):
        return
    for spec in pod_specs(declared):
        for containers in CONTAINERS:
            yield from found_at(spec, (containers, "*", *path))


def _given(container: Any) -> Iterator[str]:
    """The flags of a container that are followed by a secret; one that ends in ``secret`` mostly names an object."""
    for key in ("command", "args"):
        found = peek(container, key)
        words = [word for word in found if isinstance(word, str)] if isinstance(found, list) else []
        for word, after in zip(words, [*words, "-"][1:], strict=True):
            flag = _FLAG.fullmatch(word)
            if flag is None or not is_secret(flag[1]) or flag[1].lower().endswith("secret"):
                continue
            value = flag[2] if flag[2] is not None else "" if after.startswith("-") else after
            if says_it(flag[1], value):
                yield flag[1][:60]


def _objects(resource: Resource) -> Iterator[Resource]:
    return objects_of(resource) if resource.type.startswith(type_tokens.KUBERNETES_PACKAGE) else iter(())


WRITTEN_DOWN: Final = (
    *(
        StackDemand(name=f"{line.type.rpartition(':')[2]} {'.'.join(map(str, line.path))}", check=line)
        for line in PASSWORDS
    ),
    StackDemand(name="Secrets", check=_secrets),
    StackDemand(name="ConfigMaps", check=_settings),
    StackDemand(name="variables of containers", check=_environment),
    StackDemand(name="arguments of containers", check=_arguments),
)
