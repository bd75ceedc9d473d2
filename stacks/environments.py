"""The environments: each has a stack file here and is called by its name; what more is asked of one, is of production.

Nothing lists them: a new one is a stack file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

from stacks.section import Name

FOLDER: Final = Path(__file__).parent
#: The one environment that rules know by name: what they ask of it alone would be waste, or a hindrance, elsewhere.
PRODUCTION: Final = "prod"
_BEFORE, _AFTER = "Pulumi.", ".yaml"


def stack_names() -> list[str]:
    """The environments that have a stack file."""
    files = FOLDER.glob(f"{_BEFORE}*{_AFTER}")
    return sorted(path.name.removeprefix(_BEFORE).removesuffix(_AFTER) for path in files)


def promotion_order() -> list[str]:
    """The same in the order of a change's way: production last."""
    return sorted(stack_names(), key=lambda name: name == PRODUCTION)


def _known(name: str) -> str:
    if name not in stack_names():
        *others, last = map(repr, promotion_order())
        raise ValueError(f"input should be {', '.join(others)} or {last}")
    return name


Environment = Annotated[Name, AfterValidator(_known), WithJsonSchema({"enum": promotion_order(), "type": "string"})]
