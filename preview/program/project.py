"""Where a Pulumi program is, what it is called, and the configuration that the engine would hand it.

Source of the files' forms: pulumi sdk/go/common/workspace, Project and ProjectStack.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from preview.simulate.wire import UNKNOWN_TEXT, holds_unknown
from stacks.document import read_document
from stacks.messages import SettingsError

PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")
MAIN: Final = "__main__.py"
REGION_KEY: Final = "aws:region"


@dataclass(frozen=True, kw_only=True)
class Project:
    """A program: its ``root`` has the files of Pulumi, ``folder`` is where it runs, ``file`` is what runs.

    ``config`` is flat; a value of ``secret_keys`` is not known here. ``notes`` tell what is not read.
    """

    name: str
    stack: str
    root: Path
    folder: Path
    file: Path
    python: Path
    config: Mapping[str, str]
    secret_keys: frozenset[str]
    stack_file: Path
    notes: tuple[str, ...] = ()

    @property
    def region(self) -> str:
        """``aws:region``, or nothing."""
        return self.config.get(REGION_KEY, "")


def find_project(path: Path, stack: str, python: Path | None = None) -> Project:
    """The program at ``path``. Raises :class:`SettingsError`, which names the file and what is allowed."""
    path = path.absolute()
    if not path.exists():
        raise SettingsError(f"--program: {path} does not exist; allowed are a folder with a program, or a .py file")
    root = path if path.is_dir() else path.parent
    found = next((root / name for name in PROJECT_FILES if (root / name).is_file()), None)
    document = _mapping(found, read_document(found)) if found else {}
    options = _runtime(found, document) if found else {}
    file = _program(path, root, document.get("main"))
    name = document.get("name", root.name)
    if not isinstance(name, str) or not name:
        raise SettingsError(f"{found}: name: {name!r} is refused; allowed is a project's name")
    configs = root / _text(found, document, "stackConfigDir")
    stack_path = next(
        (configs / f"Pulumi.{stack}{end}" for end in (".yaml", ".yml") if (configs / f"Pulumi.{stack}{end}").is_file()),
        configs / f"Pulumi.{stack}.yaml",
    )
    given = _mapping(stack_path, read_document(stack_path)) if stack_path.is_file() else {}
    of_stack = given.get("config") or {}
    if not isinstance(of_stack, dict):
        raise SettingsError(f"{stack_path}: config: is no mapping of settings")
    config = {**dict(_defaults(name, document.get("config"))), **dict(_named(name, of_stack))}
    hidden = {key: _hidden(value) for key, value in config.items()}
    return Project(
        name=name,
        stack=stack,
        root=root,
        folder=file.parent,
        file=file,
        python=python or _interpreter(root, options),
        config={key: _flat(value) for key, value in sorted(hidden.items())},
        secret_keys=frozenset(key for key, value in hidden.items() if holds_unknown(value)),
        stack_file=stack_path,
        notes=tuple(_notes(stack_path, given)),
    )


def _program(path: Path, root: Path, main: Any) -> Path:
    if path.is_file():
        if path.suffix != ".py":
            raise SettingsError(f"--program: {path} is refused; allowed are a folder with a program, or a .py file")
        return path
    file = root / main if isinstance(main, str) else root
    file = file / MAIN if file.is_dir() else file
    if not file.is_file():
        raise SettingsError(f"--program: {file} does not exist; allowed are a folder with {MAIN}, or a .py file")
    return file


def _runtime(path: Path, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The runtime's options. Raises :class:`SettingsError` for a program in another language."""
    runtime = document.get("runtime", "python")
    name, options = (runtime.get("name"), runtime.get("options")) if isinstance(runtime, dict) else (runtime, None)
    if name != "python":
        raise SettingsError(f"{path}: runtime: {name!r} is refused; allowed is python")
    return options if isinstance(options, dict) else {}


def _interpreter(root: Path, options: Mapping[str, Any]) -> Path:
    """The Python of the virtual environment that the project names, where there is one, else this one."""
    named = options.get("virtualenv")
    made = root / str(named) / "bin" / "python" if named else None
    return made if made and made.is_file() else Path(sys.executable)


def _mapping(path: Path, document: Any) -> dict[str, Any]:
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: must be a mapping")
    return document


def _text(path: Path | None, document: Mapping[str, Any], key: str) -> str:
    value = document.get(key, "")
    if not isinstance(value, str):
        raise SettingsError(f"{path}: {key}: is refused; allowed is a text")
    return value


def _defaults(name: str, config: Any) -> Iterator[tuple[str, Any]]:
    """What the project file itself gives every stack: a value, or a default of a declared type."""
    for key, value in _named(name, config if isinstance(config, dict) else {}):
        if isinstance(value, dict) and value.keys() & {"value", "default", "type"}:
            if (given := value.get("value", value.get("default"))) is not None:
                yield key, given
        else:
            yield key, value


def _named(name: str, config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A key without a namespace is in the project's; one that is set to nothing is not set."""
    for key, value in config.items():
        if value is not None:
            yield key if ":" in key else f"{name}:{key}", value


def _hidden(value: Any) -> Any:
    """``value`` with each secure value in it unknown."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return UNKNOWN_TEXT
        return {key: _hidden(item) for key, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list) else value


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)


def _notes(path: Path, given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("environment"):
        yield f"{path.name}: environment is kept by Pulumi ESC, which is not asked; its values are missing"
