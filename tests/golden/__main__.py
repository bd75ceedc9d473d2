"""Writes the golden inventory anew and says what changed in it: ``python -m tests.golden``.

Names are only added: what a deployed stack would lose stays in the table, and its test red, until an alias names it or
somebody takes the line out by hand.
"""

from __future__ import annotations

import sys

from tests.golden import identities as known
from tests.golden.inventory import FILE, differences, golden, present, text

now = present()
old = golden() if FILE.exists() else {"columns": [], "inventory": {}, "switches": {}}
FILE.write_text(text(now), encoding="utf-8")
for line in differences(old["inventory"], now["inventory"]):
    if line.partition(":")[0] in old["columns"]:
        sys.stdout.write(line + "\n")
for branch in now["switches"]:
    if now["switches"][branch] != old["switches"].get(branch):
        sys.stdout.write(f"the switch {branch} moves something else now\n")

names, table = known.identities(), known.golden_identities() if known.FILE.exists() else {}
for line in known.lost(table, names, known.aliases()):
    sys.stdout.write(line + "\n")
known.FILE.write_text(known.identities_text(known.with_new(table, names)), encoding="utf-8")
