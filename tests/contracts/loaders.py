"""Which keys the loaders read of which file, from their source: what docs/reference/load.md is compared with."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

READERS = {"text", "texts", "flag", "number", "date", "one_of", "some_of", "mapping", "items", "has"}


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


@dataclass
class Reader:
    """Follows a file's items through a module's functions and classes: which variable holds an item of which file."""

    module: ast.Module
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.functions: dict[str, ast.FunctionDef] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.tuples: dict[str, list[str]] = {}
        for node in ast.walk(self.module):
            if isinstance(node, ast.FunctionDef):
                self.functions.setdefault(node.name, node)
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
        for node in self.module.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Tuple):
                self.tuples[node.targets[0].id] = [t for e in node.value.elts if (t := text(e))]

    def run(self) -> dict[str, set[str]]:
        for function in list(self.functions.values()):
            self.follow(function, {})
        return self.keys

    def words(self, node: ast.AST) -> list[str]:
        """The texts of a tuple that stands there or has a name, or a slice of it."""
        if isinstance(node, ast.Tuple | ast.List):
            return [t for e in node.elts if (t := text(e))]
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and isinstance(node.slice.upper, ast.Constant):
            return self.words(node.value)[: node.slice.upper.value]  # type: ignore[misc]
        return self.tuples.get(dotted(node), [])

    def file_of(self, node: ast.AST, held: dict[str, str]) -> str | None:
        """The file whose item, or items, this expression gives."""
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in ("folder.items", "folder.one", "self.folder.one"):
                return (text(node.args[0]) or "").removesuffix(".yaml")
            if name in ("list", "next", "sorted", "iter") and node.args:
                return self.file_of(node.args[0], held)
            if name.endswith(".items") and name.rpartition(".")[0] in held:
                return held[name.rpartition(".")[0]]
            if name == "Item":
                return next((f for each in ast.walk(node) if (f := held.get(dotted(each)))), None)
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
                return None
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            return self.file_of(node.generators[0].iter, held)
        if isinstance(node, ast.Subscript):
            return self.file_of(node.value, held)
        return held.get(dotted(node))

    def bind(self, target: ast.AST, value: ast.AST, held: dict[str, str]) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for t, v in zip(target.elts, value.elts, strict=False):
                self.bind(t, v, held)
        elif (found := self.file_of(value, held)) is not None:
            held[dotted(target)] = found

    def follow(self, function: ast.FunctionDef, held: dict[str, str]) -> dict[str, str]:
        """Read one function with these variables bound; what it calls is followed too. Gives back what is bound at its end."""
        mark = (f"{function.name}:{function.lineno}", tuple(sorted(held.items())))
        if mark in self.seen:
            return held
        self.seen.add(mark)
        held, loops = dict(held), defaultdict(set)
        for statement in function.body:
            self.walk(statement, held, loops)
        return held

    def walk(self, node: ast.AST, held: dict[str, str], loops: dict[str, set[str]]) -> None:
        """In the order in which it runs, as far as it matters: a name that is bound anew means the new file from there on."""
        if isinstance(node, ast.FunctionDef):
            return  # followed where it is called
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            self.walk(node.value, held, loops)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self.bind(target, node.value, held)
            return
        if isinstance(node, ast.For):
            self.loop(node.target, node.iter, held, loops)
            for statement in [*node.body, *node.orelse]:
                self.walk(statement, held, loops)
            return
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            for each in node.generators:
                self.loop(each.target, each.iter, held, loops)
        for inner in ast.iter_child_nodes(node):
            self.walk(inner, held, loops)
        if isinstance(node, ast.Call):
            self.call(node, held, loops)

    def loop(self, target: ast.AST, values: ast.AST, held: dict[str, str], loops: dict[str, set[str]]) -> None:
        self.walk(values, held, loops)
        self.bind(target, values, held)
        loops[dotted(target)] = set(self.words(values))

    def call(self, node: ast.Call, held: dict[str, str], loops: dict[str, set[str]]) -> None:
        name = dotted(node.func)
        holder, _, last = name.rpartition(".")
        if holder in held and last in READERS and node.args:
            self.keys[held[holder]] |= {t} if (t := text(node.args[0])) else loops[dotted(node.args[0])]
        elif last == "add" and holder.endswith(".taken") and holder.removesuffix(".taken") in held:
            self.keys[held[holder.removesuffix(".taken")]] |= {t} if (t := text(node.args[0])) else loops[dotted(node.args[0])]
        elif (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Call)
            and last in READERS
            and (f := self.file_of(node.func.value, held))
        ):
            self.keys[f] |= {t} if (t := text(node.args[0])) else set()
        elif (
            name.endswith("folder.find")
            and len(node.args) > 2
            and (f := held.get(dotted(node.args[1])))
            and (t := text(node.args[2]))
        ):
            self.keys[f].add(t)
        elif name.endswith("folder.act") and (f := held.get(dotted(node.args[0]))):
            self.keys[f].add(text(node.args[1]) or "" if len(node.args) > 1 else "by")
        elif name.endswith("folder.remember") and (f := held.get(dotted(node.args[1]))):
            self.keys[f].add("key")
        elif name in self.functions or name in self.classes:
            self.into(node, name, held)

    def into(self, node: ast.Call, name: str, held: dict[str, str]) -> None:
        """Follow a call of the module's own function or class."""
        called = self.functions.get(name)
        if name in self.classes:
            methods = [m for m in self.classes[name].body if isinstance(m, ast.FunctionDef)]
            called = next((m for m in methods if m.name == "__init__"), None)
        if called is None:
            return
        names = [a.arg for a in called.args.args]
        names = names[1:] if names[:1] == ["self"] else names
        given = {n: f for n, a in zip(names, node.args, strict=False) if (f := self.file_of(a, held))}
        if name in self.classes:
            own = {k: v for k, v in self.follow(called, given).items() if k.startswith("self.")}
            for method in methods:
                self.follow(method, own if method is not called else given)
            return
        said = {n: t for n, a in zip(names, node.args, strict=False) if (t := text(a))}
        for inner in ast.walk(called):  # ref("group", "group"): a name handed on as the key
            if (
                isinstance(inner, ast.Call)
                and dotted(inner.func).rpartition(".")[2] in READERS
                and inner.args
                and dotted(inner.args[0]) in said
            ):
                holder = dotted(inner.func).rpartition(".")[0]
                if f := held.get(holder) or given.get(holder):
                    self.keys[f].add(said[dotted(inner.args[0])])
        self.follow(called, {**{k: v for k, v in held.items() if called in _nested(self.module)}, **given})


def _nested(module: ast.Module) -> list[ast.FunctionDef]:
    return [
        n
        for f in module.body
        if isinstance(f, ast.FunctionDef)
        for n in ast.walk(f)
        if isinstance(n, ast.FunctionDef) and n is not f
    ]


def keys_of(*sources: str) -> dict[str, set[str]]:
    """File (without its ending) to every key that these modules read of it, those of nested mappings too."""
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for stem, keys in Reader(ast.parse(source)).run().items():
            found[stem] |= keys - {""}
    return dict(found)
