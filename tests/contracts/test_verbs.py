"""Every verb of the log has words that a reader understands; no action is called two things."""

from __future__ import annotations

from plait.frame.verbs import SAYS
from plait.kernel.acting import ACTIONS


def test_every_action_has_words_and_every_word_an_action() -> None:
    import plait.web.urls  # noqa: F401 - loads every room's actions

    named = {name for name in ACTIONS if not name.startswith(("tests.", "matrix."))}
    assert len(named) > 40
    assert named == set(SAYS)
