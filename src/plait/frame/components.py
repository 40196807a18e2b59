"""Examples of every component: what the gallery shows, and the quickest way to learn a tag.

Each is a piece of template, the context it needs and a line on when it is used. The words are about nothing in particular.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django.template import engines
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from plait.frame import charts, forms, lists
from plait.frame.show import Sees


@dataclass(frozen=True)
class Component:
    """One component: its name, when it is used, and an example."""

    key: str
    title: Any
    when: Any
    source: str
    context: Callable[[], Mapping[str, Any]] = dict
    wide: bool = False


def rendered(component: Component, request: HttpRequest | None = None) -> dict[str, Any]:
    """A component with its example's markup, made anew for each theme so that ids stay single."""
    template = engines["django"].from_string("{% load i18n plait %}" + component.source)

    def make(prefix: str) -> SafeString:
        made = template.render({**component.context(), "p": prefix}, request)
        return SafeString(_single(made, prefix))

    return {"component": component, "source": component.source, "light": make("l-"), "dark": make("d-"), "rtl": make("r-")}


def _single(markup: str, prefix: str) -> str:
    """The same example stands several times on the gallery page: ids and what points at them get a prefix."""
    import re

    markup = re.sub(r'\b(id|for|aria-labelledby)="([^"]+)"', rf'\1="{prefix}\2"', markup)
    markup = re.sub(
        r'aria-describedby="([^"]+)"', lambda m: 'aria-describedby="' + " ".join(prefix + w for w in m[1].split()) + '"', markup
    )
    markup = re.sub(r'(<input type="(?:radio|checkbox)"[^>]* name=")', rf"\1{prefix}", markup)
    markup = re.sub(r'href="#(?!")([^"]+)"', rf'href="#{prefix}\1"', markup)
    markup = re.sub(r'(<(?:nav|form)\b[^>]*aria-label=")([^"]*)', rf"\1\2 ({prefix[0]})", markup)
    markup = markup.replace(" autofocus", "")
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", markup)


class Example(forms.PlaitForm):
    words = forms.Text(
        label=_("What did you see or hear?"),
        help_text=_("Two or three sentences. About a place or a theme, never a person."),
        rows=3,
        longest=500,
    )
    how = forms.Choice(
        label=_("How do you know?"),
        choices=[("saw", _("I saw it")), ("told", _("I was told")), ("read", _("I read it"))],
        hints={"told": _("By somebody who was there, or who heard it.")},
    )
    kinds = forms.Choices(label=_("What is it about?"), choices=[("a", _("A place")), ("b", _("A theme"))], required=False)
    day = forms.Day(label=_("When was it?"), required=False)
    where = forms.Choice(label=_("Where?"), choices=[("", _("choose")), ("n", _("North")), ("s", _("South"))], menu=True)
    nobody = forms.Tick(label=_("Nobody can be recognised from what I wrote"), legend=_("Nobody is named"))


def _page() -> Any:
    spec = lists.Spec(
        "examples",
        columns=[
            lists.Column("title", _("Example"), order="title"),
            lists.Column("level", _("Level"), order="level"),
            lists.Column("count", _("Items"), order="count", numeric=True),
        ],
        filters=[lists.Filter("kind", _("Kind"), [("a", _("first")), ("b", _("second"))])],
        search=["title"],
    )
    rows = [
        SimpleNamespace(title=t, level=v, count=n)
        for t, v, n in ((_("First example"), _("Likely"), 12), (_("Second example"), _("Unlikely"), 1204))
    ]
    ask = lists.Ask(q="example", sort="-count", page=2, chosen={"kind": "a"}, options={"kind": spec.filters[0].options()})
    return {"page": lists.Page(rows, 52, 81, 2, ask, spec)}


