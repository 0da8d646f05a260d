"""Split a folder with one subfolder of pictures a class into ``train`` and ``val``, as recipes want it.

    python bench/split_classes.py emoji64/train emoji-split --every 5

Every fifth picture of a class, by name, goes to ``val``; the same command gives the same split again.
Pictures are copied, the given folder stays as it is.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path


def split(source: Path, out: Path, every: int) -> dict[str, dict[str, int]]:
    """Copy the pictures and return how many each class got in each part."""
    if out.exists():
        raise SystemExit(f"{out} is there already. Name a folder that is not.")
    classes = sorted(path for path in source.iterdir() if path.is_dir()) if source.is_dir() else []
    if not classes:
        raise SystemExit(f"{source} has no class folders. Put each class's pictures into a subfolder.")
    counts: dict[str, dict[str, int]] = {"train": {}, "val": {}}
    for folder in classes:
        for place, file in enumerate(sorted(path for path in folder.iterdir() if path.is_file())):
            part = "val" if place % every == every - 1 else "train"
            target = out / part / folder.name
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)
            counts[part][folder.name] = counts[part].get(folder.name, 0) + 1
    return counts


def main() -> None:
    """Read the arguments, split, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=5, choices=range(2, 101), metavar="2..100")
    given = parser.parse_args()
    for part, classes in split(given.source, given.out, given.every).items():
        print(part, ", ".join(f"{name} {count}" for name, count in classes.items()))


if __name__ == "__main__":
    main()
