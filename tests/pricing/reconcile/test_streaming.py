"""A large export is read line by line: its length is not in memory. A process of its own has no other's peak."""

import gzip
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from tests.pricing.reconcile.exports import CUR, cur, used

ROOT = Path(__file__).parents[3]
LINES = 200_000
#: Prints the sum, seconds of CPU, and by how many KiB the process grew beyond what its imports take.
READ = """
import json, resource, sys, time
from pathlib import Path
from pricing.reconcile.billed import read_export

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

read_export([Path(sys.argv[1])])
before, begun = peak(), time.process_time()
found = read_export([Path(sys.argv[2])])
print(json.dumps([str(found.usd), time.process_time() - begun, peak() - before]))
"""


def test_two_hundred_thousand_lines_take_little_time_and_memory(tmp_path):
    small, large = tmp_path / "small.csv.gz", tmp_path / "large.csv.gz"
    (line,) = cur(used("AmazonEC2", "APN2-NatGateway-Bytes", "0.5", "0.0295")).splitlines()[1:]
    for path, lines in ((small, 1000), (large, LINES)):
        with gzip.open(path, "wt", compresslevel=1) as stream:
            stream.write(f"{CUR}\n")
            for _ in range(lines // 1000):
                stream.write(f"{line}\n" * 1000)

    done = subprocess.run(
        [sys.executable, "-c", READ, small, large], capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    )

    usd, seconds, grown = json.loads(done.stdout)
    assert Decimal(usd) == LINES * Decimal("0.0295")
    assert seconds < 30
    # The lines alone are 40 MiB.
    assert grown < 4 * 2**10
