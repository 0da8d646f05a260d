from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.light

# Another thread may be half-way through importing numpy: then ONNX Runtime's binary part would break it.
ORDER = """
import sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "onnxruntime":
            seen.append("numpy" in sys.modules and not sys.modules["numpy"].__spec__._initializing)

seen = []
sys.meta_path.insert(0, Watch())
from deconv_studio.engine import runtime
before = "numpy" in sys.modules
runtime.version()
assert seen and all(seen), seen
print(before)
"""


def test_numpy_is_whole_before_onnx_runtime_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORDER], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    # If the room itself brought numpy, this test would show nothing.
    assert done.stdout.strip() == "False"
