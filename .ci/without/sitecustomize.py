"""Put first on PYTHONPATH: neither torch nor Qt can be imported, whatever is installed."""

import sys
from importlib.abc import MetaPathFinder

BLOCKED = ("torch", "torchvision", "PySide6", "shiboken6", "superqt", "pyqtgraph")


class Blocker(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{name} is blocked in the light tests", name=name)


sys.meta_path.insert(0, Blocker())
