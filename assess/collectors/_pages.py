"""Pages of the calls that botocore has no paginator for."""

from collections.abc import Iterator
from typing import Any

from aimigrate.assess._reading import Item, Reader


def pages(
    reader: Reader,
    service: str,
    call: str,
    token: str,
    **parameters: Any,  # noqa: ANN401  # as boto3
) -> Iterator[Item | None]:
    """Yield each page of a call whose request and answer name the next page by `token`; None where one was refused.

    What was read before a refusal was yielded before it, so a caller who needs all can see that it has not.
    """
    after: Item = {}
    while True:
        page = reader.one(service, call, named="", optional=True, **parameters, **after)
        yield page
        if page is None or not page.get(token):
            return
        after = {token: page[token]}
