"""What stands on the revision of ``--against``: who owned waivers there, and which waivers its stack file held."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from preview.questions.diff.revision import AgainstError, Revision, read_text, resolve
from preview.report.verdict import A_FILE, NO_OWNERS
from stacks.document import read_document
from stacks.messages import SettingsError
from stacks.owners import SHOWN, Base, owners_of, waiver_owners
from stacks.section import Waiver


def load_base(root: Path, against: str, environment: str) -> tuple[Base, Revision | None]:
    """What stands on the revision ``against``, of ``environment``'s own stack file, whichever file is previewed.

    It is read twice where others have gone on since the change left it: a waiver or an owner has to stand in both, so
    that neither what was withdrawn since nor what the change never saw counts. Raises :class:`AgainstError`.
    """
    revision = resolve(root, against)
    if revision is None:
        return Base(owners=waiver_owners(), waivers=(), doubt=A_FILE.format(name=against)), None
    commits = list(dict.fromkeys((revision.start, revision.tip)))
    listed = [_owners(root, commit, against) for commit in commits]
    known = [owners for owners in listed if owners is not None]
    absent = NO_OWNERS.format(name=against, file=SHOWN) if len(known) < len(listed) else ""
    base = Base(
        owners=frozenset.intersection(*known) if known else waiver_owners(),
        waivers=tuple(tuple(_waivers(root, commit, environment, against)) for commit in commits),
        doubt=revision.doubt or absent,
    )
    return base, revision


def _owners(root: Path, commit: str, against: str) -> frozenset[str] | None:
    content = _document(root, commit, SHOWN, against)
    if content is None:
        return None
    try:
        return owners_of(f"{SHOWN} of {against}", content)
    except SettingsError as error:
        raise AgainstError(f"--against: {error}") from None


def _waivers(root: Path, commit: str, environment: str, against: str) -> Iterator[Waiver]:
    """The waivers of a stack file; one that would be refused today counts for nothing."""
    content = _document(root, commit, f"stacks/Pulumi.{environment}.yaml", against)
    config = content.get("config") if isinstance(content, dict) else None
    entries = config.get("landing:exceptions") if isinstance(config, dict) else None
    if isinstance(entries, str):
        # As the engine's own commands write what is no text.
        try:
            entries = json.loads(entries)
        except ValueError:
            entries = None
    for entry in entries if isinstance(entries, list) else []:
        try:
            waiver = Waiver.model_validate_json(json.dumps(entry))
        except (ValidationError, ValueError):
            continue
        if (waiver.policy is None) != (waiver.row is None):
            yield waiver


def _document(root: Path, commit: str, path: str, against: str) -> Any:
    text = read_text(root, commit, path, about=against)
    if text is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        # The one reader of stack files takes a file.
        file = Path(folder) / "document.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            return read_document(file)
        except SettingsError as error:
            raise AgainstError(f"--against: {str(error).replace(str(file), f'{path} of {against}')}") from None
