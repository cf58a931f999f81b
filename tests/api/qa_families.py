"""Four families, one with each team, and a qa that has heard of them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.api.qa_house import Qa, qa_running
from tests.views.letters import Post, london
from tests.views.stories import active, amber, red

NOW = london("2026-11-25 10:00")
Story = Callable[[Qa], Awaitable[None]]


def told(folder: Path, story: Story, *letters: Post) -> None:
    """Run a story at a qa that has taken these letters."""

    async def main() -> None:
        async with qa_running(folder, NOW) as qa:
            for post in letters:
                await qa.take(post.sent)
            await story(qa)

    asyncio.run(main())


def families() -> Post:
    """A case new at the door, one with CAT, one with Family Help and a lead, one with the MASH."""
    post = Post()
    post.referral(london("2026-11-24 09:00"), "new", "n")
    post.referral(london("2026-11-20 09:00"), "assessed", "a")
    post.triage(london("2026-11-20 12:00"), "assessed", "a", "AMBER", "CAT_ASSESSMENT")
    amber(post, "2026-11-10 09:00", "helped", "h", "2026-11-10 12:00")
    active(post, "2026-11-11 09:00", "helped", "h")
    red(post, "2026-11-23 09:00", "urgent", "u", "2026-11-23 10:00")
    return post
