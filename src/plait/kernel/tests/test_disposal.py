"""Disposal: two people, a hold always wins, exactly what was listed goes, and nothing of it is found afterwards."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from plait.kernel import disposal, files, log, scratch
from plait.kernel.acting import verb
from plait.kernel.errors import NotFound, Refused
from plait.kernel.files import child
from plait.kernel.inspect.examine import examine
from plait.kernel.log import sequence
from plait.kernel.log.verify import verify
from plait.kernel.models import Disposal, File, FilePart
from plait.kernel.tests.corpus import jpeg, word
from plait.launch import signing
from plait.launch.places import connection as place
from plait.picture import actions
from plait.picture.models import Evidence
from plait.picture.tests import make
from tests.people import as_, for_real, partnership

EVIDENCE, FILE = "picture_evidence", "kernel_file"
WORDS = ("Tarlatan", "Millinery", "Sarcenet", "Paduasoy")
"""Planted: in the title, in the words, in a file's name, in a file."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "ask", lambda data, **_more: examine(data))


def planted(who: str = "tia", n: int = 0) -> tuple[Evidence, File]:
    """Evidence with a file, in which the words stand."""
    title, what, name, content = (f"{w}{n}" if n else w for w in WORDS)
    row = make.evidence(who, title=f"{title} ribbon", what=f"{what} and straw were named.", source=f"{title} heard it")
    document = word(lambda d: d.add_paragraph(content))
    file = actions.add_file(
        as_(who),
        evidence=row.id,
        circle=row.circle_id,
        name=f"{name}.docx",
        data=document,
    )[0]
    return row, file


def proposed(row: Evidence, who: str = "rowan") -> uuid.UUID:
    return disposal.propose(as_(who), table=EVIDENCE, circle=row.circle_id, row=row.id, reason="names_person")


def seen(row: Evidence, who: str = "dora") -> list[uuid.UUID]:
    return [g.row for g in disposal.lists(as_(who), EVIDENCE, row.circle_id, row.id)]


def agree(who: str, id: uuid.UUID, row: Evidence) -> int:
    rows = seen(row)
    return disposal.agree(as_(who), id=id, seen=rows)


# the rules -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_dry_run_lists_exactly_what_goes() -> None:
    """R2."""
    row, file = planted()
    other, other_file = planted()
    id = proposed(row)
    going = disposal.lists(as_("dora"), EVIDENCE, row.circle_id, row.id)
    assert [(g.table, g.row) for g in going] == [(EVIDENCE, row.id), (FILE, file.id)]
    assert going[0].entries == 1 and going[1].keys == 1 and going[1].pieces == 1 and going[0].words > 5
    assert agree("dora", id, row) == 2
    gone = Evidence.objects.get(id=row.id)
    assert (gone.title, gone.what, gone.source, gone.themes, gone.place) == ("", "", "", [], "") and gone.withdrawn_on
    gone_file = File.objects.get(id=file.id)
    assert gone_file.name is None and gone_file.size == 0 and not FilePart.objects.filter(file_id=file.id).exists()
    kept = Evidence.objects.get(id=other.id)
    assert kept.title == other.title and files.open_file(as_("rowan"), other.circle_id, other_file.id).data
    for table, one in ((EVIDENCE, row.id), (FILE, file.id)):
        with pytest.raises(NotFound):
            disposal.lists(as_("dora"), table, row.circle_id, one)
    with pytest.raises(NotFound):
        files.open_file(as_("rowan"), row.circle_id, file.id)


@pytest.mark.django_db
def test_the_person_who_proposed_it_cannot_agree_and_neither_can_whoever_has_not_the_right() -> None:
    row, file = planted()
    id = proposed(row, "bea")  # she chairs the board, and so holds the right as well
    for name in ("bea", "tia", "cal", "rowan", "pat"):
        with pytest.raises(Refused), transaction.atomic():
            agree(name, id, row)
        rows = seen(row)
        as_(name)
        with (
            pytest.raises(Exception, match="not open to you"),
            transaction.atomic(),
            verb("tests.around"),
            connection.cursor() as cursor,
        ):
            cursor.execute("select plait.agree_disposal(%s, %s::uuid[])", [id, rows])
    as_("tia")
    assert File.objects.get(id=file.id).name is not None
    assert agree("dora", id, row) == 2  # the twin


