"""The one door to AWS: boto3 clients for an endpoint that must be loopback."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

Props = dict[str, Any]


class RefusedEndpoint(ValueError):
    """The endpoint is not this machine's own."""


def loopback_endpoint(environment: Mapping[str, str]) -> str:
    """Return AWS_ENDPOINT_URL when it is loopback by its literal address. Raises RefusedEndpoint otherwise.

    Names other than localhost are refused without a look-up: what they resolve to can change.
    """
    url = environment.get("AWS_ENDPOINT_URL", "")
    host = urlsplit(url).hostname or ""
    try:
        inside = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        shown = f"AWS_ENDPOINT_URL is {host or 'not set'}"
        raise RefusedEndpoint(f"the AWS stand-in only talks to this machine: {shown}, not a loopback address")
    return url


@dataclass(frozen=True)
class Cloud:
    """An account and region behind a loopback endpoint."""

    endpoint_url: str
    region: str

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes clients at run time
        """Return the service's client."""
        return _client(service, self.endpoint_url, self.region)

    @property
    def account_id(self) -> str:
        """The caller's account."""
        return _account_id(self.endpoint_url, self.region)


@cache
def _client(service: str, endpoint_url: str, region: str) -> Any:  # noqa: ANN401  # as above
    settings = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=60, proxies={})
    make: Any = boto3.client  # its type names every service; ours is known at run time only
    return make(service, endpoint_url=endpoint_url, region_name=region, config=settings)


@cache
def _account_id(endpoint_url: str, region: str) -> str:
    return str(_client("sts", endpoint_url, region).get_caller_identity()["Account"])


def is_gone(error: ClientError) -> bool:
    """Tell whether AWS says that the thing is not there."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    gone = ("NotFound", "NoSuch", "NonExistent", "DoesNotExist")
    return status == 404 or any(word in code for word in gone)  # noqa: PLR2004  # HTTP's own number


def tag_list(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Write tags the way most services take them."""
    return [{"Key": key, "Value": value} for key, value in sorted((tags or {}).items())]


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Read tags the way most services give them."""
    return {tag["Key"]: tag["Value"] for tag in tags or [] if not tag["Key"].startswith("aws:")}
