"""How sure a figure is: read where it is published, worked out from what is, or remembered."""

from typing import Literal

Confidence = Literal["exact", "derived", "recalled"]
