"""What a person sees when something goes wrong: a sentence, a way out, a status; details go to the log."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

DEBUG_VARIABLE = "DECONV_STUDIO_DEBUG"
CALL_WRONG = 2


def say(text: str) -> None:
    """Write a line for people to standard error."""
    stream = sys.stderr
    # A name that is no valid text in the terminal's encoding must not turn a message into a second fault.
    safe = text.encode(stream.encoding or "utf-8", "backslashreplace").decode(stream.encoding or "utf-8")
    print(safe, file=stream, flush=True)


def is_typed(error: BaseException) -> bool:
    """Whether a room of this program foresaw the error."""
    return isinstance(getattr(error, "kind", None), str) and isinstance(getattr(error, "message", None), str)


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a verb: foreseen errors become a sentence and status 2, others a sentence, a log and status 1.

    Parameters
    ----------
    function : callable
        Returns the exit status, or None for 0.

    Returns
    -------
    callable
        With the same signature, for typer to read.
    """
    import typer

    @functools.wraps(function)
    def verb(*args: Any, **kwargs: Any) -> None:
        try:
            status = function(*args, **kwargs)
        except KeyboardInterrupt:
            say("Stopped.")
            status = 130
        except BrokenPipeError:
            # Whoever read the output has enough; pointing the stream elsewhere keeps the exit quiet.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 1
        except Exception as error:
            # typer's own (usage errors, Exit, Abort) are not faults of this program.
            if type(error).__module__.split(".")[0] in ("typer", "click"):
                raise
            if type(error).__name__ == "Cancelled":
                say("Stopped.")
                status = 130
            elif is_typed(error):
                say(str(error))
                status = CALL_WRONG
            else:
                status = report_unexpected(error)
        raise typer.Exit(status or 0)

    # Evaluated here, in the function's own module: typer would look the names up in this one.
    signature = inspect.signature(function, eval_str=True)
    verb.__signature__ = signature  # type: ignore[attr-defined]
    verb.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    return verb


def report_unexpected(error: BaseException) -> int:
    """Tell of an error nobody foresaw: a sentence and where the details are; a traceback only to debug.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    int
        The exit status, 1.
    """
    import logging

    path = start_log()
    logging.getLogger("deconv_studio").error("unexpected", exc_info=error)
    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        say("".join(traceback.format_exception(error)).rstrip())
    where = f" Details are in {path}." if path else ""
    text = str(error).splitlines()[0] if str(error) else "no message"
    say(f"Something failed that should not have: {type(error).__name__}: {text}.{where}")
    return 1


def start_log() -> Path | None:
    """Send the program's log to its rotating file; None if that cannot be written.

    Returns
    -------
    Path or None
        The log file.
    """
    import logging
    from logging.handlers import RotatingFileHandler

    from deconv_studio.catalog import log_folder

    logger = logging.getLogger("deconv_studio")
    path = log_folder() / "deconv-studio.log"
    for known in logger.handlers:
        if isinstance(known, RotatingFileHandler) and Path(known.baseFilename) == path.absolute():
            return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=1 << 20, backupCount=3, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        with path.open("ab"):
            pass
    except OSError:
        logger.addHandler(logging.NullHandler())
        return None
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    # The terminal belongs to people's text; the log goes to its file alone.
    logger.propagate = False
    return path