@pytest.mark.django_db
def test_nothing_of_the_application_disposes_without_the_second_person() -> None:
    row, file = planted()
    as_("rowan")
    statements = [
        ("select plait.dispose_row('picture_evidence', %(c)s, %(r)s)", "42501"),
        ("select plait.replay_disposals('[]')", "42501"),
        ("select plait.disposal_set('picture_evidence', %(c)s, %(r)s)", "42501"),
        ("delete from plait_keys.key", "42501"),
        ("delete from kernel_filepart where file_id = %(f)s", "42501"),
        (
            "insert into kernel_disposal(id, circle_id, tab, row_id, reason, state, proposed_by_id, proposed_at) values (gen_random_uuid(), %(c)s, 'x', %(r)s, 'asked', 'done', %(r)s, now())",
            "42501",
        ),
        ("update kernel_disposal set state = 'done'", "42501"),
        ("update kernel_entry set before = null", "42501"),
        ("delete from kernel_hold", "42501"),
    ]
    for statement, state in statements:
        with pytest.raises(Exception) as refused, transaction.atomic(), verb("tests.around"), connection.cursor() as cursor:  # noqa: PT011
            cursor.execute(
                statement, {k: v for k, v in {"c": row.circle_id, "r": row.id, "f": file.id}.items() if f"%({k})s" in statement}
            )
        assert refused.value.__cause__.sqlstate == state, statement  # type: ignore[union-attr]


@pytest.mark.django_db
def test_what_changed_since_it_was_seen_is_not_disposed_of() -> None:
    row, _file = planted()
    id = proposed(row)
    before = seen(row)
    actions.add_file(as_("tia"), evidence=row.id, circle=row.circle_id, name="late.jpg", data=jpeg())
    with pytest.raises(Refused, match="changed since you looked"), transaction.atomic():
        disposal.agree(as_("dora"), id=id, seen=before)
    assert agree("dora", id, row) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["the record", "its file", "the whole circle"])
@pytest.mark.parametrize("when", ["before it is proposed", "after"])
def test_a_hold_always_wins(what: str, when: str) -> None:
    """R2."""
    row, file = planted()
    id = None if when.startswith("before") else proposed(row)
    table, one = {"the record": (EVIDENCE, row.id), "its file": (FILE, file.id), "the whole circle": ("", None)}[what]
    kept = disposal.hold(as_("dora"), circle=row.circle_id, table=table, row=one, reason="A complaint is being looked into")
    with pytest.raises(Refused, match="A hold keeps it"), transaction.atomic():
        proposed(row) if id is None else agree("dora", id, row)
    with (
        pytest.raises(Exception, match="not open to you"),
        transaction.atomic(),
        verb("tests.around"),
        connection.cursor() as cursor,
    ):
        if id is None:
            as_("rowan")
            cursor.execute("select plait.propose_disposal(%s, %s, %s, 'asked')", [EVIDENCE, row.circle_id, row.id])
        else:
            rows = seen(row)
            cursor.execute("select plait.agree_disposal(%s, %s::uuid[])", [id, rows])
    as_("tia")
    assert Evidence.objects.get(id=row.id).title and File.objects.get(id=file.id).name
    for name in ("rowan", "bea", "tia"):
        with pytest.raises(Refused), transaction.atomic():
            disposal.lift(as_(name), id=kept)
    disposal.lift(as_("dora"), id=kept)
    assert agree("dora", id or proposed(row), row) == 2  # the twin


@pytest.mark.django_db
def test_hidden_absent_and_what_cannot_be_disposed_of_answer_alike() -> None:
    row = make.evidence("tia", make.narrow(tia=2))
    for table, circle, one in (
        (EVIDENCE, row.circle_id, row.id),
        (EVIDENCE, row.circle_id, uuid.uuid4()),
        (EVIDENCE, partnership().id, row.id),
        ("kernel_account", partnership().id, row.id),
        ("no_table", partnership().id, row.id),
        ("kernel_seat; drop table x", partnership().id, row.id),
    ):
        with pytest.raises(NotFound), transaction.atomic():
            disposal.lists(as_("dora"), table, circle, one)
        with pytest.raises(NotFound), transaction.atomic():
            disposal.propose(as_("rowan"), table=table, circle=circle, row=one, reason="asked")
        assert disposal.is_held(as_("rowan"), table, circle, one) is False
    assert disposal.lists(as_("tia"), EVIDENCE, row.circle_id, row.id)  # the twin


