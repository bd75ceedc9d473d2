"""One note on a merge or pull request: what the change does to every stack, found again and edited in place."""

from stacks.command import require_libraries

require_libraries()
