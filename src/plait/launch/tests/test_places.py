"""Folders: refused with a sentence when they are not what they should be."""

import os
import stat
from pathlib import Path

import pytest

from plait.launch import ENVIRONMENT, Stop, places, roles


def test_the_data_folder_is_where_the_person_says(tmp_path: Path) -> None:
    assert places.data_folder({"PLAIT_DATA": str(tmp_path / "a b")}) == tmp_path / "a b"
    assert places.demo_folder({"PLAIT_DATA": str(tmp_path)}) == tmp_path


def test_without_being_told_demo_and_partnership_lie_apart() -> None:
    assert places.demo_folder({}) != places.data_folder({})


def test_a_long_path_puts_the_socket_elsewhere_and_always_at_the_same_place(tmp_path: Path) -> None:
    short, long = places.Places(Path("/a")), places.Places(tmp_path / ("n" * 100))
    assert short.socket() == Path("/a/run")
    assert long.socket() != long.root / "run"
    assert long.socket() == long.socket()
    assert len(os.fsencode(f"{long.socket()}/.s.PGSQL.5432")) <= places.SOCKET_LIMIT


def test_a_link_is_no_private_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(Stop, match="is not a folder") as stop:
        places.private_folder(tmp_path / "link")
    assert stop.value.code == ENVIRONMENT


def test_the_folder_of_somebody_else_is_named_with_both_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = os.geteuid()
    monkeypatch.setattr(places.os, "geteuid", lambda: 65534 if mine != 65534 else 1)
    with pytest.raises(Stop, match=f"The data folder {tmp_path} belongs to .+, you are .+: start as the owner"):
        places.private_folder(tmp_path)


def test_a_folder_that_cannot_be_made_says_why() -> None:
    with pytest.raises(Stop, match=r"Cannot write to the data folder /proc/nowhere: "):
        places.private_folder(Path("/proc/nowhere"))


def test_secrets_are_private_and_stay_once_made(tmp_path: Path) -> None:
    first = places.make_secrets(tmp_path / "secrets")
    assert first == places.make_secrets(tmp_path / "secrets")
    assert len(set(first.values())) == len(places.LOGIN_ROLES)
    assert len(bytes.fromhex((tmp_path / "secrets/token.key").read_text().strip())) == 32
    for path in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_child_finds_the_same_database(tmp_path: Path) -> None:
    here = places.Connection("/run/x", "5433", "town", tmp_path, "verify-full", "/ca.pem")
    assert places.connection(here.variables()) == here


def test_a_password_that_was_not_given_is_empty(tmp_path: Path) -> None:
    assert places.connection({}).password("owner") == ""
    assert places.connection({"PLAIT_SECRETS": str(tmp_path)}).password("owner") == ""


def test_the_verifier_is_the_one_of_the_published_example() -> None:
    """RFC 7677, section 3: user "user", password "pencil"."""
    import base64
    import hashlib
    import hmac

    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    head, keys = roles.verifier("pencil", salt=salt, rounds=4096).rsplit("$", 1)
    assert head == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
    server_key = base64.b64decode(keys.split(":")[1])
    message = (
        "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    signature = hmac.digest(server_key, message.encode(), hashlib.sha256)
    assert base64.b64encode(signature).decode() == "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_only_backup_and_maintenance_bypass_row_security_and_nobody_is_superuser() -> None:
    for role, how in roles.ATTRIBUTES.items():
        words = how.split()
        assert ("bypassrls" in words) == (role in {roles.BACKUP, roles.MAINTENANCE}), role
        assert "nosuperuser" in words, role
        assert ("login" in words) == (role != roles.GATE), role