@pytest.mark.django_db
def test_a_proposal_is_taken_back_by_whoever_made_it_or_could_have_agreed() -> None:
    row, _file = planted()
    id = proposed(row)
    with pytest.raises(Refused), transaction.atomic():
        disposal.take_back(as_("cal"), id=id)
    disposal.take_back(as_("rowan"), id=id)
    with pytest.raises(Refused), transaction.atomic():
        agree("dora", id, row)
    again = proposed(row)
    disposal.take_back(as_("dora"), id=again)
    assert disposal.proposals(as_("rowan")) == [] and Disposal.objects.count() == 2


@pytest.mark.django_db
def test_the_log_keeps_who_and_when_and_loses_what() -> None:
    row, file = planted()
    actions.change_evidence(as_("tia"), id=row.id, circle=row.circle_id, version=row.version, title=f"{WORDS[0]} again", what=f"{WORDS[1]} again", happened_on=row.happened_on,
        place=row.place, how=row.how, sure=row.sure, themes=row.themes, names_nobody=True)  # fmt: skip
    agree("dora", proposed(row), row)
    as_("rowan")
    entries = log.history(as_("rowan"), EVIDENCE, row.circle_id, row.id)
    assert [e.verb for e in entries] == ["picture.add_evidence", "picture.change_evidence", "kernel.dispose", "kernel.dispose"]
    assert all(e.before is None and e.after is None for e in entries[:-1]) and all(e.commitment for e in entries)
    assert entries[-1].after is not None and entries[-1].after["title"] == ""
    said = json.dumps([[e.before, e.after] for e in entries]) + json.dumps(
        [[e.before, e.after] for e in log.history(as_("rowan"), FILE, row.circle_id, file.id)]
    )
    assert not any(w in said for w in WORDS)


STEPS = ("hold", "lift", "propose", "agree", "agree as proposer")


def live(order: tuple[str, ...]) -> int:
    """One life of a record, each step tried whatever came before: what the plain rule says must be what happens."""
    row = make.evidence("tia")
    held: list[uuid.UUID] = []
    open_id: uuid.UUID | None = None
    gone = False
    for step in order:
        try:
            with transaction.atomic():
                if step == "hold":
                    held.append(disposal.hold(as_("dora"), circle=row.circle_id, table=EVIDENCE, row=row.id, reason="asked to"))
                    did = True
                elif step == "lift":
                    did = bool(held)
                    if held:
                        disposal.lift(as_("dora"), id=held.pop())
                elif step == "propose":
                    open_id = proposed(row)
                    did = True
                elif open_id is None:
                    did = False
                else:
                    agree("dora" if step == "agree" else "rowan", open_id, row)
                    gone = did = True
        except (Refused, NotFound):
            did = False
        if step in ("propose", "agree", "agree as proposer") and did:
            assert not held and step != "agree as proposer", order
    as_("tia")
    assert (Evidence.objects.get(id=row.id).title == "") is gone, order
    return int(gone)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("length", "least"), [pytest.param(3, 125, marks=pytest.mark.full), pytest.param(5, 3125, marks=pytest.mark.soak)]
)
def test_every_order_of_hold_lift_propose_and_agree_against_the_rule(length: int, least: int) -> None:
    """R2: whatever happens first, nothing is disposed of while a hold stands, by one person, or twice."""
    orders = list(itertools.product(STEPS, repeat=length))
    gone = 0
    for order in orders:
        with _undone():
            gone += live(order)
    assert len(orders) == least and 0 < gone < least


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# what is left ------------------------------------------------------------------------------------------------------------------------------


