"""From a clone to the first page of the demo: with nothing there, and the second time. In seconds, since the bounds are in seconds (90 and 8).

A copy of the tracked files in a temporary folder, an empty environment, caches of its own. Cold needs the package index; how near it is counts.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]


def copy(target: Path) -> None:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=CLONE, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CLONE / name, target / name, follow_symlinks=False)


def first_page(clone: Path, folder: Path) -> float:
    """Seconds from the command to the line that says where the demo is; it says so when its first page was served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = (
        "PATH",
        "PIP_INDEX_URL",
        "PIP_CONFIG_FILE",
        "UV_DEFAULT_INDEX",
        "UV_INDEX_URL",
        "SSL_CERT_FILE",
        "HTTPS_PROXY",
        "PYENV_ROOT",
    )
    env = {k: v for k, v in os.environ.items() if k in kept}
    env |= {
        "HOME": str(folder / "home"),
        "PLAIT_DATA": str(folder / "data"),
        "UV_CACHE_DIR": str(folder / "uv"),
        "PIP_NO_CACHE_DIR": "1",
    }
    began = time.monotonic()
    child = subprocess.Popen(
        [str(clone / "plait"), "demo", "--no-browser", "--port", str(port)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        took = time.monotonic() - began
        if f"localhost:{port}" not in line:
            assert child.stderr is not None
            sys.exit(f"the demo did not start: {line}{child.stderr.read()[-2000:]}")
        return took
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="plait-setup-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "home").mkdir()
        copy(folder / "clone")
        cold = first_page(folder / "clone", folder)
        warm = min(first_page(folder / "clone", folder) for _n in range(3))
    found = {"cold_s": round(cold, 1), "warm_s": round(warm, 1)}
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        print(f"nothing there, to the first page: {found['cold_s']} s (bound 90)\nthe second time: {found['warm_s']} s (bound 8)")


if __name__ == "__main__":
    main()
