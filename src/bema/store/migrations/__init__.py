"""The steps from an empty database, and from every released one, to the schema of `tables.py`; run by `migrate.py`."""
