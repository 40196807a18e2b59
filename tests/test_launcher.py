"""`./plait` and `tools/setup.py`: what stands in the locks, and what a person reads when the environment cannot be made."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

CLONE = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")
PIN = re.compile(r"^(\S+?)==(\S+)", re.M)


def load_setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plait_setup", CLONE / "tools" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


setup = load_setup()


# --- the locks --------------------------------------------------------------------------------------------------------


def index_at(host: str) -> str:
    """An invented package index. Put together, so that no file of ours holds the address of one."""
    return "/".join(("https:/", host, "simple"))


def hosts_named(text: str) -> list[str]:
    return [line for line in text.splitlines() if "://" in line]


def test_no_lock_names_a_host() -> None:
    for name in (*LOCKS, "pyproject.toml"):
        assert hosts_named((CLONE / name).read_text()) == [], name


def test_a_planted_host_would_be_found() -> None:
    assert hosts_named(f"a==1\n--index-url {index_at('packages.example')}\n") != []


def test_every_package_is_pinned_by_hash() -> None:
    for name in LOCKS:
        entries = re.split(r"\n(?=\S)", (CLONE / name).read_text().strip())
        assert entries, name
        for entry in entries:
            assert PIN.match(entry), (name, entry)
            assert "--hash=sha256:" in entry, (name, entry)


def test_the_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = (dict(PIN.findall((CLONE / name).read_text())) for name in LOCKS[:2])
    assert runtime
    assert runtime.items() <= development.items()


def wheel(folder: Path, word: str) -> Path:
    """An invented package of one module."""
    path = folder / "planted-1.0-py3-none-any.whl"
    inside = {"planted.py": f"WORD = {word!r}\n", "planted-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n",
              "planted-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}  # fmt: skip
    record = "".join(f"{name},,\n" for name in (*inside, "planted-1.0.dist-info/RECORD"))
    with zipfile.ZipFile(path, "w") as made:
        for name, text in {**inside, "planted-1.0.dist-info/RECORD": record}.items():
            made.writestr(zipfile.ZipInfo(name), text)
    return path


@pytest.mark.full
@pytest.mark.parametrize("by", ["uv", "pip"])
def test_a_package_of_which_one_byte_changed_is_not_installed(by: str, tmp_path: Path) -> None:
    """S1: the very command that `./plait` installs with, offline, on a wheel as it was locked and on one with a byte changed."""
    uv = setup.find_uv(setup.Tools(), sys.executable) if by == "uv" else None
    if by == "uv":
        assert uv, "./plait brought no uv"
    subprocess.run([sys.executable, "-m", "venv", *([] if by == "pip" else ["--without-pip"]), tmp_path / "e"], check=True)
    python, packages = tmp_path / "e" / "bin" / "python", tmp_path / "packages"
    packages.mkdir()
    made = wheel(packages, "straw")
    lock = tmp_path / "lock.txt"
    lock.write_text(f"planted==1.0 --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}\n")
    command = [
        *setup.install_command(uv, python, lock),
        "--no-index",
        "--find-links",
        packages,
        *(["--no-cache"] if uv else ["--no-cache-dir"]),
    ]
    offline = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    if by == "uv":  # sync would take pip away; the first run is the twin that succeeds
        assert subprocess.run(command, env=offline, capture_output=True, check=False).returncode == 0
    else:
        done = subprocess.run(command, env=offline, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert subprocess.run([python, "-c", "import planted"], env=offline, check=False).returncode == 0
    subprocess.run([python, "-c", "import planted, pathlib; pathlib.Path(planted.__file__).unlink()"], env=offline, check=True)
    wheel(packages, "strap")  # as whoever changes it would: its own checksums are right
    shutil.rmtree(next((tmp_path / "e").glob("lib/python3*/site-packages/planted-1.0.dist-info")))
    refused = subprocess.run(command, env=offline, capture_output=True, text=True, check=False)
    assert refused.returncode != 0 and "hash" in (refused.stdout + refused.stderr).lower()
    assert subprocess.run([python, "-c", "import planted"], env=offline, capture_output=True, check=False).returncode != 0


# --- the fast path ----------------------------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a made-up environment whose Python only says how it was called."""
    here = tmp_path / "a clone & more"
    (here / "tools").mkdir(parents=True)
    (here / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(CLONE / "plait", here)
    (here / "tools" / "setup.py").write_text("import sys; print('setup', *sys.argv[1:])")
    for name in LOCKS:
        (here / name).write_text(f"# {name}\n")
    python = here / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "ran $*"\n')
    python.chmod(0o755)
    return here


def run(clone: Path, *arguments: str, program: str = "plait", **more: str) -> subprocess.CompletedProcess[str]:
    env = {"HOME": str(clone), "PATH": os.environ["PATH"], "PLAIT_PYTHON": sys.executable, **more}
    command = [str(clone / program), *arguments]
    return subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=False, timeout=60)


