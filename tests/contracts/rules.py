"""House rules that can be read off the source: each a function from a file's text to offences, with reviewed exceptions and offenders to try it on.

A reviewed file is one in which the thing is meant: it stands here with the reason, and a reviewed file in which nothing is found any more
is an offence itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
LEFT_OUT = {
    ".git",
    ".venv",
    ".venv-tools",
    "__pycache__",
    "node_modules",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}
SELF = "tests/contracts/rules.py"
"""Holds offenders on purpose."""

Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Rule:
    """`where`: which files (glob of the path in the clone). `find`: (line, what) of each offence. `planted`: texts that must be found."""

    name: str
    where: tuple[str, ...]
    find: Callable[[str, str], Found]
    planted: tuple[str, ...]
    innocent: tuple[str, ...] = ()
    but: tuple[str, ...] = ("*/tests/*",)
    reviewed: dict[str, str] = field(default_factory=dict)

    def applies(self, path: str) -> bool:
        return any(fnmatch(path, w) for w in self.where) and not any(fnmatch(path, b) for b in self.but) and path != SELF

    def offences(self) -> list[str]:
        """Offences of the whole clone outside of reviewed files."""
        return [
            f"{path}:{line}: {what}"
            for path in files()
            if self.applies(path) and not self.is_reviewed(path)
            for line, what in self.find(path, read(path))
        ]

    def is_reviewed(self, path: str) -> bool:
        return any(fnmatch(path, r) for r in self.reviewed)

    def stale(self) -> list[str]:
        """Reviewed entries under which nothing is found any more."""
        return [
            r
            for r in self.reviewed
            if not any(fnmatch(p, r) and next(self.find(p, read(p)), None) for p in files() if self.applies(p))
        ]


_files: list[str] = []
_texts: dict[str, str] = {}


def files() -> list[str]:
    """Every text file of the clone, by its path in it."""
    if not _files:
        for folder, inside, names in CLONE.walk():
            inside[:] = sorted(n for n in inside if n not in LEFT_OUT)
            _files.extend(
                str((folder / n).relative_to(CLONE))
                for n in sorted(names)
                if not n.endswith((".mo", ".pyc", ".png", ".ttf", ".otf", ".woff2", ".pdf"))
            )
    return _files


def read(path: str) -> str:
    if path not in _texts:
        _texts[path] = (CLONE / path).read_text(encoding="utf-8", errors="replace")
    return _texts[path]


# reading Python --------------------------------------------------------------------------------------------------------------


def nodes(text: str) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(text))


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute; calls on the way are passed through: `A.objects.filter(x).update` is A.objects.filter.update."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Subscript):
        return dotted(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def calls(text: str) -> Iterator[tuple[ast.Call, str]]:
    for node in nodes(text):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def imports(text: str) -> Iterator[tuple[int, str]]:
    """(line, full name) of everything imported."""
    for node in nodes(text):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"


def literal(node: ast.AST) -> bool:
    """A text that stands there whole: nothing is put into it."""
    if isinstance(node, ast.Constant):
        return True
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and literal(node.left) and literal(node.right)


# dangerous ways ---------------------------------------------------------------------------------------------------------------

FORBIDDEN_IMPORTS = (
    "pickle",
    "cPickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "yaml",
    "xml.sax",
    "xml.dom",
    "telnetlib",
    "commands",
)
FORBIDDEN_CALLS = (
    "eval",
    "exec",
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "yaml.load",
    "yaml.unsafe_load",
    "builtins.eval",
    "builtins.exec",
)


def dangerous(path: str, text: str) -> Found:
    for line, name in imports(text):
        if any(name == f or name.startswith(f + ".") for f in FORBIDDEN_IMPORTS) or name in ("os.system", "os.popen"):
            yield line, f"imports {name}"
    for call, name in calls(text):
        if name in FORBIDDEN_CALLS:
            yield call.lineno, f"calls {name}"
        for keyword in call.keywords:
            if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False):
                yield call.lineno, "shell="
            if keyword.arg == "typ" and isinstance(keyword.value, ast.Constant) and keyword.value.value in ("unsafe", "base"):
                yield call.lineno, "an unsafe YAML reader"


# text that is called safe ------------------------------------------------------------------------------------------------------


def called_safe(path: str, text: str) -> Found:
    if not path.endswith(".py"):
        for m in re.finditer(r"\|\s*(safe|safeseq)\b|\{%\s*autoescape\s+off", text):
            yield text.count("\n", 0, m.start()) + 1, m[0]
        return
    for line, name in imports(text):
        if name.endswith((".mark_safe", ".SafeData", ".SafeText", ".html_safe")):
            yield line, f"imports {name}"
    for node in nodes(text):
        if isinstance(node, ast.FunctionDef) and node.name == "__html__":
            yield node.lineno, "an __html__ of its own"
        if isinstance(node, ast.Call):
            last = dotted(node.func).rpartition(".")[2]
            if last in ("mark_safe", "SafeString", "SafeText"):
                yield node.lineno, f"calls {last}"
            if last in ("format_html", "format_html_join") and any(
                not literal(a) for a in node.args[: 1 if last == "format_html" else 2]
            ):
                yield node.lineno, f"{last} of a text that is put together"


# SQL -----------------------------------------------------------------------------------------------------------------------------

SQL_CALLS = ("RawSQL", "raw", "extra", "execute", "executemany", "mogrify")


def _sql(text: str) -> Iterator[tuple[ast.Call, str]]:
    for call, name in calls(text):
        last = name.rpartition(".")[2]
        if last in SQL_CALLS and (last == "RawSQL" or "." in name) and (call.args or call.keywords):
            yield call, last


def sql(path: str, text: str) -> Found:
    for call, name in _sql(text):
        yield call.lineno, f"{name}(...)"


def built_sql(path: str, text: str) -> Found:
    for call, name in _sql(text):
        if call.args and not literal(call.args[0]):
            yield call.lineno, f"{name} of a text that is put together"
        if name == "extra":
            yield call.lineno, "extra()"


# writing ---------------------------------------------------------------------------------------------------------------------------

ALWAYS = {
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "abulk_create",
    "asave",
    "adelete",
    "acreate",
    "aupdate",
    "save_base",
    "_raw_delete",
}
QUERYSET = {"objects", "filter", "exclude", "all", "using", "_default_manager", "_base_manager", "select_for_update", "order_by"}


def writes(path: str, text: str) -> Found:
    for call, name in calls(text):
        way = name.split(".")
        last, on_rows, keywords = way[-1], bool(QUERYSET & set(way[:-1])), {k.arg for k in call.keywords}
        if len(way) < 2:
            continue
        if (
            last in ALWAYS
            or (
                last == "save"
                and not call.args
                and (not keywords or keywords & {"force_insert", "force_update", "update_fields", "using", "commit"})
            )
            or (last == "create" and (on_rows or bool(keywords)))
            or (last == "update" and (on_rows or (bool(keywords) and not call.args)))
            or (last == "delete" and not call.args)
        ):
            yield call.lineno, f"{name}()"


# things that act behind one's back -----------------------------------------------------------------------------------------------

BEHIND = (
    "threading.local",
    "django.db.models.signals",
    "django.core.signals",
    "django.dispatch",
    "django.contrib.contenttypes",
    "django.contrib.admin",
    "django.contrib.auth.models",
    "asgiref.local",
)


def behind_ones_back(path: str, text: str) -> Found:
    if not path.endswith(".py"):
        return
    for line, name in imports(text):
        if any(name == b or name.startswith(b + ".") for b in BEHIND) and name != "django.dispatch":
            yield line, f"imports {name}"
    for node in nodes(text):
        if isinstance(node, ast.Attribute) and dotted(node) == "threading.local":
            yield node.lineno, "threading.local"
        if isinstance(node, ast.Name | ast.Attribute) and "thread_local" in dotted(node):
            yield node.lineno, dotted(node)
        if isinstance(node, ast.Constant) and str(node.value).startswith("django.contrib.admin"):
            yield node.lineno, f"installs {node.value}"
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name in ("save", "delete", "asave", "adelete", "save_base"):
                    yield inner.lineno, f"{node.name}.{inner.name}() of its own"
                if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant) and inner.value.value == "__all__":
                    yield inner.lineno, "a form with every field"


# tests that do not run ---------------------------------------------------------------------------------------------------------------


def left_out(path: str, text: str) -> Found:
    for node in nodes(text):
        name = dotted(node) if isinstance(node, ast.Attribute | ast.Name) else ""
        if re.search(r"(^|\.)(skip|skipif|skipIf|skipUnless|xfail|importorskip|expectedFailure|SkipTest)$", name) and re.match(
            r"(pytest|unittest|mark|skip|xfail|importorskip|self|expectedFailure)", name
        ):
            yield node.lineno, name
    for line, name in imports(text):
        if re.search(r"\.(skip|skipif|skipIf|skipUnless|xfail|importorskip|expectedFailure|SkipTest)$", name) and name.startswith(
            ("pytest", "unittest", "_pytest")
        ):
            yield line, f"imports {name}"


# sentences ---------------------------------------------------------------------------------------------------------------------------

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}


def sentences(path: str, text: str) -> Found:
    """Text for people is whole: never built by +, never an f-string handed to gettext, and a form's words go through gettext."""
    for node in nodes(text):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                if (
                    isinstance(side, ast.Call)
                    and dotted(side.func) in GETTEXT
                    and not isinstance(other, ast.List | ast.ListComp | ast.Tuple)
                ):
                    yield node.lineno, "a sentence built by +"
                    break
        if isinstance(node, ast.Call):
            if dotted(node.func) in GETTEXT and any(
                not literal(a) for a in node.args[: 2 if dotted(node.func).startswith("ng") else 1]
            ):
                yield node.lineno, "gettext of a text that is put together"
            for k in node.keywords:
                if (
                    k.arg in ("label", "help_text", "heading", "caption", "placeholder")
                    and isinstance(k.value, ast.Constant)
                    and isinstance(k.value.value, str)
                    and re.search(r"[A-Za-z]{2}", k.value.value)
                ):
                    yield node.lineno, f"{k.arg}= without gettext: {k.value.value!r}"


