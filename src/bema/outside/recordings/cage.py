"""The process that prepares one recording: it takes three open files, and can open nothing more in its life.

What it reads was made by a stranger, and is read by a large library in C. Before the first byte of it is looked at, the
process gives up files, sockets and other programs (no descriptor is left to open one with), and bounds its memory, its
time and what it writes. Whatever happens to it happens to it alone.
"""

import contextlib
import os
import resource
import sys
import threading
from pathlib import Path

import av.audio.codeccontext
import av.audio.stream
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
import av.video.stream
import msgspec
from PIL import Image

from bema.model import limits
from bema.outside.images import preview
from bema.outside.recordings.converting import prepare
from bema.outside.recordings.opening import Unplayable
from bema.outside.recordings.report import Errand, Refused, Report

_NEEDED_LATER = (
    *(av.audio.codeccontext, av.audio.stream, av.subtitles.codeccontext, av.subtitles.stream),
    *(av.video.codeccontext, av.video.stream),
)  # PyAV imports these when they are first needed: that must be before no file can be opened any more

_UNIMPORTANT = 10  # niceness: whoever asks the server for something comes first


def main() -> None:
    """Prepare the recording that the first argument names, and write the report to standard output."""
    errand = msgspec.json.decode(sys.argv[1], type=Errand)
    threading.Thread(target=_die_with_the_server, daemon=True).start()
    preview(Image.new("RGBA", (2, 2)))  # so does Pillow with most of itself
    lock()
    report: Report | Refused
    try:
        report = prepare(errand)
    except Unplayable as reason:
        report = Refused(str(reason))
    except MemoryError:
        report = Refused("it needs too much memory")
    os.write(1, msgspec.json.encode(report))
    os._exit(0)  # whatever the library would still do at its end is of no use


def lock() -> None:
    """Give up what is not needed, for good."""
    os.nice(_UNIMPORTANT)
    with contextlib.suppress(OSError):  # only Linux has it: where memory is short, this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    for what, most in (
        (resource.RLIMIT_AS, limits.PREPARING_MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.PREPARING_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, limits.PREPARING_RESULT_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),  # those that are open stay so
    ):
        resource.setrlimit(what, (most, most))


def _die_with_the_server() -> None:
    """End as soon as the other end of standard input is gone."""
    while os.read(0, 1_024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
