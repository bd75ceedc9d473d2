"""What differs per environment: typed settings, and the stack files that fill them."""

from stacks.command import interruptible, require_libraries

interruptible()
require_libraries()
