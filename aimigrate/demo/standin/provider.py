"""The provider itself: Pulumi's gRPC protocol over the table of resource types."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from aimigrate.demo.standin.cloud import Cloud, Props, RefusedEndpoint, is_gone, loopback_endpoint
from aimigrate.demo.standin.kinds import KINDS, Kind
from aimigrate.demo.standin.schema import UNKNOWN, Failure, failures, properties
from aimigrate.demo.standin.schema import args_class as args_class_of

VERSION = "7.51.1"  # of the pulumi-aws this is checked against
ZONES_TOKEN = "aws:index/getAvailabilityZones:getAvailabilityZones"  # noqa: S105  # a Pulumi token


def plain(struct: Any) -> Props:  # noqa: ANN401  # protobuf messages carry no types
    """Read a protobuf struct; the engine's own keys are left out."""
    return {key: value for key, value in json_format.MessageToDict(struct).items() if not key.startswith("__")}


def struct_of(values: Mapping[str, Any]) -> Any:  # noqa: ANN401  # as above
    """Write a protobuf struct, without what is None."""
    struct = struct_pb2.Struct()
    struct.update({key: value for key, value in values.items() if value is not None})
    return struct


def kind_of(urn: str) -> Kind:
    """Find the resource type that a URN names."""
    return KINDS[token_of(urn)]


def token_of(urn: str) -> str:
    """Return the type token of a URN."""
    return urn.split("::")[2].rsplit("$", maxsplit=1)[-1]


def _answers(method: Callable[..., Any]) -> Callable[..., Any]:
    """Hand AWS's own words to the engine instead of a broken call."""

    @wraps(method)
    def answer(self: object, request: Any, context: Any) -> Any:  # noqa: ANN401  # as above
        try:
            return method(self, request, context)
        except (ClientError, BotoCoreError, RefusedEndpoint) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    return answer


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine for every resource type in KINDS; any other is refused by name."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"

    @property
    def cloud(self) -> Cloud:
        """The account, once the endpoint proved to be loopback."""
        return Cloud(loopback_endpoint(self._environment), self._region)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802  # the protocol's own names
        """Accept the engine."""
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Say which provider version this stands in for."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Give the least schema there is."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "aws", "version": VERSION}))

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Refuse a provider setting that the real one does not know."""
        found = failures("pulumi:providers:aws", _settings(plain(request.news)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_refusals(found))

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Report what changed in the provider's settings; another region makes new resources."""
        old, new = plain(request.old_inputs), plain(request.news)
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        return _diff(changed, [key for key in changed if key == "region"], delete_first=False)

    @_answers
    def Configure(self, request: Any, context: Any) -> Any:  # noqa: ANN401, N802
        """Take the region, and refuse an account that the stack does not name."""
        settings = _settings(plain(request.args))
        self._region = settings.get("region") or self._region
        allowed = settings.get("allowedAccountIds")
        if allowed and UNKNOWN not in allowed and self.cloud.account_id not in allowed:
            words = f"AWS account {self.cloud.account_id} is not allowed: {', '.join(allowed)}"
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, words)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Refuse a type that has no stand-in, an unknown property, a missing one, a wrong type."""
        token = token_of(request.urn)
        if token not in KINDS:
            words = f"the AWS stand-in has no {token}; use the real provider, or add the type to the stand-in"
            return provider_pb2.CheckResponse(failures=[provider_pb2.CheckFailure(reason=words)])
        found = failures(token, plain(request.news))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_refusals(found))

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Compare inputs with inputs; name what changed and what of it makes a new resource."""
        kind, old, new = kind_of(request.urn), plain(request.old_inputs), plain(request.news)
        ignored = set(request.ignoreChanges)
        changed = sorted(key for key in (old.keys() | new.keys()) - ignored if old.get(key) != new.get(key))
        replaces = [key for key in changed if key in kind.replaces]
        same_name = kind.name_property is not None and kind.name_property not in replaces
        return _diff(changed, replaces, delete_first=bool(replaces) and same_name)

    @_answers
    def Create(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Make it; in a preview, give what is not known yet as unknown."""
        kind, props = kind_of(request.urn), plain(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=struct_of({**dict.fromkeys(kind.computed, UNKNOWN), **props}))
        cloud = self.cloud
        identity = kind.create(cloud, request.urn.split("::")[-1], props)
        actual = kind.read(cloud, identity, props) or {}
        return provider_pb2.CreateResponse(id=identity, properties=struct_of({**props, **actual}))

    @_answers
    def Read(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Read actual values: for refresh into the inputs that were given, for import into all that are inputs."""
        kind, given = kind_of(request.urn), plain(request.inputs)
        try:
            actual = kind.read(self.cloud, request.id, given)
        except ClientError as error:
            if not is_gone(error):
                raise
            actual = None
        if actual is None:
            return provider_pb2.ReadResponse()
        takes = given or properties(args_class_of(kind.token))
        inputs = {**given, **{key: value for key, value in actual.items() if key in takes}}
        outputs = {**plain(request.properties), **given, **actual}
        return provider_pb2.ReadResponse(id=request.id, properties=struct_of(outputs), inputs=struct_of(inputs))

    @_answers
    def Update(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Bring it to the new inputs in place."""
        kind, props = kind_of(request.urn), plain(request.news)
        before = {key: value for key, value in plain(request.olds).items() if key in kind.computed}
        if request.preview:
            return provider_pb2.UpdateResponse(properties=struct_of({**before, **props}))
        cloud = self.cloud
        kind.update(cloud, request.id, props)
        actual = kind.read(cloud, request.id, props) or {}
        return provider_pb2.UpdateResponse(properties=struct_of({**before, **props, **actual}))

    @_answers
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Remove it; that it is gone already is as good."""
        try:
            kind_of(request.urn).delete(self.cloud, request.id, plain(request.properties))
        except ClientError as error:
            if not is_gone(error):
                raise
        return empty_pb2.Empty()

    @_answers
    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: ANN401, N802
        """Answer the one data source our stacks ask: the zones of the region."""
        if request.tok != ZONES_TOKEN:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the AWS stand-in has no function {request.tok}")
        state = plain(request.args).get("state", "available")
        only = [{"Name": "state", "Values": [state]}]
        zones = self.cloud.client("ec2").describe_availability_zones(Filters=only)["AvailabilityZones"]
        names = sorted(zone["ZoneName"] for zone in zones)
        answer = {"id": self._region, "names": names, "zoneIds": sorted(zone["ZoneId"] for zone in zones)}
        return provider_pb2.InvokeResponse(**{"return": struct_of(answer)})

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Nothing runs longer than its call."""
        return empty_pb2.Empty()


def _settings(values: Props) -> Props:
    """Undo the JSON that the engine wraps around a provider's lists, maps and numbers."""
    found: Props = {}
    for key, value in values.items():
        wrapped = (isinstance(value, str) and value[:1] in ("[", "{")) or value in ("true", "false")
        found[key] = json.loads(value) if wrapped else value
    found.pop("version", None)
    return found


def _refusals(found: list[Failure]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=item.path, reason=f"{item.path} {item.reason}") for item in found]


def _diff(changed: list[str], replaces: list[str], *, delete_first: bool) -> Any:  # noqa: ANN401  # as above
    some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(changes=some, diffs=changed, replaces=replaces, deleteBeforeReplace=delete_first)
