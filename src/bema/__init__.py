"""Bema: a microblogging server whose accounts live on several networks and whose moderation anyone can check."""

__version__ = "0.1.0"
