"""What differs per environment: typed settings, and the stack files that fill them."""

from stacks.command import require_libraries

require_libraries()
