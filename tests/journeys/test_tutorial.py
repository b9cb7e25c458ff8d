"""The newcomer's tutorial is true: its blocks, put into a copy of the project, are a feature that works."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TUTORIAL = CHECKOUT / "docs" / "adding-a-feature.md"
BLOCK = re.compile(r"^(?:`(?P<path>[\w/.-]+)`$)|^```(?P<kind>python|diff)\n(?P<text>.*?)^```$", re.M | re.S)
COPIED = ("wecom", "deploy", "tests/house", "tests/conftest.py", "tests/world.py", "pyproject.toml")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the tutorial's feature in it."""
    copy = tmp_path_factory.mktemp("tutorial")
    for each in COPIED:
        if (CHECKOUT / each).is_dir():
            shutil.copytree(CHECKOUT / each, copy / each, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(CHECKOUT / each, copy / each)
    followed = list(follow(numbered(TUTORIAL.read_text()), copy))
    assert len(followed) > 8
    return copy


def numbered(tutorial: str) -> str:
    """Its migration with the numbers that it would get today, as the tutorial tells its reader to."""
    newest = max(int(path.name[:4]) for path in (CHECKOUT / "wecom/migrations/versions").glob("0*.py"))
    return re.sub(r"\b000([12])(?=[\"_])", lambda number: f"{newest + int(number[1]) - 1:04}", tutorial)


def follow(tutorial: str, copy: Path) -> list[Path]:
    """Write what the tutorial says, where it says it; the files it touches."""
    touched, path = [], None
    for found in BLOCK.finditer(tutorial):
        if found["path"]:
            path = copy / found["path"]
            continue
        assert path, "a block has no file"
        if found["kind"] == "python":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found["text"])
        else:
            lines = found["text"].splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] != "+")
            after = "".join(line[1:] for line in lines if line[0] != "-")
            assert f"\n{path.read_text()}".count(f"\n{before}") == 1, (
                f"{path.name} is not as the tutorial says: {before}"
            )
            path.write_text(f"\n{path.read_text()}".replace(f"\n{before}", f"\n{after}")[1:])
        touched.append(path)
    return touched


async def run(copy: Path, command: str, *words: str, **environment: str) -> str:
    """Run one of the environment's commands in the copy, on the copy's own code."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [Path(sys.executable).with_name(command), *words],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)} | environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-2000:]
    return ended.stdout


async def test_the_tutorials_feature_works(copy: Path, database_url: str, owner_url: str, redis_url: str) -> None:
    urls = {
        "WECOM_DATABASE_URL": database_url,
        "WECOM_DATABASE_OWNER_URL": owner_url,
        "WECOM_REDIS_URL": redis_url,
        "WECOM_DATA_DIR": str(copy / "data"),
    }
    await run(copy, "wecom", "migrate", "--dump", **urls)
    assert "CREATE TABLE public.statuses" in (copy / "wecom" / "migrations" / "schema.sql").read_text()
    document = copy / "wecom" / "interfaces" / "api" / "openapi.json"
    document.write_text(await run(copy, "wecom", "openapi", **urls))
    assert "/api/members/{member_id}/status" in document.read_text()
    tests = ["tests/features/statuses", "tests/house/test_contracts.py", "tests/house/test_generated.py"]
    assert re.search(r"\d+ passed", await run(copy, "pytest", "-q", "-p", "no:cacheprovider", *tests))


async def test_the_tutorials_feature_keeps_the_houses_style(copy: Path) -> None:
    named = {copy / found["path"] for found in BLOCK.finditer(numbered(TUTORIAL.read_text())) if found["path"]}
    sources = sorted(str(path) for path in named if path.suffix == ".py")
    await run(copy, "ruff", "check", "--no-cache", *sources)
    await run(copy, "ruff", "format", "--check", "--no-cache", *sources)
    await run(copy, "lint-imports", "--no-cache")
