"""Our model to and from the bytes of each protocol: pure, without clock, network or database."""
