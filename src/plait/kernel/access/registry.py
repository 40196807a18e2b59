"""Every table of the house, once: protected (the one policy), ground (its own written policies), or open, with the reason.

A table that is in none of the three fails the suite (`tests/contracts/test_tables.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.apps import apps

from plait.kernel.models.base import Protected

APP, PUBLIC, GATE, OWNER, MAINTENANCE = "plait_app", "plait_public", "plait_gate", "plait_owner", "plait_maintenance"


@dataclass(frozen=True)
class Open:
    """A table without an audience. `app`, `public` and `gate` are the rights of the roles on it; `maintenance` those of the worker's chores."""

    reason: str
    app: str = ""
    public: str = ""
    gate: str = ""
    maintenance: str = ""


@dataclass(frozen=True)
class Ground:
    """A table of the kernel with row security of its own. `read` is the condition for the application and the public role.

    `maintenance` is what the worker's chores may do with it: that role is bound by no policy, so each right is one that a chore needs.
    """

    reason: str
    read: str | None
    public: bool = False
    guarded: bool = True
    logged: bool = True
    gate: str = "select, insert, update, delete"
    maintenance: str = ""
    extra: tuple[str, ...] = field(default=())
    day_only: bool = False


SMALL = "circle_id = any((select plait.my_small())::uuid[])"
STANDARD = SMALL + " or exists (select 1 from kernel_seat s where s.circle_id = {t}.circle_id and s.kind = 4)"
WRITE = "circle_id = any((select plait.my_writable())::uuid[]) or plait.holds(circle_id, 2)"

GROUND: dict[str, Ground] = {
    "kernel_circle": Ground(
        "names of audiences: seen by whoever is in them",
        read="id = any((select plait.my_small())::uuid[]) or exists (select 1 from kernel_seat s where s.circle_id = kernel_circle.id and s.kind = 4)",
        public=True, guarded=False, logged=False,
    ),
    "kernel_seat": Ground(
        "the only truth about who sees what: each person sees the seats that carry them, and only while they do",
        read="holder = any((select plait.my_holders())::uuid[]) and starts <= (select plait.now()) and (select plait.now()) < ends"
        " and circle_id not in (select b.circle_id from kernel_bar b)",
    ),
    "kernel_bar": Ground("conflicts of interest: each person sees their own", read="account_id = (select plait.me())"),
    "kernel_office": Ground("who holds which duty: seen in the partnership", read=STANDARD),
    "kernel_release": Ground("what is on its way out: seen where it comes from", read=STANDARD),
    "kernel_publication": Ground("numbers and dates of what was released", read=STANDARD, public=True),
    "kernel_published": Ground("what was released, for the audience it was released to", read=STANDARD, public=True),
    "kernel_keeping": Ground(
        "that backups are made and tried: seen in the partnership, and by whoever runs the machine",
        read=STANDARD + " or 'administrator' in (select plait.my_offices())", gate="select, insert",
    ),
    "kernel_recipients": Ground(
        "whom backups are sealed to: seen in the partnership, and by whoever runs the machine",
        read=STANDARD + " or 'administrator' in (select plait.my_offices())", gate="select, insert, update",
    ),
    "kernel_notice": Ground(
        "what one person is told: theirs alone, while they have a seat where it stands; no word of what it is about. No entry: a log of who was reminded would watch people",
        read="account_id = (select plait.me()) and state not in ('recalled', 'shut') and (circle_id is null or circle_id = any((select plait.my_small())::uuid[])"
        " or exists (select 1 from kernel_seat s where s.circle_id = kernel_notice.circle_id and s.kind = 4))",
        logged=False, maintenance="select (account_id, state, next_try)",
    ),
    "kernel_rhythm": Ground(
        "how one person wants to be told: theirs alone", read="account_id = (select plait.me())", logged=False, gate="select, insert, update"
    ),
    "kernel_grant": Ground("what a visitor's link is bound to: nobody reads it but the gate; the log keeps days only", read=None, day_only=True),
    "kernel_answer": Ground("what visitors wrote, for the circle that asked; the log keeps days only", read=STANDARD, day_only=True),
    "kernel_breakglass": Ground("seats taken for a duty of care: read by reviewers and stewards through a function", read="account_id = (select plait.me())"),
    "kernel_seatreview": Ground("which seat is still needed: read by whoever reviews, through a function", read=None),
    "kernel_filepart": Ground(
        "sealed pieces of a file's content: read by whoever reads the file, added and removed by the gate; the entry of the file names their digest",
        read="exists (select 1 from kernel_file f where f.id = kernel_filepart.file_id and f.circle_id = kernel_filepart.circle_id)",
        guarded=True, logged=False, gate="select, insert, delete",
    ),
    "kernel_disposal": Ground("which record is to be disposed of, and by whom: seen where the record is seen", read=STANDARD, gate="select, insert, update"),
    "kernel_hold": Ground("what is kept whatever its period says: seen where the record is seen", read=STANDARD, gate="select, insert, update"),
    "kernel_entry": Ground("the log: appended by a trigger, read by record through a function", read=None, guarded=False, logged=False, gate="select, insert, update (before, after, salt), delete"),
    "kernel_leaf": Ground(
        "which entry is which leaf of the log's tree: for the sequencer", read=None, guarded=False, logged=False, gate="select",
        maintenance="select, insert",
    ),
    "kernel_tile": Ground(
        "hashes of the log's tree, published with each public checkpoint: nothing can be guessed from them",
        read="(number << (8 * level + 8)) < (select coalesce(max(c.size), 0) from kernel_checkpoint c where c.public)",
        public=True, guarded=False, logged=False, gate="select", maintenance="select, insert, update",
    ),
    "kernel_checkpoint": Ground(
        "signed checkpoints of the log: the public ones are for everybody", read="public", public=True, guarded=False, logged=False,
        gate="select", maintenance="select, insert",
    ),
    "kernel_loghead": Ground(
        "how far the sequencer has come", read=None, guarded=False, logged=False, gate="select", maintenance="select, insert, update",
    ),
    "kernel_token": Ground(
        "words of records as hashes, made by a trigger from rows whose writes were asked for and logged: no verb and no entry of their own",
        read=STANDARD, guarded=False, logged=False, gate="select, insert, delete",
    ),
}  # fmt: skip

