"""Patients of vignettes: age, sex, and the groups that results are reported by."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

BANDS = ((18, "under 18"), (40, "18 to 39"), (65, "40 to 64"), (200, "65 and over"))


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Somebody in a vignette."""

    age: int
    sex: str

    @property
    def noun(self) -> str:
        """Girl, boy, woman or man."""
        young, grown = ("girl", "woman") if self.sex == "female" else ("boy", "man")
        return young if self.age < 18 else grown

    @property
    def opening(self) -> str:
        """How a vignette begins, such as: A 45-year-old woman."""
        article = "An" if str(self.age).startswith(("8", "11", "18")) else "A"
        return f"{article} {self.age}-year-old {self.noun}"

    @property
    def groups(self) -> Mapping[str, str]:
        """Sex and age band."""
        return {"sex": self.sex, "age_band": next(band for limit, band in BANDS if self.age < limit)}


def draw_patient(rng: random.Random, ages: tuple[int, int], sex: str | None = None) -> Patient:
    """A patient of an age in the range, of either sex where none is given."""
    return Patient(age=rng.randint(*ages), sex=sex or rng.choice(("female", "male")))
