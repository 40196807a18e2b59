"""Make the environment in which Plait runs, then run Plait in it.

`./plait` starts this file when the environment is missing or was made for another lock. It uses the standard library
only and runs on any Python from 3.8 on, so that the Python it starts with need not be the one that Plait will use.

    setup.py LOCK ARGUMENT...     make the environment for LOCK, then run `python -m plait ARGUMENT...`
    setup.py LOCK lock ...        write the three lock files anew

Every failure is one sentence on standard error and exit code 3; nothing half made is left to be taken for whole.
"""

import ast
import contextlib
import fcntl
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

CLONE = pathlib.Path(__file__).resolve().parent.parent
RUNTIME, DEVELOPMENT, INSTALLER = "requirements.txt", "requirements-dev.txt", "requirements-uv.txt"
WANTED = ((3, 13), (3, 12))
PROBE = (
    "import sys, ssl, sqlite3, ctypes, lzma, zlib, hashlib, venv;"
    "print('%d.%d %d %s' % (*sys.version_info[:2], hasattr(sys, 'pypy_version_info'), sys.executable))"
)

NO_PYTHON = (
    "Plait needs Python 3.13 or 3.12 and found neither (looked on PATH and in pyenv, uv, mise, asdf, Homebrew), and uv"
    " could not download one. Install one, or set PLAIT_PYTHON=/path/to/python3.13."
)
NO_NETWORK = (
    "The package index cannot be reached. The first start needs a network (or an index named in pip's or uv's"
    " configuration); later starts do not."
)
CERTIFICATE = (
    "The package index answers with a certificate that this machine does not trust. Set SSL_CERT_FILE to your"
    " organisation's certificate file."
)
HASH = "A package differs from the one this version of Plait was locked to; nothing was installed."
NOT_WRITABLE = "Cannot write beside the program. Set PLAIT_ENV to a folder you own."
NO_SPACE = "No space left on the disk of %s; make room and start again."
NO_WHEEL = (
    "A package that Plait needs has no ready-made file for this machine. Plait runs on Linux with glibc (x86-64, ARM64)"
    " and on macOS with Apple silicon."
)
NO_PIP = (
    "This Python has no pip and cannot make environments, so the installer cannot be brought. On Debian or Ubuntu: apt-get"
    " install python3-venv; or set PLAIT_UV=/path/to/uv."
)

# What a tool prints -> what we say. The first that matches wins.
CAUSES = (
    (r"UnknownIssuer|CERTIFICATE_VERIFY_FAILED|invalid peer certificate|SSLCertVerificationError", CERTIFICATE),
    (r"Hash mismatch|DO NOT MATCH THE HASHES", HASH),
    (r"No space left on device|os error 28", NO_SPACE),
    (r"Read-only file system|Permission denied|os error 13|os error 30", NOT_WRITABLE),
    (
        r"error sending request|dns error|Connection refused|Network is unreachable|timed out|NewConnectionError"
        r"|Temporary failure in name resolution|Name or service not known|Max retries exceeded|ProxyError"
        r"|Failed to fetch|Could not connect|client error \(Connect\)|Network connectivity is disabled",
        NO_NETWORK,
    ),
    (r"No matching distribution found|from versions: none", NO_NETWORK),
    (r"no wheels with a matching|has no usable wheels|no usable wheels", NO_WHEEL),
)


class Stop(Exception):
    """The set-up cannot go on; the message is the one sentence that the person reads."""


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- places -----------------------------------------------------------------------------------------------------------


def environment_folder():
    return pathlib.Path(os.environ.get("PLAIT_ENV") or CLONE / ".venv").absolute()


def tools_folder():
    moved = os.environ.get("PLAIT_ENV")
    return pathlib.Path(moved.rstrip("/") + "-tools").absolute() if moved else CLONE / ".venv-tools"


def cksum(path):
    """The POSIX cksum of a file, as cksum(1) prints it: what `./plait` compares without a Python."""
    with open(str(path), "rb") as file:
        out = subprocess.run(["cksum"], stdin=file, stdout=subprocess.PIPE, check=True)
    return out.stdout.decode().strip()


