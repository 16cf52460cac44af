"""Every error that Viva raises on purpose.

    VivaError
    ├── ContentError        the content's author wrote something that can't be read
    ├── UsageError          the caller asked for something that doesn't exist or doesn't fit
    │   ├── UnknownQuestion
    │   ├── UnknownSession
    │   └── IllegalMove     the session is in a state that doesn't allow the event
    ├── InputError          a person's file or line is malformed
    ├── MeasureError        the numbers given can't be estimated from
    ├── SandboxError        a lab can't be run safely, or the sandbox failed
    └── StoreError          the database can't be opened, or holds what this version can't read

A message names the thing, what was found, what was wanted and the next step.
"""

from __future__ import annotations


class VivaError(Exception):
    """The root: whatever Viva raises on purpose."""


class ContentError(VivaError):
    """A content file is wrong; the message starts with ``file:line``."""


class UsageError(VivaError):
    """The caller asked for something that doesn't exist or doesn't fit."""


class UnknownQuestion(UsageError):
    """No question in the bank has this id."""


class UnknownSession(UsageError):
    """No session in the store has this id."""


class IllegalMove(UsageError):
    """The session's state doesn't allow this event."""


class InputError(VivaError):
    """A person's file, line or option is malformed."""


class MeasureError(VivaError):
    """The numbers given can't be estimated from."""


class SandboxError(VivaError):
    """A lab can't be run safely, or the sandbox failed."""


class StoreError(VivaError):
    """The database can't be opened, or holds what this version can't read."""
