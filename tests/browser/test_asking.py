"""Polls and posts for later in a browser, with script and without: asked, voted in, and kept until their time."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.conftest import Windows, new_name
from tests.browser.test_journeys import join, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_poll_is_asked_and_voted_in(windows: Windows, script: bool) -> None:
    """By one person on the phone, by another at a desk."""
    asking = windows.open(size="phone", script=script)
    name = new_name()
    join(asking, name)
    asking.go("/compose")
    form = asking.page.locator("form[data-composer]")
    form.locator('[name="text"]').fill(f"What would {name} drink?")
    form.locator('[data-unfold="poll"]' if script else '[data-fold="poll"] > summary').click()
    form.locator('[name="poll_options[]"]').nth(0).fill("Tea")
    form.locator('[name="poll_options[]"]').nth(1).fill("Coffee")
    form.locator(".composer-send .button").click()
    asking.page.locator(".poll-share").nth(1).wait_for()

    voting = windows.open()
    sign_in(voting, "omar", "correct horse battery")
    voting.go(f"/@{name}")
    voting.page.get_by_label("Coffee").check()
    voting.page.locator(".poll .button").click()
    voting.page.locator(".poll-share", has_text="100%").wait_for()
    assert voting.page.locator(".poll-option", has_text="Coffee").locator(".poll-own").count() == 1
    assert asking.troubles == voting.troubles == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_post_waits_for_its_time(windows: Windows, script: bool) -> None:
    """What is chosen is what stands in the list, whatever the zone of time, and it can be thrown away."""
    window = windows.open(script=script)
    soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    join(window, new_name())
    window.go("/compose")
    form = window.page.locator("form[data-composer]")
    form.locator('[name="text"]').fill("Happy new year")
    form.locator('[data-unfold="later"]' if script else '[data-fold="later"] > summary').click()
    form.locator('[name="later"]').fill(soon)
    form.locator(".composer-send .button").click()
    window.page.wait_for_url("**/scheduled")
    waiting = window.page.locator("article.later", has_text="Happy new year")
    assert waiting.locator('[name="later"]').input_value() == soon
    waiting.locator(".button-grave").click()
    window.page.locator(".empty").wait_for()
    assert window.troubles == []
