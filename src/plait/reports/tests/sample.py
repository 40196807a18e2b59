"""An invented town, its layout and its public copies."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from plait.packs.shape import Layout, Vocabulary
from plait.reports.profile import Profile, Row, compose

ON = date(2026, 3, 9)
SPACE = UUID("00000000-0000-4000-8000-000000000000")


def both(en: str, de: str) -> dict[str, str]:
    return {"en": en, "de": de}


def section(key: str, title: dict[str, str], *parts: dict[str, Any]) -> dict[str, Any]:
    empty = both(f"Publish something for {key} first.", f"Zuerst etwas für {key} veröffentlichen.")
    return {"key": key, "title": title, "empty": empty, "empty_link": "picture:risks", "parts": list(parts)}


LAYOUT = Layout.model_validate(
    {
        "title": both("{town}: team profile", "{town}: Teamprofil"),
        "lead": {"form": "text", "kind": "partnership", "sentence": "public_text"},
        "sections": [
            section(
                "risk_landscape",
                both("The risk landscape of {town}", "Risikolandschaft von {town}"),
                {"form": "text", "kind": "assessment", "order": ["-year"], "limit": 1},
                {
                    "form": "text",
                    "kind": "risk",
                    "where": {"family": ["enduring_strand"]},
                    "order": ["position", "title"],
                    "lead": both("What has lasted for years:", "Was seit Jahren anhält:"),
                },
                {
                    "form": "text",
                    "kind": "risk",
                    "where": {"family": ["growing_strand", "contextual_harm"]},
                    "order": ["position"],
                    "join": both("Beside it stand {items}.", "Daneben stehen {items}."),
                },
            ),
            section(
                "primary_focus",
                both("Primary focus", "Schwerpunkt"),
                {"form": "text", "kind": "partnership", "sentence": "about"},
            ),
            section(
                "stakeholders",
                both("Stakeholders and coordinating body", "Beteiligte und Koordination"),
                {
                    "form": "text",
                    "kind": "group",
                    "item": "kind",
                    "join": both("The work is carried by a {items}.", "Getragen von: {items}."),
                },
                {
                    "form": "text",
                    "kind": "organisation",
                    "item": "sectors",
                    "join": both(
                        "{count} organisations take part, from {items}.", "{count} Organisationen nehmen teil: {items}."
                    ),
                },
                {
                    "form": "list",
                    "kind": "organisation",
                    "order": ["title"],
                    "lead": both("Listed by agreement:", "Mit Zustimmung genannt:"),
                },
            ),
            section(
                "further_stakeholders",
                both("Further stakeholders to be involved", "Weitere Beteiligte, die fehlen"),
                {
                    "form": "list",
                    "kind": "gap",
                    "item": "stakeholder",
                    "order": ["stakeholder"],
                    "lead": both(
                        "{count} kinds of partner have no seat yet.", "{count} Arten von Partnern fehlen noch am Tisch."
                    ),
                    "after": both("Any of them is welcome to write.", "Sie alle sind eingeladen, sich zu melden."),
                },
            ),
            section(
                "contribution",
                both("Contribution", "Beitrag"),
                {"form": "text", "kind": "lesson", "where": {"purpose": ["contribution"]}},
            ),
            section(
                "exchange",
                both("What exchange has changed", "Was der Austausch verändert hat"),
                {"form": "text", "kind": "lesson", "where": {"purpose": ["exchange"]}},
            ),
            section(
                "future_focus",
                both("Future focus", "Ausblick"),
                {"form": "text", "kind": "priority", "order": ["position"]},
                {"form": "list", "kind": "priority", "item": "due", "lead": both("Due:", "Fällig:")},
            ),
            section(
                "advice",
                both("Advice to others", "Rat an andere"),
                {"form": "text", "kind": "lesson", "where": {"purpose": ["advice"]}},
            ),
            section(
                "contact",
                both("Get in touch", "Kontakt"),
                {"form": "contact", "kind": "partnership", "sentence": "contact"},
                {"form": "text", "kind": "partnership", "sentence": "funder"},
            ),
        ],
    }
)


def vocabulary(**terms: tuple[str, str] | tuple[str, str, str, str]) -> Vocabulary:
    return Vocabulary.model_validate(
        {
            "title": {"en": "Words"},
            "version": "1",
            "source": "here",
            "grade": "A",
            "terms": [
                {"key": key, "label": both(*said[:2]), "unknown": key == "unknown"}
                | ({"in_text": both(*said[2:])} if len(said) > 2 else {})
                for key, said in terms.items()
            ],
        }
    )


class Words:
    """As much of a pack as compose asks for."""

    lists = {
        "risk_family": vocabulary(
            enduring_strand=("Enduring", "Anhaltend"),
            growing_strand=("Growing", "Wachsend"),
            contextual_harm=("Other harm", "Anderer Schaden"),
        ),
        "phia": vocabulary(
            remote=("Remote chance", "Sehr unwahrscheinlich"),
            unlikely=("Unlikely", "Unwahrscheinlich"),
            possible=("Realistic possibility", "Durchaus möglich"),
            likely=("Likely", "Wahrscheinlich"),
            certain=("Almost certain", "Nahezu sicher"),
            unknown=("Cannot be judged", "Nicht zu beurteilen"),
        ),
        "trend": vocabulary(rising=("Rising", "Steigend"), steady=("Steady", "Gleichbleibend")),
        "sector": vocabulary(
            school=("Schools", "Schulen", "schools", "Schulen"),
            police=("Police", "Polizei", "police", "Polizei"),
            youth=("Youth work", "Jugendarbeit", "youth work", "Jugendarbeit"),
        ),
        "group_kind": vocabulary(
            board=("Board", "Lenkungskreis", "board", "Lenkungskreis"), panel=("Panel", "Fallkonferenz", "panel", "Fallkonferenz")
        ),
        "stakeholder": vocabulary(
            faith=("Faith organisations", "Glaubensgemeinschaften"),
            business=("Local businesses", "Örtliche Betriebe"),
            arts=("Arts and culture", "Kunst und Kultur"),
            health=("Mental health services", "Psychische Gesundheitsdienste"),
        ),
    }

    def vocabulary(self, name: str) -> Vocabulary:
        return self.lists[name]


WORDS = Words()


def term(vocabulary: str, key: str) -> dict[str, str]:
    return {"vocabulary": vocabulary, "key": key}


def row(kind: str, name: str, /, lang: str = "en", since: date | None = date(2026, 2, 1), **payload: Any) -> Row:
    return Row(kind, uuid5(SPACE, f"{kind}:{name}"), {"title": name, **payload}, lang, since)


def risk(name: str, family: str, likelihood: str, position: int, trend: str = "steady", **payload: Any) -> Row:
    said = {"public_text": f"{name} is told here in a sentence of its own."} | payload
    return row(
        "risk",
        name,
        family=term("risk_family", family),
        likelihood=term("phia", likelihood),
        trend=term("trend", trend),
        position=position,
        **said,
    )


def rows() -> list[Row]:
    return [
        row("assessment", "Assessment 2025.1", public_text="An older summary that the limit leaves out.", year=2025),
        row(
            "assessment",
            "Assessment 2026.1",
            public_text="Brindlemere's risks are old and new at once, and no single body sees all of them.",
            year=2026,
        ),
        risk(
            "Recruitment through sports clubs",
            "enduring_strand",
            "likely",
            1,
            "rising",
            translations={"de": "Anwerbung über Sportvereine besteht seit Jahren."},
        ),
        risk("Leaflets at the ferry", "enduring_strand", "possible", 2),
        risk("Chat groups across the water", "growing_strand", "certain", 3, "rising"),
        risk("Quarrels about the harbour", "growing_strand", "unlikely", 4),
        risk("Smuggling", "contextual_harm", "unknown", 5),
        row(
            "partnership",
            "Brindlemere partnership",
            public_text="Neighbours around one lake, who look after each other.",
            about="To notice early, and to answer as neighbours.",
            funder="Paid for by the invented Lake Fund.",
            contact={"name": "The coordinator", "address": "Old Ropewalk 4\nBrindlemere", "email": "table@brindlemere.example"},
        ),
        row("group", "Brindlemere board", kind=term("group_kind", "board"), public_text="Decides twice a year."),
        row("group", "Brindlemere panel", kind=term("group_kind", "panel"), public_text="Meets weekly.", members={"under": 5}),
        row("organisation", "Lakeside School", sectors=[term("sector", "school")]),
        row("organisation", "Kadeta Ferjoj", lang="eo", sectors=[term("sector", "youth"), term("sector", "school")]),
        row("organisation", "Brindlemere Police", sectors=[term("sector", "police")]),
        row("organisation", "نادي البحيرة", lang="ar", sectors=[term("sector", "youth")]),
        *(
            row("gap", f"Gap {key}", stakeholder=term("stakeholder", key), public_text="Nobody was asked.")
            for key in ("arts", "faith", "business", "health")
        ),
        row("lesson", "Early word", purpose=term("lesson_purpose", "contribution"), public_text="Ferry crews were heard first."),
        row(
            "lesson",
            "Round of judging",
            purpose=term("lesson_purpose", "exchange"),
            public_text="Ein Abend reicht für die Runde.",
            lang="de",
        ),
        row(
            "lesson",
            "Begin small",
            purpose=term("lesson_purpose", "advice"),
            public_text="Begin with one table and one question.",
        ),
        row("priority", "Faith bodies", public_text="Two faith bodies sit at the table by autumn.", position=1, due="2026-09-30"),
    ]


def profile(language: str = "en", given: list[Row] | None = None, town: str = "Brindlemere") -> Profile:
    partnership = {"town": town, "name": f"{town} Prevention Partnership"}
    return compose(LAYOUT, rows() if given is None else given, partnership, language, ON, "2026.1", WORDS)
