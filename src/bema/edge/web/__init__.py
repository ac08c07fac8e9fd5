"""The pages that people see in a browser: complete without script."""

from bema.edge.routes import Route
from bema.edge.web import acting, composing, home, reading, square

ROUTES: list[Route] = [route for module in (square, reading, home, composing, acting) for route in module.routes]
