"""What code asks of every pack: the steps, words and periods that it names. Everything else is the pack's own.

Add here what a new page needs, and every pack that lacks it says so when it is checked.
"""

STEPS = {
    "kernel.dispose": "agree to a disposal that another person proposed",
    "kernel.hold": "hold what would be disposed of, and lift a hold",
    "kernel.give_office": "appoint somebody to an office, and end it",
    "kernel.give_seat": "give and end seats in the partnership and its groups",
    "kernel.propose_recipients": "propose whom backups are sealed to",
    "kernel.agree_recipients": "agree to whom backups are sealed, or decline it",
    "kernel.read_looks": "read who looked at a person's record, for one of four purposes",
    "kernel.break_glass": "read for four hours, for a duty of care, where one holds no seat",
    "kernel.review_break_glass": "review each breaking of the glass",
    "kernel.ask_steward": "ask who the steward of a circle is that one cannot see",
    "kernel.review_access": "answer for each seat of a circle whether it is kept",
    "kernel.confirm_access": "confirm what was answered for a seat",
    "partners.invite": "invite a person, and end a membership",
    "partners.edit_organisation": "enter and change organisations",
    "partners.edit_group": "set up groups and change their terms",
    "picture.open_comments": "send a draft of the assessment to the partners, and take it back",
    "picture.take_position": "agree, dissent or abstain when the assessment is agreed",
    "picture.agree_assessment": "record that the assessment is agreed",
    "release.prepare": "prepare what is to leave a circle",
    "release.approve": "release what another person prepared, or send it back",
    "release.withdraw": "take back what was released",
}
"""The decision rights that code asks about."""

TWO_PEOPLE = (
    ("release.prepare", "release.approve"),
    ("kernel.propose_recipients", "kernel.agree_recipients"),
    ("kernel.break_glass", "kernel.review_break_glass"),
    ("kernel.review_access", "kernel.confirm_access"),
)
"""Steps that two different persons must take, one after the other."""

ADMINISTRATOR = "administrator"
"""The one office that code names: it runs the machine, and is given to whoever sets it up."""

NOT_FOR_THE_ADMINISTRATOR = (
    "picture.", "release.", "programme.", "exchange.", "kernel.read_looks", "kernel.break_glass", "kernel.ask_steward", "kernel.confirm_access",
)  # fmt: skip

ASSESSMENT_STATES = {"draft": True, "commenting": True, "agreed": True, "withdrawn": False}
"""The states that code knows, and whether a pack must have them."""

ASSESSMENT_STEPS = {"open_comments": True, "take_back": False, "take_position": True, "agree": True, "withdraw": False}
"""The steps that code carries out, and whether a pack must have them."""

RETENTION = ("evidence", "judgement", "partner", "programme", "exchange", "publication", "account", "look")
"""The classes that tables name."""

ANY = frozenset[str]()
VOCABULARIES: dict[str, tuple[frozenset[str], bool]] = {
    # name: (words that code or the load folder acts on, whether there may be no others)
    "organisation_type": (ANY, False),
    "duty_status": (ANY, False),
    "sector": (ANY, False),
    "group_kind": (ANY, False),
    "risk_family": (ANY, False),
    "theme": (ANY, False),
    "evidence_kind": (ANY, False),
    "evidence_how": (frozenset({"saw", "told", "read"}), True),
    "evidence_sure": (frozenset({"sure", "fairly", "unsure"}), True),
    "admiralty_reliability": (frozenset("ABCDEF"), True),
    "admiralty_credibility": (frozenset("123456"), True),
    "likelihood": (ANY, False),
    "impact": (ANY, False),
    "confidence": (frozenset({"low", "moderate", "high"}), True),
    "trend": (frozenset({"falling", "steady", "rising"}), True),
    "gap_state": (frozenset({"open", "approached", "in_dialogue"}), False),
    "priority_state": (frozenset({"planned", "under_way", "done", "paused"}), False),
    "priority_horizon": (frozenset({"now", "next"}), True),
    "lesson_purpose": (frozenset({"contribution", "exchange", "advice"}), True),
    "lesson_direction": (frozenset({"own", "from", "for"}), True),
    "lesson_strength": (ANY, False),
    "position": (frozenset({"agree", "dissent", "abstain"}), True),
    "comment_stance": (ANY, False),
}
"""The lists of words that pages use."""

DERIVED = ("stakeholder", "office", "retention_class", "matrix_band", "assessment_state")
"""Asked for like a vocabulary, and made from a file of their own."""
