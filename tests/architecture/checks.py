"""Checks on our own source that no general linter knows. Each takes sources and gives findings, a line each.

A check is worth nothing until it has been seen to fail: every one of them has a planted violation in test_ast.py.
"""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Sources = Mapping[str, str]
"""Path from the root -> text."""

ROOT = Path(__file__).parents[2]
PRODUCT = ("shared", "services", "deploy", "contracts")

LONGEST = 320
LONGEST_LIST = 420
"""An events.py lists all that a service records: one subject, however long the list is."""

EDGES = frozenset({"api", "service", "tick"})
"""The parts of a service that do input and output. Everything else in it is pure."""

PURE_LIBRARIES = frozenset({"msgspec", "pydantic", "pydantic_core", "holidays", "phonenumbers", "stdnum"})

PERSONAL = frozenset({
    "name", "first_name", "surname", "forename", "full_name", "names", "date_of_birth", "born", "nhs_number",
    "unique_pupil_number", "upn", "address", "postcode", "telephone", "phone", "email", "concern", "narrative", "note",
    "reason_note", "clear", "as_sent", "raw", "body", "value", "contact",
})  # fmt: skip
"""Names under which personal data or a caller's own text may stand."""

_AUTHORITY = re.compile(
    r"\b(?:WLV|BRS|BKM|WLL|SAW)\b|wolverhampton|bristol|buckinghamshire|walsall|sandwell", re.IGNORECASE
)
_PROTOCOL_ID = re.compile(r"\b(?:WLV|BRS|BKM|WLL|SAW|NAT)-[A-Z]+-\d+\b")
_SYSTEM_ID = re.compile(r"\bSYS-[A-Z]+-\d+\b")
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VAGUE_NAMES = frozenset({"base", "helper", "helpers", "util", "utils", "common", "manager", "managers", "core"})
_LOGGERS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:home|root|work|Users)/\w")


def python_files(*folders: str, root: Path = ROOT) -> dict[str, str]:
    """Every Python file below these folders."""
    files = (file for folder in folders for file in sorted((root / folder).rglob("*.py")))
    return {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}


def is_pure(path: str) -> bool:
    """Whether a file belongs to what is decided, as against what is done."""
    parts = Path(path).with_suffix("").parts
    if parts[:1] == ("services",) and len(parts) > 2:
        return parts[2] not in EDGES
    return parts[:2] in (("shared", "kernel"), ("shared", "protocol"))


def is_replay(path: str) -> bool:
    """Whether a file is of events or states: what is asked when a stream is folded again."""
    parts = Path(path).with_suffix("").parts
    if parts[:1] != ("services",) or len(parts) != 3:
        return False
    return parts[2] not in EDGES | {"reactions", "__init__"}


def authority_names(sources: Sources) -> Iterator[str]:
    """Code never asks which authority it is, so it has no reason to name one."""
    for path, text in sources.items():
        for number, line in enumerate(text.splitlines(), 1):
            if _AUTHORITY.search(line):
                yield f"{path}:{number}: names an authority; what differs between them stands in a pack"


def protocol_ids(sources: Sources) -> Iterator[str]:
    """A rule of a protocol stands in its pack block, in tests and in stored outcomes, never in other Python."""
    for path, text in sources.items():
        for number, line in enumerate(text.splitlines(), 1):
            for found in _PROTOCOL_ID.findall(line):
                yield f"{path}:{number}: {found} belongs in a pack"


def system_ids(sources: Sources, listed: Iterable[str]) -> Iterator[str]:
    """A rule of the product stands once in Python, where it refuses, and once in system.toml."""
    told = Counter(listed)
    where: dict[str, list[str]] = {}
    for path, text in sources.items():
        for number, line in enumerate(text.splitlines(), 1):
            for found in _SYSTEM_ID.findall(line):
                where.setdefault(found, []).append(f"{path}:{number}")
    for rule in sorted({*where, *told}):
        places = where.get(rule, [])
        if len(places) != 1:
            yield f"{rule}: stands {len(places)} times in Python, not once {' '.join(places)}".rstrip()
        if told[rule] != 1:
            yield f"{rule}: stands {told[rule]} times in system.toml, not once"


def unnamed_rules(rules: Iterable[str], tests: Sources) -> Iterator[str]:
    """Every rule of the product is named by a test that shows it."""
    marked = {rule for _, rule in marked_rules(tests)}
    for rule in sorted(set(rules) - marked):
        yield f"{rule}: no test is marked with it"


def unknown_rules(tests: Sources, known: Iterable[str]) -> Iterator[str]:
    """A test can only be marked with a rule that exists."""
    there = set(known)
    for where, rule in marked_rules(tests):
        if rule not in there:
            yield f"{where}: {rule} is no rule"


def marked_rules(tests: Sources) -> Iterator[tuple[str, str]]:
    """(where, rule) for each `pytest.mark.rule(...)`."""
    for path, text in tests.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield f"{path}:{node.lineno}", argument.value


def impurities(sources: Sources) -> Iterator[str]:
    """What is decided depends on its arguments alone: no clock, no chance, no environment, no file, no library of I/O.

    The packs are the one exception: `shared.protocol.load` reads them from files, and which folders from a setting.
    """
    for path, text in sources.items():
        if not is_pure(path):
            continue
        reads_packs = path in ("shared/protocol/load.py", "shared/protocol/where.py")
        for node in ast.walk(ast.parse(text)):
            for what in _impure(node):
                if not (reads_packs and what in ("os.environ", "os")):
                    yield f"{path}:{getattr(node, 'lineno', 0)}: {what} in a pure part"


