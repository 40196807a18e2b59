"""An organisation's own sign-on (OpenID Connect, authorization code with PKCE): which there are, and what a token must say.

Authlib carries the conversation and joserfc checks the token. Here is what is compared: everything is, and anything that is missing refuses.
Somebody is known by issuer and subject, never by an e-mail address, and is linked by an invitation only.
"""

from __future__ import annotations

import json
import secrets
import time
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plait.kernel.errors import NotFound, Refused
from plait.kernel.models.factors import Factor, Identity
from plait.kernel.models.ground import Account, Invitation

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by a key that only the provider has: neither none nor a shared secret."""
WAIT = 10
LONGEST_SIGN_IN = 600


@dataclass(frozen=True)
class Provider:
    """`acr`, `amr`: one of these in the token means that two factors were shown there. With neither, Plait asks for a second step itself."""

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = ""
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()

    @property
    def strong(self) -> bool:
        return bool(self.acr or self.amr)


@cache
def _read(path: str) -> dict[str, Provider]:
    if not path:
        return {}
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        made = [Provider(**{**one, "acr": tuple(one.get("acr", ())), "amr": tuple(one.get("amr", ()))}) for one in found]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RuntimeError(
            f"PLAIT_SIGN_ON: {path} is not a list of sign-ons as docs/how-to/single-sign-on.md says ({error})."
        ) from None
    for one in made:
        address = urlsplit(one.issuer)
        if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1"):
            raise RuntimeError(f"PLAIT_SIGN_ON: {one.key}: the issuer must be an https address.")
    return {one.key: one for one in made}


def providers() -> dict[str, Provider]:
    return _read(settings.SIGN_ON)


def provider(key: str) -> Provider:
    """Raises NotFound."""
    if (found := providers().get(key)) is None:
        raise NotFound
    return found


NO_ANSWER = _("Your organisation's sign-on does not answer. Try again later, or sign in another way.")
WRONG = _("Your organisation's sign-on did not say clearly who you are. Try again; if it happens again, tell your IT officer.")
WEAK = _("Your organisation's sign-on did not ask for a second factor. Sign in there with one, or tell your IT officer.")
UNKNOWN = _(
    "This account of your organisation is not linked here. Open the link of your invitation, and choose your organisation's account there."
)


def _session(of: Provider, back: str) -> Any:
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        of.client_id, of.client_secret or None, scope="openid", redirect_uri=back, code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if of.client_secret else "none",
    )  # fmt: skip


def _about(of: Provider, session: Any) -> dict[str, Any]:
    """What the provider says of itself. Raises Refused where it is another's."""
    answer = session.request(
        "GET",
        f"{of.issuer.rstrip('/')}/.well-known/openid-configuration",
        withhold_token=True,
        timeout=WAIT,
        allow_redirects=False,
    )
    answer.raise_for_status()
    said = answer.json()
    if said.get("issuer") != of.issuer:
        raise Refused(WRONG)
    return dict(said)


def begin(of: Provider, back: str, *, again: bool = False) -> tuple[str, dict[str, Any]]:
    """The address at the provider, and what is kept for once until it sends the person back. Raises Refused."""
    from requests import RequestException

    kept = {
        "key": of.key,
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "at": int(time.time()),
        "again": again,
    }
    with _session(of, back) as session:
        try:
            where = _about(of, session)["authorization_endpoint"]
        except (RequestException, ValueError, KeyError):
            raise Refused(NO_ANSWER) from None
        extra: dict[str, Any] = {"prompt": "login", "max_age": "0"} if again else {}
        if of.acr:
            extra["acr_values"] = " ".join(of.acr)
        address, kept["state"] = session.create_authorization_url(
            where, nonce=kept["nonce"], code_verifier=kept["verifier"], **extra
        )
    return address, kept


