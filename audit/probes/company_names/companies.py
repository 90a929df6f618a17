"""The list of companies: what each is called, and what it is reported by. YAML that users replace by their own."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from chartered.audit.probes.base.wording import Slug, Text
from chartered.audit.probes.company_names.spellings import folded, letters
from chartered.common.files import sha256_file
from chartered.common.yaml import Strict, read_yaml

COMPANIES = Path(__file__).with_name("companies.yaml")
"""The list that is shipped."""

Ticker = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,5}$")]


def _form(form: str) -> str:
    if form != " ".join(form.split()) or any(sign in form for sign in "{}$@#"):
        raise ValueError("a name has single spaces and none of { } $ @ #")
    if letters(form) < 2:
        raise ValueError("a name has two letters at least; a shorter one reads as a number or a unit")
    return form


def _name(name: str) -> str:
    if any(sign in name for sign in "/*?[]"):
        raise ValueError("it is part of finding ids and must have none of / * ? [ ]")
    return name


Form = Annotated[str, AfterValidator(_form)]
Name = Annotated[Form, AfterValidator(_name)]


class Named(Strict):
    """What a company is called in a text."""

    name: Name
    full: Form | None = None
    """With its legal form."""
    ticker: Ticker | None = None
    exchange: Annotated[str, Field(pattern=r"^[A-Z]{2,10}$")] | None = None


class Company(Named):
    """A company that exists."""

    aliases: tuple[Form, ...] = ()
    """Other names of it; a swapped text carries `name` in their place."""
    unlike: tuple[Form, ...] = ()
    """Names that contain one of its own and are something else."""
    word: bool = False
    """Whether the name is an ordinary word too."""
    sector: Slug
    country: Slug
    size: Slug
    market_cap: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Market capitalisation, all in one unit."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Every name, without the ticker."""
        return (self.name, *([self.full] if self.full else []), *self.aliases)


class CompanyList(Strict):
    """Companies, and names that stand for none, by sector."""

    version: Literal[1]
    source: Text
    """Where the list is from."""
    noted: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")]
    """When market capitalisations were noted, ISO 8601."""
    companies: Annotated[tuple[Company, ...], Field(min_length=2)]
    fictitious: Mapping[Slug, Annotated[tuple[Named, ...], Field(min_length=1)]]

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> "CompanyList":
        names = [*_each(self.companies), *(folded(each.name) for of in self.fictitious.values() for each in of)]
        twice = _twice(names) or _twice([each.ticker for each in self.companies if each.ticker])
        if twice:
            raise ValueError(f"the name or ticker {twice!r} stands for two companies; keep one")
        sectors = Counter(each.sector for each in self.companies)
        alone = next((sector for sector, count in sectors.items() if count < 2), None)
        if alone:
            raise ValueError(f"the sector {alone!r} has one company only, for which no other can be put in")
        bare = next((sector for sector in sectors if sector not in self.fictitious), None)
        if bare:
            raise ValueError(f"the sector {bare!r} has no fictitious name")
        return self

    def beside(self, company: Company) -> tuple[Company, ...]:
        """The other companies of its sector."""
        return tuple(each for each in self.companies if each.sector == company.sector and each != company)


def load_companies(path: Path) -> CompanyList:
    """Read a list of companies.

    Raises:
        UsageError: there is no such list, or it is not as it must be; the message names key and line.
    """
    return _loaded(path, sha256_file(path) if path.is_file() else "")


@lru_cache(maxsize=4)
def _loaded(path: Path, sha256: str) -> CompanyList:
    """A long list takes a second to read, and the probe is loaded for every checkpoint of a trajectory."""
    return read_yaml(path, CompanyList, "list of companies")


def _each(companies: tuple[Company, ...]) -> Iterator[str]:
    for company in companies:
        yield from {folded(form) for form in company.forms}


def _twice(names: list[str]) -> str | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)
