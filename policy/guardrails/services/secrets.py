"""Passwords, keys and tokens that stand as text in other services, by where they stand, by name, or by their form.

A value that names another resource, a parameter or a secret is none.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model import type_tokens
from model.property_check import JSON, Step, found_at
from model.resource import Resource, peek, walk
from model.type_tokens import aws_token, aws_tokens
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand
from policy.guardrails.passwords import Password, is_secret, says_it, written

_BY_SECRET: Final = "name a secret of Secrets Manager"  # noqa: S105 - what to write instead
_MADE: Final = "make it by another resource"
PASSWORDS: Final = (
    Password(type=aws_token("dms", "Endpoint"), path=("password",), instead=f"{_BY_SECRET} (secretsManagerArn)"),
    Password(type=aws_token("directoryservice", "Directory"), path=("password",), instead=_MADE),
    Password(type=aws_token("codebuild", "SourceCredential"), path=("token",), instead=_BY_SECRET),
    Password(type=aws_token("lightsail", "Database"), path=("masterPassword",), instead=_MADE),
    Password(type=aws_token("datasync", "LocationObjectStorage"), path=("secretKey",), instead=_MADE),
    Password(type=aws_token("datasync", "LocationSmb"), path=("password",), instead=_MADE),
    Password(type=aws_token("iam", "ServerCertificate"), path=("privateKey",), instead=_MADE),
    Password(type=aws_token("sns", "PlatformApplication"), path=("platformCredential",), instead=_MADE),
    Password(type=aws_token("emr", "Cluster"), path=("kerberosAttributes", "kdcAdminPassword"), instead=_MADE),
    *(
        Password(
            type=aws_token("cloudwatch", "EventConnection"),
            path=("authParameters", *path),
            instead="make it by another resource",
        )
        for path in (("apiKey", "value"), ("basic", "password"), ("oauth", "clientParameters", "clientSecret"))
    ),
    *(
        Password(type=aws_token("amplify", "App"), path=(name,), instead=_MADE)
        for name in ("accessToken", "oauthToken")
    ),
    *(
        Password(type=type_tokens.EC2_VPN_CONNECTION, path=(name,), instead="let AWS make it, or write it once (Wo)")
        for name in ("tunnel1PresharedKey", "tunnel2PresharedKey")
    ),
)


@dataclass(frozen=True, kw_only=True)
class Variables:
    """Where types hold values by names of the program's own: a mapping, or a list of ``name`` and ``value``."""

    types: tuple[str, ...]
    path: tuple[Step, ...]

    def __call__(self, resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG002 - called alike
        """A finding for each value that is a secret by its name."""
        for resource in resources:
            if resource.type not in self.types or resource.references.get(str(self.path[0])):
                continue
            for found in found_at(resource.props, self.path):
                for name, value in _pairs(found):
                    if is_secret(name) and says_it(name, value):
                        yield Finding(
                            f"the value of {name[:60]} must not be written down: {_BY_SECRET}", urn=resource.urn
                        )


def _pairs(found: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(found, Mapping):
        yield from ((str(name), value) for name, value in found.items())
    for item in found if isinstance(found, list) else ():
        # A build's variable may name a parameter or a secret, and says so.
        if peek(item, "type") in ("PARAMETER_STORE", "SECRETS_MANAGER"):
            continue
        yield str(peek(item, "name")), peek(item, "value")


VARIABLES: Final = (
    Variables(types=(type_tokens.LAMBDA_FUNCTION,), path=("environment", "variables")),
    Variables(types=(type_tokens.CODEBUILD_PROJECT,), path=("environment", "environmentVariables")),
    Variables(
        types=tuple(aws_tokens("ecs", "TaskDefinition")), path=("containerDefinitions", JSON, "*", "environment")
    ),
    Variables(types=tuple(aws_tokens("batch", "JobDefinition")), path=("containerProperties", JSON, "environment")),
    Variables(
        types=tuple(aws_tokens("elasticbeanstalk", "Environment ConfigurationTemplate")),
        path=("settings",),
    ),
    Variables(types=tuple(aws_tokens("sagemaker", "Model")), path=("primaryContainer", "environment")),
    Variables(types=tuple(aws_tokens("cloudformation", "Stack")), path=("parameters",)),
    Variables(types=tuple(aws_tokens("glue", "Job")), path=("defaultArguments",)),
    Variables(types=tuple(aws_tokens("glue", "Connection")), path=("connectionProperties",)),
    Variables(types=(type_tokens.MWAA_ENVIRONMENT,), path=("airflowConfigurationOptions",)),
    Variables(types=tuple(aws_tokens("amplify", "App Branch")), path=("environmentVariables",)),
    Variables(types=tuple(aws_tokens("cognito", "IdentityProvider")), path=("providerDetails",)),
    Variables(types=tuple(aws_tokens("apigateway", "Stage")), path=("variables",)),
    Variables(types=tuple(aws_tokens("apigatewayv2", "Stage")), path=("stageVariables",)),
    Variables(
        types=tuple(aws_tokens("apprunner", "Service")),
        path=("sourceConfiguration", "imageRepository", "imageConfiguration", "runtimeEnvironmentVariables"),
    ),
)
#: Keys and tokens that give themselves away by their form, and URLs with a password in them.
_FORMS: Final = re.compile(
    r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|-----BEGIN ([A-Z]+ )*PRIVATE KEY-----"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{50,}|\bglpat-[\w-]{20}\b|\bxox[abprs]-[\w-]{10,}"
    r"|\b[rs]k_live_[A-Za-z0-9]{20,}|\bAIza[\w-]{35}\b|\bsk-(proj|ant)-[\w-]{30,}|\bnpm_[A-Za-z0-9]{36}\b"
    r"|\bhooks\.slack\.com/services/T\w+/B\w+/\w+"
    r"|(?i:aws_secret_access_key)['\"]?\s*[:=]\s*['\"]?[A-Za-z0-9/+]{40}\b"
    r"|\b[a-z][a-z0-9+.-]*://[^/\s:@'\"]*:[^/\s:@'\"$<{(?#]+@[\w.-]+"
)
#: A variable that a script sets to a text.
_ASSIGNED: Final = re.compile(
    r"(?im)^\s*(?:export\s+)?(\w{1,100})=(?:\"([^\"$\n]{1,200})\"|'([^'\n]{1,200})'|([^\s\"'$;&|]{1,200}))"
)
_SCRIPTS: Final = ("userData", "userDataBase64")
#: Characters of a text that are looked at.
_MOST_READ: Final = 200_000


def _given_away(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """No text holds a key, a token, or a URL with a password in it."""
    for resource in resources:
        if not resource.type.startswith((type_tokens.AWS_PACKAGE, type_tokens.KUBERNETES_PACKAGE)):
            continue
        for path, value in walk(resource.props):
            if not isinstance(value, str) or not path or resource.references.get(str(path[0])):
                continue
            text = _read(value) if path[-1] in _SCRIPTS else value[:_MOST_READ]
            if _FORMS.search(text):
                place = ".".join(map(str, path))
                yield Finding(f"{place} holds a key, a token or a password as text: {_BY_SECRET}", urn=resource.urn)


def _scripts(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """No machine's first script sets a secret to a text: whoever is on the machine reads it."""
    for resource in resources:
        for place in _SCRIPTS:
            script = resource.get(place) if resource.type.startswith(type_tokens.AWS_PACKAGE) else None
            if not isinstance(script, str) or resource.references.get(place):
                continue
            for name, *values in _ASSIGNED.findall(_read(script)):
                if is_secret(name) and says_it(name, "".join(values)):
                    yield Finding(f"{place} sets {name[:60]} to a text: {_BY_SECRET}", urn=resource.urn)


def _read(script: str) -> str:
    """A script, from base64 where it is that."""
    try:
        return base64.b64decode(script[:_MOST_READ], validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return script[:_MOST_READ]


def _parameters(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """A parameter that is a secret by its name is encrypted, and its value is not written down."""
    for resource in resources:
        if resource.type != type_tokens.SSM_PARAMETER:
            continue
        name = resource.get("name")
        if resource.get("type") == "SecureString" and written(resource, "value", iter([resource.get("value")])):
            yield Finding("value must not be written down: write it once (valueWo)", urn=resource.urn)
        elif (
            resource.get("type") in ("String", "StringList")
            and isinstance(name, str)
            and is_secret(name.rpartition("/")[2])
            and (resource.references.get("value") or says_it(name, resource.get("value")))
        ):
            yield Finding(
                "type must be SecureString: by its name it is a secret, which anybody could read", urn=resource.urn
            )


WRITTEN_ELSEWHERE: Final = (
    *(
        StackDemand(name=f"{line.type.rpartition(':')[2]} {'.'.join(map(str, line.path))}", check=line)
        for line in PASSWORDS
    ),
    *(
        StackDemand(name=f"{line.types[0].rpartition(':')[2]} {'.'.join(map(str, line.path))}", check=line)
        for line in VARIABLES
    ),
    StackDemand(name="keys by their form", check=_given_away),
    StackDemand(name="scripts of machines", check=_scripts),
    StackDemand(name="parameters", check=_parameters),
)
