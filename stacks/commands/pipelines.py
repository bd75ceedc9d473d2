"""Where the pipelines name environments: written from the stack files, and from nothing else.

Neither GitLab nor GitHub reads a list from a file when it plans a pipeline, so the lists stand in their files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stacks.command import ROOT
from stacks.environments import PRODUCTION

GITLAB: Final = ROOT / ".gitlab-ci.yml"
GITHUB: Final = ROOT / ".github" / "workflows" / "ci.yml"
#: A list of environments, behind the key that has one.
_LIST: Final = re.compile(r"(?<=\bSTACK: )\[[^]]*\]|(?<=\bstack: )\[[^]]*\]|(?<=\boptions: )\[[^]]*\]")
#: The jobs that deploy, which end GitLab's file.
_JOBS: Final = re.compile(r"^(?:plan|up)-[a-z0-9-]+:\n(?:(?: .*)?\n)*", re.MULTILINE)
_BY_HAND: Final = """\
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $LANDING_ZONE_DEPLOYS == "true"
      when: manual
  script:
    - make up STACK=$STACK ARGS="--plan plan-$STACK --yes"
"""


def written(names: Sequence[str]) -> dict[Path, str]:
    """Both pipelines as they are to be, for environments in the order of a change's way."""
    gitlab, github = (path.read_text(encoding="utf-8") for path in (GITLAB, GITHUB))
    jobs = "\n".join(_job(name, before) for before, name in zip(["", *names], names, strict=False))
    return {
        GITLAB: _JOBS.sub("", _listed(gitlab, names)).rstrip("\n") + "\n\n" + jobs,
        GITHUB: _listed(github, names),
    }


def _listed(text: str, names: Sequence[str]) -> str:
    return _LIST.sub(f"[{', '.join(names)}]", text)


def _job(name: str, before: str) -> str:
    """What deploys one environment, after the one before it; production by hand, and then the plan that was read."""
    after = f"  needs: [up-{before}]\n" if before else ""
    if name != PRODUCTION:
        return f"up-{name}:\n  extends: .up\n  variables: {{ STACK: {name} }}\n{after}"
    return (
        f"plan-{name}:\n  extends: .plan\n  variables: {{ STACK: {name} }}\n{after}\n"
        f"up-{name}:\n  extends: .up\n  variables: {{ STACK: {name} }}\n  needs: [plan-{name}]\n{_BY_HAND}"
    )
