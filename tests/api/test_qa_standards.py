"""What an authority has published on keeping in touch with families is read by anybody signed in, of their own."""

import asyncio
from pathlib import Path

import pytest

from tests.api.qa_house import qa_running
from tests.views.letters import london


@pytest.mark.rule("WLV-INFO-07")
def test_a_standard_that_is_announced_and_not_given_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with qa_running(tmp_path, london("2026-11-25 10:00")) as qa:
            answer = await qa.get("/communication-standard?authority=WLV", "cat")
            assert answer.status_code == 200, answer.text
            said = answer.json()
            assert (said["authority"], said["edition"]) == ("WLV", "wolverhampton/2024-09-26")
            assert (said["rules"], said["text"]) == (["WLV-INFO-07"], None)
            assert (await qa.get("/communication-standard", "cat")).json() == said
            assert (await qa.get("/communication-standard?authority=TST", "cat")).status_code == 404
            elsewhere = (await qa.get("/communication-standard", "testford")).json()
            assert (elsewhere["rules"], elsewhere["text"]) == ([], None)

    asyncio.run(main())
