"""What must hold, and why. Pure Python: only ``engine`` and the packs' own programs know the policy SDK."""

from stacks.command import require_libraries

require_libraries()
