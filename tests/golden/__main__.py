"""Writes the golden inventory anew and says what changed in it: ``python -m tests.golden``."""

from __future__ import annotations

import sys

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
