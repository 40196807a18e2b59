"""One question to somebody without an account: the link, what it shows, what it takes, and that it opens nothing else."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse

from plait.frame.routes import addresses
from plait.kernel import access, scratch
from plait.kernel.access import visiting
from plait.kernel.acting import NOBODY, Asker, acting, announce, role, verb
from plait.kernel.errors import Refused
from plait.kernel.models import Answer, Published
from plait.partners.models import Organisation
from plait.picture.models import AssessmentComment, Evidence
from plait.public.tests import make as public
from plait.questions.kinds import KINDS
from plait.web.middleware import Count
from tests.people import for_real, person

QUESTION = "Have you seen stickers at the station?"


@pytest.fixture(scope="module", autouse=True)
def town(founded_template: str, django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """A database of the module's own: a visitor asks with another role, so what is written must be committed."""
    with django_db_blocker.unblock(), scratch.database(founded_template):
        yield


def browser(name: str = "") -> Client:
    client = Client(raise_request_exception=False)
    if name:
        client.force_login(person(name))
    return client


def link(
    form: str = "evidence", *, most: int = 1, lang: str = "en", days: int = 7, shown: dict | None = None, **more: Any
) -> tuple[uuid.UUID, str]:
    with for_real("rowan") as rowan:
        return visiting.make_link(
            rowan, form=form, circle=access.partnership_circle(), purpose=QUESTION, ends=rowan.now + timedelta(days=days), most=most, lang=lang,
            shown=shown or {}, **more,
        )  # fmt: skip


def answers() -> list[Answer]:
    with for_real("rowan"):
        return list(Answer.objects.order_by("came_on", "id"))


def at(secret: str) -> str:
    return reverse("questions:question", args=[secret])


@contextmanager
def later(**by: int) -> Iterator[None]:
    with scratch.superuser() as su:
        su.execute("update plait.clock set shift = shift + %s", [timedelta(**by)])
        try:
            yield
        finally:
            su.execute("update plait.clock set shift = '0'")


def test_a_visitor_answers_in_one_step_and_the_stewards_read_it() -> None:
    secret = link()[1]
    page = browser().get(at(secret))
    assert page.status_code == 200 and QUESTION in page.content.decode()
    answer = browser().post(at(secret), {"text": "Yes, since Monday.", "signed": "A reader"})
    assert (answer.status_code, answer["Location"]) == (303, "/q/sent/?language=en")
    assert "Your answer has arrived" in browser().get(answer["Location"]).content.decode()
    row = next(a for a in answers() if a.text == "Yes, since Monday.")
    assert (row.signed, row.state, row.question, row.made_at if hasattr(row, "made_at") else None) == (
        "A reader",
        "new",
        QUESTION,
        None,
    )
    assert "Yes, since Monday." in browser("rowan").get(reverse("questions:answers")).content.decode()


def test_every_way_in_which_a_link_does_not_open_answers_alike() -> None:
    """A4 for the visitor: absent, malformed, used up, over, ended by hand; by GET, HEAD and POST; bytes, headers, number of queries."""
    used, ended, over = link()[1], link(), link(days=1)[1]
    assert browser().post(at(used), {"text": "Once."}).status_code == 303
    with for_real("rowan") as rowan:
        visiting.end_link(rowan, link=ended[0])
    compared = 0
    with later(days=2):
        for method in ("get", "head", "post"):
            said = []
            for secret in (used, ended[1], over, "never-one-of-ours", "x", "é", "a" * 500, "%00", "sent.", ";--"):
                asked = Count()
                with connections["public"].execute_wrapper(asked):
                    answer = getattr(browser(), method)(at(secret), {"text": "Words."} if method == "post" else None)
                said.append((answer.status_code, answer.content, sorted(answer.headers.items()), asked.n))
                compared += 1
            assert all(s == said[0] for s in said), method
            assert said[0][0] == 404
        assert b"Words." in said[0][1]  # what was typed is given back, on each alike
    assert compared == 30


