"""Instants in a database beside which a machine's clock can be checked."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, func, select

from storage.deliveries import Delivery


def of_the_server(session: Session) -> datetime | None:
    """What the clock of a PostgreSQL server shows, aware; None on SQLite, which has this machine's."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    found: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def newest_message(session: Session) -> datetime | None:
    """When the newest message was written, by the clock of the process that wrote it; None if there is none."""
    return session.exec(select(func.max(Delivery.made_at))).one()
