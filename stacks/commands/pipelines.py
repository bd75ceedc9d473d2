"""Where the pipelines name environments: written from the stack files, and from nothing else.

Neither GitLab nor GitHub reads a list from a file when it plans a pipeline, so the lists stand in their files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from stacks.command import ROOT

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


def written(names: Sequence[str], manual: Collection[str]) -> dict[Path, str]:
    """Both pipelines as they are to be, for environments in the order of a change's way; ``manual`` begin by hand."""
    gitlab, github = (path.read_text(encoding="utf-8") for path in (GITLAB, GITHUB))
    return {
        GITLAB: _JOBS.sub("", _listed(gitlab, names)).rstrip("\n") + "\n\n" + "\n".join(_jobs(names, manual)),
        # There each deployment is started by hand, after its plan, whichever environment is chosen.
        GITHUB: _listed(github, names),
    }


def _listed(text: str, names: Sequence[str]) -> str:
    return _LIST.sub(f"[{', '.join(names)}]", text)


def _jobs(names: Sequence[str], manual: Collection[str]) -> Iterator[str]:
    """What deploys each environment: one after another by itself, then each that waits for somebody."""
    before = ""
    for name in (each for each in names if each not in manual):
        yield _job(name, "up", before)
        before = f"up-{name}"
    for name in (each for each in names if each in manual):
        yield _job(name, "plan", before)
        yield _job(name, "up", f"plan-{name}") + _BY_HAND


def _job(name: str, what: str, before: str) -> str:
    after = f"  needs: [{before}]\n" if before else ""
    return f"{what}-{name}:\n  extends: .{what}\n  variables: {{ STACK: {name} }}\n{after}"
