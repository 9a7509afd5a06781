"""Run the Dockerfile's steps without Docker, then start the result and run its health check: `python -m tests.deploy`.

It installs the locked packages, so it needs a package index that pip can reach.
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
from pathlib import Path

from tests.deploy.dockerfile import DOCKERFILE, Build, words
from tests.rings import end_keys

SECONDS = 60
DEVELOPMENT = {
    # Teams without token checks: it starts without reaching Teams.
    "DELIVERABLE_HOST": "127.0.0.1",
    "DELIVERABLE_PORT": "18099",
    "DELIVERABLE_TEAMS_INSECURE_LOCAL": "true",
    "DELIVERABLE_TEAMS_APP_ID": "app",
    "DELIVERABLE_TEAMS_TENANT_ID": "tenant",
}


def main() -> None:
    """Build, start, check, stop. Raises the error of the step that fails."""
    with tempfile.TemporaryDirectory() as folder:
        build = Build(Path(folder), DOCKERFILE.read_text(encoding="utf-8"))
        build.run()
        key = _output(build, ["keys", "new"])
        entry = words(build.image.said["ENTRYPOINT"])
        command, environment = build.command(
            [*entry, *words(build.image.said["CMD"])],
            DELIVERABLE_KEY=key,
            DELIVERABLE_END_KEYS=end_keys(Path(folder)),
            **DEVELOPMENT,
        )
        data = build.image.inside("/data")
        process = subprocess.Popen(command, cwd=data, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("Serving Teams at "), said
            check = words(build.image.said["HEALTHCHECK"].partition("CMD ")[2])
            command, environment = build.command(check, **DEVELOPMENT)
            subprocess.run(command, env=environment, check=True, timeout=SECONDS)
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()
        kept = [each.name for each in data.iterdir()]
        assert kept == ["deliverable.db"], kept
        size = sum(each.stat().st_size for each in build.image.root.rglob("*") if not each.is_symlink())
    print(
        f"The steps were carried out. The program started, was well and stopped. Above its base: {size / 1e6:.0f} MB."
    )


def _output(build: Build, arguments: list[str]) -> str:
    command, environment = build.command([*words(build.image.said["ENTRYPOINT"]), *arguments])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=SECONDS)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
