"""A large export is read line by line: neither its size nor its length is in memory."""

import gzip
import time
import tracemalloc
from decimal import Decimal

from pricing.reconcile.billed import read_export
from tests.pricing.reconcile.exports import CUR, cur, used

LINES = 200_000


def test_two_hundred_thousand_lines_take_little_time_and_memory(tmp_path):
    path = tmp_path / "large.csv.gz"
    (line,) = cur(used("AmazonEC2", "APN2-NatGateway-Bytes", "0.5", "0.0295")).splitlines()[1:]
    with gzip.open(path, "wt", compresslevel=1) as stream:
        stream.write(f"{CUR}\n")
        for _ in range(LINES // 1000):
            stream.write(f"{line}\n" * 1000)

    tracemalloc.start()
    begun = time.process_time()
    try:
        found = read_export([path])
        took = time.process_time() - begun
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found.usd == LINES * Decimal("0.0295")
    assert peak < 8 * 2**20
    assert took < 60
