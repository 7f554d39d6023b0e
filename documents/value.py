"""The base of every value that crosses a module boundary: frozen, strict about names, silent about its input."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen Pydantic model whose validation errors never repeat the input (it may be patient text)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
