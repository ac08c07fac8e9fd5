"""The pages that people see in a browser: complete without script."""

from bema.edge.routes import Route
from bema.edge.web import (
    acting,
    composing,
    consent,
    editing,
    feeds,
    home,
    noticing,
    proving,
    reading,
    searching,
    securing,
    settings,
    signing,
    square,
)

_MODULES = (
    square,
    reading,
    searching,
    feeds,
    home,
    noticing,
    composing,
    editing,
    acting,
    signing,
    proving,
    consent,
    settings,
    securing,
)
ROUTES: list[Route] = [route for module in _MODULES for route in module.routes]