def forms(word_: str) -> list[bytes]:
    """As what a word may stand in a file: as text, in hexadecimal, in base64 at each of its three beginnings."""
    import base64

    plain = [
        word_.encode(),
        word_.lower().encode(),
        word_.encode("utf-16-le"),
        word_.encode("utf-16-be"),
        word_.encode().hex().encode(),
    ]
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + word_.encode())
        plain.append(coded[4 if shift else 0 : len(coded) - 4])
    return [f for f in plain if len(f) >= 6]


def files_of_the_server(database: str) -> Iterator[Path]:
    """Every file in which something of one database may stand: its own, the write-ahead log, what all share, the server's log, the secrets."""
    root = Path(place().secrets or "").parent
    with scratch.superuser() as su:
        oid = su.execute("select oid from pg_database where datname = %s", [database]).fetchone()[0]
    yield from (p for p in root.iterdir() if p.is_file())
    for folder in (f"base/{oid}", "base/pgsql_tmp", "pg_wal", "pg_stat", "pg_stat_tmp", "pg_logical", "pg_replslot", "global"):
        yield from (root / "database" / folder).rglob("*")
    yield from (root / "secrets").rglob("*")


def found_in(database: str, words: tuple[str, ...]) -> dict[str, int]:
    """How often each word stands in those files."""
    wanted = {w: forms(w) for w in words}
    counts = dict.fromkeys(words, 0)
    for path in files_of_the_server(database):
        try:
            data = path.read_bytes() if path.is_file() else b""
        except (FileNotFoundError, PermissionError):
            continue
        for w, fs in wanted.items():
            counts[w] += sum(data.count(f) for f in fs)
    return counts


@pytest.mark.full
def test_after_the_routine_no_planted_word_is_anywhere(committed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R3: in no table, entry, token, statistic, session, heap file, write-ahead log or server's log; a stub without content remains."""
    monkeypatch.setattr(disposal, "PATIENCE", 300)  # another process of the tests may be within a long transaction
    others = ("Brocatelle", "Camlet")
    words = (*WORDS, *others)
    with for_real("tia") as tia:
        row, file = planted()
        plain = make.evidence(tia, title=f"{others[0]} kept", what="kept words")
        actions.change_evidence(tia, id=row.id, circle=row.circle_id, version=row.version, title=f"{WORDS[0]} again", what=f"{WORDS[1]} again", happened_on=row.happened_on,
            place=row.place, how=row.how, sure=row.sure, themes=row.themes, names_nobody=True)  # fmt: skip
    with scratch.superuser() as su:  # a session in which somebody typed it, and statistics that have seen it
        su.execute(
            "insert into kernel_session(session_key, session_data, expire_date, began_at) values ('k', %s, now(), now())",
            [f"typed {WORDS[0]} {WORDS[1]}"],
        )
        su.execute("delete from kernel_session where session_key = 'k'")
        su.execute("analyze")
        su.execute("checkpoint")
    before = found_in(committed, words)
    assert before[WORDS[0]] > 3 and before[WORDS[1]] > 3 and before[others[0]] > 0
    assert before[WORDS[2]] == before[WORDS[3]] == 0  # a file's name and content never stood there in the first place
    with for_real("rowan"):
        id = proposed(row)
    with for_real("dora"):
        assert agree("dora", id, row) == 2
    assert found_in(committed, WORDS)[WORDS[0]] > 0  # gone from the tables, and still in their files
    assert [d.table for d in disposal.register()] == [FILE, EVIDENCE] and all(d.cleansed_at is None for d in disposal.register())
    connections["default"].close()
    assert disposal.cleanse_what_waits() == 2 and disposal.cleanse_what_waits() == 0
    after = found_in(committed, words)
    assert {w: after[w] for w in WORDS} == dict.fromkeys(WORDS, 0)
    assert after[others[0]] > 0  # the search finds what is there
    with scratch.superuser() as su:
        everything = su.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace in ('public'::regnamespace, 'plait'::regnamespace, 'plait_keys'::regnamespace, 'pg_catalog'::regnamespace)"
        ).fetchall()
        assert len(everything) > 80
        for (table,) in everything:
            schema = su.execute(
                "select relnamespace::regnamespace::text from pg_class where relname = %s and relkind = 'r'", [table]
            ).fetchone()[0]
            text = su.execute(f"select coalesce(string_agg(t::text, chr(10)), '') from {schema}.\"{table}\" t").fetchone()[0]
            assert [w for w in WORDS if w in text] == [], table
        assert su.execute("select count(*) from plait_keys.key where row_id = %s", [file.id]).fetchone() == (0,)
    with for_real("rowan"):
        stub = Evidence.objects.get(id=row.id)
        assert (stub.title, stub.what) == ("", "") and Evidence.objects.get(id=plain.id).title.startswith(others[0])
    print(f"disposal: {before} before, {after} after")


