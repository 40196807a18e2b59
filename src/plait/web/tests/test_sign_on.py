"""N10: an organisation's own sign-on, against a provider that runs here and can be told to lie."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

from plait.kernel import accounts, signon
from plait.kernel.models import Account, Identity
from tests.people import as_, email, person, second

pytestmark = pytest.mark.django_db

KEY, OTHER = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})


class Provider:
    """A provider on this machine. `lie` changes the claims; `sign` says how the token is signed."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        self.said: dict[str, Any] = {}
        self.sign = self.rightly
        self.metadata: dict[str, Any] = {}
        self.posted: dict[str, list[str]] = {}

    @staticmethod
    def rightly(said: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, said, KEY)

    def about(self) -> dict[str, Any]:
        i = self.issuer
        return {
            "issuer": i,
            "authorization_endpoint": f"{i}/authorize",
            "token_endpoint": f"{i}/token",
            "jwks_uri": f"{i}/keys",
            **self.metadata,
        }


@pytest.fixture
def provider(tmp_path: Any, settings: Any) -> Iterator[Provider]:
    class Answer(BaseHTTPRequestHandler):
        def _send(self, said: Any) -> None:
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._send(made.about() if "well-known" in self.path else {"keys": [KEY.as_dict(private=False)]})

        def do_POST(self) -> None:
            made.posted = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._send({"access_token": "x", "token_type": "Bearer", "id_token": made.sign(made.said)})

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    made = Provider(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    file = tmp_path / "sign-on.json"
    file.write_text(
        json.dumps([
            {"key": "school", "name": "Testford schools", "issuer": made.issuer, "client_id": "plait", "client_secret": "s3cret", "acr": ["two"], "amr": ["mfa"]},
            {"key": "plain", "name": "Testford college", "issuer": made.issuer, "client_id": "plait"},
            {"key": "other", "name": "Another", "issuer": "http://127.0.0.1:9", "client_id": "plait"},
        ])
    )  # fmt: skip
    settings.SIGN_ON = str(file)
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def gone(client: Client, key: str = "school", **query: str) -> dict[str, str]:
    """To the provider: what it was asked."""
    answer = client.get(f"/sign-on/{key}/", query)
    assert answer.status_code == 302, answer.content
    return {k: v[0] for k, v in parse_qs(urlsplit(answer["Location"]).query).items()}


def right(provider: Provider, asked: dict[str, str], subject: str = "tia-at-school") -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": provider.issuer, "aud": "plait", "sub": subject, "nonce": asked["nonce"], "iat": now, "exp": now + 300, "auth_time": now,
        "acr": "two", "email": email("tia"), "email_verified": True,
    }  # fmt: skip


def back(client: Client, asked: dict[str, str], key: str = "school", **query: str):
    return client.get(f"/sign-on/{key}/back/", {"code": "abc", "state": asked["state"], **query})


def invited(provider: Provider, subject: str = "tia-at-school", key: str = "school") -> Client:
    """Somebody new, who comes in by their organisation's account and an invitation, and needs nothing else."""
    _account, secret = accounts.invite(as_("ada"), email=f"{subject}@example.org", name="New Person")
    client = Client()
    page = client.get(f"/invitation/{secret}/").content.decode()
    assert f'href="/sign-on/{key}/?invitation={secret}"' in page
    asked = gone(client, key, invitation=secret)
    provider.said = right(provider, asked, subject)
    answer = back(client, asked, key)
    assert answer.status_code == 302, answer.content
    return client


def test_an_invitation_and_an_account_at_school_are_all_that_is_needed(provider: Provider) -> None:
    client = invited(provider)
    assert client.get("/home/").status_code == 200
    held = Identity.objects.get()
    assert (held.issuer, held.subject) == (provider.issuer, "tia-at-school") and not held.account.has_usable_password()
    assert len(provider.posted["code_verifier"][0]) >= 43, "PKCE"
    fresh = Client()
    asked = gone(fresh)
    assert asked["code_challenge_method"] == "S256" and asked["scope"] == "openid" and len(asked["state"]) >= 20
    provider.said = right(provider, asked)
    assert back(fresh, asked)["Location"] == "/home/" and fresh.get("/home/").status_code == 200
    assert back(fresh, asked).status_code in (302, 403), "an answer is used once"


def lie(**said: Any) -> Any:
    return lambda p, asked: p.said.update({k: v(p) if callable(v) else v for k, v in said.items()})


def unsigned(p: Provider, asked: Any) -> None:
    p.sign = lambda said: jws.serialize_compact({"alg": "none"}, json.dumps(said), OctKey.import_key("x"), algorithms=["none"])


def by_another_key(p: Provider, asked: Any) -> None:
    p.sign = lambda said: jwt.encode({"alg": "RS256", "kid": "one"}, said, OTHER)


def by_the_public_key_as_a_secret(p: Provider, asked: Any) -> None:
    p.sign = lambda said: jwt.encode({"alg": "HS256"}, said, OctKey.import_key(KEY.as_pem(private=False)))


def another_metadata(p: Provider, asked: Any) -> None:
    p.metadata = {"issuer": "https://elsewhere.example"}


def without(name: str) -> Any:
    return lambda p, asked: p.said.pop(name)


