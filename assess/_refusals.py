"""What an error from AWS means for what we read: a table; an error that is not in it is raised."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004  # botocore's own name; the built-in one is not used here
    CredentialRetrievalError,
    HTTPClientError,
    InvalidConfigError,
    NoAuthTokenError,
    NoCredentialsError,
    PaginationError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from aimigrate.errors import AccountProblem

RefusalStatus = Literal["denied", "throttled", "unsupported", "failed", "skipped", "gone"]

READ_ERRORS = (ClientError, ConnectionError, HTTPClientError, PaginationError, ResponseParserError)
CREDENTIAL_ERRORS = (
    CredentialRetrievalError,
    InvalidConfigError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException"})
_SKEWED = frozenset({"RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"})
# A wrong signature is a wrong clock when AWS says so (IAM user guide, troubleshoot signed requests, read 2026-11).
_SKEWED_WORDS = ("signature expired", "signature not yet current")
_MAYBE_EXPIRED = "RequestExpired"  # EC2 answers it for a wrong clock and for an expired token alike
_REFUSED_BY_A_REGION = frozenset({"AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"})
"""Codes that a disabled region answers too, and an opt-in region to a token of the global STS endpoint."""
_REFUSED_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "Client.UnauthorizedOperation",
        "FailedResourceAccessException",
        "ForbiddenException",
        "InvalidSecurity",
        "KmsAccessDeniedException",
        "NotAuthorized",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnauthorizedException",
        "UnauthorizedOperation",
    }
)
_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "DependencyThrottle",
        "EC2ThrottledException",
        "KmsThrottlingException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_UNSUPPORTED = frozenset(
    {
        "404",
        "500",
        "501",
        "DataUnavailableException",
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperation",
        "UnsupportedOperationException",
    }
)
_FAILED = frozenset(
    {
        "502",
        "503",
        "504",
        "BillExpirationException",
        "ConcurrentUpdateException",
        "ExpiredNextTokenException",
        "HealthUnavailable",
        "InternalError",
        "InternalException",
        "InternalFailure",
        "InternalServerError",
        "InternalServerErrorException",
        "InternalServerException",
        "InternalServiceException",
        "InternalServiceFault",
        "InvalidNextTokenException",
        "KmsInvalidStateException",
        "RequestChangedException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServerException",
        "ServiceException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Unavailable",
    }
)
_GONE = frozenset(
    {
        "AWSOrganizationsNotInUseException",
        "ClusterNotFoundException",
        "InvalidInstanceID.NotFound",
        "InvalidLaunchTemplateId.NotFound",
        "InvalidLaunchTemplateId.VersionNotFound",
        "InvalidLaunchTemplateName.NotFoundException",
        "LoadBalancerNotFound",
        "NotFoundException",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "ServiceNotFoundException",
        "StateMachineDoesNotExist",
        "TargetGroupNotFound",
    }
)
# Services that answer a general code for a thing that is not there, and say so in the message only.
_GENERAL = frozenset({"ClientException", "InvalidParameterException", "ValidationError", "ValidationException"})
_GONE_WORDS = ("could not find", "does not exist", "not found", "requested resource not found")

_FIX: dict[RefusalStatus, str] = {
    "denied": "allow {action}; `aimigrate iam-policy` prints the whole policy",
    "throttled": "run again later, or with fewer --regions at once",
    "unsupported": "nothing to do if this region or endpoint does not have the call; what it lists is unknown",
    "failed": "run again; the service or the way to it failed",
    "skipped": "give a higher --max-api-spend",
    "gone": "run again if the thing should still be there",
}

# Where the code alone says what would mend it.
_FIX_OF_CODE = {
    "DataUnavailableException": "enable it in Billing and Cost Management, Cost Management preferences, Cost Explorer "
    "(resource-level data at daily granularity); AWS has data a day or two later",
}

_SAID = {"ResponseParserError": "something that is no answer of AWS"}


@dataclass(frozen=True, order=True)
class Refusal:
    """One call that gave nothing: how that is counted, why, and what would mend it."""

    status: RefusalStatus
    reason: str
    fix: str


def error_code(error: Exception) -> str:
    """Return AWS's code of a ClientError, empty for any other error."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def credential_problem(error: Exception) -> AccountProblem | None:
    """Return the problem when an error means that the credentials can't be used at all, else None."""
    code = error_code(error)
    if code in _EXPIRED:
        return AccountProblem(
            what="the AWS credentials have expired",
            why=f"AWS answered {code}",
            fix="sign in again (`aws sso login`, or fetch a new session token) and run the same command",
        )
    if code in _SKEWED or (code in _REFUSED_CREDENTIALS and any(w in str(error).lower() for w in _SKEWED_WORDS)):
        return _wrong_clock(error, code)
    if code in _REFUSED_CREDENTIALS:
        return AccountProblem(
            what="AWS does not accept the credentials",
            why=f"AWS answered {code}",
            fix="check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, the profile, and the clock",
        )
    if isinstance(error, CREDENTIAL_ERRORS):
        return AccountProblem(
            what="no AWS credentials could be loaded",
            why=f"{type(error).__name__}: {error}",
            fix="sign in (`aws configure`, `aws sso login`), set AWS_PROFILE, or give --profile or --role-arn",
        )
    return None


