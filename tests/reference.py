"""The reference company, as tests use it."""

from app.company.code import open_folder
from app.company.profile import REFERENCE, read_profile

COMPANY = open_folder(REFERENCE, read_profile(REFERENCE))
TENANT = "northwind-fibre"
