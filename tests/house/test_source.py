"""How the source is laid out: sizes, words, where SQL and which imports may stand."""

import ast
import re

from wecom.migrations.run import SCHEMA

from .source import Module, modules

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

SQL = re.compile(
    r"\s*(SELECT\s|INSERT INTO\s|UPDATE\s+\w+\s+(AS\s+\w+\s+)?SET\s|DELETE FROM\s|WITH\s+\w+\s*(\(.*\)\s*)?AS\s"
    r"|CREATE (TABLE|INDEX|ROLE|DATABASE)\s|ALTER (TABLE|ROLE)\s|DROP (TABLE|INDEX)\s|TRUNCATE\s|LOCK TABLE\s)"
)
MAY_HOLD_SQL = re.compile(r"wecom/(migrations/|(foundation|features)/.*\bqueries(\.py|/))")

MAY_IMPORT = {
    "aiohttp": r"wecom/(interfaces|foundation/http)/",
    "asyncpg": r"wecom/foundation/db\.py",
    "PIL": r"wecom/foundation/pictures/render\.py",
    "openpyxl": r"wecom/features/rosters/workbooks(_written)?\.py",
    "python_calamine": r"wecom/features/rosters/workbooks\.py",
    "ldap": r"wecom/features/directory/ldap\.py",
    "redis": r"wecom/(foundation/streams/|interfaces/realtime/|services\.py|features/accounts/limiter\.py"
    r"|interfaces/web\.py)",
}

NO_MODULE = {"utils", "util", "common", "helpers", "helper", "lib", "core", "base", "misc", "managers", "services_"}
NO_BEGINNING = ("get_", "handle_", "process_", "do_")
NO_WORD = {
    "user": "member",
    "users": "members",
    "room": "conversation",
    "rooms": "conversations",
    "agent": "app",
    "agents": "apps",
    "manager": "say what it does",
    "helper": "say what it does",
    "repository": "queries",
    "dto": "say what it is",
}
NAMED_BY_OTHERS = {"get_completions"}
"""Methods that a library calls."""
ALLOWED_PHRASES = ("user_agent", "UserAgent", "useragent")


def everything() -> tuple[Module, ...]:
    return modules("wecom", "tests", "benchmarks")


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    read_once = "wecom/migrations/versions/"
    long = {
        module.path: lines
        for module in everything()
        if (lines := module.text.count("\n")) > LONGEST_MODULE and not module.path.startswith(read_once)
    }
    assert not long, "split by verb, resource or chapter"


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{module.at(function)} {function.name}: {lines}"
        for module in everything()
        for function in module.functions()
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long, "give its parts names"


def test_every_module_says_what_it_is_for() -> None:
    silent = [module.path for module in everything() if not ast.get_docstring(module.tree)]
    assert not silent, "open with a docstring"


def test_sql_stands_in_queries_and_migrations_only() -> None:
    strays = [
        f"{module.at(node)} {node.value.split()[:4]}"
        for module in modules("wecom")
        if not MAY_HOLD_SQL.match(module.path)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert not strays, "a statement is a function of its feature's queries.py"


def test_queries_name_their_columns() -> None:
    tables = "|".join(re.findall(r"CREATE (?:TABLE|VIEW) (?:public\.)?(\w+)", SCHEMA.read_text()))
    starred = [
        module.at(node)
        for module in modules("wecom")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.search(rf"SELECT (\w+\.)?\*[^;]*?\sFROM ({tables})\b", node.value)
    ]
    assert not starred, "a star breaks prepared statements when a column is added: list the columns"


def test_libraries_are_met_in_their_own_places_only() -> None:
    strays = [
        f"{module.at(node)} imports {name}"
        for module in modules("wecom")
        if not module.path.startswith("wecom/migrations/")
        for name, node in module.imported()
        if name in MAY_IMPORT and not re.match(MAY_IMPORT[name], module.path)
    ]
    assert not strays


def test_packages_open_with_a_docstring_and_only_pass_names_on() -> None:
    for module in modules("wecom"):
        if module.path.endswith("__init__.py"):
            own = [module.at(node) for node in module.tree.body[1:] if not _passes_on(node)]
            assert not own, "move what it defines into a module"


def _passes_on(node: ast.stmt) -> bool:
    """An import, `__all__`, or a constant that lists imported modules in the order they are meant to be read."""
    if isinstance(node, ast.ImportFrom | ast.Import):
        return True
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = all(isinstance(each, ast.Name) and each.id.strip("_").lower() != each.id for each in targets)
        lists = isinstance(node.value, ast.Dict | ast.List | ast.Tuple)
        calls = any(isinstance(each, ast.Call | ast.Lambda) for each in ast.walk(node.value))
        return named and lists and not calls
    return False


def test_no_module_is_an_attic() -> None:
    attics = [module.path for module in everything() if module.path.split("/")[-1][:-3] in NO_MODULE]
    attics += [module.path for module in everything() if set(module.path.split("/")[:-1]) & NO_MODULE]
    assert not attics, "put it beside its lowest single user"


def test_one_word_per_thing() -> None:
    strays = [
        f"{module.at(node)} {name}: {NO_WORD[word]}"
        for module in modules("wecom")
        if not module.path.startswith("wecom/interfaces/cgi/")
        for node, name in _names(module)
        for word in re.split(r"_|(?<=[a-z])(?=[A-Z])", _without_allowed(name))
        if word.lower() in NO_WORD
    ]
    assert not strays


def test_functions_are_named_by_what_they_do() -> None:
    strays = [
        f"{module.at(function)} {function.name}"
        for module in modules("wecom")
        if not module.path.startswith("wecom/interfaces/cgi/")
        for function in module.functions()
        if function.name.lstrip("_").startswith(NO_BEGINNING) and function.name not in NAMED_BY_OTHERS
    ]
    assert not strays


def test_nothing_is_left_for_later_in_the_source() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3 + ":", "no" + "qa", "x" + "fail", "pytest.mark.sk" + "ip(")
    left = [f"{module.path}: {word}" for module in everything() for word in words if word in module.text]
    assert not left


def _names(module: Module) -> list[tuple[ast.AST, str]]:
    names: list[tuple[ast.AST, str]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append((node, node.name))
        elif isinstance(node, ast.arg):
            names.append((node, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append((node, node.id))
    return names


def _without_allowed(name: str) -> str:
    for phrase in ALLOWED_PHRASES:
        name = name.replace(phrase, "")
    return name