def ready_lines(lock):
    """What `plait-ready` holds once `lock` is installed. The development lock contains the runtime lock."""
    held = [RUNTIME, DEVELOPMENT] if lock == DEVELOPMENT else [RUNTIME]
    return ["%s %s %s" % (name, cksum(CLONE / name), CLONE) for name in held]


def is_ready(lock):
    folder = environment_folder()
    with contextlib.suppress(OSError):
        have = (folder / "plait-ready").read_text().splitlines()
        wanted = "%s %s %s" % (lock, cksum(CLONE / lock), CLONE)
        return wanted in have and os.access(str(folder / "bin" / "python"), os.X_OK)
    return False


# --- running others ---------------------------------------------------------------------------------------------------


class Tools:
    """Runs uv and pip with a clean environment, and hands each child the set-up lock.

    A child that outlives us (we were killed, it goes on) keeps the lock, so that the next start waits for it.
    """

    def __init__(self, lock_descriptor=None):
        self.lock = lock_descriptor
        self.python = None

    def run(self, command, env, show=False):
        """Run `command`; give (exit code, what it printed). `show` lets its progress through to the person."""
        fds = () if self.lock is None else (self.lock,)
        lines = []
        with subprocess.Popen(
            [str(c) for c in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            pass_fds=fds,
            cwd=str(CLONE),
        ) as child:
            for raw in child.stdout:
                line = raw.decode("utf-8", "replace").rstrip()
                lines.append(line)
                if show and line:
                    say("    " + line)
        return child.returncode, "\n".join(lines)


def cause_of(output, folder):
    for pattern, sentence in CAUSES:
        if re.search(pattern, output):
            return sentence % folder if "%s" in sentence else sentence
    return None


def stop_for(output, what, folder):
    sentence = cause_of(output, folder)
    if sentence is None:
        last = [line for line in output.splitlines() if line.strip()][-12:]
        say("\n".join(last))
        sentence = "%s failed; the lines above say what the installer said." % what
    raise Stop(sentence)


def base_environment():
    drop = (
        "VIRTUAL_ENV",
        "PYTHONHOME",
        "PYTHONPATH",
        "CONDA_PREFIX",
        "PYTHONDONTWRITEBYTECODE",
        "PIP_TARGET",
        "PIP_PREFIX",
    )
    env = {k: v for k, v in os.environ.items() if k not in drop}
    env.update(PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.setdefault("PIP_RETRIES", "2")
    env.setdefault("UV_SYSTEM_CERTS", "1")  # councils' networks inspect TLS: trust what the machine trusts
    env.setdefault("UV_HTTP_TIMEOUT", "120")
    return env


def parse_pip_config(text):
    """`pip config list` -> {"index-url": ...}. Environment over [install] over [global], as pip itself reads them."""
    found = {}
    for prefix in ("global.", "install.", ":env:."):
        for line in text.splitlines():
            key, sep, value = line.partition("=")
            if not sep or not key.startswith(prefix):
                continue
            with contextlib.suppress(ValueError, SyntaxError):
                found[key[len(prefix) :]] = str(ast.literal_eval(value))
    return found


def exists_if_local(address):
    """False for a `file:` index or a folder that is not there: uv stops at those, pip only warns."""
    if address.startswith("file:"):
        return os.path.isdir(re.sub(r"^file:(//)?", "", address))
    return "://" in address or os.path.isdir(os.path.expanduser(address))


def uv_environment(pip_config, locking=False):
    """The environment for uv: it does not read pip's configuration, and many offices configure only pip."""
    env = base_environment()
    if not os.access(os.path.dirname(env.get("UV_CACHE_DIR") or str(pathlib.Path.home() / ".cache" / "x")), os.W_OK):
        cache_home = pathlib.Path(env.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
        if not os.access(str(cache_home if cache_home.exists() else cache_home.parent), os.W_OK):
            env["UV_CACHE_DIR"] = str(tools_folder() / "cache")
    env["UV_NO_PROGRESS"] = "1"
    named = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE")
    if "cert" in pip_config:
        env.setdefault("SSL_CERT_FILE", pip_config["cert"])
    if "proxy" in pip_config:
        env.setdefault("HTTPS_PROXY", pip_config["proxy"])
    if any(os.environ.get(name) for name in named):
        return env
    if "index-url" in pip_config:
        env["UV_DEFAULT_INDEX"] = pip_config["index-url"]
    if "trusted-host" in pip_config:
        env["UV_INSECURE_HOST"] = " ".join(pip_config["trusted-host"].split())
    extra = [a for a in pip_config.get("extra-index-url", "").split() if exists_if_local(a)]
    links = [a for a in pip_config.get("find-links", "").split() if exists_if_local(a)]
    if locking:  # a lock must not depend on what lies on this disk
        extra, links = [a for a in extra if not a.startswith("file:")], []
    if extra:
        # Each file is pinned by its hash, so the best match over all indexes is safe; the default strategy would let
        # an extra index that holds another version of a package hide the right one.
        env.update(UV_INDEX=" ".join(extra), UV_INDEX_STRATEGY="unsafe-best-match")
    if links:
        env["UV_FIND_LINKS"] = ",".join(links)
    if pip_config.get("no-index", "").lower() in ("1", "true", "yes"):
        env["UV_NO_INDEX"] = "1"
    return env


def pip_config(tools, python):
    code, out = tools.run([python, "-m", "pip", "config", "list"], base_environment())
    return parse_pip_config(out) if code == 0 else {}


# --- Python -----------------------------------------------------------------------------------------------------------


def own_home():
    """The account's home as the system knows it, whatever $HOME says."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError):
        return str(pathlib.Path.home())


def python_candidates():
    """Paths at which a Python may be, most wanted first; most of them will not exist."""
    home = str(pathlib.Path.home())
    # a pyenv whose shims are on PATH, and the one of the account's own home: $HOME may name another
    shims = [part for part in os.environ.get("PATH", "").split(os.pathsep) if part.rstrip("/").endswith("/shims")]
    roots = [os.environ.get("PYENV_ROOT") or "", home + "/.pyenv", own_home() + "/.pyenv"]
    roots += [str(pathlib.Path(part).parent) for part in shims]
    data = os.environ.get("XDG_DATA_HOME") or home + "/.local/share"
    if os.environ.get("PLAIT_PYTHON"):
        yield os.environ["PLAIT_PYTHON"]
    for major, minor in WANTED:
        name = "python%d.%d" % (major, minor)
        if sys.version_info[:2] == (major, minor):
            yield sys.executable
        yield shutil.which(name) or ""
        patterns = [root + "/versions/%d.%d*/bin/python3" % (major, minor) for root in roots if root]
        patterns += [
            str(tools_folder()) + "/python/*%d.%d*/bin/python3" % (major, minor),
            data + "/uv/python/*%d.%d*/bin/python3" % (major, minor),
            data + "/mise/installs/python/%d.%d*/bin/python3" % (major, minor),
            (os.environ.get("ASDF_DATA_DIR") or home + "/.asdf") + "/installs/python/%d.%d*/bin/python3" % (major, minor),
            "/usr/bin/" + name,
            "/usr/local/bin/" + name,
            "/opt/homebrew/bin/" + name,
            "/home/linuxbrew/.linuxbrew/bin/" + name,
        ]
        for pattern in patterns:
            for path in sorted(glob.glob(pattern), reverse=True):
                yield path
    yield shutil.which("python3") or ""


def try_python(path):
    """(major, minor) of a Python that runs and has what Plait needs, else None: broken ones drop out here."""
    try:
        out = subprocess.run(
            [path, "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"(\d+)\.(\d+) 0 ", out.stdout.decode("utf-8", "replace"))
    return (int(match.group(1)), int(match.group(2))) if out.returncode == 0 and match else None


def find_python():
    seen, best = set(), None
    for path in python_candidates():
        if not path or path in seen:
            continue
        seen.add(path)
        version = try_python(path)
        if version not in WANTED:
            continue
        if version == WANTED[0] or path == os.environ.get("PLAIT_PYTHON"):
            return path
        best = best or path
    return best


# --- uv ---------------------------------------------------------------------------------------------------------------


def works_as_uv(path, atleast=(0, 9)):
    try:
        out = subprocess.run([path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    match = re.match(rb"uv (\d+)\.(\d+)", out.stdout)
    return bool(match) and (int(match.group(1)), int(match.group(2))) >= atleast


def find_uv(tools, python):
    """A uv that works: $PLAIT_UV, the private one, one on PATH, else brought by pip. None when only pip can be had."""
    private = tools_folder() / "uv" / "bin" / "uv"
    for path in (os.environ.get("PLAIT_UV"), str(private), shutil.which("uv")):
        if path and works_as_uv(path):
            return path
    say("  bringing the installer (uv)")
    new = tools_folder() / ("uv.new-%d" % os.getpid())
    with tempfile.TemporaryDirectory(prefix="plait-pip-") as scratch:
        pip = pip_command(tools, python, pathlib.Path(scratch))
        command = [*pip, "install", "--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet"]
        code, out = tools.run([*command, "--target", new, "-r", CLONE / INSTALLER], base_environment())
    if code != 0:
        shutil.rmtree(str(new), ignore_errors=True)
        sentence = cause_of(out, tools_folder())
        if sentence and sentence != NO_WHEEL and "from versions: 0" not in out:
            raise Stop(sentence)
        return None
    shutil.rmtree(str(tools_folder() / "uv"), ignore_errors=True)
    new.rename(tools_folder() / "uv")
    return str(private)


def pip_command(tools, python, scratch):
    """How to call a pip: the interpreter's own, else one from a throw-away environment."""
    if tools.run([python, "-m", "pip", "--version"], base_environment())[0] == 0:
        return [python, "-m", "pip"]
    code, _ = tools.run([python, "-m", "venv", scratch / "venv"], base_environment())
    if code != 0:
        raise Stop(NO_PIP)
    return [scratch / "venv" / "bin" / "python", "-m", "pip"]


# --- the environment --------------------------------------------------------------------------------------------------


def make_environment(tools, lock):
    folder = environment_folder()
    with contextlib.suppress(OSError):
        if DEVELOPMENT in (folder / "plait-ready").read_text():
            lock = DEVELOPMENT  # who has tested here once keeps the tools when the locks change
    began = time.monotonic()
    count = len(re.findall(r"^\S+==", (CLONE / lock).read_text(), re.M))
    say("Setting up Plait in %s (%d packages; later starts need no network)" % (folder, count))
    starter = sys.executable
    python = find_python()
    uv = find_uv(tools, python or starter)
    env = uv_environment(pip_config(tools, python or starter)) if uv else base_environment()
    if python is None and uv:
        say("  no Python 3.13 or 3.12 here: asking uv to bring one")
        where = tools_folder() / "python"
        if tools.run([uv, "python", "install", "--no-bin", "--install-dir", where, "3.13"], env)[0] == 0:
            python = find_python()
    if python is None:
        raise Stop(NO_PYTHON)
    if not (folder / "plait-ready").exists():
        if folder.exists() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists() and folder != CLONE / ".venv":
            raise Stop("%s is not empty and is no environment of Plait's: set PLAIT_ENV to another folder." % folder)
        shutil.rmtree(str(folder), ignore_errors=True)
    else:
        (folder / "plait-ready").unlink()  # from here to the end it is half made
    if try_python(str(folder / "bin" / "python")) not in WANTED:
        shutil.rmtree(str(folder), ignore_errors=True)
        say("  Python: %s" % python)
        if uv:
            code, out = tools.run([uv, "venv", "--no-project", "--python", python, folder], env)
        else:
            code, out = tools.run([python, "-m", "venv", folder], env)
        if code != 0:
            stop_for(out, "Making the environment", folder)
    inside = folder / "bin" / "python"
    say("  installing the locked packages")
    code, out = tools.run(install_command(uv, inside, CLONE / lock), env)
    if code != 0:
        stop_for(out, "Installing the packages", folder)
    site = next(folder.glob("lib/python3.*/site-packages"))
    (site / "plait.pth").write_text(str(CLONE / "src") + "\n")
    compile_messages(inside, tools)
    temporary = folder / ("plait-ready.%d" % os.getpid())
    temporary.write_text("\n".join(ready_lines(lock)) + "\n")
    temporary.rename(folder / "plait-ready")
    say("  ready after %.0f s" % (time.monotonic() - began))


def install_command(uv, python, lock):
    """Installs what the lock names, byte for byte: by hash, wheels only, and nothing that the lock does not name."""
    if uv:
        return [uv, "pip", "sync", "--require-hashes", "--only-binary", ":all:", "--python", python, lock]
    return [python, "-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet", "-r", lock]


def compile_messages(python, tools):
    """Translations are kept as text; Plait reads them compiled. Also done at each start when a text is newer."""
    if (CLONE / "src/plait/launch/compile_messages.py").exists():
        code, out = tools.run([python, "-P", "-m", "plait.launch.compile_messages"], base_environment())
        if code != 0:
            say(out)
            raise Stop("The translations could not be compiled; the lines above name the file.")


@contextlib.contextmanager
def setup_lock():
    """One set-up at a time for an environment; freed by the kernel however we end."""
    folder = tools_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(str(folder / "setup.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        raise Stop(NOT_WRITABLE) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another ./plait is setting up; waiting for it.")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


# --- locking ----------------------------------------------------------------------------------------------------------


def write_locks(tools, arguments):
    """`./plait lock [--upgrade]`: resolve pyproject.toml into the three hashed files, none of them naming a host."""
    unknown = [a for a in arguments if a != "--upgrade"]
    if unknown:
        say("./plait lock knows only --upgrade, not %s." % unknown[0])
        return 2
    python = find_python()
    if python is None:
        raise Stop(NO_PYTHON)
    uv = find_uv(tools, python)
    if uv is None:
        raise Stop("Locking needs uv: set PLAIT_UV=/path/to/uv.")
    env = uv_environment(pip_config(tools, python), locking=True)
    common = [uv, "pip", "compile", "--universal", "--python-version", "3.12", "--python", python, "--generate-hashes"]
    common += [
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--no-annotate",
        "--no-header",
        "--exclude-newer",
        "7 days",
    ]
    common += ["--quiet", *arguments]
    for name, what in (
        (RUNTIME, ["pyproject.toml"]),
        (DEVELOPMENT, ["pyproject.toml", "--group", "dev", "-c", RUNTIME]),
        (INSTALLER, ["--group", "uv"]),
    ):
        new = CLONE / (name + ".new")
        if (CLONE / name).exists():
            shutil.copyfile(str(CLONE / name), str(new))  # the pins so far are kept where they still fit
        code, out = tools.run(common + what + ["-o", new.name], env)
        if code != 0:
            new.unlink() if new.exists() else None
            say(out)
            raise Stop("%s could not be resolved; the lines above say why. It was not changed." % name)
        text = new.read_text()
        if "://" in text:
            new.unlink()
            raise Stop("%s would name a host; it was not changed." % name)
        changed = not (CLONE / name).exists() or (CLONE / name).read_text() != text
        new.rename(CLONE / name)
        say("%s: %d packages%s" % (name, len(re.findall(r"^\S+==", text, re.M)), "" if changed else ", unchanged"))
    return 0


def main(arguments):
    lock, rest = arguments[0], arguments[1:]
    with setup_lock() as descriptor:
        tools = Tools(descriptor)
        if rest[:1] == ["lock"]:
            return write_locks(tools, rest[1:])
        if not is_ready(lock):
            try:
                make_environment(tools, lock)
            except OSError as error:
                stop_for("%s %s" % (error.strerror, error.filename), "Making the environment", environment_folder())
    env = {k: v for k, v in base_environment().items() if not k.startswith(("PIP_", "UV_"))}
    env.update({k: v for k, v in os.environ.items() if k.startswith(("PIP_", "UV_"))})
    python = str(environment_folder() / "bin" / "python")
    sys.stdout.flush()
    os.execve(python, [python, "-P", "-m", "plait", *rest], env)
    return None


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        say(str(stop))
        sys.exit(3)
    except KeyboardInterrupt:
        say("Stopped; start again and the set-up goes on.")
        sys.exit(130)
