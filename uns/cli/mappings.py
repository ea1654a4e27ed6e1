"""Which Kafka mapping is meant: the model's, or one made of options."""

from __future__ import annotations

from argparse import Namespace as Arguments

from uns.cli.exits import CannotRun
from uns.cli.models import model_path, opened
from uns.cli.terminal import Screen
from uns.diagnostics import InvalidText, excerpt, visible
from uns.kafka import Cluster, KafkaMapping, SubscriptionPlan, Untranslatable
from uns.model.namespace import Namespace

__all__ = ["Meant", "refusal"]

#: Options that make a mapping, by the names of what they set.
_OPTIONS = ("prefix", "root", "split", "key", "order_by", "partitioner", "overflow")


class Meant:
    """The mapping that is meant, with the model it is from, if it is from one."""

    def __init__(self, arguments: Arguments, err: Screen) -> None:
        """Open the model, unless options say what it would.

        Raises:
            CannotRun: both are given or neither, or the model has faults.
            InvalidText: options that no mapping can have.
        """
        said = {name: getattr(arguments, name) for name in _OPTIONS}
        given = {name: value for name, value in said.items() if value is not None}
        if given and arguments.model is not None:
            raise CannotRun("a mapping is that of a model or made of options; give one of the two")
        self.namespace: Namespace | None = None
        if given:
            self.mapping = KafkaMapping(**given)
            self.cluster = Cluster()
        else:
            self.namespace = opened(_path(arguments.model), err)
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
