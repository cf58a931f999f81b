"""What a first start says: where everything is, a token for each kind of caller, and a referral to paste."""

import json
from collections.abc import Callable
from random import Random
from uuid import uuid4

import httpx2
from rich.console import Console
from rich.text import Text

from deploy.acting import Callers, Role, Roles
from deploy.clock import real
from deploy.synthetic import AGENCIES, Inventor
from shared.kernel.calendar import local_date
from shared.protocol.load import authorities, protocol_of
from shared.protocol.protocol import Protocol


async def welcome(
    client: httpx2.AsyncClient, url: str, url_of: Callable[[str], str] | None = None, *, tokens: bool = True
) -> Text:
    """The text. url: of the one server, or of the front door; url_of: of each service, where there are several.

    tokens: of development mode, good for ten minutes. Whoever they name is registered first, so without them an
    empty store stays empty, and the domain's clock can still be set to a past day. Raises NotTaken.
    """
    where = url_of or (lambda service: url)
    authority = authorities()[0]
    protocol = protocol_of(authority, real())
    text = Text()
    _say(text, "Where things are")
    for name, address in _places(where):
        text.append(f"  {name:<11}{address}\n")
    if tokens:
        named = await _tokens(Callers(client, authority, lambda: str(uuid4()), where), Roles(protocol))
        _say(text, "Tokens", ", good for ten minutes; more from POST /dev/token")
        for name, token in named.items():
            text.append(f"  {name}\n").append(f"{token}\n", "dim")
        sender = named[next(iter(named))]
    else:
        _say(text, "A token", ": this puts it into TOKEN; until there is one, PUT /dev/clock may set a past day")
        text.append(_ask(where("referral"), authority), "cyan").append("\n")
        sender = None
    _say(text, "Send a referral", " as a partner agency's system does; the same lines again give the same answer")
    text.append(_curl(where("referral"), sender, protocol), "cyan")
    text.append(f"\n\nEverybody in it is made up. {protocol.telephone}. For a child in danger now: 999.\n", "dim")
    return text


async def greet(
    client: httpx2.AsyncClient,
    console: Console,
    url: str,
    url_of: Callable[[str], str] | None = None,
    *,
    tokens: bool = True,
) -> None:
    """Print it, each line whole however narrow the terminal: what wraps cannot be pasted."""
    text = await welcome(client, url, url_of, tokens=tokens)
    console.rule("[green]Told Once")
    console.print(text, soft_wrap=True, highlight=False)


def _say(text: Text, title: str, more: str = "") -> None:
    text.append(f"\n{title}", "bold").append(f"{more}\n")


def _places(where: Callable[[str], str]) -> list[tuple[str, str]]:
    return [
        ("worklist", f"{where('referral')}/referral/v1/worklists/front-door"),
        ("case file", f"{where('qa')}/qa/v1/cases/<case_id>, and /audit-trail, /clocks below it"),
        *((name, f"{where(name)}/{name}/openapi.json") for name in ("referral", "allocation", "planning", "qa")),
    ]


async def _tokens(callers: Callers, roles: Roles) -> dict[str, str]:
    agency = AGENCIES[0]
    wanted = {
        f"agency's system ({agency.title})": Role(kind="agency_system", agency=agency.id, agency_type=agency.type),
        "front-door worker": roles.door,
        "front-door manager": roles.door_manager,
        **{f"social worker of {team}": role for team, role in roles.teams.items()},
        "auditor": roles.auditor,
    }
    return {name: await callers.token(role) for name, role in wanted.items()}


def _ask(url: str, authority: str) -> str:
    agency = AGENCIES[0]
    asked = {"kind": "agency_system", "authority": authority, "agency": agency.id, "agency_type": agency.type}
    read = 'import json, sys; print(json.load(sys.stdin)["access_token"])'
    return f"TOKEN=$(curl -s {url}/dev/token -d '{json.dumps(asked)}' | python3 -c '{read}')"


def _curl(url: str, token: str | None, protocol: Protocol) -> str:
    """token: none for the one that stands in TOKEN."""
    inventor = Inventor(Random(), protocol.place.local_authority_code)
    child = inventor.family(local_date(real())).children[0]
    concern, flags = inventor.matter(child)
    form = {
        "form_type": "EMARF",
        "request_kind": "FAMILY_HELP_REQUEST",
        "agency_reference": "YOUR-REF-1",
        "referrer": inventor.referrer(AGENCIES[0]),
        "children": [child],
        "concern": concern.replace("'", "’"),
        "vulnerability_flags": list(flags),
    }
    shown = f"'Authorization: Bearer {token}'" if token else '"Authorization: Bearer $TOKEN"'
    body = json.dumps(form, ensure_ascii=False).replace("'", "’")
    return (
        f"curl -i {url}/referral/v1/referrals \\\n"
        f"  -H {shown} \\\n"
        f"  -H 'Idempotency-Key: {uuid4()}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -d '{body}'"
    )
