"""A door for a laptop or CI: the plan, its price and every finding, with no account, no cluster and no CLI."""

from stacks.command import require_libraries

require_libraries()
