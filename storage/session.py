"""The session of one transaction, which costs next to nothing until a tracked row is asked for.

Most clicks read a few rows that nobody changes, or insert one. SQLAlchemy's own session takes longer to begin and end a
transaction than such a statement takes. So the transaction belongs to the connection, and the session joins it only
when the first tracked row is loaded or added.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlmodel
from sqlalchemy import Connection, Engine


class LazySession(sqlmodel.Session):
    """A session in a transaction that has begun on a connection."""

    def __init__(self, connection: Connection) -> None:
        """Loaded rows stay readable after the transaction."""
        super().__init__(connection, expire_on_commit=False)
        self._begun_on = connection

    def connection(self, *given: Any, **options: Any) -> Connection:
        """The connection of the transaction. Nothing that was added to the session is flushed for its statements."""
        if given or options or self.in_transaction():
            # In a savepoint, only the session knows whether it was sent to the database already.
            return super().connection(*given, **options)
        return self._begun_on


@contextmanager
def one_transaction(engine: Engine) -> Iterator[LazySession]:
    """A session whose transaction is committed at the end, and rolled back on any error."""
    with engine.begin() as connection:
        session = LazySession(connection)
        try:
            yield session
            if session.in_transaction():
                session.commit()
        finally:
            if session.in_transaction():
                session.close()
