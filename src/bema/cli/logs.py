"""Logs: one line of JSON for each thing worth telling, on stderr; readable lines where somebody sits at a terminal."""

import logging
import sys
from typing import Any

import structlog

from bema.settings import Settings


def configure(settings: Settings) -> None:
    """Let the whole process log as the settings say. Tracebacks tell no values: these may be secrets of people."""
    watched = sys.stderr.isatty()
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    render: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if watched
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=not watched),
            *([] if watched else [structlog.processors.format_exc_info]),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
