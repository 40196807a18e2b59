"""I4: what somebody types is text and stays text. Canaries in every field of every form never sing.

Sung would be: a variable in the page, a request for the image, a script or an image of the typed text in the document,
a report of the policy in the console (watched for in every journey), 49 for {{7*7}}, a formula in a spreadsheet.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from tests.journeys.steps import Journey, crawl, follow, open_link, path_of, press, words

SCRIPT = "<script>window.sung='script'</script>"
IMAGE = "<img src=canary.png onerror=\"window.sung='image'\">"
TEMPLATE = "{{7*7}}{% now 'Y' %}"
MARKDOWN = "[canary](javascript:window.sung='link')"
FORMULA = "=1+1"
ALL = f"{FORMULA} {SCRIPT}{IMAGE}{TEMPLATE}{MARKDOWN}"
LONG = '"></textarea></select></form>' + ALL + "'\"-->"
FORMS = {
    "risk": "/picture/risks/add/",
    "organisation": "/partners/organisations/add/",
    "priority": "/programme/add/",
    "lesson": "/exchange/add/",
    "group": "/partners/groups/add/",
    "person": "/partners/people/add/",
}


@pytest.mark.browser
class TestCanaries(Journey):
    def test_in_every_field_of_every_form_never_sing(self) -> None:
        self.given_canaries_in_every_text_field()
        self.then_none_sings_on_any_page_of_the_coordinator()
        self.then_none_is_a_formula_in_a_list_that_is_taken_away()
        self.when_some_of_it_is_released()
        self.then_none_sings_in_public_or_in_a_file()

    def given_canaries_in_every_text_field(self) -> None:
        self.rowan = self.browser_of("rowan")
        self.rowan.on("request", lambda request: self._asked(request.url))
        self.sung: list[str] = []
        self.records: list[str] = []
        self.fields = 0
        for kind, address in FORMS.items():
            self.rowan.goto(address)
            self._type_everywhere(kind)
        self._evidence()
        self._comment()
        assert self.fields >= 35
        print(f"{self.fields} fields")

    def _asked(self, url: str) -> None:
        if "canary" in url and "?" not in url:
            self.sung.append(url)

    def _type_everywhere(self, kind: str) -> None:
        """Fill all that can be filled; where a field wants something narrower, it says so, and gets that."""
        page = self.rowan
        for field in page.locator("main form.form").first.locator("input:visible, textarea:visible, select:visible").all():
            what = field.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
            if what == "checkbox":
                continue  # ticked where an error asks for it: a tick may make the rest of the form narrower
            if what == "radio":
                group = page.locator(f"main [name='{field.get_attribute('name')}']")
                if group.evaluate_all("all => all.every(e => !e.checked)"):
                    field.check()
            elif what == "select":
                options = field.locator("option").count()
                field.select_option(index=min(1, options - 1))
            elif what == "date":
                field.fill("2026-05-05")
            elif what == "number":
                field.fill("3")
            else:
                self.fields += 1
                longest = int(field.get_attribute("maxlength") or 100_000)
                field.fill(next(said for said in (LONG, ALL, SCRIPT, "<b>{{7*7}}", FORMULA) if len(said) <= longest))
        self._send(kind)

    def _send(self, kind: str) -> None:
        page = self.rowan
        before = page.url
        for _ in range(3):
            follow(page.locator("main form.form button").first)
            self._silence(page)
            if not page.locator(".errors").count():
                break
            for link in page.locator(".errors a").all():
                field = page.locator(link.get_attribute("href"))
                if field.evaluate("e => e.type") in ("radio", "checkbox"):
                    field.check()
                else:
                    self.fields -= 1
                    field.fill(self._narrower(page.locator(f"label[for='{link.get_attribute('href')[1:]}']").inner_text()))
        assert path_of(page.url) != path_of(before), f"{kind}: {page.locator('.errors').inner_text()}"
        self.records.append(path_of(page.url))

    def _narrower(self, label: str) -> str:
        if "mail" in label:
            return "canary@example.org"
        if re.search("web|address of|link|site", label, re.I):
            return "https://example.org/canary"
        return ""

    def _evidence(self) -> None:
        page = self.rowan
        page.goto("/picture/evidence/add/what/")
        for field in page.locator("main form.form textarea, main form.form input[type=text]").all():
            self.fields += 1
            field.fill(LONG if not field.get_attribute("maxlength") else ALL[: int(field.get_attribute("maxlength"))])
        press(page, "Go on")
        for _ in range(7):
            if path_of(page.url).endswith("/check/"):
                break
            date = page.locator("main input[type=date]")
            if date.count():
                date.fill("2026-05-05")
            else:
                page.locator("main form.form input[type=radio], main form.form input[type=checkbox]").first.check()
            press(page, "Go on")
        self._silence(page)
        page.get_by_label("Where does it come from?").fill(ALL)
        self.fields += 1
        page.get_by_label("It names no private person").check()
        press(page, "Send")
        self._silence(page)
        self.records.append(path_of(page.url))
        open_link(page, "Change")
        self._silence(page)

    def _comment(self) -> None:
        page = self.rowan
        page.goto("/picture/assessments/")
        follow(page.get_by_role("table", name="Versions").locator("tbody th a").first)
        self.records.append(path_of(page.url))
        open_link(page, "Comment")
        self._type_everywhere("comment")
        assert "{{7*7}}" in words(page)
        open_link(page, "Answer")
        self._type_everywhere("answer")

    def _silence(self, page: Any) -> None:
        """Nothing of what was typed became anything but text."""
        page.wait_for_load_state("load")
        assert page.evaluate("window.sung") is None, page.url
        assert page.locator("script, img[src*=canary], [onerror], a[href^='javascript:']").count() == 0, page.url
        said = words(page)
        assert "49{%" not in said, page.url
        assert self.sung == []

    def then_none_sings_on_any_page_of_the_coordinator(self) -> None:
        page = self.rowan
        seen = [
            *self.records,
            "/home/",
            "/lately/",
            "/picture/risks/",
            "/picture/evidence/",
            "/programme/",
            "/exchange/",
            "/partners/organisations/",
        ]
        seen += [
            "/partners/groups/",
            "/partners/people/",
            "/partners/coverage/",
            "/desk/prepare/",
            "/search/?q=sung",
            "/profile/",
        ]
        seen += [
            "/picture/risks/?q=%3Cscript%3Ewindow.sung%3D1%3C/script%3E",
            "/search/?q=%22%3E%3Cimg%20src=canary.png%20onerror=%22window.sung=1%22%3E",
        ]
        for address in dict.fromkeys(seen):
            assert page.goto(address).status == 200, address
            self._silence(page)
        for address in self.records:
            if page.goto(f"{address}change/").status == 200:
                self._silence(page)
        page.goto("/search/?q=sung")
        assert "<script>" in words(page)

    def then_none_is_a_formula_in_a_list_that_is_taken_away(self) -> None:
        told = 0
        for room in (
            "/picture/risks/",
            "/picture/evidence/",
            "/programme/",
            "/exchange/",
            "/partners/organisations/",
            "/partners/groups/",
            "/partners/people/",
        ):
            csv = self.rowan.request.get(f"{room}?format=csv").text()
            told += csv.count("sung=")
            assert not re.search(r'(^|,|\n|")=1\+1', csv), room
            book = zipfile.ZipFile(io.BytesIO(self.rowan.request.get(f"{room}?format=xlsx").body()))
            sheets = "".join(book.read(n).decode() for n in book.namelist() if n.startswith("xl/worksheets/sheet"))
            assert "<f>" not in sheets, room
            assert "<hyperlink" not in sheets, room
        assert told >= 7

    def when_some_of_it_is_released(self) -> None:
        page = self.rowan
        page.goto("/desk/prepare/")
        page.locator("input[name=title]").fill(ALL[:120])
        page.locator("textarea[name=why]").fill(LONG)
        press(page, "Put it on the desk")
        self._silence(page)
        where = path_of(page.url)
        publisher = self.browser_of("imogen")
        publisher.goto(where)
        self._silence(publisher)
        assert "sung" in words(publisher)
        press(publisher, "Release it")
        self._silence(publisher)

    def then_none_sings_in_public_or_in_a_file(self) -> None:
        page = self.nobody()
        found = crawl(
            page,
            "/public/",
            leave=lambda a: not a.startswith("/public/") or "language=" in a or bool(re.search(r"/(pdf|docx|md|json)/", a)),
        )
        sung = 0
        for address in found:
            page.goto(address)
            self._silence(page)
            sung += "sung" in words(page)
        assert sung >= 3
        page.goto("/public/profile/")
        with page.expect_download() as download:
            page.get_by_role("link", name="MD", exact=True).click()
        markdown = download.value.path().read_text()
        assert "sung" in markdown
        assert not re.search(r"(?<!\\)<(script|img)", markdown), "a reader of Markdown would run it"
        assert not re.search(r"(?<!\\)\]\(javascript:", markdown), "a reader of Markdown would link it"
