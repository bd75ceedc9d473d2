"""How we get there: typed runbook steps, the DAGs, and verification."""

from stacks.command import require_libraries

require_libraries()
