"""Make a session one for reading: it reads fast, gives times in UTC, and its clients can't call what changes things."""

from typing import TYPE_CHECKING, Any

from aimigrate.assess._parsing import Parsers

if TYPE_CHECKING:
    import boto3

_SERVICE = "service-2"  # botocore's name of the model of a service's operations
# Operations that begin otherwise write, start or sign something, but for taking a role.
_READS = ("AssumeRole", "BatchGet", "Describe", "Get", "List", "Lookup", "Search")


class _ReadingModels:
    """botocore's models of services, each with those of its operations alone that read.

    A client has a method for each operation, and making one takes half as long without the others: EC2 has 830.
    """

    def __init__(self, loader: Any) -> None:  # noqa: ANN401  # botocore's, or one of these
        self._loader = loader
        self._kept: dict[tuple[str, str | None], dict[str, Any]] = {}

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:  # noqa: ANN401  # as botocore
        """Return a model of a service, as botocore's loader does."""
        if type_name != _SERVICE:
            return self._loader.load_service_model(service_name, type_name, api_version)
        key = (service_name, api_version)
        if key not in self._kept:
            model = self._loader.load_service_model(service_name, type_name, api_version)
            operations = {name: one for name, one in model["operations"].items() if name.startswith(_READS)}
            self._kept[key] = {**model, "operations": operations}
        return self._kept[key]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever botocore's loader has
        return getattr(self._loader, name)


def for_reading(session: "boto3.Session") -> None:
    """Make each client that the session makes from now on one that only reads."""
    core = session._session  # noqa: SLF001  # boto3 has no other way to the session below it
    core.register_component("response_parser_factory", Parsers())
    loader = core.get_component("data_loader")
    if not isinstance(loader, _ReadingModels):
        core.register_component("data_loader", _ReadingModels(loader))
