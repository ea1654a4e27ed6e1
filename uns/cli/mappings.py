"""The Kafka mapping that a command uses: that of a model, or one made from options."""

from __future__ import annotations

from uns.cli.arguments import MappingArguments
from uns.cli.models import model_path, open_model
from uns.cli.terminal import CannotRun, Screen
from uns.diagnostics import InvalidText, excerpt, visible
from uns.kafka import Cluster, KafkaMapping, SubscriptionPlan, Untranslatable
from uns.model.namespace import Namespace


class Meant:
    """A mapping, with its model if it has one.

    Raises:
        CannotRun: a model and options are given, or neither, or the model has faults.
        InvalidText: the options do not make a mapping.
    """

    def __init__(self, arguments: MappingArguments, err: Screen) -> None:
        names = [name for name, _ in MappingArguments.arguments() if name != "model"]
        values = {name: getattr(arguments, name) for name in names}
        given = {name: value for name, value in values.items() if value is not None}
        if given and arguments.model is not None:
            raise CannotRun("give either a model or the options of a mapping, not both")
        self.namespace: Namespace | None = None
        if given:
            self.mapping = KafkaMapping(**given)
            self.cluster = Cluster()
        else:
            self.namespace = open_model(_path(arguments.model), err)
            self.mapping = self.namespace.kafka.mapping
            self.cluster = self.namespace.kafka.cluster

    def plan(self, filter_: str) -> SubscriptionPlan:
        """The plan for a filter; with a model, it is exact for the topics of the model."""
        if self.namespace is None:
            return self.mapping.plan(filter_)
        return self.namespace.kafka.plan(filter_)


def _path(model: str | None) -> str:
    try:
        return model_path(model)
    except CannotRun as error:
        raise CannotRun(f"{error}; or map without a model, with --split 3") from None


def refusal(text: str, error: InvalidText | Untranslatable) -> str:
    """The reason why a topic or record cannot be translated, in one printable line."""
    shown, _ = excerpt(text, 0, 1)
    noun = f"not {error.article} {error.noun}: " if isinstance(error, InvalidText) else ""
    return f"{shown}: {noun}{visible(error.reason)}"