_CALLS = frozenset({
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today",
    "uuid.uuid1", "uuid.uuid4", "uuid4", "uuid1", "open", "input", "os.getenv", "os.urandom",
})  # fmt: skip
_MODULES = frozenset({"time", "random", "secrets", "os", "socket", "subprocess", "threading", "asyncio", "sqlite3"})


def _impure(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in _CALLS:
        yield ast.unparse(node.func)
    if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "sys.argv"):
        yield ast.unparse(node)
    for module in _imported(node):
        top = module.split(".")[0]
        if top in _MODULES:
            yield top
    if isinstance(node, ast.ImportFrom) and node.module == "uuid":
        yield from (alias.name for alias in node.names if alias.name in ("uuid1", "uuid4"))


def foreign_imports(sources: Sources, standard: frozenset[str]) -> Iterator[str]:
    """Pure parts use the standard library and a few libraries of values; a new one is put on the list on purpose."""
    for path, text in sources.items():
        if not is_pure(path):
            continue
        for node in ast.walk(ast.parse(text)):
            for module in _imported(node):
                top = module.split(".")[0]
                if top not in standard and top not in PRODUCT and top not in PURE_LIBRARIES:
                    yield f"{path}:{getattr(node, 'lineno', 0)}: {top} in a pure part"


def asks_rules(sources: Sources) -> Iterator[str]:
    """Events and states never import the protocol: replay must not depend on today's rules."""
    for path, text in sources.items():
        if not is_replay(path):
            continue
        for node in ast.walk(ast.parse(text)):
            if any(module.startswith("shared.protocol") for module in _imported(node)):
                yield f"{path}:{getattr(node, 'lineno', 0)}: replay asks the protocol"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module]
    return []


def vague_names(sources: Sources) -> Iterator[str]:
    """A module or class is called by what it is. A manager in a title or a core group is a person or a meeting."""
    for path, text in sources.items():
        parts = Path(path).with_suffix("").parts
        for part in parts[1:]:
            if _VAGUE_NAMES & set(part.lower().split("_")):
                yield f"{path}: a module called {part}"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and _is_vague(node.name):
                yield f"{path}:{node.lineno}: a class called {node.name}"


def _is_vague(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words:
        return False
    return words[-1] in _VAGUE_NAMES or words[0] in ("abstract", "base", "common")


def long_files(sources: Sources) -> Iterator[str]:
    """A file is about one subject, and one subject fits on a few screens."""
    for path, text in sources.items():
        lines = len(text.splitlines())
        is_list = path.startswith("services/") and path.endswith("/events.py")
        most = LONGEST_LIST if is_list else LONGEST
        if lines > most:
            yield f"{path}: {lines} lines, at most {most}"


def talkative(sources: Sources, loggable: frozenset[str]) -> Iterator[str]:
    """Nothing about a person gets into a log, an exception or standard output.

    loggable: the fields that the allow-list lets through; another one would be dropped, so it is a mistake.
    """
    for path, text in sources.items():
        if path == "shared/http/logs.py":
            # It passes on the lines of libraries, through the allow-list like any other.
            continue
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from (f"{path}:{node.lineno}: {what}" for what in _said(path, node, loggable))
            if isinstance(node, ast.Raise) and node.exc is not None:
                for name in _quoted(node.exc):
                    yield f"{path}:{node.lineno}: an exception that quotes {name}"


def _said(path: str, call: ast.Call, loggable: frozenset[str]) -> Iterator[str]:
    called = ast.unparse(call.func)
    if called == "print" and not path.startswith(("deploy/", "contracts/")):
        yield "print"
    owner, _, method = called.rpartition(".")
    if method not in _LOGGERS or not (owner in ("log", "logger", "_log") or owner.startswith("structlog.get_logger")):
        return
    if call.args and not isinstance(call.args[0 if method != "log" else -1], ast.Constant):
        yield "a log line whose words are put together: give values as fields"
    for keyword in call.keywords:
        if keyword.arg is not None and keyword.arg not in loggable | {"exc_info"}:
            yield f"a log line with {keyword.arg}, which the allow-list drops"
        if ast.unparse(keyword.value) == "name" or ast.unparse(keyword.value).endswith("service.name"):
            continue
        for name in _names_in(keyword.value):
            if name in PERSONAL:
                yield f"a log line that says {name}"


def _quoted(raised: ast.expr) -> Iterator[str]:
    for node in ast.walk(raised):
        if isinstance(node, ast.FormattedValue):
            yield from (name for name in _names_in(node.value) if name in PERSONAL - {"name"})


def _names_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield str(node.slice.value)


def unfinished(sources: Sources) -> Iterator[str]:
    """What is not done is not there; a mark that it is not done is not left behind."""
    for path, text in sources.items():
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and _UNFINISHED.search(token.string):
                yield f"{path}:{token.start[0]}: {token.string.strip()}"


def stubs(sources: Sources) -> Iterator[str]:
    """Nothing in the product says that it is not written yet."""
    for path, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc):
                yield f"{path}:{node.lineno}: NotImplementedError"


def left_out(tests: Sources) -> Iterator[str]:
    """A test runs, or it is not there."""
    for path, text in tests.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute):
                said = ast.unparse(node)
                if said in ("pytest.skip", "pytest.xfail", "pytest.importorskip") or re.fullmatch(
                    r"pytest\.mark\.(?:skip|skipif|xfail)", said
                ):
                    yield f"{path}:{node.lineno}: {said}"


def machine_paths(texts: Sources) -> Iterator[str]:
    """What is in the repository works anywhere: it names no folder of one machine."""
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if _MACHINE_PATH.search(line):
                yield f"{path}:{number}: a path of one machine"
