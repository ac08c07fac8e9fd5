"""The bus never makes a publisher wait, keeps order, and drops who does not keep up."""

import asyncio
import threading

import pytest

from bema.outside.bus import Bus, FellBehind, News


def test_subscribers_get_what_is_published_to_their_topics_in_order() -> None:
    """And nothing else, nor anything from before they came."""

    async def listen() -> None:
        bus = Bus()
        assert bus.publish("home:1", "before") == 0
        with bus.subscribe(["home:1", "home:2"]) as subscription:
            assert bus.publish("home:1", "a") == 1
            assert bus.publish("home:3", "b") == 0
            assert bus.publish("home:2", "c") == 1
            assert await anext(subscription) == News("home:1", "a")
            assert await anext(subscription) == News("home:2", "c")
            subscription.listen(["home:3"])
            subscription.ignore(["home:1"])
            bus.publish("home:1", "d")
            bus.publish("home:3", "e")
            assert await anext(subscription) == News("home:3", "e")
        assert not any(bus.has_listeners(f"home:{number}") for number in (1, 2, 3))

    asyncio.run(listen())


def test_worker_threads_publish_without_losing_or_reordering() -> None:
    """The writer's threads publish; the listener sleeps in its event loop and is woken."""

    async def listen() -> list[object]:
        bus = Bus()
        with bus.subscribe(["numbers"], waiting=4_000) as subscription:
            threads = [
                threading.Thread(target=lambda n=n: [bus.publish("numbers", (n, i)) for i in range(1_000)])
                for n in range(4)
            ]
            for thread in threads:
                thread.start()
            got = [(await anext(subscription)).message for _ in range(4_000)]
            for thread in threads:
                thread.join()
        return got

    got = asyncio.run(listen())
    for number in range(4):
        assert [message for message in got if isinstance(message, tuple) and message[0] == number] == [
            (number, i) for i in range(1_000)
        ]


def test_who_falls_behind_is_dropped_with_a_reason_and_others_are_not() -> None:
    """A phone in a tunnel must cost neither memory nor the others' time."""

    async def listen() -> None:
        bus = Bus()
        slow, quick = bus.subscribe(["public"], waiting=2), bus.subscribe(["public"], waiting=3)
        for number in range(3):
            bus.publish("public", number)
        with pytest.raises(FellBehind, match="more than 2 messages"):
            await anext(slow)
        assert [(await anext(quick)).message for _ in range(3)] == [0, 1, 2]
        assert bus.publish("public", 3) == 1
        with pytest.raises(FellBehind):
            await anext(slow)

    asyncio.run(listen())


def test_closing_the_bus_ends_every_loop_after_what_still_waits() -> None:
    """A server that stops lets its streams say goodbye."""

    async def listen() -> list[object]:
        bus = Bus()
        subscription = bus.subscribe(["public"])
        bus.publish("public", "last")
        bus.close()
        assert [news async for news in bus.subscribe(["public"])] == []
        return [news.message async for news in subscription]

    assert asyncio.run(listen()) == ["last"]


def test_a_listener_that_waits_is_woken_when_the_bus_closes() -> None:
    """Otherwise stopping would hang."""

    async def listen() -> None:
        bus = Bus()
        waiting = asyncio.create_task(anext(bus.subscribe(["public"]), None))
        await asyncio.sleep(0)
        bus.close()
        assert await waiting is None

    asyncio.run(listen())


def test_a_subscriber_whose_loop_is_gone_is_forgotten() -> None:
    """Publishing to the dead must not raise into the writer."""
    bus = Bus()

    async def leave_without_closing() -> None:
        bus.subscribe(["public"])

    asyncio.run(leave_without_closing())
    assert bus.publish("public", "anybody?") == 1
    assert not bus.has_listeners("public")
