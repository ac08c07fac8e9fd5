"""The studio: draws every picture of the demo square on all cores of the machine, in the form in which the server keeps it."""

import os
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection

from bema.demo.drawings import draw_avatar, draw_header, draw_picture
from bema.outside.images import Kind, Picture, process

Wanted = tuple[Kind, str]  # what it is for, and the name of the drawing or the person

_DRAW: dict[Kind, Callable[[str], bytes]] = {"avatar": draw_avatar, "header": draw_header, "attachment": draw_picture}


def draw(wanted: Sequence[Wanted]) -> dict[Wanted, Picture]:
    """Draw what is wanted; the same names give the same pictures. To be called while there is one thread only."""
    forking = get_context("fork")
    drawn: dict[Wanted, Picture] = {}
    hands = os.cpu_count() or 1
    at_work = []
    for number in range(hands):
        share = wanted[number::hands]
        here, there = forking.Pipe(duplex=False)
        painter = forking.Process(target=_draw_share, args=(share, here, there), daemon=True)
        painter.start()
        there.close()
        at_work.append((painter, share, here))
    for painter, share, here in at_work:
        for each in share:
            drawn[each] = here.recv()
        painter.join()
    return drawn


def _draw_share(
    share: Sequence[Wanted], here: "Connection[Picture, Picture]", there: "Connection[Picture, Picture]"
) -> None:
    here.close()  # else nobody would notice that the one who waits for the pictures is gone
    for kind, name in share:
        there.send(process(_DRAW[kind](name), kind))
