"""Lets a server made with bovine, which we did not write, live beside ours: `.venv/bin/python tools/bovine/beside_ours.py`.

bovine gets a Python environment of its own (below var/, made once, by pip), as it wants other things than we do. What is
claimed is in living.py; each sentence is printed when it held, and the first that does not ends it with 1.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP))

from tests.serving import ServedSquare

_BOVINE = "bovine==0.5.19"
_ENVIRONMENT = TOP / "var" / "bovine"
_SECONDS = 180


def main() -> int:
    """Start both, and let them live."""
    python = _ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(_ENVIRONMENT, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", _BOVINE], check=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {"BEMA_FEDERATION_PRIVATE_PEERS": "true", "PYTHONPATH": str(TOP / "src")}
        os.environ.update(environment)
        square = ServedSquare(Path(folder) / "home", environment=environment)
        try:
            square.start()
            square.create_account("ann")
            words = [square.url, "ann", square.create_token("ann")]
            done = subprocess.run([python, Path(__file__).with_name("living.py"), *words], timeout=_SECONDS, check=False)
            if done.returncode != 0:
                print(square.log())
            return done.returncode
        finally:
            square.kill()


if __name__ == "__main__":
    sys.exit(main())
