"""Messages as they were published, read from a recording.

``records``  what a line of a recording is: a message, or a bad line
``members``  the members of a JSON object, each with its value as it is written
``reader``   the formats of recordings, and the one reader of them all
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.recordings.reader import LONGEST_LINE, RecordingFormat, read_recording
    from uns.recordings.records import BadLine, RecordedMessage

__all__ = ["LONGEST_LINE", "BadLine", "RecordedMessage", "RecordingFormat", "read_recording"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "reader": "LONGEST_LINE RecordingFormat read_recording",
        "records": "BadLine RecordedMessage",
    },
)
