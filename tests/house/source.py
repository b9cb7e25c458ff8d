"""The source as the house's rules look at it."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import wecom

ROOT = Path(wecom.__file__).parents[1]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file: where it is, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def imported(self) -> Iterator[tuple[str, ast.stmt]]:
        """The first word of every absolute import, and where."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], node) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], node


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module below these folders of the repository."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(
        Module(str(path.relative_to(ROOT)), text, ast.parse(text)) for path in paths for text in [path.read_text()]
    )


@cache
def import_everything() -> None:
    """So that every class there is has been defined; migrations run when imported, and are left out."""
    for module in pkgutil.walk_packages(wecom.__path__, "wecom."):
        if not module.name.startswith(("wecom.migrations.", "wecom.__main__")):
            importlib.import_module(module.name)


def subclasses(of: type) -> set[type]:
    """All of ours, at any depth."""
    found = {below for each in of.__subclasses__() for below in (each, *subclasses(each))}
    return {each for each in found if each.__module__.startswith("wecom.")}
