"""The steps from an empty database, and from every released one, to the schema of `tables/`; run by `migrate.py`."""
