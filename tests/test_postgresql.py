"""PostgreSQL also starts where root must run it as another user, who may not read what root installed."""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from tests import postgresql
from tests.missing import missing


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_root_without_a_user_namespace_runs_it_as_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        given = postgresql._programs()
    except postgresql.CannotStart as problem:
        missing(f"no PostgreSQL: {problem}")
    hidden = Path(shutil.copytree(given.parent, tmp_path / "hidden"))
    hidden.chmod(0o700)
    monkeypatch.setattr(postgresql, "_programs", lambda: hidden / given.name)
    monkeypatch.setattr(postgresql, "NAMESPACE", "a-program-that-is-not-there")
    with postgresql.running_server() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 6 * 7").fetchone() == (42,)
