"""What an environment's roles may do, as it was generated and reviewed: bootstrap/policies/, read for one account."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "policies"
#: Stands for the account in the files: which one it is, the credentials say.
PLACEHOLDER: Final = "${account}"
#: Everything of a bootstrap's own in IAM stands below this path, on which the deploying role may do nothing.
PATH: Final = "/bootstrap/"
BOUNDARY: Final = f"{PATH}alphacar-boundary"


@dataclass(frozen=True)
class Granted:
    """Statements for the role that deploys, the one that previews, and the boundary of every role that is deployed."""

    deploy: list[dict[str, Any]]
    preview: list[dict[str, Any]]
    boundary: list[dict[str, Any]]


def granted(stack: str, account: str) -> Granted:
    """The statements of ``stack`` in ``account``."""
    text = granted_file(stack).read_text(encoding="utf-8").replace(PLACEHOLDER, account)
    return Granted(**json.loads(text))


def granted_file(stack: str) -> Path:
    """Where they stand."""
    return FOLDER / f"{stack}.json"
