"""Names that are safe to write into any language we generate."""

import hashlib
import re
import unicodedata

_SAFE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_LIMIT = 40


def slug(text: str) -> str:
    """Turn any text into 1 to 40 lower-case letters, digits and hyphens.

    Text that is already so is returned as it is. Anything else carries eight hex digits of its
    SHA-256, so that two different names from an account never become one.
    """
    if _SAFE.fullmatch(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _LIMIT - 9].strip("-")
    return f"{words}-{digest}" if words else f"x-{digest}"
