"""What ``make kube`` built, and a control plane of its own for each test: objects of two stacks would meet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kube.api import Api
from tests.kube.objects import MADE_BY_ADDONS
from tests.kube.plane import control_plane

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".engine" / "kube"


@pytest.fixture(scope="session")
def built(request) -> Path:
    """The folder of ``make kube``."""
    asked = request.config.getoption("--kube")
    missing = [name for name in ("etcd", "apiserver", "crds") if not (BUILT / f".{name}").exists()]
    if missing:
        reason = f"no {' and no '.join(missing)} in .engine/kube: make kube builds what is missing, in some minutes"
        (pytest.fail if asked else pytest.skip)(reason)
    if not asked and not any("kube" in str(argument) for argument in request.config.args):
        pytest.skip("starts an API server for each test: make kube")
    return BUILT


@pytest.fixture
def api(built, tmp_path) -> Iterator[Api]:
    """An API server that holds nothing but the CRDs, and what AWS' add-ons make."""
    with control_plane(built, tmp_path) as served:
        for name in MADE_BY_ADDONS:
            served.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        yield served


@pytest.fixture
def _ambient(monkeypatch) -> None:
    """Without a laptop's own clusters, clouds and proxies."""
    for name in list(os.environ):
        if name.startswith(("PULUMI_", "AWS_", "KUBE", "HELM_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
