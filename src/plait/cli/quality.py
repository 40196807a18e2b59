"""`test`, `check`, `fix`, `bench`: what is run on the program itself."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from plait.launch import CLONE, ENVIRONMENT, USAGE, Stop
from plait.launch.compile_messages import compile_stale
from plait.launch.places import is_root
from plait.launch.scratch import test_cluster
from plait.launch.server import ends_on_signals

SHOWN = 60  # lines of each failed check
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
BY_HAND = (
    "The browser tests need Chromium and found none: install it (on Debian or Ubuntu: apt-get install chromium), or set"
    " PLAIT_CHROMIUM=/path/to/chromium, or leave them out with ./plait test --quick."
)


def environment(**more: str) -> dict[str, str]:
    """For tools: the environment's programs first on PATH, this clone's settings."""
    here = str(Path(sys.executable).parent)
    path = os.pathsep.join((here, os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path, "DJANGO_SETTINGS_MODULE": "plait.settings", **more}


# --- test -------------------------------------------------------------------------------------------------------------


def chromium() -> str:
    """Path of a Chromium; as root on Debian it is installed when there is none.

    Raises:
        Stop: 3 with the command to type.
    """
    if given := os.environ.get("PLAIT_CHROMIUM"):
        if not os.access(given, os.X_OK):
            raise Stop(ENVIRONMENT, f"PLAIT_CHROMIUM names {given}, which is no program.")
        return given
    for name in CHROMIUMS:
        if path := shutil.which(name):
            return path
    apt = shutil.which("apt-get")
    if not (is_root() and apt):
        raise Stop(ENVIRONMENT, BY_HAND)
    print("No Chromium here; installing Debian's (apt-get install chromium).", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "chromium"]):
        done = subprocess.run([apt, *command], env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            raise Stop(ENVIRONMENT, BY_HAND)
    return shutil.which("chromium") or chromium()


def marks(*, quick: bool, soak: bool) -> str:
    if soak:
        return "soak"
    return "not full and not browser and not soak" if quick else "not soak"


def names_tests(arguments: list[str]) -> bool:
    """Whether the arguments choose tests by file or name; then two processes would only cost time."""
    return any(a in {"-k", "--lf", "--ff", "--pdb", "-n"} or (CLONE / a.partition("::")[0]).exists() for a in arguments)


def test(arguments: list[str], *, quick: bool, soak: bool) -> int:
    compile_stale()
    more = {"PLAIT_OWNER": "1", "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", "default::DeprecationWarning:plait")}
    chosen = names_tests(arguments)
    if not quick:
        try:
            more["PLAIT_CHROMIUM"] = chromium()
        except Stop:
            if not chosen:  # a test that was asked for by name says itself whether it needs a browser
                raise
    command = [sys.executable, "-P", "-m", "pytest", "-m", marks(quick=quick, soak=soak)]
    command += [] if chosen or soak else ["-n", "2", "--dist", "loadfile"]
    os.environ.pop("PLAIT_DATABASE_URL", None)  # never a server of somebody's data
    os.environ.pop("PLAIT_DEMO", None)
    with ends_on_signals(), test_cluster():
        child = subprocess.Popen([*command, *arguments], env=environment(**more), cwd=CLONE)
        try:
            return child.wait()
        except KeyboardInterrupt:
            return child.wait(30)
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait(30)


# --- check, fix -------------------------------------------------------------------------------------------------------


def checks() -> list[tuple[str, list[str]]]:
    """Every check by name. mypy and import-linter take part once they are configured."""
    configured = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]
    python = [sys.executable, "-P", "-m"]
    found = [
        ("ruff", [*python, "ruff", "check", "--quiet", "--output-format", "concise", "."]),
        ("format", [*python, "ruff", "format", "--check", "--quiet", "."]),
    ]
    if "mypy" in configured:
        found.append(("types", [*python, "mypy", "--no-error-summary"]))
    if "importlinter" in configured:
        found.append(("rooms", ["lint-imports", "--no-cache"]))
    if any((CLONE / "src").rglob("templates/**/*.html")):
        found.append(("templates", [*python, "djlint", "--lint", "--quiet", "src"]))
    found.append(("migrations", [*python, "django", "makemigrations", "--check", "--dry-run"]))
    return found


def check() -> int:
    """Run every check, say how each went; give the number that failed."""
    failed = 0
    for name, command in checks():
        done = subprocess.run(
            command,
            env=environment(),
            cwd=CLONE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(f"{name:12} {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode:
            failed += 1
            lines = done.stdout.rstrip().splitlines()
            more = [f"... and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
            print("\n".join([*lines[:SHOWN], *more]) + "\n", flush=True)
    print(f"{failed} of {len(checks())} checks failed" if failed else "all checks passed")
    return failed


def fix() -> int:
    """Mend what can be mended without thinking."""
    code = 0
    for command in (["check", "--fix", "--quiet", "."], ["format", "--quiet", "."]):
        code |= subprocess.run([sys.executable, "-P", "-m", "ruff", *command], cwd=CLONE, check=False).returncode
    return code


# --- bench ------------------------------------------------------------------------------------------------------------


BENCHES = CLONE / "bench"


def benches() -> list[str]:
    """Names of the benchmarks: files of `bench/`; what begins with a line is theirs in common."""
    return sorted(p.stem for p in BENCHES.glob("[a-z]*.py"))


def bench(names: list[str], *, as_json: bool) -> int:
    """Run `bench/NAME.py` one after the other on the tests' cluster; what they make is shared while they run.

    Raises:
        Stop: 2 when there is no such benchmark.
    """
    for name in names:
        if name not in benches():
            raise Stop(USAGE, f"There is no benchmark {name}; there are: {', '.join(benches()) or 'none yet'}.")
    if not names:
        raise Stop(USAGE, f"Name a benchmark, or say --all; there are: {', '.join(benches())}.")
    failed, said = 0, {}
    with ends_on_signals(), test_cluster():
        for name in names:
            command = [sys.executable, "-P", str(BENCHES / f"{name}.py"), *(["--json"] if as_json else [])]
            more = environment(PLAIT_OWNER="1", PYTHONPATH=str(BENCHES))
            if len(names) > 1 and as_json:
                done = subprocess.run(command, env=more, check=False, stdout=subprocess.PIPE, text=True)
                if done.returncode == 0:
                    said[name] = json.loads(done.stdout.strip().splitlines()[-1])
            else:
                if len(names) > 1:
                    print(f"--- {name}", flush=True)
                done = subprocess.run(command, env=more, check=False, text=True)
            failed += done.returncode != 0
    if said:
        print(json.dumps(said, indent=1))
    return failed


def access_cells() -> str:
    """The access matrix as JSON, run on the tests' cluster."""
    with ends_on_signals(), test_cluster():
        from plait.cli.inside import django

        with django(owner=True):
            from plait.kernel.access.cells import run

            return json.dumps(run(), indent=1, default=str)
