"""Two encryption keys for tests that change keys, in the form of the settings."""

import base64

OLD, NEW = (f"{number}:{base64.b64encode(bytes([number]) * 32).decode()}" for number in (7, 8))
