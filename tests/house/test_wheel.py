"""What an installation gets: the code, what is read beside it, and the web clients as they were built."""

import subprocess
import sys

from .source import ROOT

LIST = """
from setuptools.dist import Distribution
wheel = Distribution({"script_name": "setup.py"})
wheel.parse_config_files()
wheel.include_package_data = False
build = wheel.get_command_obj("build_py")
build.ensure_finalized()
for package, name, _ in build.find_all_modules():
    print(f"{package.replace('.', '/')}/{name}.py")
for package, _, _, files in build.data_files:
    for file in files:
        print(f"{package.replace('.', '/')}/{file}")
"""


def test_a_wheel_has_all_the_code_and_the_web_clients_and_nothing_of_others() -> None:
    listed = subprocess.run([sys.executable, "-c", LIST], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = set(listed.splitlines())
    assert [file for file in files if "node_modules" in file][:5] == []
    webapp = ROOT / "wecom/webapp"
    ours = [path for path in (ROOT / "wecom").rglob("*.*") if path.is_file() and webapp not in path.parents]
    assert {str(path.relative_to(ROOT)) for path in ours if path.suffix != ".pyc"} - files == set()
    dist = [path.relative_to(ROOT) for path in (webapp / "dist").rglob("*.*") if path.is_file()]
    # What begins with a dot only building needs.
    built = {str(path) for path in dist if not any(part.startswith(".") for part in path.parts)}
    assert {"wecom/webapp/dist/app/index.html", "wecom/webapp/dist/console/index.html"} <= built
    assert any(file.startswith("wecom/webapp/dist/assets/") for file in built)
    assert built - files == set()
