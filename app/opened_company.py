"""The company that the settings name."""

from app.company.code import open_folder
from app.settings import Settings
from domain.company import CompanyFolder


def open_company(settings: Settings) -> CompanyFolder:
    """The folder of the company that runs.

    Raises:
        Misconfigured: it does not fit.
    """
    return open_folder(settings.company_folder, settings.profile)
