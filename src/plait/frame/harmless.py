"""YAML that somebody else wrote, read as material and never as a program: for packs and for folders that are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
)

MOST_DEPTH = 12
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # control characters; half of a character


class RefusedError(Exception):
    def __init__(self, event: Event, sentence: str):
        super().__init__(sentence)
        self.line, self.sentence = event.start_mark.line + 1, sentence


def harmless(text: str) -> Iterator[Event]:
    """The events of a file written by somebody else, up to the first thing that none may hold.

    Raises:
        RefusedError: at a tag, an anchor, an alias, a directive, a second document, or where it is nested too deep.
        YAMLError: where it is no YAML.
    """
    depth = documents = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise RefusedError(event, "holds a second document; keep one, without --- in between")
            if event.version or event.tags:
                raise RefusedError(event, "begins with a % directive; take it out")
        elif isinstance(event, AliasEvent):
            raise RefusedError(event, f"refers to *{event.anchor}; write the text again instead of an alias")
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        elif isinstance(event, NodeEvent):
            if event.anchor:
                raise RefusedError(event, f"has the anchor &{event.anchor}; take it out")
            if tag := getattr(event, "tag", None):
                raise RefusedError(event, f"has the tag {tag}; take it out, a pack holds plain words")
            if isinstance(event, ScalarEvent) and _UNSEEN.search(str(event.value)):
                raise RefusedError(event, "holds a character that cannot be seen or kept; take it out")
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > MOST_DEPTH:
                    raise RefusedError(event, f"is nested more than {MOST_DEPTH} deep; flatten it")
        yield event