OPEN: dict[str, Open] = {
    "django_migrations": Open("which migrations ran; no content", app="select"),
    "django_content_type": Open("Django's list of its models; no content", app="select"),
    "auth_group": Open("Django's, unused: offices and seats say who may"),
    "auth_permission": Open("Django's, unused: offices and seats say who may"),
    "auth_group_permissions": Open("Django's, unused: offices and seats say who may"),
    "kernel_account": Open(
        "signing in comes before anybody is known; holds e-mail, name and a password hash",
        app="select, insert, update",
        gate="select, insert",
        maintenance="select (id, is_active)",
    ),
    "kernel_session": Open(
        "a session is read before anybody is known",
        app="select, insert, update, delete",
        maintenance="select (session_key, expire_date), delete",
    ),
    "kernel_chore": Open("when each chore of the worker ran; no content", app="select", maintenance="select, insert, update"),
    "kernel_invitation": Open(
        "an invitation is opened by somebody who has no account yet; only the hash of its secret is kept",
        app="select, insert, update",
    ),
    "kernel_feed": Open(
        "a calendar is asked for by a program that has no account; only the hash of the address's secret is kept",
        app="select, insert, update",
    ),
    "kernel_factor": Open(
        "a second factor is read before anybody is known; an app's secret is sealed, a passkey's key is public",
        app="select, insert, update, delete",
    ),
    "kernel_recoverycode": Open("read before anybody is known; only hashes of 120 random bits", app="select, insert, update"),
    "kernel_identity": Open(
        "read before anybody is known: issuer and subject of an organisation's sign-on", app="select, insert, update, delete"
    ),
    "kernel_try": Open(
        "counts of tries under keyed hashes; no address of anybody or anything",
        app="select, insert, update",
        maintenance="select (key, began), delete",
    ),
    "kernel_officeseat": Open("loaded from the pack: which office seats whom where", app="select", gate="select"),
    "kernel_decisionright": Open("loaded from the pack: which office decides what", app="select", gate="select"),
    "kernel_partnership": Open(
        "printed on every page", app="select", public="select", gate="select, insert", maintenance="select"
    ),
}


def protected() -> list[type[Protected]]:
    """Every concrete subclass of `Protected`, in a stable order."""
    return sorted(
        (m for m in apps.get_models() if issubclass(m, Protected) and not m._meta.abstract and m._meta.managed),
        key=lambda m: m._meta.db_table,
    )


def searched() -> list[type[Protected]]:
    """Protected tables whose words search finds. A sealed field has no words here."""
    from plait.kernel.keys.fields import sealed_columns

    found = [m for m in protected() if m.searchable]
    for m in found:
        if wrong := set(m.searchable) & {*m.sealed, *sealed_columns(m)} | set(m.searchable) - {
            f.column for f in m._meta.local_fields
        }:
            raise RuntimeError(f"{m._meta.label}: {', '.join(sorted(wrong))} cannot be searched")
    return found


def undeclared() -> list[str]:
    """Tables of installed models that are neither protected, ground nor open."""
    known = {m._meta.db_table for m in protected()} | set(GROUND) | set(OPEN)
    return sorted(
        m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed and m._meta.db_table not in known
    )
