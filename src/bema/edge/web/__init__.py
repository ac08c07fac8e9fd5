"""The pages that people see in a browser: complete without script."""

from bema.edge.routes import Route
from bema.edge.web import (
    acting,
    composing,
    consent,
    conversing,
    editing,
    feeds,
    home,
    noticing,
    polling,
    proving,
    quoting,
    reading,
    scheduled,
    searching,
    securing,
    settings,
    signing,
    square,
    waiting,
)

_MODULES = (
    square,
    reading,
    searching,
    feeds,
    home,
    noticing,
    conversing,
    composing,
    editing,
    quoting,
    acting,
    polling,
    scheduled,
    signing,
    proving,
    consent,
    settings,
    securing,
    waiting,
)
ROUTES: list[Route] = [route for module in _MODULES for route in module.routes]
