"""Brings every chart that the program pins from its own repository: ``python -m tests.charts.pull``.

Charts belong to their authors and are not committed. Without a network that reaches their repositories, ``CHARTS_DIR``
names a folder that holds them.
"""

from __future__ import annotations

import os
import sys

from tests.charts.render import HELM, HelmError, absent, archive, folder, helm, pinned


def main() -> int:
    """Pull what is not there yet; a chart that cannot be had is said in one line, and the exit code is 2."""
    if not HELM.exists():
        return refused("no helm in .engine/helm: tools/helm/build.sh puts it there")
    if os.environ.get("CHARTS_DIR"):
        return refused(f"{folder()} lacks {', '.join(absent())}") if absent() else 0
    folder().mkdir(parents=True, exist_ok=True)
    for name, version, repository in pinned():
        if not archive(name, version):
            try:
                helm("pull", name, "--repo", repository, "--version", version, "--destination", folder())
            except HelmError as error:
                return refused(" ".join(str(error).split()))
            sys.stdout.write(f"{name} {version} is now in {folder()}\n")
    return 0


def refused(why: str) -> int:
    sys.stderr.write(f"error: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
