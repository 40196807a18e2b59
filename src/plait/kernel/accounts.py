"""Accounts, invitations, passwords, sessions. Signing in is the one thing done before anybody is known."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plait.kernel.acting import Asker, action
from plait.kernel.errors import Invalid, NotFound, Refused
from plait.kernel.models.ground import Account, Invitation, Session, normal
from plait.kernel.rights import rights_of

INVITATION_LASTS = timedelta(days=14)


class EmailBackend(BaseBackend):
    """E-mail and password. A wrong address costs the same work as a wrong password."""

    def authenticate(self, request: Any, email: str | None = None, password: str | None = None, **kwargs: Any) -> Account | None:
        if not email or password is None or "\0" in email:
            return None
        account = Account.objects.filter(email__iexact=email.strip()).first()
        if account is None:
            make_password(normal(password))
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: uuid.UUID) -> Account | None:
        return Account.objects.filter(pk=user_id, is_active=True).first()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make_account(email: str, name: str, language: str = "en") -> Account:
    """A new account without a password. Raises Invalid."""
    email, name = email.strip(), name.strip()
    errors: dict[str, list[Any]] = {}
    try:
        validate_email(email)
    except ValidationError:
        errors["email"] = [_("Write an e-mail address such as name@example.org.")]
    if not name:
        errors["name"] = [_("Write the person's name.")]
    if not errors and Account.objects.filter(email__iexact=email).exists():
        errors["email"] = [_("There is an account with this address already.")]
    if errors:
        raise Invalid(errors)
    account = Account(email=email, name=name, language=language)
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


@action("kernel.invite")
def invite(asker: Asker, *, email: str, name: str) -> tuple[Account, str]:
    """An account for somebody, and the secret of the link by which they set their password. Raises Refused, Invalid."""
    if not {"kernel.give_office", "partners.invite"} & rights_of(asker):
        raise Refused(_("Inviting people is for the offices that the pack names."))
    account = make_account(email, name)
    return account, _invitation(account.id, asker.id)


@action("kernel.invite_again")
def invite_again(asker: Asker, *, account: uuid.UUID) -> str:
    """A fresh link for an account that cannot sign in; older links stop working."""
    if not {"kernel.give_office", "partners.invite"} & rights_of(asker):
        raise Refused(_("Inviting people is for the offices that the pack names."))
    if not Account.objects.filter(id=account).exists():
        raise NotFound
    return _invitation(account, asker.id)


def first_invitation(account: uuid.UUID) -> str:
    """For founding only: the first administrator's link."""
    return _invitation(account, None)


def _invitation(account: uuid.UUID, by: uuid.UUID | None) -> str:
    secret = secrets.token_urlsafe(24)
    Invitation.objects.filter(account_id=account, used_at__isnull=True).update(used_at=timezone.now())
    Invitation.objects.create(
        account_id=account, secret_hash=_digest(secret), made_by_id=by, ends=timezone.now() + INVITATION_LASTS
    )
    return secret


def open_invitation(secret: str) -> Invitation | None:
    return (
        Invitation.objects.select_related("account")
        .filter(secret_hash=_digest(secret), used_at__isnull=True, ends__gt=timezone.now())
        .first()
    )


def accept(secret: str, password: str) -> Account:
    """Set the password of an invited account and end every session it had. Raises NotFound, Invalid."""
    invitation = open_invitation(secret)
    if invitation is not None:
        check_strength(password, invitation.account)
    if invitation is None or not Invitation.objects.filter(id=invitation.id, used_at__isnull=True).update(used_at=timezone.now()):
        raise NotFound
    set_password(invitation.account, password)
    return invitation.account


def check_strength(password: str, account: Account) -> None:
    """NIST SP 800-63B-4: fifteen characters, nothing on the list of common ones, no other rule. Raises Invalid."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid({"password": list(error.messages)}) from None


def set_password(account: Account, password: str) -> None:
    """Raises Invalid. Ends every session of the account."""
    check_strength(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    Session.objects.filter(account=account).delete()


def change_password(account: Account, old: str, new: str) -> None:
    """Raises Invalid. Ends every session, this one too."""
    if not account.check_password(old):
        raise Invalid({"old": [_("This is not your present password.")]})
    set_password(account, new)


def links_of(account: uuid.UUID) -> list[Invitation]:
    """Every link by which this account's password could be set: when it was made, and by whom. For its owner to see."""
    return list(Invitation.objects.select_related("made_by").filter(account_id=account).order_by("-made_at")[:20])


def set_language(account: uuid.UUID, language: str) -> None:
    """In which language the account reads the pages."""
    Account.objects.filter(id=account).update(language=language)


def sessions_of(account: uuid.UUID) -> list[Session]:
    return list(Session.objects.filter(account_id=account, expire_date__gt=timezone.now()).order_by("-seen_at"))


def end_session(account: uuid.UUID, key_digest: str) -> bool:
    """End one of the account's own sessions, named by the digest of its key (the key itself never stands in a page)."""
    for session in sessions_of(account):
        if _digest(session.session_key) == key_digest:
            session.delete()
            return True
    return False


def session_name(key: str) -> str:
    return _digest(key)


def offices_for_appointing(asker: Asker) -> list[dict[str, Any]]:
    """Every office ever given, for those who may give offices: id, account, name, key, starts, ends, given_by, reason."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select id, account, name, key, starts, ends, given_by, reason from plait.offices_for_appointing()")
        return [
            dict(zip(("id", "account", "name", "key", "starts", "ends", "given_by", "reason"), row, strict=True))
            for row in cursor.fetchall()
        ]
