"""How long tests wait for what must come: long enough for any machine, so that only what never comes is missed."""

PATIENCE = 60  # seconds; how fast something comes is measured in `bench/`, not asserted here