# templates ---------------------------------------------------------------------------------------------------------------------------

HIDDEN = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|\{%\s*verbatim\s*%\}.*?\{%\s*endverbatim\s*%\}|<!--.*?-->", re.S
)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
SAID = ("alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "label", "summary", "content")
NAMES = {"Plait", "CSV", "XLSX", "PDF", "DOCX", "JSON", "Markdown", "HTML", "TLP"}
"""Words that are the same in every language."""
QUIET_TAGS = {
    "extends",
    "load",
    "url",
    "static",
    "if",
    "elif",
    "translate",
    "trans",
    "blocktranslate",
    "blocktrans",
    "block",
    "endblock",
    "comment",
    "now",
    "ifchanged",
    "partialdef",
    "partial",
    "get_current_language",
}


def _blank(m: re.Match[str]) -> str:
    return "\n" * m[0].count("\n") + " "


def _is_said(words: str) -> bool:
    left = re.sub(r"&\w+;|&#\d+;", " ", words)
    return any(w not in NAMES for w in re.findall(r"[^\W\d_]{2,}", left))


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "code", "kbd", "samp"):
            self.quiet += 1
        known = dict(attrs)
        for name, value in attrs:
            if not value or name not in SAID or (name == "content" and known.get("name") != "description"):
                continue
            if _is_said(value):
                self.found.append((self.getpos()[0], f"{name}={value.strip()!r}"))
        if tag == "input" and known.get("type") in ("submit", "button", "reset") and _is_said(known.get("value") or ""):
            self.found.append((self.getpos()[0], f"value={known['value']!r}"))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "code", "kbd", "samp") and self.quiet:
            self.quiet -= 1

    def handle_data(self, data: str) -> None:
        attributes = re.fullmatch(r'\s*([\w-]+="[^"]*"\s*)+', data)  # a block that fills in attributes of a tag elsewhere
        if not self.quiet and not attributes and _is_said(data):
            self.found.append((self.getpos()[0], repr(data.strip()[:60])))


