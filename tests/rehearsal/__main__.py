"""``python -m tests.rehearsal`` writes docs/migration/rehearsals.md."""

from tests.rehearsal.table import PAGE, page

PAGE.write_text(page())