LIES = {
    "wrong issuer": lie(iss="https://elsewhere.example"), "wrong audience": lie(aud="another"), "two audiences, no azp": lie(aud=["plait", "another"]),
    "azp of another": lie(azp="another"), "wrong nonce": lie(nonce="another"), "no nonce": without("nonce"), "alg none": unsigned,
    "another key": by_another_key, "public key as secret": by_the_public_key_as_a_secret, "expired": lie(exp=lambda p: int(time.time()) - 3600), "no expiry": without("exp"),
    "issued in the future": lie(iat=lambda p: int(time.time()) + 3600), "acr too low": lie(acr="one"), "no acr": without("acr"), "no subject": without("sub"),
    "subject changed": lie(sub="somebody else"), "another issuer in its description": another_metadata,
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refused(provider: Provider, name: str) -> None:
    assert len(LIES) >= 12
    invited(provider)
    client = Client()
    asked = gone(client)
    provider.said = right(provider, asked)
    LIES[name](provider, asked)
    answer = back(client, asked)
    assert answer.status_code == 403 and client.get("/home/").status_code == 302
    provider.sign, provider.metadata = provider.rightly, {}
    asked = gone(client)
    provider.said = right(provider, asked)
    assert back(client, asked).status_code == 302, "its twin, without the lie, signs in"


@pytest.mark.parametrize(
    "query",
    [
        {"state": "another"},
        {"state": ""},
        {"code": ""},
        {"iss": "https://elsewhere.example"},
        {"error": "access_denied", "code": ""},
    ],
)
def test_an_answer_to_another_question_is_refused(provider: Provider, query: dict[str, str]) -> None:
    invited(provider)
    client = Client()
    asked = gone(client)
    provider.said = right(provider, asked)
    assert back(client, asked, **query).status_code == 403 and client.get("/home/").status_code == 302


def test_an_answer_in_another_browser_is_refused(provider: Provider) -> None:
    invited(provider)
    asked = gone(Client())
    provider.said = right(provider, asked)
    assert back(Client(), asked).status_code == 403


def test_the_same_address_is_nobody(provider: Provider) -> None:
    """N6 and N10: an account is never found by the e-mail address that a provider says."""
    client = Client()
    asked = gone(client)
    provider.said = right(provider, asked)
    known = back(client, asked)
    asked = gone(client)
    provider.said = {**right(provider, asked), "email": "nobody.here@example.org"}
    unknown = back(client, asked)
    assert known.status_code == unknown.status_code == 403 and known.content == unknown.content
    assert not Identity.objects.exists()


def test_another_providers_subject_of_the_same_name_is_somebody_else(provider: Provider) -> None:
    client = invited(provider)
    Identity.objects.update(issuer="https://elsewhere.example")
    client = Client()
    asked = gone(client)
    provider.said = right(provider, asked)
    assert back(client, asked).status_code == 403


def test_a_link_does_not_open_an_account_that_has_its_own_way(provider: Provider) -> None:
    second("tia")
    secret = accounts.invite_again(as_("ada"), account=person("tia").id)
    client = Client()
    asked = gone(client, invitation=secret)
    provider.said = right(provider, asked, "the administrator")
    assert back(client, asked).status_code == 403 and not Identity.objects.exists()
    new = Account.objects.get(id=invited(provider).session["_auth_user_id"])
    secret = accounts.invite_again(as_("ada"), account=new.id)
    thief = Client()
    answer = thief.post(f"/invitation/{secret}/", {"password": "another seven straws in one braid"})
    assert answer["Location"] == "/sign-in/second/"
    page = thief.get("/sign-in/second/").content.decode()
    assert "Set up your second step" not in page and thief.post("/sign-in/passkey/", {"make": "1"}).status_code == 404


def test_a_sign_on_that_shows_one_factor_only_needs_a_second_step_here(provider: Provider) -> None:
    client = invited(provider, "ben-at-college", "plain")
    assert client.get("/home/").status_code == 302
    assert "Set up your second step" in client.get("/sign-in/second/").content.decode()


def test_a_provider_that_is_away_is_said_in_words(provider: Provider) -> None:
    answer = Client().get("/sign-on/other/")
    assert answer.status_code == 403 and b"does not answer" in answer.content
    assert Client().get("/sign-on/nowhere/").status_code == 404


def test_signing_in_there_once_more_opens_what_waits_here(provider: Provider) -> None:
    client = invited(provider)
    session = client.session
    session["seen"] = session["fresh"] = int(time.time()) - 3600
    session.save()
    locked = client.post("/me/", {"language": "de"})
    assert locked.status_code == 403 and 'href="/sign-on/school/"' in locked.content.decode()
    asked = gone(client)
    assert asked["prompt"] == "login" and asked["max_age"] == "0"
    provider.said = {**right(provider, asked), "auth_time": int(time.time()) - 3600}
    assert back(client, asked).status_code == 403, "signed in there long ago"
    asked = gone(client)
    provider.said = right(provider, asked)
    assert back(client, asked).status_code == 200
    assert client.post("/me/", {"language": "de", "plait-unlock": ""}).status_code == 303


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '[{"key": "x"}]', '[{"key":"x","name":"x","issuer":"http://elsewhere.example","client_id":"x"}]']
)
def test_a_file_that_is_wrong_is_said_with_its_name(tmp_path: Any, settings: Any, text: str) -> None:
    file = tmp_path / "sign-on.json"
    file.write_text(text)
    settings.SIGN_ON = str(file)
    with pytest.raises(RuntimeError, match="PLAIT_SIGN_ON"):
        signon.providers()
