"""What a company says of its connectors: mistakes are named, secrets do not stand in files."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.company.connectors import find_carriers, read_connectors
from app.company.profile import CodeProfile, CompanyProfile
from domain.errors import Misconfigured

FOLDER = Path("companies/acme")
MAIL = {"kind": "email", "address": "a@acme.example", "imap": "imaps://mail.acme.example", "smtp": "smtps://mail"}


def company(**connectors: dict[str, str | int | bool]) -> CompanyProfile:
    tenant = {"currency": "EUR", "country": "DE", "timezone": "Europe/Berlin", "locales": ["de"]}
    return CompanyProfile.model_validate(
        {"name": "Acme", "business": "a shop", "tenants": {"acme": tenant}, "connectors": connectors}
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({**MAIL, "kind": "emial"}, "kind: there is no kind 'emial' of connector; did you mean email?"),
        ({**MAIL, "tennant": "acme"}, "tennant: email has no such field; did you mean tenant?"),
        ({**MAIL, "tenant": "acne"}, "tenant: there is no tenant 'acne'; did you mean acme?"),
        ({**MAIL, "imap": "mail.acme.example"}, "imap: 'mail.acme.example' is no address of a server"),
        ({**MAIL, "password": "x"}, "a secret does not belong in a file; set SWITCHBOARD_CONNECTORS__MAIL__PASSWORD"),
        ({"kind": "email"}, "address: is missing; write it there or set SWITCHBOARD_CONNECTORS__MAIL__ADDRESS"),
        ({**MAIL, "password_file": "/nowhere/x"}, "/nowhere/x cannot be read (FileNotFoundError)"),
    ],
)
def test_what_does_not_fit_is_named_with_what_does(said: dict[str, str | int | bool], message: str) -> None:
    with pytest.raises(Misconfigured) as told:
        read_connectors(FOLDER, company(mail=said), {})
    assert str(told.value).startswith("companies/acme/company.toml: [connectors.mail]")
    assert message in str(told.value)


def test_settings_add_secrets_from_files_and_win(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    given = {"password_file": SecretStr(str(tmp_path / "secret")), "smtp": SecretStr("smtp://localhost:2525")}
    mail = read_connectors(FOLDER, company(mail={**MAIL}), {"mail": given})["mail"]
    assert mail.kind == "email"
    assert mail.password.get_secret_value() == "from a file"
    assert (mail.smtp, mail.tenant) == ("smtp://localhost:2525", "acme")


def test_codes_are_carried_by_a_connector_that_can() -> None:
    known = read_connectors(FOLDER, company(mail={**MAIL}), {})
    assert find_carriers(CodeProfile(email="mail"), known, "x") == {("acme", "email"): "mail"}
    assert find_carriers(CodeProfile(sms="crm"), known, "x") == {}
    with pytest.raises(Misconfigured, match="there is no connector 'mial'; did you mean mail"):
        find_carriers(CodeProfile(email="mial"), known, "x")
    with pytest.raises(Misconfigured, match="mail sends email, not sms"):
        find_carriers(CodeProfile(sms="mail"), known, "x")
