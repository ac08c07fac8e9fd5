"""What Alembic runs to take the steps: over the connection that `migrate.py` opened, all of them in its one transaction."""

from alembic import context

from bema.store.migrate import is_described
from bema.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=is_described,
    compare_type=True,
    render_as_batch=True,  # SQLite changes a table by copying it
    transactional_ddl=True,
)
context.run_migrations()