def make_ready(clone: Path, *locks: str) -> None:
    lines = [f"{name} {setup.cksum(clone / name)} {clone}\n" for name in locks]
    (clone / ".venv" / "plait-ready").write_text("".join(lines))


def test_a_ready_environment_is_used_at_once(clone: Path) -> None:
    make_ready(clone, LOCKS[0])
    assert run(clone, "demo", "--port", "1").stdout == "ran -P -m plait demo --port 1\n"


def test_a_link_to_the_launcher_finds_its_clone(clone: Path) -> None:
    make_ready(clone, LOCKS[0])
    (clone / "elsewhere").mkdir()
    (clone / "elsewhere" / "p").symlink_to("../plait")
    assert run(clone, "serve", program="elsewhere/p").stdout == "ran -P -m plait serve\n"


def test_testing_asks_for_the_development_lock(clone: Path) -> None:
    make_ready(clone, LOCKS[0])
    assert run(clone, "test", "--quick").stdout == "setup requirements-dev.txt test --quick\n"
    make_ready(clone, *LOCKS[:2])
    assert run(clone, "test", "--quick").stdout == "ran -P -m plait test --quick\n"


def test_a_changed_lock_or_a_moved_clone_sets_up_anew(clone: Path) -> None:
    make_ready(clone, LOCKS[0])
    (clone / LOCKS[0]).write_text("# another\n")
    assert run(clone, "demo").stdout == "setup requirements.txt demo\n"
    make_ready(clone, LOCKS[0])
    moved = clone.with_name("moved")
    clone.rename(moved)
    assert run(moved, "demo").stdout == "setup requirements.txt demo\n"