def untranslated(path: str, text: str) -> Found:
    """Words for people that do not go through gettext: text nodes, attributes that are read out, literals handed to tags."""
    text = TRANSLATED.sub(_blank, HIDDEN.sub(_blank, text))
    for m in TAG.finditer(text):
        inside = m[0][2:-2].strip()
        first = inside.split(None, 1)[0] if inside and m[0].startswith("{%") else ""
        if first in QUIET_TAGS:
            continue
        for lit in re.finditer(r"""(?P<before>.{0,40}?)(?P<q>["'])(?P<words>.*?)(?P=q)""", inside, re.S):
            words, before = lit["words"], inside[: lit.start("q")]
            if re.search(r"(_\(|date:|time:|localdate:|stringformat:|\bin |==\s*|!=\s*)$", before) or words.endswith(
                (".html", ".svg", ".css", ".js")
            ):
                continue
            if first == "include" and not re.search(r"\bwith\b", before):
                continue
            if (
                re.fullmatch(r"[A-Z][^\W\d_]+.*|.*[^\W\d_]{2,} [^\W\d_].*", words, re.S)
                and _is_said(words)
                and not re.fullmatch(r"[a-z][\w-]*( [a-z][\w-]*)*", words)
            ):
                yield text.count("\n", 0, m.start()) + 1, f"{first or 'filter'} {words!r}"
    parser = _Texts()
    parser.feed(TAG.sub(_blank, re.sub(r"(</?)\{\{.*?\}\}", r"\1span", text)))
    parser.close()
    yield from parser.found


