"""Packages of npm that tests use: what others publish about their clients, and clients that are not ours.

`python -m tests.npm_packages` downloads their archives and keeps them; each is checked against its digest.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.missing import missing

SECONDS_TO_GET = 300
TRIES = 3
THERE = "The packages of npm that tests use are there."
KEPT = Path(sys.prefix) / "npm"
"""Beside pip's packages, so that both are removed together."""


@dataclass(frozen=True)
class Package:
    """One version of a package, and the SHA-512 of its archive in base 64."""

    name: str
    version: str
    digest: str

    @property
    def archive(self) -> Path:
        """Where it is kept."""
        return KEPT / f"{self.name.strip('@').replace('/', '-')}-{self.version}.tgz"

    @property
    def is_whole(self) -> bool:
        """Whether it is downloaded, and unchanged."""
        if not self.archive.is_file():
            return False
        return base64.b64encode(hashlib.sha512(self.archive.read_bytes()).digest()).decode() == self.digest

    def read(self, path: str) -> str:
        """The text of one of its files."""
        with tarfile.open(self.archive) as archive:
            found = archive.extractfile(f"package/{path}")
            assert found is not None, f"{self.name} has no {path}"
            return found.read().decode()


RENDERER = Package(
    "adaptivecards",
    "3.0.6",
    "WDCIb2WXZ7cOHJ9HIHRNdhSt861HySVOdN2xPk2aKHAF3JvD8QGQ8/XcNFrDJxCteOog8MM7EBlXfSAR8JXKAg==",
)
MARKDOWN = Package(
    "markdown-it",
    "15.0.3",
    "+Az7Ojz3iRGu8KYMvJ6xVhvrxP3eE+vEtJX75Ow88XBpcQNV/0lGX5ZynIIBftREo4DC2jsveAMDaeltmm8QvQ==",
)
MANIFEST = Package(
    "@microsoft/app-manifest",
    "1.1.2",
    "uXdmYzhIcchi3Tc9Sh3pTDMe55zy7ge19bnYCGB1gzuyha85Ii7wfdTruwEhqseaX9pwsWDRB5Ot/ltv0rCONw==",
)
EMULATE = Package(
    "emulate",
    "0.12.2",
    "cHz1ITT3xm3HJM6qSks7+ME5Bw/W7zp7ky2Ve4M4ANls46EfeAy0m/nWOjTLJEgLEQcA9gW+L3cWjuUcklJxtQ==",
)
PLAYGROUND = Package(
    "@microsoft/m365agentsplayground",
    "0.2.28",
    "EevhYW8xtEATwNg5eiFqTgZT0P5gjfCsLBwBWESSrB6+0lr9Yi9R27HJwjNGUlT3JQlxoWMgnvEQunUuyI/+2Q==",
)
PACKAGES = (RENDERER, MARKDOWN, MANIFEST, EMULATE, PLAYGROUND)


def get() -> str:
    """Download what is missing, and report the result in a sentence."""
    wanted = [each for each in PACKAGES if not each.is_whole]
    if not wanted:
        return THERE
    npm = shutil.which("npm")
    if npm is None:
        return "There is no npm: tests with Microsoft's card renderer, and with clients that are not ours, are skipped."
    KEPT.mkdir(parents=True, exist_ok=True)
    for each in wanted * TRIES:
        if not each.is_whole:
            _pack(npm, each)
    if all(each.is_whole for each in PACKAGES):
        return THERE
    lacking = ", ".join(each.name for each in PACKAGES if not each.is_whole)
    return f"npm could not get {lacking}: the tests that need it are skipped."


def _pack(npm: str, package: Package) -> None:
    """Download one archive, completely or not at all."""
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        command = (npm, "pack", "--silent", "--prefer-offline", f"{package.name}@{package.version}")
        try:
            subprocess.run(command, cwd=folder, timeout=SECONDS_TO_GET, check=False, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            return
        for archive in Path(folder).glob("*.tgz"):
            archive.replace(package.archive)


def unpacked(package: Package, folder: Path) -> Path:
    """Unpack it into a folder, and return its own folder there; without it, or without Node.js, the test is skipped."""
    if shutil.which("node") is None:
        missing("no node: Node.js runs clients that are not ours")
    with tarfile.open(needed(package).archive) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def needed(package: Package) -> Package:
    """The package; without it the test is skipped."""
    return package if package.is_whole else missing(f"no {package.name}: `make test` tries to get it with npm")


if __name__ == "__main__":
    print(get())
