"""Two encryption keys for tests that change keys, in the form of the settings."""

import base64

OLD, NEW = (f"{number}:{base64.b64encode(bytes([number]) * 32).decode()}" for number in (7, 8))

# Seals what the running installation mints; a test run opens it as one of many.
NEW_LINK_KEY = "200:" + "bmV3" * 10 + "bmU="
