"""The shell: a Python prompt on a server's database, with the operations at hand."""

import code
import importlib
import pkgutil
from pathlib import Path
from typing import Any

from bema import domain, store
from bema.app import site_of
from bema.cli.home import opened


def shell(*, home: Path) -> None:
    """Open a Python prompt on a server's database, also while it runs.

    Parameters
    ----------
    home
        Folder of the server.
    """
    with opened(home) as (settings, database):
        names: dict[str, Any] = {
            "settings": settings,
            "site": site_of(settings),
            "database": database,
            "read": database.read_now,
            "write": database.write_now,
        }
        for package in (store, domain):
            for module in pkgutil.iter_modules(package.__path__):
                if not module.ispkg:
                    names[module.name] = importlib.import_module(f"{package.__name__}.{module.name}")
        banner = (
            f"{settings.base}\n"
            "read(operation, …) and write(operation, …) run an operation in a transaction of its own, for example\n"
            "  ann = read(accounts.by_handle, 'ann', None)\n"
            "  write(posting.publish, site, ann.id, posting.Draft(text='Good morning'))\n"
            "The modules of bema.domain and bema.store have their names. What is written stays written."
        )
        code.interact(banner, local=names, exitmsg="")
