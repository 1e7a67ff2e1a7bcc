"""Customers' own way in, by settings and company: who signs their tokens, and which pages may use them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.settings import Settings, providers_of
from channels.http.authentication import Authenticator
from channels.http.customer_sessions import CustomerDoor
from channels.http.customer_tokens import CustomersAuthenticator, CustomerTokens, RegisteredIssuer
from channels.http.identity_provider import KeySource, PublicKey, PublishedKeys
from domain.errors import Misconfigured
from domain.ids import TenantId
from storage.session_keys import SessionKeys


def open_customer_door(settings: Settings, keys: SessionKeys, clock: Callable[[], datetime]) -> CustomerDoor:
    """What customer sessions are made with."""
    tenants = {TenantId(name): tenant.web for name, tenant in settings.profile.tenants.items()}
    development = settings.environment == "development"
    return CustomerDoor(
        tokens=CustomerTokens(keys, clock, timedelta(minutes=settings.auth.customer_minutes)),
        origins={name: frozenset(web.origins) for name, web in tenants.items()},
        visitors=frozenset(name for name, web in tenants.items() if web.visitors),
        own_pages=development,
    )


def with_customers(settings: Settings, inner: Authenticator, tokens: CustomerTokens) -> Authenticator:
    """The authenticator that knows customers' tokens too, our own and the company's.

    Raises:
        Misconfigured: two tenants have one issuer, it is an identity provider's, or a key cannot be read.
    """
    issuers: dict[str, RegisteredIssuer] = {}
    for name, tenant in settings.profile.tenants.items():
        issuer = tenant.web.issuer
        if issuer in issuers or issuer in providers_of(settings.auth):
            raise Misconfigured(f"company.toml: tenants.{name}.web.issuer: {issuer!r} is another's already")
        if issuer:
            issuers[issuer] = RegisteredIssuer(TenantId(name), _keys_of(settings, name))
    return CustomersAuthenticator(inner, tokens, issuers)


def _keys_of(settings: Settings, tenant: str) -> KeySource:
    web = settings.profile.tenants[tenant].web
    if web.jwks_url:
        return PublishedKeys(web.jwks_url)
    file = settings.company_folder / web.public_key
    try:
        return PublicKey(file.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"company.toml: tenants.{tenant}.web.public_key: {file} cannot be read: {error}") from None