def _matrix() -> Mapping[str, Any]:
    likelihoods = [
        ("a", _("Remote chance"), _("up to 5%")),
        ("b", _("Highly unlikely"), _("10 to 20%")),
        ("c", _("Unlikely"), _("25 to 35%")),
        ("d", _("Realistic possibility"), _("40 to 50%")),
        ("e", _("Likely"), _("55 to 75%")),
        ("f", _("Highly likely"), _("80 to 90%")),
        ("g", _("Almost certain"), _("95% and over")),
    ]
    impacts = [("1", _("Limited")), ("2", _("Moderate")), ("3", _("Serious")), ("4", _("Severe")), ("5", _("Very severe"))]
    order = "abcdefg"
    items = [
        {
            "code": c,
            "label": str(_("An example")),
            "likelihood": a,
            "impact": b,
            "confidence": k,
            "trend": t,
            "href": "#matrix",
            "confidence_label": k,
            "trend_label": t,
        }
        for c, a, b, k, t in (
            ("R1", "e", "4", "moderate", "steady"),
            ("R2", "e", "4", "high", "rising"),
            ("R3", "d", "5", "moderate", "rising"),
            ("R4", "c", "4", "low", "falling"),
            ("R5", "f", "3", "low", "steady"),
        )
    ]
    return {
        "drawn": charts.risk_matrix(items, likelihoods, impacts, lambda a, b: min(4, 1 + (order.index(a) + int(b) * 2 - 2) // 4))
    }


def _map() -> Mapping[str, Any]:
    def box(key: str, name: Any, x: float, y: float) -> dict[str, Any]:
        ring = [[x, y], [x + 1, y + 0.05], [x + 1.05, y + 0.6], [x + 0.1, y + 0.55], [x, y]]
        return {
            "type": "Feature",
            "properties": {"key": key, "name": str(name)},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }

    places = {
        "type": "FeatureCollection",
        "features": [
            box("a", _("North end"), 0, 0.6),
            box("b", _("Mill side"), 1.06, 0.62),
            box("c", _("Old market"), 0.1, 0),
            box("d", _("Station"), 1.12, 0.02),
        ],
    }
    drawn = charts.outline_map(None, places, {"a": 12, "b": 3, "c": 24}, unit=str(_("items")), width=520)
    return {"drawn": drawn, "shades": charts.legend(drawn)}


def _history() -> Mapping[str, Any]:
    at = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
    entry = SimpleNamespace
    return {
        "entries": [
            entry(at=at.replace(day=9), name="Lena Marsh", verb="example.draft", before=None, after={"title": "x"}),
            entry(
                at=at,
                name="Ira Example",
                verb="example.change",
                before={"title": "Protest at a hotel"},
                after={"title": "Outside calls bring a hostile crowd"},
            ),
        ],
        "verbs": {"example.draft": _("wrote the first draft"), "example.change": _("changed it")},
        "fields": {"title": _("Statement")},
    }


def _bound() -> Mapping[str, Any]:
    return {"form": Example({"words": "Jamie said so.", "how": "told"})}


def _steps() -> Mapping[str, Any]:
    return {
        "list": [
            {"label": _("What"), "state": "done"},
            {"label": _("Where and when"), "state": "now"},
            {"label": _("Check"), "state": ""},
        ]
    }


def _todo() -> Mapping[str, Any]:
    return {
        "list": [
            {
                "title": _("Release the summary, or send it back"),
                "href": "#",
                "why": _("You are the second person."),
                "when": _("Due today"),
                "state": "warn",
            },
            {"title": _("Ask about two late actions"), "href": "#", "why": _("Both have an owner."), "when": _("Friday")},
        ]
    }


COMPONENTS: tuple[Component, ...] = (
    Component(
        "tag",
        _("State"),
        _("The state of a thing. Each has a shape, so that colour is never alone."),
        '{% tag %}{% translate "Draft" %}{% endtag %} {% tag "good" %}{% translate "Held" %}{% endtag %} {% tag "warn" %}{% translate "Due today" %}{% endtag %} {% tag "bad" %}{% translate "Late" %}{% endtag %} {% tag "note" %}{% translate "Comments open" %}{% endtag %} {% tag "plain" %}{% translate "Not built yet" %}{% endtag %}',
    ),
    Component(
        "sees",
        _("Who sees this"),
        _("Under the title of each protected page: the circle in words, the small label derived from it."),
        "{% sees narrow %}{% sees wide %}",
        lambda: {
            "narrow": Sees(str(_("The board")), "TLP:AMBER", 12, 9, why="#why"),
            "wide": Sees(str(_("Everybody: this is public")), "TLP:CLEAR"),
        },
    ),
    Component(
        "why",
        _("Why can I see this?"),
        _("One line a seat, from the seat itself."),
        "{% why seats %}",
        lambda: {
            "seats": [
                SimpleNamespace(
                    through="",
                    source="membership",
                    starts=datetime(2026, 1, 12, tzinfo=UTC),
                    ends=datetime(9999, 12, 31, tzinfo=UTC),
                    given_by="Ira Example",
                    reason=str(_("Joined the partnership")),
                    level=1,
                )
            ]
        },
    ),
    Component(
        "judgement",
        _("Confidence, trend, grade"),
        _("A level never stands without its diamond; a trend has its arrow."),
        '<p>{% confidence "low" _("Low") %} {% confidence "moderate" _("Moderate") %} {% confidence "high" _("High") %}</p><p>{% trend "rising" _("Rising") %} {% trend "steady" _("Steady") %} {% trend "falling" _("Falling") %} {% grade "B2" _("usually reliable, probably true") %}</p>',
    ),
    Component(
        "figure",
        _("Numbers"),
        _("Every number opens what it counts."),
        '<div class="metrics">{% figure 9 _("risks in the agreed picture") url="#" why=_("3 rising, 2 falling") %}{% figure 9 _("kinds of partner have a seat") url="#" of=_("of 18") %}{% figure _("Likely") _("Likelihood") url="#" word=True why=_("unchanged") %}</div>',
    ),
    Component(
        "glance",
        _("Numbers as lines"),
        _("Beside a list of what needs somebody."),
        '<dl class="glance">{% glance 31 _("actions under way") url="#" why=_("4 late, all with an owner") %}{% glance 17 _("requests were answered in time") url="#" of=_("of 21") %}</dl>',
    ),
    Component("todo", _("What needs me"), _("A verb first; why in a line; when at the end."), "{% todo list %}", _todo),
    Component(
        "summary",
        _("Facts of one thing"),
        _("With a Change link whose hidden words name what."),
        '{% summary_list %}{% fact _("Cause") href="#" %}{% translate "A rumour is taken up by people from outside." %}{% endfact %}{% fact _("Who leads") %}{% translate "The council" %}{% endfact %}{% fact _("Review") %}{% endfact %}{% endsummary_list %}',
    ),
    Component(
        "table",
        _("Table"),
        _("First cell is the row's head and link. On a phone each row becomes a record."),
        '{% table _("Examples") show=True %}{% heads %}{% head _("Example") %}{% head _("Owner") %}{% head _("Items") numeric=True %}{% endheads %}{% rows %}{% row %}{% rowhead %}<a href="#">{% translate "First example" %}</a>{% endrowhead %}{% cell _("Owner") %}{% translate "The council" %}{% endcell %}{% cell _("Items") numeric=True %}12{% endcell %}{% endrow %}{% row %}{% rowhead note=_("new") %}<a href="#">{% translate "Second example" %}</a>{% endrowhead %}{% cell _("Owner") %}{{ ""|or_none }}{% endcell %}{% cell _("Items") numeric=True %}1{% endcell %}{% endrow %}{% endrows %}{% endtable %}',
    ),
    Component(
        "listing",
        _("List"),
        _("Search, filters, what is shown, pages, exports around a table."),
        '{% listing page %}{% table _("Examples") %}{% listing_heads page %}{% rows %}{% for r in page.rows %}{% row %}{% rowhead %}<a href="#">{{ r.title }}</a>{% endrowhead %}{% cell _("Level") %}{{ r.level }}{% endcell %}{% cell _("Items") numeric=True %}{{ r.count }}{% endcell %}{% endrow %}{% endfor %}{% endrows %}{% endtable %}{% endlisting %}',
        _page,
        wide=True,
    ),
    Component(
        "form",
        _("Question"),
        _("Label above, hint between, error with the field; the summary first. What was typed stays."),
        "{% errors form %}{% for one in form.visible_fields %}{% field one %}{% endfor %}",
        _bound,
    ),
    Component(
        "question",
        _("The one question of a page"),
        _("Its label is the page's title."),
        '<form class="form" novalidate>{% field form.how page=True %}<div class="btns"><button class="btn" type="button">{% translate "Save and go on" %}</button><a href="#">{% translate "Stop and keep this draft" %}</a></div></form>',
        lambda: {"form": Example()},
    ),
    Component("steps", _("How far along"), _("Above a form of several pages."), "{% steps list %}", _steps),
    Component(
        "buttons",
        _("Buttons"),
        _("One strong button a page. A disabled one has its reason beside it."),
        '<p class="btns"><a class="btn" href="#">{% translate "Add evidence" %}</a> <button class="btn btn--quiet" type="button">{% translate "Propose a change" %}</button> <button class="btn btn--danger" type="button">{% translate "Withdraw" %}</button></p>',
    ),
    Component(
        "confirm",
        _("Before a step that cannot be taken back"),
        _("A page of its own: exactly what will happen, and the safe way out."),
        '{% confirm _("Release to everybody?") %}<ul><li>{% translate "14 sentences leave the partnership." %}</li><li>{% translate "They stay public until somebody withdraws them." %}</li></ul><div class="btns"><button class="btn btn--danger" type="button">{% translate "Release" %}</button><a href="#">{% translate "Go back" %}</a></div>{% endconfirm %}',
    ),
    Component(
        "empty",
        _("Empty"),
        _("What belongs here, how little is enough, the button, one example."),
        '{% empty_state _("No dialogue has been written down here") href="#" link=_("Write the first") example=_("We met at the library. They asked about buses.") %}{% translate "Two sentences are enough to begin with." %}{% endempty_state %}',
    ),
    Component(
        "warning",
        _("To heed, to know, well"),
        _("A box means a warning, an error or an empty state."),
        '{% warning %}{% translate "Nobody from outside may open this page." %}{% endwarning %}{% warning "note" %}{% translate "This source has not been verified." %}{% endwarning %}{% warning "good" %}{% translate "Saved." %}{% endwarning %}',
    ),
    Component(
        "quote",
        _("Dissent"),
        _("Next to the decision, never in a footnote."),
        '{% quote _("One partner, kept with the decision") %}{% translate "We see less than what there is. I would say likely." %}{% endquote %}',
    ),
    Component(
        "timeline",
        _("What happened"),
        _("A filled dot is a decision."),
        '{% timeline %}{% event day main=True %}{% translate "The board agreed it." %}{% endevent %}{% event earlier %}{% translate "Comments closed." %}{% endevent %}{% endtimeline %}',
        lambda: {"day": date(2026, 11, 18), "earlier": date(2026, 11, 9)},
    ),
    Component(
        "history",
        _("History of a record"),
        _("From its entries: who, when, what was there before and after."),
        "{% history entries verbs fields %}",
        _history,
    ),
    Component(
        "free_text",
        _("Words in another language"),
        _("Marked, so that they are spoken and set in their own way."),
        '<p>{% free_text german "de" %}</p><p>{% free_text urdu "ur" %}</p>',
        lambda: {"german": "Vertrauen kommt vor Zusammenarbeit.", "urdu": "اعتماد پہلے آتا ہے۔"},
    ),
    Component(
        "matrix",
        _("Risk matrix"),
        _("Likelihood across, impact up; the shade is looked up in the pack."),
        '{% drawing _("One example would do most harm, and moved up a step") drawn sub=_("Shading shows the order in which the board discusses; it is not a score.") %}',
        _matrix,
        wide=True,
    ),
    Component(
        "map",
        _("Where knowledge comes from"),
        _("Not a map of danger. What is missing is hatched, never pale."),
        '{% drawing _("We know the old market best, and nothing about the station") drawn sub=_("Items by place, last 12 months. It is not a map of danger.") %}{{ shades }}',
        _map,
    ),
    Component(
        "bars",
        _("Bars"),
        _("From zero; the number at the end."),
        '{% drawing _("Most take part for the council") drawn %}',
        lambda: {
            "drawn": charts.bar_rows(
                [(str(_("Council")), 7, "#"), (str(_("Schools")), 3), (str(_("Faith")), 0)], unit=str(_("organisations"))
            )
        },
    ),
    Component(
        "levels",
        _("Levels"),
        _("Named things on a scale, one line each."),
        '{% drawing _("How likely each is within a year") drawn %}',
        lambda: {
            "drawn": charts.level_rows(
                [
                    charts.Level(str(_("First example")), "e", str(_("rising"))),
                    charts.Level(str(_("Second example")), "b", str(_("steady"))),
                ],
                _matrix_scale(),
            )
        },
    ),
    Component(
        "yardstick",
        _("Yardstick"),
        _("The seven bands with their gaps."),
        '{% drawing _("Realistic possibility") drawn %}',
        lambda: {"drawn": charts.yardstick(_phia(), "d")},
    ),
    Component(
        "then",
        _("Then and now"),
        _("In a cell; the words stand beside it."),
        "<p>{{ drawn }} {% translate 'Unlikely to likely' %}</p>",
        lambda: {"drawn": charts.then_and_now(2, 4)},
    ),
)


def _phia() -> list[charts.Step]:
    """Professional Head of Intelligence Assessment, probability yardstick (UK government, 2018)."""
    bands = (
        (_("Remote chance"), 0, 5),
        (_("Highly unlikely"), 10, 20),
        (_("Unlikely"), 25, 35),
        (_("Realistic possibility"), 40, 50),
        (_("Likely"), 55, 75),
        (_("Highly likely"), 80, 90),
        (_("Almost certain"), 95, 100),
    )
    return [charts.Step(k, str(label), f"{a} to {b}%", a, b) for k, (label, a, b) in zip("abcdefg", bands, strict=True)]


def _matrix_scale() -> list[charts.Step]:
    return _phia()