def test_a_link_opens_nothing_else() -> None:
    """Every other address of the house, with the secret in it wherever it takes a word, and as a cookie: the same as for nobody."""
    secret, compared = link()[1], 0
    for a in addresses():
        if a.name in ("questions:question",) or a.needs != "anybody" or ("<" in a.path and "uuid" in a.path):
            continue
        words = dict.fromkeys(re.findall(r"<(?:str|slug|path):(\w+)>", a.path), secret)
        if re.search(r"<(?!str|slug|path)", a.path):
            continue
        mine, other = Client(raise_request_exception=False), Client(raise_request_exception=False)
        mine.cookies["plait_session"] = secret
        url = reverse(a.name, kwargs=words)
        absent = reverse(a.name, kwargs=dict.fromkeys(words, "never-one-of-ours"))
        one, two = mine.get(url), other.get(absent)
        assert one.status_code == two.status_code, a.name
        compared += 1
    protected = [a for a in addresses() if a.needs != "anybody"]
    for a in protected:
        url = re.sub(
            r"<uuid:\w+>", str(uuid.uuid4()), re.sub(r"<int:\w+>", "1", re.sub(r"<(?:str|slug|path):\w+>", secret, a.path))
        )
        client = Client(raise_request_exception=False)
        client.cookies["plait_session"] = secret
        answer = client.get(url)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), a.name
        compared += 1
    assert compared >= 100


def test_the_visitor_may_call_what_is_on_the_list_and_nothing_else() -> None:
    """As the role of the pages, with the visitor announced: no table can be read or written but the public ones, no other function called."""
    secret = link()[1]
    token = role.set("public")
    try:
        with transaction.atomic(using="public"):
            announce(Asker(None, "public", "nobody"))
            visitor = visiting.open_link(secret)
            assert visitor is not None
            announce(visitor)
            asked = visiting.asked(visitor)
            assert asked is not None and asked.purpose == QUESTION
            refused = 0
            for statement in (
                "select * from kernel_answer", "select * from kernel_grant", "select * from kernel_account", "select * from kernel_entry", "select * from picture_evidence",
                "insert into kernel_answer(id) values (gen_random_uuid())", "update kernel_grant set uses_left = 9", "select plait.give_link('a', gen_random_uuid(), 'abc', now(), 1, '', '', '{}', '', null)",
                "select * from plait.links(gen_random_uuid())", "select plait.settle_answer(gen_random_uuid(), 'declined', 'because', '', null)", "select plait.visitor_may('statement')",
                "select plait.give_seat(null, null, gen_random_uuid(), 1, null, null, 'x', null, 'because')", "select * from plait.seats_of(gen_random_uuid())", "select plait.break_glass(gen_random_uuid(), 'a reason that is long enough')",
                "select plait.answer('statement', 'for another form', '{}', '')",
            ):  # fmt: skip
                with (
                    pytest.raises(DatabaseError),
                    transaction.atomic(using="public"),
                    verb("tests.try", "public"),
                    connections["public"].cursor() as cursor,
                ):
                    cursor.execute(statement)
                refused += 1
            assert refused == 15
            visiting.answer(visitor, form="evidence", text="The one thing.", said={})
    finally:
        role.reset(token)
    assert any(a.text == "The one thing." for a in answers())


