"""What a bootstrap is told: whose account it is, who may become which role, and who runs the bootstrap itself."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from stacks.environments import Environment
from stacks.messages import SettingsError, shown
from stacks.section import Section, TagText

PREFIX: Final = "bootstrap:"
#: No star anywhere: whoever could choose a name that fits would be let in.
_HOST: Final = r"^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?$"
_PATH: Final = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$"
#: Since 15 July 2026 a new repository's subject holds ids that nobody gets again: owner@1/name@2 (source: GitHub's
#: change log, immutable subject claims).
_REPOSITORY: Final = r"^[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?/[A-Za-z0-9_.-]+(@[0-9]+)?$"
_BRANCH: Final = r"^[A-Za-z0-9][A-Za-z0-9_./-]*$"
#: A role by its path and name; the path of IAM Identity Center's ends in a part that AWS makes up.
_ROLE: Final = r"^[A-Za-z0-9+=,.@_/-]{2,}\*?$"

Branch = Annotated[str, StringConstraints(pattern=_BRANCH)]


class GitLab(Section):
    """A project of one GitLab instance, and its protected branch."""

    issuer: Annotated[str, StringConstraints(pattern=_HOST)] = Field(description="https:// and the instance's host")
    project: Annotated[str, StringConstraints(pattern=_PATH)] = Field(description="such as group/project")
    branch: Branch = "main"


class GitHub(Section):
    """A repository on GitHub, and its protected branch."""

    repository: Annotated[str, StringConstraints(pattern=_REPOSITORY)] = Field(
        description="owner/name, or owner@id/name@id where the repository has immutable subjects"
    )
    branch: Branch = "main"


class Bootstrap(Section):
    """One environment's bootstrap."""

    environment: Environment
    owner: TagText
    operators: Annotated[tuple[Annotated[str, StringConstraints(pattern=_ROLE)], ...], Field(min_length=1)] = Field(
        description="roles of the account, by path and name, that run the bootstrap and administer the key"
    )
    gitlab: GitLab | None = None
    github: GitHub | None = None
    lock_days: int = Field(default=30, ge=1, le=365, description="days for which no version of the state is deleted")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.gitlab is None and self.github is None:
            raise ValueError("gitlab or github: one of them is needed, or nobody could deploy")
        return self


def from_config(config: Mapping[str, str], stack: str) -> Bootstrap:
    """Settings from flat configuration, in which everything but text is JSON. Raises :class:`SettingsError`."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        if key.startswith(PREFIX):
            found[key.removeprefix(PREFIX)] = json.loads(value) if value[:1] in "[{" or value.isdigit() else value
    try:
        settings = Bootstrap.model_validate_json(json.dumps(found))
    except ValidationError as error:
        raise SettingsError("\n".join(_line(each) for each in error.errors())) from None
    if settings.environment != stack:
        raise SettingsError(f"{PREFIX}environment: {shown(settings.environment)} is refused; allowed is {stack}")
    return settings


def from_environment(stack: str) -> Bootstrap:
    """Settings of the running program. Raises :class:`SettingsError`."""
    return from_config(json.loads(os.environ.get("PULUMI_CONFIG") or "{}"), stack)


def _line(error: Any) -> str:
    where = ".".join(map(str, error["loc"]))
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in ("missing", "extra_forbidden"):
        allowed = ", ".join(field.alias or name for name, field in Bootstrap.model_fields.items())
        return f"{PREFIX}{where}: {message.lower()}; keys are {allowed}"
    return f"{PREFIX}{where}: {shown(error['input'])} is refused: {message}" if where else f"{PREFIX}{message}"
