"""The entry point: `deconv-studio` and `python -m deconv_studio`."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line and return its exit status."""
    given = sys.argv[1:]
    if surely_for_window(given):
        # The libraries that read a command line take as long to load as half of the window.
        from deconv_studio.cli.window import open_window

        try:
            return open_window(given)
        except KeyboardInterrupt:
            return 130
        except Exception as error:  # noqa: BLE001  the last resort: a sentence and the log, no bare traceback
            from deconv_studio.cli.faults import report_unexpected

            return report_unexpected(error)
    from deconv_studio.cli.main import main as run

    return run(given)


def surely_for_window(arguments: list[str]) -> bool:
    """Whether a call cannot be a verb's: nothing at all, or files with a dot or a folder in their names.

    What is left is decided by :func:`deconv_studio.cli.main.is_for_window`, which knows the verbs.
    """
    return all(
        not each.startswith("-") and ("." in each or os.sep in each) and os.path.exists(each)  # noqa: PTH110
        for each in arguments
    )


if __name__ == "__main__":
    sys.exit(main())
