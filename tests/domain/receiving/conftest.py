"""Somebody here, people of two other servers, and what takes up what those do."""

from typing import Any

import pytest

from bema.domain.receiving import acting, people
from bema.domain.receiving.brought import Brought
from bema.model.ids import AccountId
from tests.conftest import Write
from tests.domain.receiving.elsewhere import SITE, Hear, act, brought, person
from tests.make import Make


@pytest.fixture
def ann(write: Write) -> AccountId:
    """Somebody of another server."""
    return write(people.keep, SITE, person())


@pytest.fixture
def eve(write: Write) -> AccountId:
    """Somebody of a third server."""
    return write(people.keep, SITE, person("eve", "elsewhere.example"))


@pytest.fixture
def bob(make: Make) -> AccountId:
    """Somebody of this server."""
    return make.account("bob")


@pytest.fixture
def hear(write: Write) -> Hear:
    """Takes up an act that an account signed, with what was fetched for it."""

    def hear_(sender: AccountId, document: dict[str, Any], fetched: Brought | None = None) -> None:
        write(acting.receive, SITE, sender, act(document), fetched or brought())

    return hear_
