"""The files that an operator copies: units, image and compose file fit the code and the documents."""

import importlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
UNITS = sorted((ROOT / "deploy").glob("*.service"))
MOST_EXPOSED = 20  # tenths; systemd rates 2.0 as OK, and 9.2, with all rights, as UNSAFE


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_no_right_that_it_does_not_need(unit):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    command = ["systemd-analyze", "security", "--no-pager", "--offline=yes", f"--threshold={MOST_EXPOSED}", unit]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is(unit):
    [command] = re.findall(r"ExecStart=\S+ manage\.py (\w+)", unit.read_text())
    assert (ROOT / f"realtime/management/commands/{command}.py").exists()
    assert f"deploy/{unit.name}" in (ROOT / "docs/deployment.md").read_text()


def test_the_containers_are_set_by_settings_that_there_are(services):
    documented = (ROOT / "docs/configuration.md").read_text()
    for name in services["hubbub"]["environment"]:
        assert f"`{name}`" in documented, name


def test_the_containers_start_commands_that_there_are(services):
    for name, command in (("hubbub", "serve"), ("worker", "worker")):
        assert services[name]["command"][0] == command
    assert services["prepare"]["command"] == ["python manage.py migrate && python manage.py collectstatic --no-input"]
    for name in ("hubbub", "worker", "prepare"):
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]


def test_the_image_runs_the_python_of_the_project_as_a_user_without_rights():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    version = (ROOT / ".python-version").read_text().strip()
    bases = [line for line in lines if line.startswith("FROM ")]
    assert bases
    assert all(line.startswith(f"FROM python:{version}-slim") for line in bases)
    assert lines.index("USER hubbub") < next(
        number for number, line in enumerate(lines) if line.startswith("ENTRYPOINT")
    )


def test_the_image_contains_the_files_of_the_server():
    ignored = (ROOT / ".dockerignore").read_text().split()
    for needed in ("accounts", "chat", "config", "notifications", "realtime", "static", "templates", "manage.py"):
        assert (ROOT / needed).exists()
        assert needed not in ignored


def test_a_python_that_only_root_may_start_is_noticed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    install = importlib.import_module("install")
    home = tmp_path / "root"
    (home / "bin").mkdir(parents=True)
    python = home / "bin" / "python"
    python.touch()
    (home / "bin").chmod(0o755)
    home.chmod(0o700)
    assert install.closed_folder(python) == home
    assert install.closed_folder(Path("/usr/bin/env")) is None
