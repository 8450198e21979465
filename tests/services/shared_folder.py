"""A folder of the whole run, for files that are made once and used by all of its workers."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.folders import make_folder, remove_folder

KEY = "shared_folder"


class SharedFolder:
    """Files and folders by name. The first worker that needs one makes it, and the others wait."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, name: str, make: Callable[[Path], object]) -> Path:
        """Return the path of this name; if it does not exist, call `make` with a path to write to first."""
        path = self.path / name
        with (self.path / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
            if not path.exists():
                unfinished = self.path / f"{name}.unfinished"
                make(unfinished)
                unfinished.rename(path)
        return path


class Sharing:
    """A plugin of pytest: the controller makes the folder, passes it to its workers, and removes it at the end."""

    def __init__(self) -> None:
        self.folder = make_folder("shared", in_memory=True)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node) -> None:
        node.workerinput[KEY] = str(self.folder)

    def pytest_unconfigure(self) -> None:
        remove_folder(self.folder)


def share_folder(config: pytest.Config) -> None:
    """Make a folder for this run, unless this process is one of its workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Sharing(), KEY)


def find_shared_folder(config: pytest.Config) -> SharedFolder:
    """Return the folder of the run to which this process belongs."""
    sharing = config.pluginmanager.get_plugin(KEY)
    return SharedFolder(sharing.folder if sharing else Path(config.workerinput[KEY]))  # type: ignore[attr-defined] # xdist's