def test_without_any_python_one_sentence_says_what_to_do(clone: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("dirname", "readlink", "cksum", "grep", "sh"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = run(clone, "demo", PATH=str(tools), PLAIT_PYTHON="", PYENV_ROOT=str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith("Plait needs Python 3.13 or 3.12 and found neither")
    assert done.stderr.count("\n") == 1


# --- setup.py ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("invalid peer certificate: UnknownIssuer", setup.CERTIFICATE),
        ("error sending request for url", setup.NO_NETWORK),
        ("ERROR: No matching distribution found for uv==0.13.8", setup.NO_NETWORK),
        ("Hash mismatch for `nh3==0.3`", setup.HASH),
        ("failed to create directory: Permission denied (os error 13)", setup.NOT_WRITABLE),
        ("No space left on device (os error 28)", setup.NO_SPACE % "/x"),
        ("something quite different", None),
    ],
)
def test_what_the_installer_says_becomes_one_sentence(said: str, sentence: str | None) -> None:
    assert setup.cause_of(said, "/x") == sentence


def test_pips_configuration_reaches_uv_without_folders_that_are_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith(("UV_", "SSL_CERT"))]:
        monkeypatch.delenv(name)
    found = setup.parse_pip_config(
        "global.cert='/etc/ca.pem'\n"
        f"global.index-url='{index_at('one.example')}'\n"
        f"global.extra-index-url='file://{tmp_path}/gone file://{tmp_path} {index_at('two.example')}'\n"
        f"global.find-links='{tmp_path}/gone'\n"
        f":env:.index-url='{index_at('env.example')}'\n"
    )
    env = setup.uv_environment(found)
    assert env["UV_DEFAULT_INDEX"] == index_at("env.example")
    assert env["UV_INDEX"] == f"file://{tmp_path} {index_at('two.example')}"
    assert env["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert env["SSL_CERT_FILE"] == "/etc/ca.pem"
    assert env["UV_SYSTEM_CERTS"] == "1"
    assert "UV_FIND_LINKS" not in env
    locking = setup.uv_environment(found, locking=True)
    assert locking["UV_INDEX"] == index_at("two.example")


def test_uvs_own_configuration_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", index_at("mine.example"))
    env = setup.uv_environment({"index-url": index_at("pip.example")})
    assert env["UV_DEFAULT_INDEX"] == index_at("mine.example")


def test_a_python_that_does_not_run_drops_out(tmp_path: Path) -> None:
    broken = tmp_path / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    assert setup.try_python(str(broken)) is None
    assert setup.try_python(str(tmp_path / "none")) is None
    assert setup.try_python(sys.executable) == sys.version_info[:2]


def test_two_set_ups_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAIT_ENV", str(tmp_path / "env"))
    order: list[str] = []

    def second() -> None:
        with setup.setup_lock():
            order.append("second")

    with setup.setup_lock():
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.3)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]
    assert "Another ./plait is setting up; waiting for it." in capsys.readouterr().err


# --- exit codes -------------------------------------------------------------------------------------------------------


def command(tmp_path: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PLAIT_DATA": str(tmp_path / "data"), **more}
    full = [sys.executable, "-P", "-m", "plait", *arguments]
    return subprocess.run(full, env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("arguments", "more", "code", "sentence"),
    [
        (["nonsense"], {}, 2, "No such command 'nonsense'"),
        (["demo", "--port", "70000"], {}, 2, "Invalid value for '--port'"),
        (["load", "nowhere"], {}, 2, "nowhere is not a folder."),
        (["factsheet", "--format", "doc"], {}, 2, "Invalid value for '--format'"),
        (
            ["init", "--pack", "atlantis", "--name", "A", "--admin-email", "a@example.org"],
            {},
            2,
            "There is no pack atlantis; there are: ",
        ),
        (["migrate"], {"PLAIT_DATABASE_URL": "mysql://a/b"}, 3, "PLAIT_DATABASE_URL is not the address of a PostgreSQL database"),
        (["demo"], {"PLAIT_DATABASE_URL": "postgresql://a@b/c"}, 5, "The demo runs on its own database only"),
    ],
)
def test_a_failure_is_an_exit_code_and_a_sentence(
    tmp_path: Path, arguments: list[str], more: dict[str, str], code: int, sentence: str
) -> None:
    done = command(tmp_path, *arguments, **more)
    assert (done.returncode, sentence in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_never_takes_a_folder_that_is_not_a_demos(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letter.txt").write_text("mine")
    done = command(tmp_path, "demo", "--reset", "--prepare")
    assert done.returncode == 5
    assert "is not a demo's folder; nothing in it was touched." in done.stderr
    assert (tmp_path / "data" / "letter.txt").read_text() == "mine"


def test_every_command_of_the_reference_exists(tmp_path: Path) -> None:
    said = command(tmp_path, "--help").stdout
    names = ["demo", "serve", "init", "load", "test", "check", "fix", "lock", "bench", "python", "psql", "pack", "method"]
    for name in [*names, "factsheet", "routes", "access"]:
        assert re.search(rf"^  {name}\b", said, re.M), name
