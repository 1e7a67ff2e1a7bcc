"""A company's folder as the program see it: where what it adds lies, and what it does without."""

from dataclasses import dataclass
from pathlib import Path

from domain.conversation import LOCALES


@dataclass(frozen=True, slots=True)
class CompanyFolder:
    """A company's folder.

    `package` is the name under which its Python files can be imported, `business` what it does in a few words.
    `without` names specialists (`retention`) and procedures (`billing.pay_bill`) that it does not use, `locales` the
    languages that it speaks.
    """

    path: Path
    package: str
    business: str = "a company"
    without: frozenset[str] = frozenset()
    locales: tuple[str, ...] = LOCALES

    def uses(self, name: str) -> bool:
        """Whether a specialist or a procedure is in use."""
        return name not in self.without and name.partition(".")[0] not in self.without
