"""What each resource type says about itself."""

from abc import ABC, abstractmethod
from typing import ClassVar

from aimigrate.demo.standin.cloud import Cloud, Props


class Kind(ABC):
    """One resource type over boto3. `read` gives the actual values of what it knows; the provider does the rest."""

    token: ClassVar[str]
    replaces: ClassVar[frozenset[str]] = frozenset()  # a change of these makes a new resource
    computed: ClassVar[tuple[str, ...]] = ()  # known only after it is made
    name_property: ClassVar[str | None] = None  # a physical name that two can't share

    @abstractmethod
    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        """Make it and return its id. `name` is for what was given no physical name."""

    @abstractmethod
    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        """Return actual values by property name, None when it is not there."""

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        """Bring it to `props`. By default a type has nothing that can change in place."""
        raise NotImplementedError(f"{self.token} has nothing that changes in place ({cloud.region}, {identity})")

    @abstractmethod
    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        """Remove it."""
