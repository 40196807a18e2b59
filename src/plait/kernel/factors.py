"""Second factors: authenticator app (TOTP, RFC 6238), passkeys (WebAuthn), recovery codes.

The protocols are those of `cryptography` and `fido2`; here is what is kept and that each thing works once. A passkey always verifies its
user (fingerprint, face, PIN), so it signs in alone; a password never does. Whatever changes how somebody signs in ends their other sessions.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plait.kernel import tries
from plait.kernel.errors import Invalid, NotFound
from plait.kernel.keys import Unreadable, forget_secret, open_secret, seal_secret
from plait.kernel.models.factors import Factor, Identity, RecoveryCode
from plait.kernel.models.ground import Account, Session

STEP = 30
WINDOW = 1
"""Time steps before and after the present one in which a code still counts: clocks differ."""
CODES = 10
TABLE, COLUMN = "kernel_factor", "sealed"


@dataclass(frozen=True)
class Ways:
    """By what an account can show who it is."""

    password: bool
    app: Factor | None
    passkeys: list[Factor]
    codes: int
    identities: list[Identity]

    @property
    def second(self) -> bool:
        """Something besides a password, so that a password alone is not enough and not the end."""
        return self.app is not None or bool(self.passkeys)


def ways(account: Account) -> Ways:
    held = list(Factor.objects.filter(account=account).order_by("made_at"))
    return Ways(
        account.has_usable_password(),
        next((f for f in held if f.kind == "app"), None),
        [f for f in held if f.kind == "passkey"],
        RecoveryCode.objects.filter(account=account, used_at__isnull=True).count(),
        list(Identity.objects.filter(account=account)),
    )


def end_other_sessions(account: uuid.UUID, here: str | None) -> None:
    Session.objects.filter(account_id=account).exclude(session_key=here or "").delete()


# authenticator apps ------------------------------------------------------------------------------------------------------------


def new_secret() -> str:
    """160 random bits, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def app_address(secret: str, account: Account, partnership: str) -> str:
    label = f"Plait:{account.email}"
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': partnership or 'Plait'})}"


def _step_of(secret: str, code: str, now: float) -> int | None:
    """The time step of which this is the code, if any in the window is."""
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), STEP)  # noqa: S303 - what every app computes; RFC 6238
    given = "".join(c for c in code if c.isdigit())
    if len(given) != 6 or not given.isascii():
        return None
    for step in range(int(now) // STEP - WINDOW, int(now) // STEP + WINDOW + 1):
        if secrets.compare_digest(totp.generate(step * STEP), given.encode()):
            return step
    return None


def add_app(account: Account, secret: str, code: str) -> None:
    """An app that has shown that it has the secret. It takes the place of an older one. Raises Invalid."""
    step = _step_of(secret, code, time.time())
    if step is None:
        raise Invalid(
            {"factor_code": [_("This is not the code that the app shows now. Wait for the next one and write its six digits.")]}
        )
    for old in Factor.objects.filter(account=account, kind="app"):
        forget_secret(bytes(old.sealed or b""), table=TABLE, account=account.id)
        old.delete()
    sealed = seal_secret(secret, table=TABLE, column=COLUMN, account=account.id)
    Factor.objects.create(account=account, kind="app", name=str(_("Authenticator app")), sealed=sealed, step=step)


def check_app(account: Account, code: str) -> bool:
    """Whether this is the app's code of now. Each code counts once, also when it is sent twice at the same moment."""
    for factor in Factor.objects.filter(account=account, kind="app"):
        try:
            secret = open_secret(bytes(factor.sealed or b""), table=TABLE, column=COLUMN, account=account.id).decode()
        except Unreadable:
            return False
        step = _step_of(secret, code, time.time())
        if step is not None:
            return bool(Factor.objects.filter(id=factor.id, step__lt=step).update(step=step, used_at=timezone.now()))
    return False


# recovery codes ----------------------------------------------------------------------------------------------------------------


def _bare(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())


def new_codes(account: Account) -> list[str]:
    """Ten new codes of 120 bits, shown now and never again. Older ones stop working."""
    RecoveryCode.objects.filter(account=account, used_at__isnull=True).update(used_at=timezone.now())
    made = [base64.b32encode(secrets.token_bytes(15)).decode() for _n in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(account=account, hash=hashlib.sha256(c.encode()).hexdigest()) for c in made])
    return ["-".join(c[i : i + 4] for i in range(0, 24, 4)) for c in made]


