"""The Mastodon client API on the wire: entities by noun (accounts, statuses, reading, instance, oauth), and times."""