def test_of_two_who_send_at_once_through_a_link_for_one_exactly_one_arrives() -> None:
    secret, said = link()[1], []
    barrier = threading.Barrier(4)

    def send(n: int) -> None:
        barrier.wait()
        said.append(Client(raise_request_exception=False).post(at(secret), {"text": f"Race {n}"}).status_code)
        for each in connections.all(initialized_only=True):
            each.close()

    threads = [threading.Thread(target=send, args=[n]) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert sorted(said) == [303, 404, 404, 404]
    assert len([a for a in answers() if a.text.startswith("Race")]) == 1


def test_a_link_for_several_takes_so_many_and_no_more() -> None:
    secret = link(most=3)[1]
    assert [browser().post(at(secret), {"text": f"Several {n}"}).status_code for n in range(5)] == [303, 303, 303, 404, 404]


def test_the_secret_is_kept_nowhere_and_no_hour_address_or_browser_of_the_visitor_either() -> None:
    secret = link()[1]
    client = Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Zyzzyva/7.7")
    client.post(at(secret), {"text": "Only this."})
    assert len(secret) * 6 >= 128
    with scratch.superuser() as su:
        cursor = su.cursor()
        cursor.execute(
            "select table_schema, table_name from information_schema.tables where table_schema in ('public', 'plait', 'plait_keys') and table_type = 'BASE TABLE'"
        )
        tables = cursor.fetchall()
        assert len(tables) > 30
        for schema, name in tables:
            cursor.execute(
                f'select count(*) from "{schema}"."{name}" t where t::text ~ %s',
                [f"{re.escape(secret)}|203\\.0\\.113\\.77|Zyzzyva"],
            )
            assert cursor.fetchone() == (0,), name
        cursor.execute(
            "select count(*) from kernel_entry where tab in ('kernel_answer', 'kernel_grant') and op in ('I', 'U', 'D') and at <> date_trunc('day', at)"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "select who = grant_id from kernel_entry e join kernel_answer a on a.id = e.row_id where a.text = 'Only this.'"
        )
        assert cursor.fetchone() == (True,)


def test_no_line_of_the_log_holds_the_secret_though_the_page_breaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import logging

    from django.conf import settings

    from plait.questions import visit
    from plait.web.logs import NoSecret

    assert settings.LOGGING["handlers"]["console"]["filters"] == ["no_secret"]
    secret, said = link()[1], []
    monkeypatch.setattr(visit, "page", lambda *_: 1 / 0)

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    keep = Keep()
    keep.addFilter(NoSecret())
    for name in ("", "django"):
        logging.getLogger(name).addHandler(keep)
    try:
        assert browser().get(at(secret)).status_code == 500
    finally:
        for name in ("", "django"):
            logging.getLogger(name).removeHandler(keep)
    assert any("/q/…/" in line for line in said) and not any(secret in line for line in said)


def test_the_page_sets_no_cookie_sends_no_referrer_and_reading_changes_nothing() -> None:
    secret = link()[1]
    with scratch.superuser() as su:
        before = su.execute("select count(*) from kernel_entry").fetchone()
        for method in ("get", "head", "get"):
            page = getattr(browser(), method)(at(secret))
            assert page.status_code == 200 and not page.cookies
            assert (
                page["Referrer-Policy"] == "no-referrer"
                and page["Cache-Control"] == "no-store"
                and "noindex" in page["X-Robots-Tag"]
            )
            assert secret.encode() not in page.content
        assert su.execute("select count(*) from kernel_entry").fetchone() == before
    for method in ("put", "patch", "delete", "options"):
        assert getattr(browser(), method)(at(secret)).status_code == 405
    assert browser().get(at(secret)).status_code == 200


def test_the_page_speaks_the_languages_of_the_link_whatever_the_browser_speaks() -> None:
    german, english = link(lang="de")[1], link(lang="en")[1]
    assert ">Senden<" in Client(HTTP_ACCEPT_LANGUAGE="en").get(at(german)).content.decode()
    page = Client(HTTP_ACCEPT_LANGUAGE="de").get(at(english))
    assert ">Send<" in page.content.decode() and page["Content-Language"] == "en"


def test_what_cannot_stand_is_said_and_what_was_typed_stays() -> None:
    secret = link("statement")[1]
    page = browser().post(at(secret), {"text": "  ", "signed": "Wanda", "stance": "no such"}).content.decode()
    assert "Answer this" in page and "Choose one of those listed" in page and 'value="Wanda"' in page
    long = browser().post(at(secret), {"text": "a" * 4001, "stance": "support"})
    assert long.status_code == 200 and "a" * 4001 in long.content.decode()
    for hostile in ("\0", "<script>alert(1)</script>", "\ud800", "=1+1"):
        answer = browser().post(
            at(link()[1]), {"text": hostile.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "x"}
        )
        assert answer.status_code in (200, 303)


@pytest.mark.parametrize(
    "wrong",
    [{"most": 0}, {"most": 51}, {"days": 93}, {"days": 0}, {"shown": {"text": "a" * 20_001}}],
    ids=lambda w: next(iter(w)),
)
def test_the_database_itself_bounds_a_link(wrong: dict) -> None:
    with pytest.raises(Refused):
        link(**wrong)


@pytest.mark.parametrize("name", ["pat", "tia", "dora", "ada", "dee", "bea"])
def test_who_is_no_steward_makes_ends_and_lists_no_link(name: str) -> None:
    made = link()[0]
    with for_real("rowan"):
        circle = access.partnership_circle()
    with for_real(name) as asker:
        assert visiting.links(asker, circle) == []
        with pytest.raises(Refused):
            visiting.make_link(
                asker,
                form="evidence",
                circle=circle,
                purpose="Mine",
                ends=asker.now + timedelta(days=1),
                most=1,
                lang="en",
                shown={},
            )
        with pytest.raises(Refused):
            visiting.end_link(asker, link=made)
    assert browser(name).get(reverse("questions:choose")).status_code == 404
    assert browser(name).get(reverse("questions:links")).status_code == 404


def organisation(name: str, **more: Any) -> Organisation:
    from plait.partners.tests import make

    with for_real("rowan"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "as_", lambda _name: _announced())
        return make.organisation(name, **more)


def _announced() -> Asker:
    return Asker.of(person("rowan"))


def posted(kind: str, **more: Any) -> tuple[Client, dict[str, Any]]:
    with for_real("rowan") as rowan:
        circle, ends = access.partnership_circle(), (rowan.now + timedelta(days=7)).date().isoformat()
    return browser("rowan"), {"question": QUESTION, "circle": str(circle), "lang": "en", "ends": ends, "most": "1"} | more


def secret_of(page: Any) -> str:
    found = re.search(r"/q/([\w-]{20,})/", page.content.decode())
    assert found is not None
    return found[1]


def test_its_maker_sees_first_what_they_will_see_and_the_address_once() -> None:
    rowan, typed = posted("evidence")
    where = reverse("questions:make", args=["evidence"])
    preview = rowan.post(where, typed).content.decode()
    assert (
        "This is all that they will see" in preview and "What have you seen, heard or read?" in preview and "/q/" not in preview
    )
    assert "Make the link" not in rowan.post(where, {**typed, "change": "yes"}).content.decode()
    secret = secret_of(rowan.post(where, {**typed, "make": "yes"}))
    assert browser().get(at(secret)).status_code == 200
    assert secret not in rowan.get(reverse("questions:links")).content.decode()
    with for_real("rowan") as asker:
        newest = visiting.links(asker, access.partnership_circle())[0]
    assert rowan.post(reverse("questions:end_link", args=[typed["circle"], newest.id])).status_code == 303
    assert browser().get(at(secret)).status_code == 404


def test_an_organisation_confirms_its_own_entry_and_nothing_of_it_is_anybody_elses() -> None:
    mill = organisation("Old Mill", contact_email="mill@example.org")
    organisation("Neighbour House")
    rowan, typed = posted("organisation", about=str(mill.id), make="yes")
    secret = secret_of(rowan.post(reverse("questions:make", args=["organisation"]), typed))
    page = browser().get(at(secret)).content.decode()
    assert "Old Mill" in page and "mill@example.org" in page and "Neighbour House" not in page and "Rowan" not in page
    browser().post(at(secret), {"right": "no", "text": "Our address is office@example.org now.", "signed": "The mill"})
    answer = next(a for a in answers() if a.signed == "The mill")
    shown = rowan.get(reverse("questions:answer", args=[answer.circle_id, answer.id])).content.decode()
    assert "Not all of it" in shown and mill.get_absolute_url() in shown
    take = reverse("questions:take", args=[answer.circle_id, answer.id, "organisation"])
    assert "mill@example.org" in rowan.get(take).content.decode()
    values = {
        "name": "Old Mill",
        "public_text": mill.public_text,
        "contact_email": "office@example.org",
        "contact_phone": "",
        "contact_web": "",
    }
    assert rowan.post(take, {**values, "contact_email": "no address"}).status_code == 200
    assert rowan.post(take, values)["Location"] == mill.get_absolute_url()
    with for_real("rowan"):
        now = Organisation.objects.get(id=mill.id)
        assert (now.contact_email, now.kind, now.sectors) == ("office@example.org", mill.kind, mill.sectors)
        assert Answer.objects.get(id=answer.id).became_id == mill.id
    assert rowan.post(take, values).status_code == 403


def test_a_place_of_worship_never_stands_in_a_link() -> None:
    with for_real("rowan") as rowan:
        from plait.partners import actions

        row = actions.add_organisation(rowan, name="Mosque", kind="civil_society", sectors=["faith"], sensitive_site=True)
    client, typed = posted("organisation", about=str(row.id), make="yes")
    page = client.post(reverse("questions:make", args=["organisation"]), typed)
    assert page.status_code == 200 and "Choose one of those listed" in page.content.decode()


def test_what_is_not_public_never_stands_in_a_link_and_what_is_stays_as_it_was() -> None:
    with for_real("rowan") as rowan:
        risk, draft = (
            public.make.risk(rowan, public_text="Leaflets appear at night."),
            public.make.risk(rowan, code="R9", title="Inside only", public_text="Inside only."),
        )
    public.publish("A risk", ("risk", risk))
    client, typed = posted("statement")
    with for_real("rowan"):
        copy = Published.objects.get(record_id=risk.id, until__isnull=True)
    page = client.get(reverse("questions:make", args=["statement"])).content.decode()
    assert risk.title in page and "Inside only" not in page
    assert (
        client.post(reverse("questions:make", args=["statement"]), {**typed, "about": str(draft.id), "make": "yes"}).status_code
        == 200
    )
    secret = secret_of(
        client.post(reverse("questions:make", args=["statement"]), {**typed, "about": str(copy.id), "make": "yes"})
    )
    assert copy.payload["public_text"] in browser().get(at(secret)).content.decode()


def test_an_answer_becomes_evidence_where_it_was_asked_for_or_is_declined_with_a_reason() -> None:
    for text in ("Stickers at the north door.", "Nothing at all."):
        browser().post(at(link()[1]), {"text": text})
    good, other = (next(a for a in answers() if a.text == t) for t in ("Stickers at the north door.", "Nothing at all."))
    rowan = browser("rowan")
    take = reverse("questions:take", args=[good.circle_id, good.id, "evidence"])
    form = rowan.get(take).context["form"]
    values = {
        "what": good.text, "sure": "unsure", "happened_on": good.came_on.isoformat(), "place": form.fields["place"].choices[0][0],
        "themes": [form.fields["themes"].choices[0][0]],
    }  # fmt: skip
    assert rowan.post(take, values).status_code == 200  # the box that nobody is named is not ticked
    assert rowan.post(take, {**values, "names_nobody": "on"}).status_code == 303
    with for_real("rowan"):
        made = Evidence.objects.get(id=Answer.objects.get(id=good.id).became_id)
        assert (made.circle_id, made.how, made.what) == (good.circle_id, "told", good.text)
        assert not AssessmentComment.objects.exists()
    decline = reverse("questions:decline", args=[other.circle_id, other.id])
    assert rowan.post(decline, {"reason": ""}).status_code == 200
    assert rowan.post(decline, {"reason": "It says nothing."}).status_code == 303
    page = rowan.get(reverse("questions:answer", args=[other.circle_id, other.id])).content.decode()
    assert "It says nothing." in page and "Nothing at all." in page
    assert browser("tia").post(decline, {"reason": "Mine."}).status_code == 403
    assert browser("dee").get(reverse("questions:answer", args=[other.circle_id, other.id])).status_code == 404


def test_answers_are_searched_narrowed_and_exported_with_their_label() -> None:
    browser().post(at(link()[1]), {"text": "Quarantine of turnips"})
    rowan, where = browser("rowan"), reverse("questions:answers")
    assert "turnips" in rowan.get(where, {"q": "turnips"}).content.decode()
    assert "turnips" not in rowan.get(where, {"state": "declined"}).content.decode()
    file = rowan.get(where, {"format": "csv", "q": "turnips"})
    assert "TLP-GREEN" in file["Content-Disposition"] and "turnips" in file.content.decode("utf-8-sig")


def test_every_kind_has_a_form_with_words_and_a_way_to_take_it_over() -> None:
    assert set(KINDS) == {"statement", "evidence", "organisation"}
    with acting(NOBODY):
        for kind in KINDS.values():
            assert kind.takers and {"text", "signed", *kind.extra} == set(kind.form().fields)
