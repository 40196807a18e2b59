"""N2: the same code in two requests at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.test import Client

from plait.kernel import factors
from tests.people import PASSWORD, code_of, email, for_real, person


def with_password(name: str) -> Client:
    client = Client(raise_request_exception=False)
    assert client.post("/sign-in/", {"email": email(name), "password": PASSWORD})["Location"] == "/sign-in/second/"
    return client


@pytest.mark.full
def test_two_requests_at_once_use_a_code_once(committed: str) -> None:
    with for_real("ada"):
        account, secret = person("tia"), factors.new_secret()
        factors.add_app(account, secret, code_of(secret, -1))
        recovery = factors.new_codes(account)[0]
    for code in (code_of(secret, 1), recovery):
        clients = [with_password("tia") for _n in range(2)]
        got: list[int] = []
        gate = threading.Barrier(2)

        def press(client: Client, code: str = code, got: list = got, gate: threading.Barrier = gate) -> None:
            from django.db import connections

            gate.wait()
            got.append(client.post("/sign-in/second/", {"factor_code": code}).status_code)
            connections.close_all()

        threads = [threading.Thread(target=press, args=(c,)) for c in clients]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert sorted(got) == [200, 302], code
