"""What builds other things: the judges from outside, and the table of what AWS's API takes."""

from stacks.command import require_libraries

require_libraries()
