"""All SQL, and nothing else: the tables, the transactions, the event log, and one module of statements per noun."""
