"""The entry point: `deconv-studio` and `python -m deconv_studio`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    from deconv_studio.cli.main import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
