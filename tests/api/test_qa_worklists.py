"""The worklist of somebody who works on linked cases: each item once, wherever it is looked at from."""

from pathlib import Path

from tests.api.qa_families import told
from tests.api.qa_house import Qa
from tests.views.letters import Post
from tests.views.stories import joined, red


def linked() -> Post:
    """A child with the MASH, and a second referral about it that has joined its case."""
    post = Post()
    red(post, "2026-11-23 09:00", "urgent", "u", "2026-11-23 10:00")
    joined(post, "2026-11-24 09:00", "more", "m", "urgent", "u", "link-1")
    return post


def test_what_linked_cases_share_is_on_the_list_once(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        items = (await qa.get("/worklists", "mash")).json()["items"]
        held = [item for item in items if item["code"] == "HOLD_STRATEGY_DISCUSSION"]
        assert [(item["case_id"], item["child_id"]) for item in held] == [("urgent", "u")]
        for case in ("urgent", "more"):
            file = (await qa.get(f"/cases/{case}", "mash")).json()
            assert [item["case_id"] for item in file["worklist"] if item["code"] == held[0]["code"]] == ["urgent"]

    told(tmp_path, story, linked())
