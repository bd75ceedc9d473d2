"""Components are declared alone here, too."""

from tests.components.conftest import declare

__all__ = ["declare"]
