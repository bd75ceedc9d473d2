"""SDK packages that load a resource's module when it is asked for, not all of them at once.

``pulumi_aws.ec2`` runs 180 modules on its first import, and a program uses a dozen of them: two thirds of a preview's
time went into classes that nobody names. Such a package's ``__init__`` is a list of ``from .x import *``; here it runs
without that list, and a name is looked for where the generator puts it, then everywhere. What a program gets is the
very same object.

Source of the form: pulumi-language-python's generated ``__init__.py`` (pulumi-aws 7.51, pulumi-kubernetes 4.34); one of
another form is imported as ever.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import re
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final

SDKS: Final = ("pulumi_aws", "pulumi_kubernetes")
_STAR: Final = re.compile(r"^from \.(\w+) import \*\n", re.MULTILINE)
#: All that a generated list of modules has beside it.
_REST: Final = re.compile(
    r"(#[^\n]*\n|\n|import builtins as _builtins\n|import typing\n|from \.+ import (_utilities|outputs)\n)*"
)
#: What the generator adds to a resource's or function's name.
_ADDED: Final = re.compile(r"(ArgsDict|Args|State|_output|Result)$")


class LazyPackage(ModuleType):
    """A package whose modules stand in ``__stars__`` until somebody asks for a name."""

    __stars__: dict[str, str]

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            # What ``import *`` asks for: everything, as ever.
            return [each for each in dir(self) if not each.startswith("_")]
        if name == "outputs":
            return importlib.import_module(f"{self.__name__}.outputs")
        if not name.startswith("__"):
            for module in self._likely(name):
                setattr(self, module, importlib.import_module(f"{self.__name__}.{module}"))
                if name in vars(self):
                    return vars(self)[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        for module in self.__stars__.values():
            setattr(self, module, importlib.import_module(f"{self.__name__}.{module}"))
        return sorted(vars(self))

    def __setattr__(self, name: str, value: Any) -> None:
        # Importing a module sets it in its package; what the list would have taken out of it comes after, and wins.
        super().__setattr__(name, value)
        if name in self.__stars__.values() and isinstance(value, ModuleType) and value.__name__.startswith("pulumi_"):
            for each in _exported(value):
                super().__setattr__(each, getattr(value, each))

    def _likely(self, name: str) -> Iterator[str]:
        """The module that is named like it, where nested types and enumerations are, and then every other one."""
        bare = _ADDED.sub("", name.removeprefix("Awaitable"))
        first = [self.__stars__.get(_key(name)), self.__stars__.get(_key(bare))]
        own = [module for module in self.__stars__.values() if module in ("_inputs", "_enums")]
        yield from dict.fromkeys(module for module in (*first, *own, *self.__stars__.values()) if module)


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs a package without its list of modules, where it is one."""

    def exec_module(self, module: ModuleType) -> None:
        source = self.get_source(module.__name__) or ""
        stars = _STAR.findall(source)
        if not stars or not _REST.fullmatch(_STAR.sub("", source)):
            super().exec_module(module)
            return
        vars(module)["__stars__"] = {_key(star): star for star in stars}
        module.__class__ = LazyPackage
        code = compile(_STAR.sub("\n", source), module.__file__ or "", "exec", dont_inherit=True)
        exec(code, vars(module))  # noqa: S102 - the SDK's own


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the packages inside an SDK."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in SDKS or "." not in name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.submodule_search_locations is not None and spec.origin:
            spec.loader = _Loader(name, spec.origin)
        return spec


def load_lazily() -> None:
    """From now on, in this process."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _key(name: str) -> str:
    return name.replace("_", "").lower() or name


def _exported(module: ModuleType) -> Iterator[str]:
    yield from getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")])
