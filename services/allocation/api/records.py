"""What may be done to any record of a case: saying what was missing of it, and withdrawing it."""

from services.allocation.decisions.resolve_incomplete import ResolveIncomplete, resolve_incomplete
from services.allocation.decisions.withdraw_record import WithdrawRecord, withdraw_record
from shared.http.command import Command
from shared.http.on_case import on_case

RECORDS: tuple[Command, ...] = (
    on_case(
        "ResolveIncomplete", "resolved-items", ResolveIncomplete, resolve_incomplete, "Supply what a record lacked."
    ),
    on_case("WithdrawRecord", "withdrawals", WithdrawRecord, withdraw_record, "Say that a record should not be."),
)
