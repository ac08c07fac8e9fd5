"""The pages that people see in a browser: complete without script."""

from bema.edge.routes import Route
from bema.edge.web import acting, composing, editing, home, noticing, reading, square

_MODULES = (square, reading, home, noticing, composing, editing, acting)
ROUTES: list[Route] = [route for module in _MODULES for route in module.routes]
