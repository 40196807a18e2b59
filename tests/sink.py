"""A mail server of the tests' own: a real one, on a port of this machine, that keeps what it was given and can be told to misbehave."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP

from plait.launch.smtp import Smtp


class Sink:
    """`kept`: every mail that was taken. `at_rcpt`, `at_data`: called before the answer, which they may replace."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.to: list[str] = []
        self.at_rcpt: Callable[[str], str] = lambda _to: "250 OK"
        self.at_data: Callable[[EmailMessage], str] = lambda _mail: "250 OK"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.loop: asyncio.AbstractEventLoop | None = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        said = self.at_rcpt(address)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = cast(EmailMessage, message_from_bytes(envelope.content, policy=default))
        said = self.at_data(mail)
        if said.startswith("250"):
            self.kept.append(mail)
            self.to += envelope.rcpt_tos
        return said

    def start(self) -> None:
        ready = threading.Event()

        def run() -> None:
            self.loop = asyncio.new_event_loop()
            server = self.loop.run_until_complete(
                self.loop.create_server(lambda: SMTP(self, hostname="sink", loop=self.loop), "127.0.0.1", self.port)
            )
            self.loop.call_soon(ready.set)
            self.loop.run_forever()
            server.close()
            self.loop.run_until_complete(server.wait_closed() if not server.sockets else asyncio.sleep(0))
            self.loop.close()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        if not ready.wait(10):
            raise RuntimeError("the mail server did not start")

    def stop(self) -> None:
        """Away: nobody answers at its port."""
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(10)
            self.loop = None

    @property
    def server(self) -> Smtp:
        return Smtp("smtp+plain", "127.0.0.1", self.port, "", "", "plait@sender.example", "")
