"""Which Kafka mapping is meant: the model's, or one made of options."""

from __future__ import annotations

from uns.cli.arguments import MappingArguments
from uns.cli.models import model_path, open_model
from uns.cli.terminal import CannotRun, Screen
from uns.diagnostics import InvalidText, excerpt, visible
from uns.kafka import Cluster, KafkaMapping, SubscriptionPlan, Untranslatable
from uns.model.namespace import Namespace

__all__ = ["Meant", "refusal"]


class Meant:
    """The mapping that is meant, with the model it is from, if it is from one."""

    def __init__(self, arguments: MappingArguments, err: Screen) -> None:
        """Open the model, unless options say what it would.

        Raises:
            CannotRun: both are given or neither, or the model has faults.
            InvalidText: options that no mapping can have.
        """
        names = [name for name, _ in MappingArguments.arguments() if name != "model"]
        said = {name: getattr(arguments, name) for name in names}
        given = {name: value for name, value in said.items() if value is not None}
        if given and arguments.model is not None:
            raise CannotRun("a mapping is that of a model or made of options; give one of the two")
        self.namespace: Namespace | None = None
        if given:
            self.mapping = KafkaMapping(**given)
            self.cluster = Cluster()
        else:
            self.namespace = open_model(_path(arguments.model), err)
            self.mapping = self.namespace.kafka.mapping
            self.cluster = self.namespace.kafka.cluster

    def plan(self, filter_: str) -> SubscriptionPlan:
        """What to read for a filter; tighter where a model says which topics there are."""
        if self.namespace is None:
            return self.mapping.plan(filter_)
        return self.namespace.kafka.plan(filter_)


def _path(model: str | None) -> str:
    try:
        return model_path(model)
    except CannotRun as error:
        raise CannotRun(f"{error}; or say how to map without one, with --split 3") from None


def refusal(text: str, error: InvalidText | Untranslatable) -> str:
    """Why a topic or a record cannot be translated, on one line that is fit for a screen."""
    shown, _ = excerpt(text, 0, 1)
    noun = f"not a {error.noun}: " if isinstance(error, InvalidText) else ""
    return f"{shown}: {noun}{visible(error.reason)}"