@pytest.mark.full
def test_what_an_older_backup_brings_back_goes_again(committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data file from before the disposal, a keys file from after it; and with neither, the register in the secrets folder."""
    secrets = place().secrets
    for path in (secrets or Path()).glob("*.password"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "wrapping").mkdir()
    for path in ((secrets or Path()) / "wrapping").glob("*.key"):
        (tmp_path / "wrapping" / path.name).write_text(path.read_text())
    monkeypatch.setenv("PLAIT_SECRETS", str(tmp_path))
    with for_real("tia"):
        row, file = planted()
    with scratch.superuser() as su:
        su.execute("set session_replication_role = replica")
        kept = (
            "public.picture_evidence",
            "public.kernel_file",
            "public.kernel_filepart",
            "public.kernel_entry",
            "public.kernel_token",
            "plait_keys.key",
        )
        for n, table in enumerate(kept):
            su.execute(f"create table plait.older_{n} as select * from {table}")
        with for_real("rowan"):
            id = proposed(row)
        with for_real("dora"):
            agree("dora", id, row)
        assert disposal.write_down() == 2 and disposal.write_down() == 0
        assert (
            WORDS[0] not in (tmp_path / disposal.REGISTER).read_text()
            and (tmp_path / disposal.REGISTER).stat().st_mode & 0o777 == 0o600
        )

        def older(*, register: bool, keys: bool) -> None:
            for n, table in enumerate(kept if keys else kept[:-1]):
                columns = ", ".join(
                    f'"{c}"'
                    for (c,) in su.execute(
                        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
                        [table],
                    ).fetchall()
                )
                su.execute(f"delete from {table}")
                su.execute(f"insert into {table}({columns}) overriding system value select {columns} from plait.older_{n}")
            if not register:
                su.execute("delete from plait_keys.disposed")

        for register, with_keys in ((True, False), (False, True)):
            older(register=register, keys=with_keys)
            with for_real("rowan"):
                assert Evidence.objects.get(id=row.id).title != ""
            assert disposal.replay() == 2 and disposal.replay() == 0
            with for_real("rowan") as rowan:
                assert Evidence.objects.get(id=row.id).title == "" and File.objects.get(id=file.id).name is None
                with pytest.raises(NotFound):
                    files.open_file(rowan, row.circle_id, file.id)
                last = log.history(rowan, EVIDENCE, row.circle_id, row.id)[-1]
                assert last.verb == "kernel.replay_disposal"
            assert su.execute("select count(*) from plait_keys.key where row_id = %s", [file.id]).fetchone() == (0,)
            assert {d.cleansed_at for d in disposal.register()} == {None}


@pytest.mark.full
def test_the_verifier_knows_what_was_disposed_of_and_finds_what_was_only_emptied(
    committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leaf stays, the tree holds, and nothing is reported; an entry emptied without a disposal is."""
    monkeypatch.setattr(sequence, "folder", lambda: tmp_path)
    with for_real("tia"):
        row, _file = planted()
        other, _second = planted(n=2)
    sequence.sequence()
    with for_real("rowan"):
        id = proposed(row)
    with for_real("dora"):
        assert agree("dora", id, row) == 2
    sequence.sequence()
    with scratch.superuser() as su:
        with su.transaction():
            report = verify(su, beside=signing.kept(tmp_path))
        assert report.findings == [] and report.disposed >= 2
        su.execute("set session_replication_role = replica")
        su.execute(
            "update kernel_entry set before = null, after = null, salt = '' where tab = %s and row_id = %s", [EVIDENCE, other.id]
        )
        with su.transaction():
            found = verify(su, beside=signing.kept(tmp_path)).findings
        assert any(str(other.id) in str(f) for f in found)
