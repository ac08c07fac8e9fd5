"""What the declared bots of the demo square say: tide tables, disturbances and weather, computed rather than written."""

from math import cos, pi, sin
from random import Random

from bema.demo.acts import Post
from bema.model.ids import Millis
from bema.model.policy import Visibility

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_LUNAR_TIDE = 12.4206 * HOUR  # period of the principal lunar tide (M2)
_SPRING_NEAP = 14.765 * DAY  # from one spring tide to the next

_DISTURBANCES = (
    ("Tram 1: about {n} minutes late in both directions, a delivery van is parked on the rails at Rope Street.", 5, 15),
    ("Tram 2: diverted past Mill Square for {n} minutes, the fire brigade is fetching a kite.", 10, 40),
    ("Bus 5: {n} minutes late. Market day, many baskets.", 4, 12),
    (
        "Bus 9 does not stop at Salt Hall for the next {n} minutes because of a procession of first-year students.",
        20,
        50,
    ),
    (
        "Ferry 2: every 40 minutes instead of 20, strong wind from the north-east. Expected to last {n} minutes.",
        60,
        180,
    ),
    ("Ferry 3: departure delayed by {n} minutes, waiting for the tide at the old pier.", 5, 20),
    ("Ferry 4: cancelled for {n} minutes, a rope in the propeller. A diver is on the way.", 40, 120),
    ("Night line N1: {n} minutes late after the concert, an extra tram follows.", 5, 15),
)
_CLEARED = "Back to normal: {line}. The disturbance lasted {n} minutes."
_SKIES = ("heiter", "wolkig", "bedeckt", "klar", "Schauer", "Nebel am Morgen, später Sonne", "leichter Regen")


def notices(now: Millis, days: int, chance: Random) -> list[Post]:
    """Write the bots' posts of the `days` before `now`."""
    midnight = now - now % DAY
    written: list[Post] = []
    for day in range(days - 1, -1, -1):
        morning = midnight - day * DAY
        written.append(_notice("tides", f"{day}", morning + 5 * HOUR, "en", _tide_table(morning)))
        written.append(_notice("barometer", f"{day}", morning + 20 * HOUR, "de", _weather(morning, chance)))
        if chance.random() < 0.62:
            written += _disturbance(day, morning, chance)
    return [post for post in written if post.at < now]


def _notice(by: str, number: str, at: Millis, language: str, text: str) -> Post:
    return Post(
        at=at, by=by, key=f"notices/{by}/{number}", text=text, language=language, visibility=Visibility.UNLISTED
    )


def _tide_table(morning: Millis) -> str:
    """Name the high and low waters between a midnight and the next."""
    turns = []
    half = _LUNAR_TIDE / 2
    number = int(morning / half) + 1
    while number * half < morning + DAY:
        moment = number * half
        spring = cos(2 * pi * moment / _SPRING_NEAP)
        height = 0.85 + (0.45 + 0.2 * spring) * (1 if number % 2 else -1)
        minutes = int((moment - morning) / MINUTE)
        turns.append(f"{minutes // 60:02d}:{minutes % 60:02d}  {'high' if number % 2 else 'low '}  {height:.1f} m")
        number += 1
    return "North mole, today (UTC):\n\n" + "\n".join(turns) + "\n\n#HalmyraTides"


def _weather(morning: Millis, chance: Random) -> str:
    pressure = 1013 + round(9 * sin(morning / (4.7 * DAY)) + chance.uniform(-3, 3))
    wind = chance.randint(3, 46)
    rain = max(0.0, chance.gauss(-1, 4)) if pressure < 1016 else 0.0
    sky = _SKIES[5] if wind < 6 else chance.choice(_SKIES[4::2] if rain > 0.4 else _SKIES[:4])
    falling = f"{rain:.1f}".replace(".", ",")
    return (
        f"Leuchtturm, 20 Uhr: {pressure} hPa, Wind {wind} km/h, Regen {falling} mm, "
        f"Wasser {chance.randint(15, 18)} °C. {sky[0].upper()}{sky[1:]}. #WetterHalmyra"
    )


def _disturbance(day: int, morning: Millis, chance: Random) -> list[Post]:
    """Announce something that goes wrong on a day, and its end."""
    text, shortest, longest = chance.choice(_DISTURBANCES)
    minutes = chance.randint(shortest, longest)
    at = morning + chance.randint(6 * 60, 21 * 60) * MINUTE
    line = text.split(":")[0] if ":" in text else " ".join(text.split()[:2])
    end = _CLEARED.format(line=line, n=minutes + chance.randint(0, 6))
    return [
        _notice("lines", f"{day}", at, "en", text.format(n=minutes)),
        _notice("lines", f"{day}-over", at + (minutes + 6) * MINUTE, "en", end),
    ]
