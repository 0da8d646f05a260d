"""Plans: what counts as an input, where results go, and what is refused before anything is read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from deconv_studio import batch
from deconv_studio.batch.errors import CallWrong
from deconv_studio.batch.journal import State
from deconv_studio.batch.planning import natural
from deconv_studio.tasks.errors import ModelUnfit

pytestmark = pytest.mark.light

Photos = Callable[..., Path]
Planned = Callable[..., batch.Plan]


def outputs(plan: batch.Plan, out: Path) -> dict[str, str]:
    """Each input's name with where it goes below `out`, or with its action and kind."""
    told = {}
    for job in plan.jobs():
        name = Path(job.name).name
        if job.action == "do":
            assert job.output is not None
            told[name] = job.output.relative_to(out).as_posix()
        else:
            assert job.failure is not None
            told[name] = f"{job.action} {job.failure.kind}"
    return told


def test_tree_is_kept_and_order_is_natural(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    root = photos("10.png", "2.png", "b/1.jpg", "a/x.webp", "a/c/y.bmp")
    plan = planned(root, tmp_path / "out", recurse=True)
    assert list(outputs(plan, tmp_path / "out").items()) == [
        ("2.png", "2.png"),
        ("10.png", "10.png"),
        ("x.webp", "a/x.webp"),
        ("y.bmp", "a/c/y.bmp"),
        ("1.jpg", "b/1.jpg"),
    ]
    assert plan.count() == 5


def test_without_recurse_subfolders_are_left_alone(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    root = photos("a.png", "sub/b.png")
    assert outputs(planned(root, tmp_path / "out"), tmp_path / "out") == {"a.png": "a.png"}


def test_what_is_an_input(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    root = photos("a.png", "plain.png")
    (root / "plain.png").rename(root / "no suffix")
    (root / ".hidden.png").write_bytes((root / "a.png").read_bytes())
    (root / ".git").mkdir()
    (root / ".git" / "x.png").write_bytes((root / "a.png").read_bytes())
    (root / "notes.txt").write_text("P5 is a pencil, P6 a pen")
    (root / "nothing").write_bytes(b"")
    (root / "paper").write_bytes(b"%PDF-1.7 ...")
    (root / "text.png").write_text("not a picture")
    (root / "zero.jpg").write_bytes(b"")
    (root / "scan").write_bytes(b"\0" * 128 + b"DICM" + b"\0" * 64)
    os.mkfifo(root / "pipe.png")
    assert outputs(planned(root, tmp_path / "out", recurse=True), tmp_path / "out") == {
        "a.png": "a.png",
        "no suffix": "no suffix.png",
        "notes.txt": "skip NotAPicture",
        "nothing": "skip NotAPicture",
        "paper": "skip NotAPicture",
        "text.png": "fail NotAPicture",
        "zero.jpg": "fail EmptyFile",
        "scan": "fail UnsupportedFormat",
    }


def test_links(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    root = photos("a.png", "sub/b.png")
    other = photos("secret.png", folder="other")
    (root / "out.png").symlink_to(other / "secret.png")
    (root / "gone.png").symlink_to(root / "not there")
    (root / "same.png").symlink_to(root / "a.png")
    (root / "away").symlink_to(other)
    (root / "sub" / "loop").symlink_to(root)
    (root / "me.png").symlink_to(root / "me.png")
    assert outputs(planned(root, tmp_path / "out", recurse=True), tmp_path / "out") == {
        "a.png": "a.png",
        "away": "skip LinkOutside",
        "gone.png": "skip LinkBroken",
        "me.png": "skip LinkBroken",
        "out.png": "skip LinkOutside",
        "same.png": "same.png",
        "b.png": "sub/b.png",
        "loop": "skip LinkedFolder",
    }


def test_the_output_folder_inside_the_input_is_not_read(
    photos: Photos, planned: Planned, tmp_path: Path
) -> None:
    root = photos("a.png", "out/a.png", "outer/a.png")
    jobs = [job.name for job in planned(root, root / "out", recurse=True, exists="skip").jobs()]
    assert jobs == [str(root / "a.png"), str(root / "outer" / "a.png")]


class TestNames:
    """Where results go."""

    @pytest.mark.parametrize(
        ("name", "channels", "expected"),
        [
            ("a.jpg", 3, "a.jpg"),
            ("a.JPEG", 3, "a.JPEG"),
            ("a.gif", 3, "a.png"),
            ("a.webp", 4, "a.webp"),
            ("50% {stem}.png", 3, "50% {stem}.png"),
            ("ü 日本.png", 3, "ü 日本.png"),
        ],
    )
    def test_suffix_of_the_input_if_it_can_hold_the_result(
        self, photos: Photos, planned: Planned, tmp_path: Path, name: str, channels: int, expected: str
    ) -> None:
        root = photos(name, channels=channels)
        assert outputs(planned(root, tmp_path / "out"), tmp_path / "out") == {name: expected}

    def test_float_becomes_tif_or_stays(self, planned: Planned, tmp_path: Path) -> None:
        import numpy as np
        import tifffile

        root = tmp_path / "in"
        root.mkdir()
        tifffile.imwrite(root / "a.tiff", np.ones((4, 4), np.float32))
        assert outputs(planned(root, tmp_path / "out"), tmp_path / "out") == {"a.tiff": "a.tiff"}
        assert outputs(planned(root, tmp_path / "out", format="png"), tmp_path / "out") == {
            "a.tiff": "fail CannotHold"
        }

    def test_pattern_and_format(self, photos: Photos, planned: Planned, tmp_path: Path) -> None:
        root = photos("a.jpg", "b.png")
        out = tmp_path / "out"
        told = outputs(planned(root, out, name="{stem}-{task}-x{scale}", format="tiff"), out)
        assert told == {"a.jpg": "a-upscale-x2.tif", "b.png": "b-upscale-x2.tif"}
        assert outputs(planned(root, out, name="{suffix}-{stem}.webp"), out) == {
            "a.jpg": "jpg-a.webp",
            "b.png": "png-b.webp",
        }

    def test_one_file_to_one_file(self, photos: Photos, planned: Planned, tmp_path: Path) -> None:
        root = photos("a.jpg")
        [job] = planned(root / "a.jpg", tmp_path / "deep" / "big.webp").jobs()
        assert job.output == tmp_path / "deep" / "big.webp"

    def test_an_output_folder_may_look_like_a_file(
        self, photos: Photos, planned: Planned, tmp_path: Path
    ) -> None:
        root = photos("a.jpg")
        (tmp_path / "folder.png").mkdir()
        [job] = planned(root / "a.jpg", tmp_path / "folder.png").jobs()
        assert job.output == tmp_path / "folder.png" / "a.jpg"
        [job] = planned(root, tmp_path / "new.png").jobs()
        assert job.output == tmp_path / "new.png" / "a.jpg"

    @pytest.mark.parametrize(
        "pattern",
        ["", "../{stem}", "a/b", "{stem.__class__}", "{stem[0]}", "{nothing}", "{stem:>9}", "{", ".x"],
    )
    def test_patterns_that_are_refused(
        self, photos: Photos, planned: Planned, tmp_path: Path, pattern: str
    ) -> None:
        with pytest.raises(CallWrong):
            planned(photos("a.png"), tmp_path / "out", name=pattern)


class TestExisting:
    """When something is where a result should go."""

    @pytest.mark.parametrize(
        ("exists", "expected"),
        [("error", "fail OutputExists"), ("skip", "skip OutputExists"), ("overwrite", "a.png")],
    )
    def test_choices(
        self, photos: Photos, planned: Planned, tmp_path: Path, exists: str, expected: str
    ) -> None:
        root, out = photos("a.png"), photos("a.png", folder="out")
        assert outputs(planned(root, out, exists=exists), out) == {"a.png": expected}

    def test_rename_finds_a_free_name(self, photos: Photos, planned: Planned, tmp_path: Path) -> None:
        root, out = photos("a.png"), photos("a.png", "a-2.png", folder="out")
        assert outputs(planned(root, out, exists="rename"), out) == {"a.png": "a-3.png"}

    @pytest.mark.parametrize("exists", ["error", "skip", "overwrite"])
    def test_two_inputs_never_share_an_output(
        self, photos: Photos, planned: Planned, tmp_path: Path, exists: str
    ) -> None:
        root, out = photos("a.jpg", "a.png", "A.webp"), tmp_path / "out"
        told = outputs(planned(root, out, format="png", exists=exists), out)
        assert (
            sorted(told.values())
            == ["a.png" if "A.png" not in told.values() else "A.png"] + ["fail OutputCollision"] * 2
        )

    def test_rename_tells_them_apart(self, photos: Photos, planned: Planned, tmp_path: Path) -> None:
        root, out = photos("a.jpg", "a.png"), tmp_path / "out"
        told = outputs(planned(root, out, format="png", exists="rename"), out)
        assert told == {"a.jpg": "a.png", "a.png": "a-2.png"}

    def test_files_of_one_name_from_two_folders(
        self, photos: Photos, planned: Planned, tmp_path: Path
    ) -> None:
        one, two = photos("a.png", folder="one"), photos("a.png", folder="two")
        jobs = list(planned([one, two], tmp_path / "out").jobs())
        assert [job.action for job in jobs] == ["do", "fail"]
        assert jobs[1].failure is not None
        assert jobs[1].failure.kind == "OutputCollision"
        assert str(one / "a.png") in jobs[1].failure.message

    @pytest.mark.parametrize("exists", ["error", "skip"])
    def test_the_input_is_not_replaced(
        self, photos: Photos, planned: Planned, tmp_path: Path, exists: str
    ) -> None:
        root = photos("a.png")
        assert outputs(planned(root, root, exists=exists), root) == {"a.png": "fail OutputIsInput"}
        (tmp_path / "link").symlink_to(root)
        told = outputs(planned(root, tmp_path / "link", exists=exists), tmp_path / "link")
        assert told == {"a.png": "fail OutputIsInput"}

    def test_unless_that_is_asked_for(self, photos: Photos, planned: Planned) -> None:
        root = photos("a.png")
        [job] = planned(root, root, exists="overwrite").jobs()
        assert (job.action, job.output, job.overwrite) == ("do", root / "a.png", True)
        assert outputs(planned(root, root, exists="rename"), root) == {"a.png": "a-2.png"}

    def test_another_input_is_never_replaced(self, photos: Photos, planned: Planned) -> None:
        root = photos("a.jpg", "a.png")
        told = outputs(planned(root, root, format="png", exists="overwrite"), root)
        assert told["a.jpg"] == "fail OutputIsInput"
        files = [root / "a.jpg", root / "a.png"]
        jobs = list(planned(files, root, format="png", exists="overwrite").jobs())
        assert [job.action for job in jobs] == ["fail", "do"]


class TestCalls:
    """Calls that are wrong as a whole."""

    def test_without_a_place(self, photos: Photos, planned: Planned) -> None:
        root = photos("a.png")
        with pytest.raises(CallWrong, match="beside their inputs"):
            planned(root, None)
        [job] = planned(root, None, name="{stem}-big").jobs()
        assert job.output == root / "a-big.png"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"format": "docx"},
            {"format": "png", "name": "{stem}.jpg"},
            {"quality": 0},
            {"quality": 101},
        ],
    )
    def test_contradictions(
        self, photos: Photos, planned: Planned, tmp_path: Path, wrong: dict[str, object]
    ) -> None:
        with pytest.raises(CallWrong):
            planned(photos("a.png"), tmp_path / "out", **wrong)

    def test_a_file_of_a_kind_that_is_not_written(
        self, photos: Photos, planned: Planned, tmp_path: Path
    ) -> None:
        with pytest.raises(CallWrong, match=r"\.heic"):
            planned(photos("a.png") / "a.png", tmp_path / "big.heic")

    def test_folder_into_a_file(self, photos: Photos, planned: Planned, tmp_path: Path) -> None:
        root = photos("a.png", "b.png")
        (tmp_path / "file").write_text("x")
        with pytest.raises(CallWrong, match="needs a folder"):
            planned(root, tmp_path / "file")
        with pytest.raises(CallWrong, match="contradict"):
            planned(root / "a.png", tmp_path / "x.png", format="jpeg")

    def test_nothing(self, planned: Planned, tmp_path: Path) -> None:
        with pytest.raises(CallWrong):
            planned([], tmp_path)

    def test_model_of_another_scale(self, photos: Photos, model: object, tmp_path: Path) -> None:
        from deconv_studio import tasks

        options = tasks.get("upscale").options(scale=3)
        with pytest.raises(ModelUnfit):
            batch.plan(
                [photos("a.png")],
                tmp_path,
                task="upscale",
                options=options,
                card=model.card,  # type: ignore[attr-defined]
            )


def test_what_is_missing_fails_alone(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    root = photos("a.png")
    told = outputs(
        planned([root / "a.png", root / "b.png", root / "a.png"], tmp_path / "out"), tmp_path / "out"
    )
    assert told == {"a.png": "a.png", "b.png": "fail FileMissing"}


def test_too_many_pixels_by_the_header_alone(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    root = photos("a.png")
    out = tmp_path / "out"
    assert outputs(planned(root, out, max_pixels=29), out) == {"a.png": "fail TooManyPixels"}
    assert outputs(planned(root, out, max_pixels=30), out) == {"a.png": "a.png"}
    assert outputs(planned(root, out, max_pixels=None), out) == {"a.png": "a.png"}


def test_a_name_the_disk_would_not_take_fails_before_anything_runs(
    photos: Photos, planned: Planned, tmp_path: Path
) -> None:
    long = "b" * 250 + ".png"
    root = photos("a.png", long)
    out = tmp_path / "out"
    assert outputs(planned(root, out), out) == {"a.png": "a.png", long: long}
    told = outputs(planned(root, out, name="{stem}-large"), out)
    assert told == {"a.png": "a-large.png", long: "fail NameTooLong"}
    (out / long).parent.mkdir()
    (out / long).touch()
    renamed = outputs(planned(root, out, exists="rename"), out)
    assert renamed == {"a.png": "a.png", long: "fail NameTooLong"}


def test_listing_is_lazy(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    """The second folder is not looked at before the first one's files were given."""
    root = photos("a/1.png", "b/2.png")
    found = planned(root, tmp_path / "out", recurse=True).listing()
    next(found)
    (root / "b" / "3.png").write_bytes((root / "b" / "2.png").read_bytes())
    assert [item.path.name for item in found if item.path] == ["2.png", "3.png"]


def test_a_folder_that_cannot_be_listed_fails(photos: Photos, planned: Planned, tmp_path: Path) -> None:
    root = photos("a/1.png", "b/2.png")
    found = planned(root, tmp_path / "out", recurse=True).jobs()
    next(found)
    (root / "b" / "2.png").unlink()
    (root / "b").rmdir()
    [job] = list(found)
    assert job.action == "fail"
    assert job.failure is not None
    assert job.failure.kind == "FolderUnreadable"


def test_results_among_inputs_are_not_taken_for_inputs(photos: Photos, planned: Planned) -> None:
    root = photos("a.png", "a-big.png")
    state = State(made={str(root / "a-big.png")})
    jobs = {
        Path(job.name).name: job for job in planned(root, None, name="{stem}-big", exists="skip").jobs(state)
    }
    assert jobs["a-big.png"].failure is not None
    assert jobs["a-big.png"].failure.kind == "OwnOutput"
    # Named itself it is an input like any other.
    [job] = planned(root / "a-big.png", None, name="{stem}-big").jobs(state)
    assert job.action == "do"


@pytest.mark.skipif(sys.platform == "win32", reason="file names are bytes only elsewhere")
def test_names_that_are_no_unicode(planned: Planned, tmp_path: Path) -> None:
    root = tmp_path / "in"
    root.mkdir()
    Image.new("RGB", (3, 3)).save(root / "x.png")
    subprocess.run(["mv", b"x.png", b"\xff\xfe.png"], cwd=root, check=True)
    [job] = planned(root, tmp_path / "out").jobs()
    assert job.action == "do"
    assert job.output is not None
    assert os.fsencode(job.output.name) == b"\xff\xfe.png"


def test_natural_order() -> None:
    names = ["a10", "a2", "A1", "b", "10", "9", "a", ""]
    assert sorted(names, key=natural) == ["", "9", "10", "a", "A1", "a2", "a10", "b"]