def inline(path: str, text: str) -> Found:
    text = HIDDEN.sub(_blank, text)
    for m in re.finditer(
        r"""\sstyle\s*=|<style\b|<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["'{]|javascript:|\bsrcdoc=|<(?:object|embed|iframe)\b""",
        text,
    ):
        yield text.count("\n", 0, m.start()) + 1, m[0].strip()


def third_party(path: str, text: str) -> Found:
    """What a browser would fetch by itself from elsewhere."""
    for m in re.finditer(
        r"""(?:\b(?:src|srcset|poster|action|data)\s*=\s*["']|<link\b[^>]*\bhref=["']|url\(\s*["']?|@import\s+["'])\s*(?:https?:)?//[^\s"')]+""",
        HIDDEN.sub(_blank, text),
    ):
        yield text.count("\n", 0, m.start()) + 1, m[0]


PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)?|border-(?:top|bottom)-(?:left|right)-radius"
    r"|left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:(?!:)|(?:text-align|float|clear|caption-side)\s*:\s*(?:left|right|top|bottom)\b"
)


def physical(path: str, text: str) -> Found:
    """Properties that are wrong in a right-to-left page."""
    text = re.sub(r"/\*.*?\*/", _blank, text, flags=re.S)
    text = re.sub(r"@(?:media|page|container|supports)\b[^{]*", _blank, text)  # a condition on the window is no property
    for m in PHYSICAL.finditer(text):
        yield text.count("\n", 0, m.start()) + 1, m[0]


# where packages come from ----------------------------------------------------------------------------------------------------------------

_REGISTRIES = "|".join(
    (
        "py" + r"pi\.org",
        "python" + "hosted",
        r"npm" + r"js\.",
        "crates" + r"\.io",
        r"proxy\.golang" + r"\.",
        "conda" + r"\.anaconda",
        "docker" + r"\.io",
        "ghcr" + r"\.io",
        "jsdelivr",
        "unpkg",
        "cdn" + "js",
    )
)
REGISTRY = re.compile(
    rf"(?:{_REGISTRIES})|://(?![\w.-]*\b(?:example|test|invalid|localhost)\b)[^\s\"'<>)]+/simple\b|--(?:extra-)?index-url[ =]+https?://(?![\w.-]*\.example)|\bfiles\.\w+\.(?:org|com)\b",
    re.I,
)


def registry(path: str, text: str) -> Found:
    for m in REGISTRY.finditer(text):
        yield text.count("\n", 0, m.start()) + 1, m[0]


