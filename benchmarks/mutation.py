"""Count how many small mistakes in the decisions' rules and ledger the tests notice.

    python benchmarks/mutation.py [SAMPLE]

Each mutant changes one thing in one file: a comparison turned, a condition negated, a boolean or number changed, a
text misspelt, ``and`` for ``or``. A mutant is killed when the quick tests fail on it. Every mutant runs in a fork,
with heavy libraries loaded and this project's modules not. The sample is drawn with a fixed seed.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.abc
import importlib.util
import io
import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent
MODULES = (
    "policy.decisions.rules",
    "policy.ledger.rows",
    "policy.ledger.systems",
    "policy.ledger.requirements",
    "policy.ledger.decide",
)
TESTS = (
    "policy/decisions/test_targets",
    "policy/decisions/test_target_reasons",
    "policy/decisions/test_end_of_life",
    "model/test_property_check",
    "policy/ledger/test_names",
    "policy/ledger/test_rows",
    "policy/decisions/test_exceptions",
    "policy/ledger/test_decide",
    "policy/ledger/test_measurements",
    "policy/decisions/test_declared",
    "policy/decisions/test_matching",
)
TURNED = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt,
          ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}  # fmt: skip


def sites(tree: ast.Module) -> list[ast.AST]:
    """Every node that can be changed; docstrings and what only a reader sees are left out."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    told = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    prose = {
        id(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("title", "reasons", "effect", "why", "description")
    }
    skip = docs | told | prose
    kinds = (ast.Compare, ast.BoolOp, ast.If, ast.Constant)
    found = [node for node in ast.walk(tree) if isinstance(node, kinds) and id(node) not in skip]
    return [node for node in found if not (isinstance(node, ast.Constant) and node.value in (None, "", ...))]


def mutate(node: ast.AST) -> str:
    """Change ``node`` in place; the change in words."""
    if isinstance(node, ast.Compare):
        node.ops[0] = TURNED[type(node.ops[0])]()
        return "comparison turned"
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return "and/or swapped"
    if isinstance(node, ast.If):
        node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
        return "condition negated"
    before = getattr(node, "value", None)
    if not isinstance(node, ast.Constant):
        raise TypeError(type(node).__name__)
    if isinstance(before, bool):
        node.value = not before
    elif isinstance(before, int):
        node.value = before + 1
    else:
        node.value = f"{before}x"
    return f"{before!r} became {node.value!r}"


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed tree."""

    def __init__(self, name: str, tree: ast.Module, path: Path) -> None:
        self._name, self._tree, self._path = name, tree, path

    def find_spec(self, name: str, *_: object) -> object:
        """The changed module, and nothing else."""
        return importlib.util.spec_from_loader(name, self, origin=str(self._path)) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed tree."""
        module.__file__ = str(self._path)
        exec(compile(self._tree, str(self._path), "exec"), module.__dict__)


def survives(name: str, tree: ast.Module, path: Path) -> bool:
    """Whether every quick test passes on the mutant; run in a fork."""
    child = os.fork()
    if child == 0:
        sys.meta_path.insert(0, Mutated(name, tree, path))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            import pytest

            files = [str(ROOT / "tests" / f"{test}.py") for test in TESTS]
            code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *files])
        os._exit(0 if code == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def mutants(modules: Sequence[str]) -> Iterator[tuple[str, Path, int]]:
    """Each module with the number of each of its sites."""
    for name in modules:
        path = ROOT / f"{name.replace('.', '/')}.py"
        for place in range(len(sites(ast.parse(path.read_text())))):
            yield name, path, place


def main(sample: int) -> None:
    """Draw, run, print."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    import boto3  # noqa: F401 - loaded once for every fork
    import pulumi_aws  # noqa: F401 - as above
    import pydantic  # noqa: F401 - as above

    if not survives("", ast.Module([], []), ROOT):
        raise SystemExit("the quick tests fail without any change: nothing can be learnt")
    every = list(mutants(MODULES))
    drawn = random.Random(20261123).sample(every, min(sample, len(every)))
    alive = []
    for name, path, place in drawn:
        tree = ast.parse(path.read_text())
        node = sites(tree)[place]
        change = mutate(node)
        ast.fix_missing_locations(tree)
        if survives(name, tree, path):
            alive.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}: {change}")
    killed = len(drawn) - len(alive)
    print(f"{killed} of {len(drawn)} mutants killed ({100 * killed / len(drawn):.1f} %), of {len(every)} possible")
    for line in sorted(alive):
        print(f"  survived {line}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150)
