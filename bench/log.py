"""What the log costs.

`request_with_entry_to_without`: how often a person's page is answered when the look is entered and committed, by how often when it is not
entered at all (through the whole of Django, in turn). `append_to_bare_insert`: entries that the sequencer orders in a second, each durable, by
plain inserts of the same texts in the same batches. `verify_to_hashlib`: entries that `verify` recomputes and compares in a second, with
tree, checkpoints and rows, by the texts that hashlib alone hashes in a second. `proof_growth_1m_to_10m`: an inclusion proof from the
tiles of a tree of ten million leaves, by one of a million; the trees alone, filled with random hashes. Written to disk as on a server (fsync on).
"""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import time
import uuid
from pathlib import Path

from _ground import median, report, timed, tell  # isort: skip
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from plait.kernel import access, looks, scratch
from plait.kernel.access import cells
from plait.kernel.acting import Asker, acting, verb
from plait.kernel.log import sequence
from plait.kernel.log.tree import Tiles
from plait.kernel.log.verify import PAYLOAD, all_of_it
from plait.kernel.models import Account, Partnership
from plait.methods import merkle
from plait.partners.models import Person
from plait.picture.models import Evidence
from plait.web.founding import begin

ENTRIES = int(os.environ.get("PLAIT_BENCH_ENTRIES", "50000"))
SMALL, LARGE = 1_000_000, 10_000_000
ROUNDS, PROOFS = 300, 400
Taken = dict[str, list[float]]


def filled(somebody: Asker) -> uuid.UUID:
    """Evidence, so many that its entries are ENTRIES, and one person."""
    with acting(somebody), verb("bench.fill"):
        circle = access.partnership_circle()
        for _ in range(0, ENTRIES, 10_000):
            Evidence.objects.bulk_create([cells.fill(Evidence, circle, {}) for _ in range(min(10_000, ENTRIES))], batch_size=2000)
        person = cells.fill(Person, circle, {})
        person.save(force_insert=True)
        return person.id


def requests(taken: Taken, account: Account, person: uuid.UUID) -> None:
    client = Client()
    client.force_login(account, backend="plait.kernel.accounts.EmailBackend")
    here = f"/partners/people/{Partnership.objects.get().partnership_circle_id}/{person}/"
    entered = looks.look_at

    def get() -> None:
        assert client.get(here).status_code == 200

    for turn in range(ROUNDS + 20):
        kept = taken if turn >= 20 else {}
        timed(kept, "a page with its entry", get)
        looks.look_at = lambda *args, **kwargs: None  # type: ignore[assignment]
        timed(kept, "the page without", get)
        looks.look_at = entered


def appended(taken: Taken) -> None:
    timed(taken, "sequencer: all entries", lambda: sequence.order())
    with scratch.superuser() as su:
        su.execute("set timezone = 'UTC'")
        bodies = [p for (p,) in su.execute(f"select {PAYLOAD} from kernel_entry e").fetchall()]
        su.execute("create table bench_plain_log(id bigserial primary key, body text not null)")

        def plain() -> None:
            for i in range(0, len(bodies), sequence.BATCH):
                su.execute("insert into bench_plain_log(body) select * from unnest(%s::text[])", [bodies[i : i + sequence.BATCH]])

        timed(taken, "plain inserts of the same texts", plain)
    sequence.sign_due()
    salt = os.urandom(45)
    data = [p.encode() for p in bodies]
    timed(taken, "hashlib: the same texts", lambda: [hashlib.sha256(salt + d).digest() for d in data])
    with scratch.as_role("backup", str(scratch.connections["owner"].settings_dict["NAME"])) as connection:

        def check() -> None:
            found = all_of_it(connection)
            assert found.well and found.entries == len(bodies), found.findings[:3]

        timed(taken, "verify: everything", check)


def proofs(taken: Taken) -> None:
    with scratch.superuser() as su:
        su.execute("create table bench_tile(level smallint, number bigint, hashes bytea, primary key (level, number))")

        def read(sql: str, args: list[object]) -> list[tuple]:
            return su.execute(sql.replace("kernel_tile", "bench_tile"), args).fetchall()

        began, tiles = time.monotonic(), Tiles(lambda _sql, _args: [], 0)
        for _ in range(LARGE // 250_000):
            fresh = os.urandom(32 * 250_000)
            tiles.append(fresh[i : i + 32] for i in range(0, len(fresh), 32))
        with su.cursor() as cursor, cursor.copy("copy bench_tile from stdin (format binary)") as copy:
            copy.set_types(["int2", "int8", "bytea"])
            for (level, number), hashes in tiles.known.items():
                copy.write_row((level, number, hashes))
        su.execute("vacuum analyze bench_tile")
        tell(f"a tree of {LARGE:,} leaves in {time.monotonic() - began:.0f} s")
        heads = {n: tiles.head(n) for n in (SMALL, LARGE)}
        wild = random.Random(1)  # noqa: S311 - a seed, no secret
        for _ in range(PROOFS):
            for size, name in ((SMALL, "proof in a million"), (LARGE, "proof in ten million")):
                index = wild.randrange(size)
                made: list[list[bytes]] = []
                timed(taken, name, lambda i=index, s=size, m=made: m.append(Tiles(read, s).inclusion(i, s)))
                leaf = tiles.known[0, index // 256][index % 256 * 32 : index % 256 * 32 + 32]
                assert merkle.verify_inclusion(index, size, leaf, made[0], heads[size])


def main() -> None:
    template = scratch.template(lambda: begin("generic-msc", "Bench", "Bench", "bench@example.org", "Bench"), Path(__file__))
    taken: Taken = {}
    with scratch.database(template), tempfile.TemporaryDirectory() as folder, scratch.superuser() as su:
        sequence.folder = lambda: Path(folder)
        account = Account(email="rowan@example.org", name="Rowan")
        account.save(force_insert=True)
        admin, somebody = (
            Asker.of(Account.objects.get(email="bench@example.org"), lifetime=3600),
            Asker(account.id, lifetime=3600),
        )
        with acting(admin), verb("bench.appoint"):
            access.give_office(admin, account=account.id, office="coordinator", reason="for the bench")
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            su.execute(f"alter system set {name} = on")
        su.execute("select pg_reload_conf()")
        try:
            person = filled(somebody)
            su.execute("vacuum analyze")
            with override_settings(ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"]):
                requests(taken, account, person)
            appended(taken)
        finally:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                su.execute(f"alter system reset {name}")
            su.execute("select pg_reload_conf()")
        proofs(taken)
    ms = median(taken)
    report(
        {
            "request_with_entry_to_without": ms["the page without"] / ms["a page with its entry"],
            "append_to_bare_insert": ms["plain inserts of the same texts"] / ms["sequencer: all entries"],
            "verify_to_hashlib": ms["hashlib: the same texts"] / ms["verify: everything"],
            "proof_growth_1m_to_10m": ms["proof in ten million"] / ms["proof in a million"],
        },
        taken,
    )


main()
