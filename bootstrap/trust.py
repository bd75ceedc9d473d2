"""Who may become a role: pure trust documents, pinned to one project and its protected branch, or to one environment.

IAM compares the subject of a token, and nothing else that tells a branch: GitLab's other claims are no condition keys.
A subject is compared whole. GitLab gives a fork's pipeline the fork's own project path, in the parent project as well
(gitlab-org/gitlab#563038); GitHub gives a pull request the subject ``pull_request``, unless its job names an
environment, which must therefore admit protected branches alone.
"""

from __future__ import annotations

from typing import Any, Final

from bootstrap.settings import Bootstrap, GitHub, GitLab

AUDIENCE: Final = "sts.amazonaws.com"
GITHUB: Final = "https://token.actions.githubusercontent.com"


def deploying(settings: Bootstrap, account: str) -> dict[str, Any]:
    """Trust in the protected branch on GitLab, and in the environment on GitHub."""
    return _trust(
        account,
        [
            *([_gitlab(settings.gitlab)] if settings.gitlab else ()),
            *([(GITHUB, _repo(settings.github, f"environment:{settings.environment}"))] if settings.github else ()),
        ],
    )


def previewing(settings: Bootstrap, account: str) -> dict[str, Any]:
    """Trust in the protected branch, on both: a pull request's own code never becomes it."""
    return _trust(
        account,
        [
            *([_gitlab(settings.gitlab)] if settings.gitlab else ()),
            *(
                [(GITHUB, _repo(settings.github, f"ref:refs/heads/{settings.github.branch}"))]
                if settings.github
                else ()
            ),
        ],
    )


def issuers(settings: Bootstrap) -> dict[str, str]:
    """The identity providers that the account needs, by name."""
    found = {"gitlab": settings.gitlab.issuer} if settings.gitlab else {}
    return {**found, **({"github": GITHUB} if settings.github else {})}


def provider_arn(account: str, issuer: str) -> str:
    """The ARN of an account's identity provider, known before it exists."""
    return f"arn:aws:iam::{account}:oidc-provider/{issuer.removeprefix('https://')}"


def _gitlab(gitlab: GitLab) -> tuple[str, str]:
    return gitlab.issuer, f"project_path:{gitlab.project}:ref_type:branch:ref:{gitlab.branch}"


def _repo(github: GitHub, context: str) -> str:
    return f"repo:{github.repository}:{context}"


def _trust(account: str, subjects: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider_arn(account, issuer)},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{issuer.removeprefix('https://')}:aud": AUDIENCE,
                        f"{issuer.removeprefix('https://')}:sub": subject,
                    }
                },
            }
            for issuer, subject in subjects
        ],
    }
