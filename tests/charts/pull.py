"""Brings every chart that the program pins from its own repository: ``python -m tests.charts.pull``.

Charts belong to their authors and are not committed. Without a network that reaches their repositories, ``CHARTS_DIR``
names a folder that holds them. An archive that ``archives.sha256`` knows otherwise is refused.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Final

from tests.charts.render import HELM, HelmError, absent, archive, folder, helm, pinned

SUMS: Final = Path(__file__).with_name("archives.sha256")


def main() -> int:
    """Pull what is not there yet; a chart that cannot be had is said in one line, and the exit code is 2."""
    if not HELM.exists():
        return refused("no helm in .engine/helm: tools/helm/build.sh puts it there")
    own = bool(os.environ.get("CHARTS_DIR"))
    if own and absent():
        return refused(f"{folder()} lacks {', '.join(absent())}")
    folder().mkdir(parents=True, exist_ok=True)
    for name, version, repository in pinned():
        packed = folder() / f"{name}-{version}.tgz"
        if not own and not archive(name, version):
            try:
                helm("pull", name, "--repo", repository, "--version", version, "--destination", folder())
            except HelmError as error:
                return refused(" ".join(str(error).split()))
            sys.stdout.write(
                f"{name} {version} is now in {folder()}{'' if known(packed) else ', held to no checksum'}\n"
            )
        if packed.is_file() and changed(packed):
            return refused(
                f"{packed} is not what tests/charts/{SUMS.name} lists; allowed beside that is an unpacked chart"
            )
    return 0


def sums() -> dict[str, str]:
    """The SHA-256 of each archive that is known, by the archive's name."""
    lines = [line.split() for line in SUMS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: digest for digest, name in lines}


def known(packed: Path) -> bool:
    """Whether somebody has written down what the archive must be."""
    return packed.name in sums()


def changed(packed: Path) -> bool:
    """Whether the archive is another one than is written down; of one that nobody knows, it is not."""
    return sums().get(packed.name, found := hashlib.sha256(packed.read_bytes()).hexdigest()) != found


def refused(why: str) -> int:
    sys.stderr.write(f"error: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
