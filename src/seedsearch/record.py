"""Record, NamedTuple and Protocol: like dataclass, NamedTuple and Protocol, but cheap to define.

Start-up is part of every query. Defining a frozen dataclass takes about 1 ms, because it compiles its methods
at every import, and a query imports some thirty such classes; all of `import click` takes 50 ms. Subclasses of
Record share their methods, so defining one takes about 0.01 ms. Type checkers treat them as frozen dataclasses
(PEP 681).

A typing.NamedTuple takes 0.15 ms for the same reason; NamedTuple takes 0.02 ms. A typing.Protocol takes 0.1 ms and
does nothing at run time; Protocol is `object`. Type checkers see NamedTuple and Protocol of typing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
    from typing import Protocol as Protocol
else:
    Protocol = object

    from _collections import _tuplegetter as _getter

    class _NamedTupleMeta(type):
        """Turn the annotated names of a class into the fields of a named tuple."""

        def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> type:
            made = super().__new__(cls, name, bases, {**space, "__slots__": ()})
            fields = tuple(made.__annotations__)
            made._fields = made.__match_args__ = fields
            defaults = {field: space[field] for field in fields if field in space}
            made._field_defaults = defaults
            # number of values given -> the defaults that complete them
            rest = tuple(defaults.values())
            first = len(fields) - len(rest)
            made._tails = {first + count: rest[count:] for count in range(len(rest))}
            for number, field in enumerate(fields):
                setattr(made, field, _getter(number, None))
            return made

    class NamedTuple(tuple, metaclass=_NamedTupleMeta):
        """A tuple whose items have names, as typing.NamedTuple makes them."""

        def __new__(cls, *values: Any, **named: Any) -> NamedTuple:  # noqa: D102 - as in typing
            if named:
                values = cls._completed(values, named)
            elif len(values) != len(cls._fields):
                values += cls._tails.get(len(values), ())
                if len(values) != len(cls._fields):
                    values = cls._completed(values, named)  # raises the fitting TypeError
            return tuple.__new__(cls, values)

        @classmethod
        def _completed(cls, values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
            completed = list(values)
            for field in cls._fields[len(values) :]:
                if field in named:
                    completed.append(named.pop(field))
                elif field in cls._field_defaults:
                    completed.append(cls._field_defaults[field])
                else:
                    raise TypeError(f"{cls.__name__}: no value for {field}")
            if named:
                raise TypeError(f"{cls.__name__}: unknown or repeated field {next(iter(named))!r}")
            if len(completed) != len(cls._fields):
                raise TypeError(
                    f"{cls.__name__} takes {len(cls._fields)} values, not {len(values)}"
                )
            return completed

        @classmethod
        def _make(cls, values: Any) -> NamedTuple:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} takes {len(cls._fields)} values, not {len(made)}")
            return made

        def _replace(self, **changes: Any) -> NamedTuple:
            made = self._make(
                [changes.pop(field, old) for field, old in zip(self._fields, self, strict=True)]
            )
            if changes:
                raise ValueError(f"{type(self).__name__} has no field {next(iter(changes))!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            inside = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({inside})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)


@dataclass_transform(frozen_default=True)
class Record:
    """A frozen value. Its fields are the annotated names of its class. Equality and hash use the fields."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}
    _tails: ClassVar[dict[int, dict[str, Any]]] = {}  # number of values given -> missing defaults

    def __init_subclass__(cls) -> None:
        own = tuple(name for name in cls.__annotations__ if not name.startswith("_"))
        cls._fields = cls._fields + own
        type.__setattr__(cls, "__match_args__", cls._fields)
        cls._defaults = cls._defaults | {n: cls.__dict__[n] for n in own if n in cls.__dict__}
        cls._tails = {}
        tail: dict[str, Any] = {}
        for given in range(len(cls._fields) - 1, -1, -1):
            name = cls._fields[given]
            if name not in cls._defaults:
                break
            tail = cls._tails[given] = {name: cls._defaults[name]} | tail

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields, given = self._fields, len(args)
        if given == len(fields) and not kwargs:  # the fast path, for hot loops
            _set_values(self, dict(zip(fields, args)))  # noqa: B905 - they are as many
            return
        if given > len(fields):
            raise TypeError(f"{type(self).__name__} takes {len(fields)} values, not {given}")
        values = self.__dict__  # filled in field order, because `__hash__` depends on it
        values.update(zip(fields, args, strict=False))
        if not kwargs and given in self._tails:
            values.update(self._tails[given])
            return
        for name in fields[given:]:
            if name in kwargs:
                values[name] = kwargs.pop(name)
            elif name in self._defaults:
                values[name] = self._defaults[name]
        for name in kwargs:
            raise TypeError(f"{type(self).__name__}: unknown or repeated field {name!r}")
        if len(values) != len(fields):
            missing = [name for name in fields if name not in values]
            raise TypeError(f"{type(self).__name__}: no value for {', '.join(missing)}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be removed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({inside})"

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed. Raises TypeError for an unknown field."""
        values = self.__dict__ | changes
        if len(values) != len(self._fields):
            return type(self)(**values)  # raises the fitting TypeError
        return self.made_of(values)

    @classmethod
    def made_of(cls, values: dict[str, Any]) -> Self:
        """Return a value that keeps the dict `values`: all fields by name, in field order. For hot loops."""
        made = object.__new__(cls)
        _set_values(made, values)
        return made


_set_values = Record.__dict__["__dict__"].__set__
