"""Option models: what is refused, and that their description says all a flag or widget needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deconv_studio import tasks
from deconv_studio.tasks.errors import OptionsInvalid, UnknownTask
from deconv_studio.tasks.upscale import UpscaleOptions

pytestmark = pytest.mark.light

ANY_OPTIONS = st.builds(
    UpscaleOptions,
    scale=st.sampled_from([2, 3, 4]),
    tile=st.integers(0, 16384),
    tta=st.booleans(),
    alpha=st.sampled_from(["network", "bicubic"]),
    blend=st.floats(0, 1),
)


@given(ANY_OPTIONS)
def test_options_survive_json(options: UpscaleOptions) -> None:
    assert UpscaleOptions.model_validate_json(options.model_dump_json()) == options


@pytest.mark.parametrize(
    "wrong",
    [{"scale": 5}, {"tile": -1}, {"blend": 1.5}, {"alpha": "none"}, {"colour": "red"}, {"blend": "nan"}],
)
def test_wrong_options_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(OptionsInvalid) as caught:
        tasks.get("upscale").options(**wrong)
    assert next(iter(wrong)) in caught.value.message
    assert caught.value.kind == "OptionsInvalid"
    assert caught.value.hint


def test_description_has_every_field_with_words() -> None:
    fields = tasks.describe(UpscaleOptions)
    assert [field.name for field in fields] == list(UpscaleOptions.model_fields)
    by_name = {field.name: field for field in fields}
    assert by_name["scale"].kind == "choice"
    assert [value for value, _ in by_name["scale"].choices] == [2, 3, 4]
    assert by_name["tta"].kind == "switch"
    assert (by_name["blend"].minimum, by_name["blend"].maximum) == (0.0, 1.0)
    assert by_name["tile"].advanced
    assert all(field.help.endswith(".") and field.flag.startswith("--") for field in fields)


def test_unknown_task_lists_what_there_is() -> None:
    with pytest.raises(UnknownTask, match="upscale"):
        tasks.get("enlarge-much")
    with pytest.raises(UnknownTask):
        tasks.get("base")


def test_registry_and_options_load_no_numpy() -> None:
    code = (
        "import sys; from deconv_studio import tasks; "
        "tasks.describe(tasks.get('upscale').options_type); tasks.all_tasks(); "
        "print([name for name in ('numpy', 'cv2', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