def claims(of: Provider, back: str, kept: dict[str, Any] | None, given: dict[str, str]) -> dict[str, Any]:
    """Who the provider says it is, all compared. Raises Refused."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
    from requests import RequestException

    if not kept or kept["key"] != of.key or time.time() - kept["at"] > LONGEST_SIGN_IN:
        raise Refused(WRONG)
    if not secrets.compare_digest(given.get("state", "").encode(), kept["state"].encode()) or not given.get("code"):
        raise Refused(WRONG)
    if given.get("iss", of.issuer) != of.issuer:
        raise Refused(WRONG)
    with _session(of, back) as session:
        try:
            about = _about(of, session)
            token = session.fetch_token(
                about["token_endpoint"], grant_type="authorization_code", code=given["code"], code_verifier=kept["verifier"], timeout=WAIT, allow_redirects=False
            )  # fmt: skip
            keys = session.request("GET", about["jwks_uri"], withhold_token=True, timeout=WAIT, allow_redirects=False)
            keys.raise_for_status()
            read = jwt.decode(token["id_token"], KeySet.import_key_set(keys.json()), algorithms=ALGORITHMS)
            said = read.claims
            jwt.JWTClaimsRegistry(
                leeway=60,
                iss={"essential": True, "value": of.issuer}, aud={"essential": True, "value": of.client_id}, sub={"essential": True},
                exp={"essential": True}, iat={"essential": True}, nonce={"essential": True, "value": kept["nonce"]},
            ).validate(said)  # fmt: skip
        except RequestException:
            raise Refused(NO_ANSWER) from None
        except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError):
            raise Refused(WRONG) from None
    audience = said["aud"] if isinstance(said["aud"], list) else [said["aud"]]
    if (len(audience) > 1 or "azp" in said) and said.get("azp") != of.client_id:
        raise Refused(WRONG)
    if not said["sub"] or len(said["sub"]) > 300 or "\0" in said["sub"]:
        raise Refused(WRONG)
    if kept["again"] and not (isinstance(said.get("auth_time"), int) and time.time() - said["auth_time"] < 300):
        raise Refused(WRONG)
    given_amr = said.get("amr")
    amr = {str(a) for a in given_amr} if isinstance(given_amr, list) else set()
    if of.strong and not (said.get("acr") in of.acr or amr & set(of.amr)):
        raise Refused(WEAK)
    return dict(said)


def account_of(of: Provider, said: dict[str, Any]) -> Account:
    """Whose issuer and subject these are. Raises Refused: an address that is the same says nothing."""
    found = (
        Identity.objects.select_related("account").filter(issuer=of.issuer, subject=said["sub"], account__is_active=True).first()
    )
    if found is None:
        raise Refused(UNKNOWN)
    Identity.objects.filter(id=found.id).update(used_at=timezone.now())
    return found.account


def link(of: Provider, said: dict[str, Any], invitation: uuid.UUID) -> Account:
    """Use up an invitation: from now on this issuer and subject are that account. Raises Refused.

    An account that already signs in with something of its own is not opened by a link: the link would stand in its place.
    """
    found = (
        Invitation.objects.select_related("account").filter(id=invitation, used_at__isnull=True, ends__gt=timezone.now()).first()
    )
    if found is None or not found.account.is_active:
        raise Refused(_("This link no longer opens. Ask for a new one."))
    if Factor.objects.filter(account=found.account).exists() or Identity.objects.filter(account=found.account).exists():
        raise Refused(_("This account already has a way to sign in of its own; a link adds none. Sign in with it."))
    try:
        with transaction.atomic():
            Identity.objects.create(account=found.account, issuer=of.issuer, subject=said["sub"], used_at=timezone.now())
    except IntegrityError:
        raise Refused(_("This account of your organisation is linked to somebody here already.")) from None
    if not Invitation.objects.filter(id=found.id, used_at__isnull=True).update(used_at=timezone.now()):
        raise Refused(_("This link no longer opens. Ask for a new one."))
    return found.account
