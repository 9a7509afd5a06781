"""The metadata of all tables, with a naming convention for every constraint and index.

Import this before the first ``table=True`` class: SQLAlchemy names a constraint when its table is made. Without a name
a constraint cannot be dropped on SQLite, and `storage.engine.Conflict` could not say which one was violated. A CHECK
needs a name of its own (an ``Enum`` gives its ``name=``), and is then called ``ck_<table>_<name>``.
"""

from sqlmodel import SQLModel

metadata = SQLModel.metadata
metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}

__all__ = ["metadata"]
