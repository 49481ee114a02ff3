"""From `value:` entries to the model's values (`podcast:value`)."""

from __future__ import annotations

from datetime import timedelta

from podfeed.model import RemoteItem, Value, ValueRecipient, ValueTimeSplit
from podfeed.source.schema import RecipientEntry, SplitEntry, ValueEntry


def value(entry: ValueEntry) -> Value:
    return Value(
        type=entry.type,
        method=entry.method,
        suggested=entry.suggested,
        recipients=tuple(_recipient(r) for r in entry.recipients),
        splits=tuple(_split(s) for s in entry.splits),
    )


def _recipient(entry: RecipientEntry) -> ValueRecipient:
    return ValueRecipient(
        type=entry.type,
        address=entry.address,
        split=entry.split,
        name=entry.name,
        custom_key=entry.custom_key,
        custom_value=entry.custom_value,
        fee=bool(entry.fee),
    )


def _split(entry: SplitEntry) -> ValueTimeSplit:
    return ValueTimeSplit(
        start=entry.start,
        duration=entry.length,
        recipients=tuple(_recipient(r) for r in entry.recipients),
        remote_item=RemoteItem(feed_guid=entry.feed, item_guid=entry.item) if entry.feed else None,
        remote_start=entry.remote_start or timedelta(0),
        remote_percentage=100 if entry.percentage is None else entry.percentage,
    )
