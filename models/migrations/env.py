"""Run migrations on the connection that `models.migrations.migrate` hands in.

The caller's transaction is the only one: all of an upgrade happens, or nothing.
"""

from alembic import context

from models.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