def _wrong_clock(error: Exception, code: str) -> AccountProblem:
    """Say how far this machine's clock is from AWS's, where the answer carries AWS's time."""
    headers = (
        error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}) if isinstance(error, ClientError) else {}
    )
    told = ""
    if "date" in headers:
        theirs, ours = parsedate_to_datetime(headers["date"]), datetime.now(UTC)
        told = f"; AWS's clock says {theirs:%H:%M:%S} UTC, this machine's {ours:%H:%M:%S} on {ours:%Y-%m-%d}"
    either = " or the session has expired" if code == _MAYBE_EXPIRED else ""
    again = ", or sign in again" if code == _MAYBE_EXPIRED else ""
    return AccountProblem(
        what=f"AWS does not accept the time of a request: this machine's clock is wrong{either}",
        why=f"AWS answered {code}, which it does when the clock is more than 5 to 15 minutes off{told}",
        fix=f"set the clock (`timedatectl set-ntp true`){again}, and run the same command",
    )


def refused_by_a_region(error: Exception) -> bool:
    """Return whether it may be the region that refuses credentials which are good elsewhere."""
    return error_code(error) in _REFUSED_BY_A_REGION


def region_refusal(error: Exception, action: str, region: str) -> Refusal:
    """Say that a region refuses credentials which STS accepts."""
    why = f"{action} was answered with {error_code(error)} in {region}, though the credentials are valid"
    fix = f"enable {region} in the account, or set AWS_STS_REGIONAL_ENDPOINTS=regional, or leave it out of --regions"
    return Refusal("denied", why, fix)


def _status(error: Exception) -> RefusalStatus | None:
    code = error_code(error)
    for status, codes in (
        ("denied", _DENIED),
        ("throttled", _THROTTLED),
        ("unsupported", _UNSUPPORTED),
        ("failed", _FAILED),
        ("gone", _GONE),
    ):
        if code in codes:
            return status  # type: ignore[return-value]  # the five names above are the five statuses
    if code in _GENERAL and any(word in str(error).lower() for word in _GONE_WORDS):
        return "gone"
    if isinstance(error, ResponseParserError):
        return "unsupported"  # the answer was not AWS's: the endpoint does not know the call
    return None if isinstance(error, ClientError) else "failed"


def refusal_of(error: Exception, action: str) -> Refusal:
    """Say what a READ_ERRORS error means for `action`.

    Raises AccountProblem when the credentials can't be used, and the error itself when it is not in the table.
    The reason holds AWS's code but not its message, which carries request ids and differs from run to run.
    """
    problem = credential_problem(error)
    if problem is not None:
        raise problem from error
    status = _status(error)
    if status is None:
        raise error
    said = error_code(error) or _SAID.get(type(error).__name__, type(error).__name__)
    said = f"HTTP {said}" if said.isdigit() else said
    fix = _FIX_OF_CODE.get(error_code(error), _FIX[status])
    return Refusal(status, f"{action} was answered with {said}", fix.format(action=action))