def check_recovery(account: Account, code: str) -> bool:
    """Whether this is one of the codes. Each works once."""
    digest = hashlib.sha256(_bare(code).encode()).hexdigest()
    found = RecoveryCode.objects.filter(account=account, hash=digest, used_at__isnull=True)
    return bool(found.update(used_at=timezone.now()))


def check_code(account: Account, code: str) -> bool:
    """An app's code, of which ten may be tried in an hour, or a recovery code, which nobody guesses."""
    if len(_bare(code)) > 6:
        return check_recovery(account, code)
    if not tries.allowed("app", str(account.id)):
        return False
    if check_app(account, code):
        tries.right("app", str(account.id))
        return True
    return False


# passkeys ----------------------------------------------------------------------------------------------------------------------


def _server() -> Any:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    host = settings.PASSKEY_HOST
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Plait"), verify_origin=_is_ours)


def _is_ours(origin: str) -> bool:
    from urllib.parse import urlsplit

    if settings.ADDRESS:
        return origin == settings.ADDRESS.rstrip("/")
    return urlsplit(origin).hostname == "localhost"


def passkey_to_make(account: Account) -> tuple[dict[str, Any], Any]:
    """What the browser is asked to make, and the challenge to keep for once."""
    from fido2.webauthn import (
        PublicKeyCredentialDescriptor,
        PublicKeyCredentialType,
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    held = [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(f.credential or b""))
        for f in Factor.objects.filter(account=account, kind="passkey")
    ]
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=account.id.bytes, name=account.email, display_name=account.name),
        held,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options.public_key), state


def add_passkey(account: Account, state: Any, answer: dict[str, Any], name: str) -> None:
    """Raises Invalid."""
    wrong = Invalid({"": [_("The passkey was not made. Try again, or take the app.")]})
    if not state or not isinstance(answer, dict):
        raise wrong
    try:
        made = _server().register_complete(state, answer)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise wrong from None
    data = made.credential_data
    if Factor.objects.filter(credential=data.credential_id).exists():
        raise wrong
    Factor.objects.create(
        account=account, kind="passkey", name=name.strip()[:60] or str(_("Passkey")), credential=data.credential_id, public=bytes(data), counter=made.counter
    )  # fmt: skip


def passkey_to_show(account: Account | None) -> tuple[dict[str, Any], Any]:
    """What the browser is asked to show: a passkey of this account, or any that it has of this Plait."""
    from fido2.webauthn import AttestedCredentialData, UserVerificationRequirement

    held = (
        [AttestedCredentialData(bytes(f.public or b"")) for f in Factor.objects.filter(account=account, kind="passkey")]
        if account
        else None
    )
    options, state = _server().authenticate_begin(held or None, user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options.public_key), state


def check_passkey(state: Any, answer: Any, account: Account | None = None) -> Account | None:
    """Whose passkey this is. `account`: it must be theirs. A counter that fell is reported to its owner, and refused."""
    from fido2.utils import websafe_decode
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    if not state or not isinstance(answer, dict):
        return None
    try:
        found = (
            Factor.objects.select_related("account")
            .filter(credential=websafe_decode(str(answer.get("id", ""))), kind="passkey")
            .first()
        )
        if found is None or not found.account.is_active or (account is not None and found.account_id != account.id):
            return None
        _server().authenticate_complete(state, [AttestedCredentialData(bytes(found.public or b""))], answer)
        counter = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if (counter or found.counter) and counter <= found.counter:
        Factor.objects.filter(id=found.id).update(copied=True)
        return None
    Factor.objects.filter(id=found.id).update(counter=counter, used_at=timezone.now())
    return found.account


# taking away -------------------------------------------------------------------------------------------------------------------


def remove(account: Account, factor: uuid.UUID) -> None:
    """Raises NotFound, Invalid: the last one stays, since a password alone is not enough."""
    held = ways(account)
    found = next((f for f in [held.app, *held.passkeys] if f is not None and f.id == factor), None)
    if found is None:
        raise NotFound
    if len(held.passkeys) + (held.app is not None) == 1 and not held.identities:
        raise Invalid({"": [_("This is your only second step. Add another one first; then you can take this one away.")]})
    if found.sealed:
        forget_secret(bytes(found.sealed), table=TABLE, account=account.id)
    found.delete()
