"""One report a night on each environment: what went wrong by itself, in one issue that is found again and edited."""

from stacks.command import require_libraries

require_libraries()