RULES = (
    Rule(
        "no code from text, no shell, no pickled objects",
        ("*.py",),
        dangerous,
        planted=(
            "eval('1')",
            "exec(text)",
            "import pickle",
            "from pickle import loads",
            "import yaml",
            "import yaml\nyaml.load(f)",
            "import subprocess\nsubprocess.run('x', shell=True)",
            "import os\nos.system('x')",
            "from os import system",
            "def f():\n    import marshal",
            "YAML(typ='unsafe')",
        ),
        innocent=("import ast\nast.literal_eval('1')", "spec.loader.exec_module(m)", "run(x, shell=False)", "YAML(typ='rt')"),
        but=(),
    ),
    Rule(
        "text is called safe in reviewed files only",
        ("src/*.py", "src/*.html", "src/*.txt"),
        called_safe,
        planted=(
            "from django.utils.safestring import mark_safe",
            "import django.utils.safestring as s\ns.mark_safe(x)",
            "SafeString(x)",
            "class A:\n    def __html__(self): return ''",
            "format_html(f'<b>{x}</b>')",
            "format_html('<b>' + x)",
            "@html|{{ text|safe }}",
            "@html|{{ text | safe }}",
            "@html|{% autoescape off %}",
            "@html|{{ list|safeseq|join:'' }}",
        ),
        innocent=("x: SafeString = f()", "format_html('<b>{}</b>', x)", "@html|{{ safe }}", "@html|{{ x|unsafe_no }}"),
        reviewed={
            "src/plait/frame/templatetags/plait.py": "the components: what stands between their tags was escaped by the template that wrote it; arguments go through format_html",
            "src/plait/frame/components.py": "examples of the gallery, written in the code",
            "src/plait/frame/marks.py": "drawings chosen by a key from a fixed table",
            "src/plait/web/templates/web/second_set_up.html": "the picture for an authenticator app: squares drawn by segno, no text in it",
            "src/plait/frame/charts/*.py": "SVG: each word goes through escape(), numbers through format()",
        },
    ),
    Rule(
        "SQL stands in the kernel and the launcher only",
        ("src/*.py",),
        sql,
        planted=("cursor.execute('select 1')", "Risk.objects.raw('select 1')", "rows.extra(where=['x'])", "x = RawSQL('1', ())"),
        innocent=("execute()", "raw('x')", "pool.execute()"),
        reviewed={
            "src/plait/kernel/access/*.py": "the driving queries and definer functions, the sync of rights with the registry, the matrix",
            "src/plait/kernel/acting.py": "announces asker and verb",
            "src/plait/kernel/accounts.py": "one definer function: offices for whoever appoints",
            "src/plait/kernel/tries.py": "counts a try and says how many there were in one statement, so that two at once count twice",
            "src/plait/kernel/chores.py": "the advisory lock of the one worker",
            "src/plait/kernel/clock.py": "plait.now()",
            "src/plait/kernel/founding.py": "as owner, once, and after each change of the pack",
            "src/plait/kernel/disposal.py": "definer functions of disposal; the routine that writes tables anew",
            "src/plait/kernel/files/*.py": "definer functions that add pieces and say whether there is room",
            "src/plait/kernel/outbox.py": "definer functions of the outbox",
            "src/plait/kernel/keeping.py": "definer functions on the recipients of backups",
            "src/plait/kernel/looks.py": "definer functions on looks and refused attempts",
            "src/plait/kernel/keys/*.py": "definer functions that give and take wrapped keys; epochs, as owner",
            "src/plait/kernel/log/*.py": "entries, the sequencer as maintenance, and verify, which reads everything",
            "src/plait/kernel/release.py": "definer functions of the release desk",
            "src/plait/kernel/rights.py": "definer functions on the asker's offices",
            "src/plait/kernel/search.py": "the driving queries of search",
            "src/plait/kernel/scratch.py": "databases to be thrown away, for tests and the matrix",
            "src/plait/launch/*.py": "roles and databases, before Django",
            "src/plait/cli/inside.py": "one statement around the migrations",
        },
    ),
    Rule(
        "SQL is put together in reviewed files only",
        ("src/*.py",),
        built_sql,
        planted=(
            "cursor.execute(f'select {x}')",
            "cursor.execute('select ' + x)",
            "cursor.execute('select %s' % x)",
            "cursor.execute(sql)",
            "RawSQL(f'{x}', ())",
            "rows.extra(where=['x'])",
            "A.objects.raw(sql)",
        ),
        innocent=("cursor.execute('select %s', [x])", "cursor.execute('a' 'b')"),
        reviewed={
            "src/plait/kernel/disposal.py": "names of tables from the register, through sql.Identifier",
            "src/plait/kernel/access/glass.py": "one helper for definer functions; each caller gives it a literal text",
            "src/plait/kernel/access/reviewing.py": "one helper for definer functions; each caller gives it a literal text",
            "src/plait/kernel/access/visiting.py": "one helper for definer functions; each caller gives it a literal text",
            "src/plait/kernel/access/sync.py": "names of tables, columns, roles and functions come from the registry, never from a request",
            "src/plait/kernel/access/cells.py": "names of tables from the registry, on a scratch database",
            "src/plait/kernel/access/queries.py": "a literal handed on by _rows(); one literal subquery in brackets",
            "src/plait/kernel/outbox.py": "a literal handed on by _rows()",
            "src/plait/kernel/access/writing.py": "a literal handed on by _call()",
            "src/plait/kernel/log/*.py": "literals handed on; names of tables from the registry",
            "src/plait/kernel/rights.py": "a literal handed on by _column()",
            "src/plait/kernel/search.py": "one of three forms of a query, put together from literals in that file",
            "src/plait/kernel/scratch.py": "names of scratch databases, made there",
            "src/plait/launch/backup.py": "names of tables from the database's own catalogue, quoted; settings from a constant",
            "src/plait/launch/external.py": "role and database statements of launch/roles.py",
            "src/plait/launch/export.py": "names of tables from the database's own catalogue, quoted",
            "src/plait/launch/restore.py": "constants",
            "src/plait/launch/scratch.py": "the tests' cluster; names through sql.Identifier, statements of launch/roles.py",
        },
    ),
    Rule(
        "only actions write",
        ("src/*.py",),
        writes,
        planted=(
            "row.save()",
            "row.save(update_fields=['a'])",
            "Risk.objects.create(title='x')",
            "Risk.objects.filter(id=1).update(title='x')",
            "rows.update(title='x')",
            "row.delete()",
            "Risk.objects.all().delete()",
            "Risk.objects.bulk_create(many)",
            "Risk.objects.get_or_create(id=1)",
            "org.people.create(name='x')",
            "form.save(commit=False)",
        ),
        innocent=(
            "found.update(data)",
            "seen.update({'a': 1})",
            "document.save(path)",
            "server.create()",
            "environ.update(dict(a=1))",
        ),
        but=(
            "*/tests/*",
            "*/migrations/*",
            "src/plait/*/actions.py",
            "src/plait/*/actions/*.py",
            "src/plait/cli/*",
            "src/plait/launch/*",
        ),
        reviewed={
            "src/plait/kernel/accounts.py": "signing in comes before anybody is known: accounts, invitations and sessions are open tables",
            "src/plait/kernel/factors.py": "second factors, codes, ended sessions: open tables, written before anybody is known",
            "src/plait/kernel/signon.py": "identities at an organisation's sign-on and used invitations: open tables",
            "src/plait/kernel/tries.py": "counts of tries under keyed hashes: an open table",
            "src/plait/kernel/chores.py": "when each chore ran: the worker's own open table",
            "src/plait/kernel/feeds.py": "addresses of calendars: an open table, asked for by programs that have no account",
            "src/plait/kernel/sessions.py": "sessions that ended; an open table",
            "src/plait/kernel/founding.py": "as owner, before there is anybody",
            "src/plait/kernel/access/cells.py": "the matrix tries every write on a scratch database",
            "src/plait/kernel/files/keeping.py": "keeps a file for the room's action that links it",
        },
    ),
    Rule(
        "nothing acts behind one's back",
        ("src/*.py", "pyproject.toml"),
        behind_ones_back,
        planted=(
            "import threading\nx = threading.local()",
            "from threading import local",
            "_thread_locals = 1",
            "from django.db.models.signals import post_save",
            "from django.dispatch import receiver",
            "from django.core import signals\nfrom django.core.signals import request_finished",
            "class A(Model):\n    def save(self): ...",
            "class A(Model):\n    def delete(self): ...",
            "from django.contrib.contenttypes.fields import GenericForeignKey",
            "INSTALLED_APPS = ['django.contrib.admin']",
            "from django.contrib.admin import site",
            "from django.contrib.auth.models import Permission",
            "class F:\n    class Meta:\n        fields = '__all__'",
        ),
        innocent=("import threading\nthreading.Lock()", "import signal", "__all__ = []", "def save(): ..."),
        reviewed={"src/plait/kernel/apps.py": "post_migrate brings the rights to the registry; it is not a signal of a row"},
    ),
    Rule(
        "every test runs",
        ("*.py",),
        left_out,
        planted=(
            "@pytest.mark.skip\ndef test_a(): ...",
            "@pytest.mark.skipif(True, reason='x')\ndef test_a(): ...",
            "@pytest.mark.xfail\ndef test_a(): ...",
            "def test_a():\n    pytest.skip('x')",
            "pytest.importorskip('x')",
            "from pytest import skip",
            "from unittest import skipIf",
            "@unittest.skip('x')\ndef test_a(): ...",
            "pytestmark = pytest.mark.skip",
        ),
        innocent=("skip_to_content()", "range.skip", "pytest.mark.full"),
        but=("src/plait/[!t]*/[!t]*.py",),
    ),
    Rule(
        "a sentence is whole and goes through gettext",
        ("src/*.py",),
        sentences,
        planted=(
            "x = _('You may ') + name",
            "x = 'a' + gettext('b')",
            "_(f'Hello {x}')",
            "_('a' % b)",
            "field(label='Title')",
            "field(help_text='Say what happened')",
            "ngettext(f'{n} a', 'b', n)",
        ),
        innocent=("_('a %(b)s') % {'b': c}", "_('one '  'two')", "field(label=_('Title'))", "field(label='')", "[_('x')] + [1]"),
    ),
    Rule(
        "no words for people outside gettext in templates",
        ("src/*/templates/*.html",),
        untranslated,
        planted=(
            "@html|<p>Hello there</p>",
            "@html|<p>{{ name }} agreed</p>",
            '@html|<img alt="A map">',
            '@html|<input placeholder="Search">',
            '@html|<nav aria-label="Rooms">',
            "@html|{% section 'What we know' %}",
            '@html|{{ x|default:"Not said" }}',
            '@html|<input type="submit" value="Save">',
            "@html|{% if x %}Yes{% else %}{% translate 'No' %}{% endif %}",
            '@html|{% include "a.html" with title="Some words" %}',
        ),
        innocent=(
            '@html|<p>{% translate "Hello there" %}</p>',
            "@html|{% blocktranslate %}Hello there{% endblocktranslate %}",
            "@html|<p>Plait</p>",
            '@html|{% section _("What we know") %}',
            '@html|{% include "frame/a.html" %}',
            '@html|{{ d|date:"j F Y" }}',
            "@html|{% comment %}Only for us{% endcomment %}",
            '@html|<p class="two words">…</p>',
            '@html|{% tag state="is-main open" %}',
            "@html|<a href=\"{% url 'web:home' %}\">&nbsp;</a>",
        ),
    ),
    Rule(
        "no inline script or style",
        ("src/*/templates/*.html",),
        inline,
        planted=(
            '@html|<p style="color: red">',
            "@html|<script>1</script>",
            '@html|<a onclick="x()">',
            '@html|<a href="javascript:x()">',
            "@html|<style>p {}</style>",
            '@html|<iframe src="/x"></iframe>',
        ),
        innocent=(
            '@html|<script src="/static/x.js" defer></script>',
            '@html|<p class="style">style = on</p>',
            "@html|<p>{# <script> #}</p>",
        ),
    ),
    Rule(
        "nothing is fetched from elsewhere",
        ("src/*.html", "src/*.css", "src/*.svg", "src/*.js"),
        third_party,
        planted=(
            '@html|<img src="https://elsewhere.example/x.png">',
            '@html|<link rel="stylesheet" href="//elsewhere.example/x.css">',
            "@html|a { background: url(https://elsewhere.example/x) }",
            '@html|@import "https://elsewhere.example/x.css"',
        ),
        innocent=(
            '@html|<a href="https://elsewhere.example/">',
            '@html|<svg xmlns="http://www.w3.org/2000/svg">',
            "@html|url(#a)",
        ),
    ),
    Rule(
        "logical properties only",
        ("src/*.css",),
        physical,
        planted=(
            "@css|p { margin-left: 1px }",
            "@css|p{padding-right:0}",
            "@css|p { text-align: left }",
            "@css|p { float: right; }",
            "@css|p { left: 0; }",
            "@css|p { border-top-left-radius: 1px }",
            "@css|p { width: 3px }",
        ),
        innocent=(
            "@css|p { margin-inline-start: 1px; line-height: 1; inset-block-start: 0 }",
            "@css|@media (max-width: 30rem) { p { text-align: start } }",
            "@css|/* left: 0 */",
            "@css|p { --left-width: 1px; border-block-width: 1px }",
        ),
    ),
    Rule(
        "no package registry is named",
        ("*",),
        registry,
        planted=(
            "@txt|--index-url https://packages.internal.org/" + "simple",
            "@txt|see https://" + "py" + "pi.org/project/x",
            "@txt|https://mirror.internal/" + "simple/",
            "@txt|https://files." + "python" + "hosted.org/a",
            "@txt|registry.npm" + "js.org",
        ),
        innocent=("@txt|https://one.example/" + "simple", "@txt|a simple page", "@txt|https://plait.example.org/"),
        but=(),
    ),
)
