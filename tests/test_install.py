"""The programs that `make` builds beside the packages."""

import ctypes
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def install(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    install = importlib.import_module("install")
    monkeypatch.setattr(install, "VENV", tmp_path)
    return install


def test_the_fan_out_is_built_where_there_is_a_compiler(install, tmp_path):
    if not install.build_fan_out():
        pytest.skip("no C compiler was there")
    assert ctypes.CDLL(str(tmp_path / "lib" / "hubbub" / "fan_out.so")).fan_out
    assert [path.name for path in (tmp_path / "lib" / "hubbub").iterdir()] == ["fan_out.so"]


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_compiler_that_works_nothing_is_built(install, monkeypatch, tmp_path, compiler):
    monkeypatch.setenv("CC", compiler)
    assert not install.build_fan_out()
    assert not (tmp_path / "lib" / "hubbub" / "fan_out.so").exists()
