"""The reference: pages about endpoints, settings, commands and limits, written from what the server is made of."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from bema import cli
from bema.app import API
from bema.edge.openapi import describe
from bema.edge.routes import Route, Surface
from bema.model import limits
from bema.settings import Settings

_EXAMPLE = "https://square.example"


def reference(folder: Path, /) -> None:
    """Write the reference pages.

    Parameters
    ----------
    folder
        Where they go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"The reference is in {folder}.")


def pages() -> dict[str, str]:
    """Return the text of each page."""
    cli.load_all()
    document = msgspec.json.format(msgspec.json.encode(describe(API, _EXAMPLE)), indent=1).decode()
    return {
        "endpoints.md": _endpoints(API),
        "openapi.json": document + "\n",
        "settings.md": _settings(),
        "commands.md": _commands(),
        "limits.md": _limits(),
    }


# --- Endpoints --------------------------------------------------------------------------------------------------------


def _endpoints(routes: list[Route]) -> str:
    lines = [
        "# Endpoints",
        "",
        "Every route of the API: who may call it, what it takes and what it gives. Parameters come as JSON, form, multipart",
        "or query string alike. The same for programs: [openapi.json](openapi.json), on a server `/api/openapi.json`.",
        "",
    ]
    for route in sorted(routes, key=lambda route: (route.path, route.method)):
        if route.surface is not Surface.WEB:
            lines += _endpoint(route)
    return "\n".join(lines)


def _endpoint(route: Route) -> Iterator[str]:
    yield f"## `{route.method} {route.path}`"
    yield ""
    yield route.summary
    yield ""
    yield f"- **For:** {route.needs.value}" + (f", scope `{route.scope}`" if route.scope else "")
    yield f"- **Gives:** {_named(route.answer)}"
    if route.ask is not None:
        for field in msgspec.structs.fields(route.ask):
            default = "" if field.default in (msgspec.NODEFAULT, None, "") else f", otherwise `{field.default!r}`"
            yield f"- `{field.encode_name}`: {_named(field.type)}{default}"
    yield ""


def _named(type_: Any) -> str:
    """Say a type as it is on the wire."""
    if type_ is None or type_ is type(None):
        return "nothing (`{}`)"
    if get_origin(type_) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(type_))
    if isinstance(type_, UnionType) or str(get_origin(type_)) == "typing.Union":
        return " or ".join(_named(each) for each in get_args(type_) if each not in (type(None), msgspec.UnsetType))
    arguments = [each for each in get_args(type_) if each is not ...]
    if get_origin(type_) in (list, tuple):
        return f"list of {_named(arguments[0])}"
    if get_origin(type_) is dict:
        return f"object of {_named(arguments[1])}"
    return _PLAIN.get(type_, getattr(type_, "__name__", str(type_)))


_PLAIN: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    dict: "object",
    Any: "anything",
}


def _commands() -> str:
    """Describe the commands; how the whole is called depends on who asks, and is left out."""
    text = str(cli.commands.generate_docs(output_format="markdown"))
    return text.replace("```console\nbema COMMAND\n```\n\n", "").rstrip() + "\n"


# --- Settings and limits ----------------------------------------------------------------------------------------------


def _settings() -> str:
    lines = [
        "# Settings",
        "",
        "Settings are read from `bema.toml` in the home folder; a variable of the environment overrides it.",
        "",
        "| setting | variable | default | what it is |",
        "|---|---|---|---|",
    ]
    hints = get_type_hints(Settings, include_extras=True)
    for field in msgspec.structs.fields(Settings):
        if field.name == "home":
            continue
        meta = next(each for each in get_args(hints[field.name]) if isinstance(each, msgspec.Meta))
        default = field.default if field.default is not msgspec.NODEFAULT else ""
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        variable = "in the file alone" if field.name == "rules" else f"`BEMA_{field.name.upper()}`"
        shown = f"`{default!r}`" if default not in ("", []) else ""
        lines.append(f"| `{field.name}` | {variable} | {shown} | {meta.description} |")
    return "\n".join(lines) + "\n"


def _limits() -> str:
    """List the bounds with the reasons that stand beside them."""
    source = Path(limits.__file__).read_text(encoding="utf-8").splitlines()
    lines = [
        "# Limits",
        "",
        "What has no limit here does not exist.",
        "",
        "| limit | value | unit and reason |",
        "|---|---:|---|",
    ]
    for node in ast.parse("\n".join(source)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            said = " ".join(
                part.split("#", 1)[1].strip() for part in source[node.lineno - 1 : node.end_lineno] if "#" in part
            )
            lines.append(f"| `{name}` | {getattr(limits, name):,} | {said} |")
    return "\n".join(lines) + "\n"
