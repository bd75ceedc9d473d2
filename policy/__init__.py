"""What must hold, and what it costs. Pure Python: only ``enforce`` and the packs know the policy SDK."""

from stacks.command import require_libraries

require_libraries()
