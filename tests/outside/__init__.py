"""Tests of the door to the world, each through the real thing on the other side."""
