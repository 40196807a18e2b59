"""F4: a disk that is really full under a running partnership: reads go on, a clear page keeps what was typed, and nothing acknowledged is lost.

The disk is a small one in memory, mounted in a namespace of its own; where that is not allowed the test says so and fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from django.db import connections

from plait.launch import CLONE, archive, backup
from plait.launch.places import Connection
from plait.launch.places import connection as place

INSIDE = """
    import contextlib, json, os, sys
    from pathlib import Path
    from plait.launch import archive, backup, embedded, restore
    from plait.launch.places import Places
    data, keys, identity, disk = map(Path, sys.argv[1:])
    places, ids = Places(disk / "data"), archive.identities(identity)
    from plait.cli.keeping import _finish
    restore.restore(data, keys, ids, places, lambda there, m: _finish(there, m, "restore"))
    ballast, said = disk / "ballast", {"ok": 0, "pages": [], "reads": []}
    with embedded.database(places) as found:
        os.environ.update(found.connection.variables())
        os.environ["DJANGO_SETTINGS_MODULE"] = "plait.settings"
        import django
        django.setup()
        from django.test import Client
        from plait.kernel.models import Account
        from plait.picture.tests import make
        browser = Client(raise_request_exception=False, HTTP_HOST="localhost")
        browser.force_login(Account.objects.get(email="rowan@example.org"), backend="plait.kernel.accounts.EmailBackend")
        form = {**make.RISK, "lang": "en", "position": "", "code": "", "lead": "", "event": "", "public_text": ""}
        def write(n):
            words = f"zwirbel {n} " + "straw " * 600
            answer = browser.post("/picture/risks/add/", {**form, "title": f"zwirbel {n}", "why": words})
            return answer.status_code, answer.content.decode(), words.strip()
        for n in range(20):
            assert write(n)[0] in (302, 303)
        said["ok"] = 20
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(b"x" * 65536)
                file.flush()
        n = 20
        while len(said["pages"]) < 3 and n < 5000:
            status, text, words = write(n)
            if status in (302, 303):
                said["ok"] += 1
            else:
                said["pages"].append([status, "no room left" in text, words in text])
                said["reads"] += [browser.get(a).status_code for a in ("/picture/risks/", "/home/", "/public/")]
            n += 1
        with contextlib.suppress(Exception):
            backup.run(found.connection, disk / "backups", version="test")
        said["half a backup"] = len(list((disk / "backups").glob("*.age*"))) if (disk / "backups").exists() else 0
        ballast.unlink()
        found.see_to_it()
        for n in range(6000, 6003):
            for attempt in range(50):
                if write(n)[0] in (302, 303):
                    said["ok"] += 1
                    break
        with backup.connect(found.connection, "backup") as there:
            said["rows"] = there.execute("select count(*) from picture_risk where title like 'zwirbel %'").fetchone()[0]
            said["entries"] = there.execute("select count(*) from kernel_entry where tab = 'picture_risk' and op = 'I'").fetchone()[0]
        for alias in django.db.connections.all(initialized_only=True):
            alias.close()
            alias.close_pool()
    with embedded.database(places) as found, backup.connect(found.connection, "backup") as there:  # and once more from the start
        said["rows again"] = there.execute("select count(*) from picture_risk where title like 'zwirbel %'").fetchone()[0]
    print(json.dumps(said))
"""


@pytest.mark.soak
def test_on_a_full_disk_reads_go_on_and_nothing_is_lost(committed: str) -> None:
    from plait.kernel.keeping import first_recipients

    with tempfile.TemporaryDirectory(prefix="plait-full-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o711)
        (root / "disk").mkdir(mode=0o711)
        mount = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=420m,mode=711 tmpfs "$0" && exec "$@"', str(root / "disk")]
        tried = subprocess.run([*mount, "true"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, f"a small disk cannot be mounted here, so this cannot be tried: {tried.stderr}"
        first_recipients([archive.new_identity(root / "identity")])
        s, secrets = connections["owner"].settings_dict, place().secrets
        assert secrets is not None
        shutil.copytree(secrets, root / "secrets")
        made = backup.make(Connection(s["HOST"], str(s["PORT"]), committed, root / "secrets"), root / "out", version="test")
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PLAIT_", "DJANGO"))} | {"PYTHONPATH": str(CLONE)}
        command = [
            sys.executable,
            "-c",
            textwrap.dedent(INSIDE),
            str(made.data),
            str(made.keys),
            str(root / "identity"),
            str(root / "disk"),
        ]
        done = subprocess.run([*mount, *command], env=env, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert len(said["pages"]) == 3 and all(page == [503, True, True] for page in said["pages"]), said
    assert len(said["reads"]) == 9 and set(said["reads"]) == {200}, said
    assert said["rows"] == said["ok"] == said["entries"] == said["rows again"] >= 23, said
    assert said["half a backup"] == 0, said
