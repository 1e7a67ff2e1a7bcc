"""What callers reach: authentication by settings, the HTTP API, the desk's routes, A2A."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI

from agents.handoff.packet import packet_schema
from app.anchoring import open_audit
from app.company.stage import read_examples
from app.connectors import OpenConnectors
from app.customer_door import open_customer_door, with_customers
from app.desk_tools import OfferedTools
from app.partner_grants import PartnerGrants, PartnerJourneys
from app.people import PEOPLE, PeopleAuthenticator
from app.places import TOKENS
from app.reversals import Reversals
from app.sandbox import Outbox
from app.sandbox_notice import SandboxNotice
from app.settings import LimitSettings, Settings, providers_of
from app.version import program_version
from channels.a2a import customer_identity, result
from channels.a2a.door import PartnerDoor
from channels.a2a.signing_keys import SigningKeys
from channels.http.api import ApiDependencies, build_api
from channels.http.authentication import (
    Authenticator,
    TokenAuthenticator,
    development_callers,
    load_or_create_tokens,
)
from channels.http.autonomy import build_router as build_dial_router
from channels.http.identity_provider import Claims, IssuersAuthenticator, JwtAuthenticator, PublishedKeys
from channels.http.models import ConversationBody, MessageBody
from channels.http.operations import Health
from channels.http.pages import WidgetLook, content_policy
from channels.http.provider_events import attach_stripe
from channels.http.rates import Allowance
from channels.http.sandbox import SandboxInterface
from channels.http.webhooks import build_router as build_webhook_router
from desk.action_api import build_action_router
from desk.actions import ActionDesk
from desk.api import AnswerModels, ApprovalDoor
from desk.api import build_router as build_desk_router
from desk.approval_case import ApprovalCases
from desk.approvals import ApprovalDesk
from desk.articles import ArticleDesk
from desk.assignment import Skills, Staff, WorkAssignment
from desk.assist_api import AssistDoor, build_assist_router
from desk.bulk import BulkActs, BulkDependencies
from desk.cases import CaseList
from desk.colleague_api import build_colleague_router
from desk.colleagues import Colleagues, Transfers
from desk.drafts import DraftDesk
from desk.earlier import EarlierDesk
from desk.elsewhere import ElsewhereDesk
from desk.feed import DeskFeed
from desk.forms import DISPOSITIONS, DeskForms, Macro, ReadyReply, build_forms_router
from desk.glance import GlanceDesk
from desk.labels import Labels
from desk.list_api import DeskFigures, build_list_router
from desk.lists import DeskLists
from desk.missed_targets import MissedTargets
from desk.notes import DeskNotes
from desk.pages import DeskSignIn
from desk.pages import build_router as build_desk_pages
from desk.proposals import ProposalDesk
from desk.queue import Desk, DeskDependencies
from desk.ratings import CustomerRatings
from desk.supervision import Supervision
from desk.translation import TranslationDesk
from desk.wrap_up import WrapUpDesk
from domain.autonomy import AutonomyDial
from domain.caller import Caller
from domain.errors import Misconfigured, NotAuthenticated
from domain.ids import TenantId
from domain.suggestion import Suggestions
from mcp_servers.refusal import Refused
from router.attachments import Attachments
from router.presence import PresenceEvents
from storage.session_keys import SessionKeys
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class ServedParts:
    """What the interfaces work with beside the desk's dependencies."""

    approvals: ApprovalDesk
    dial: AutonomyDial
    suggestions: Suggestions
    outbox: Outbox
    health: Health
    transactions: Transactions
    desk_tools: OfferedTools
    supervision: Supervision
    connectors: OpenConnectors
    grants: PartnerGrants
    session_keys: SessionKeys
    signing_keys: SigningKeys


@dataclass(frozen=True, slots=True)
class Board:
    """The desk's lists, what tells of their changes, and what their conversations are filed under."""

    cases: CaseList
    feed: DeskFeed
    labels: Labels


def open_interfaces(settings: Settings, desk_dependencies: DeskDependencies, parts: ServedParts) -> FastAPI:
    """The application that serves all interfaces.

    Raises:
        Misconfigured: production without an identity provider, or a damaged tokens file.
    """
    desk = Desk(desk_dependencies)
    attachments = _attachments(desk_dependencies, parts.transactions)
    board = _board(settings, desk, desk_dependencies, parts.transactions)
    hooks = _hooks(parts, desk, desk_dependencies, attachments, board)
    development = settings.environment == "development"
    tokens = load_or_create_tokens(settings.data / TOKENS) if development else {}
    sandbox = _open_sandbox(settings, parts, tokens) if development else None
    customers = open_customer_door(settings, parts.session_keys, desk_dependencies.services.clock)
    api = build_api(
        ApiDependencies(
            turns=desk_dependencies.turns,
            conversations=desk_dependencies.conversations,
            presence=_presence(desk_dependencies),
            attachments_kept=attachments,
            journal=desk_dependencies.journal,
            verify_record=open_audit(settings, parts.transactions).verify,
            authenticator=with_customers(settings, _open_authenticator(settings, tokens), customers.tokens),
            customers=customers,
            looks=_looks(settings),
            version=program_version(),
            routers=(
                build_forms_router(_forms(settings), translates=desk_dependencies.services.model is not None),
                *_people(settings, desk, desk_dependencies, parts.transactions, board),
                build_action_router(
                    ActionDesk(desk, desk_dependencies, parts.desk_tools),
                    GlanceDesk(desk, desk_dependencies),
                    parts.supervision,
                    TranslationDesk(desk, desk_dependencies),
                    AnswerModels(ConversationBody, MessageBody),
                ),
                _desk_router(desk, desk_dependencies, parts),
                _assist(settings, desk, desk_dependencies),
                build_dial_router(parts.dial),
                build_webhook_router(parts.connectors.door),
                _desk_pages(settings, development),
            ),
            attachments=(
                _partner_door(settings, desk_dependencies, parts).attach,
                *hooks,
                *_provider_events(settings, desk_dependencies, parts),
            ),
            sandbox=sandbox,
            health=parts.health,
            allowance=_allowance(settings.limits),
            schemas={
                "context-packet": packet_schema(),
                result.SCHEMA: result.result_schema(),
                customer_identity.SCHEMA: customer_identity.identity_schema(),
            },
        )
    )
    if settings.sandbox and not development:
        api.add_middleware(SandboxNotice)
    return api


def _hooks(
    parts: ServedParts, desk: Desk, given: DeskDependencies, attachments: Attachments, board: Board
) -> tuple[Callable[[FastAPI], None], ...]:
    """Where carriers and other desks call."""
    twilio = parts.connectors.serve(parts.transactions, given.conversations, given.turns, attachments)
    elsewhere = ElsewhereDesk(desk, given, board.labels)
    chatwoot = parts.connectors.serve_desks(parts.transactions, elsewhere, attachments)
    return twilio.attach, chatwoot.attach


def _desk_router(desk: Desk, given: DeskDependencies, parts: ServedParts) -> APIRouter:
    """The desk's queue, what is proposed in its conversations, and what waits for a supervisor."""
    return build_desk_router(
        desk,
        ProposalDesk(parts.suggestions, desk, given.turns, given.conversations),
        ApprovalDoor(parts.approvals, ApprovalCases(parts.approvals.record, given)),
        AnswerModels(ConversationBody, MessageBody),
    )


def _assist(settings: Settings, desk: Desk, given: DeskDependencies) -> APIRouter:
    """What is proposed to whoever has a conversation."""
    articles = ArticleDesk(desk, given)
    forms = _forms(settings)
    wrap_ups = WrapUpDesk(desk, given.services.groups, forms)
    drafts = DraftDesk(desk, given, articles, forms)
    return build_assist_router(AssistDoor(EarlierDesk(desk, given), articles, drafts, wrap_ups))


def _looks(settings: Settings) -> dict[TenantId, WidgetLook]:
    """How each tenant's widget looks where its page says nothing else."""
    tenants = settings.profile.tenants.items()
    return {TenantId(name): WidgetLook(tenant.brand, tenant.web.accent) for name, tenant in tenants}


def _desk_pages(settings: Settings, development: bool) -> APIRouter:
    """The desk's page, with the company's own sign-in where the desk is known to its provider."""
    auth = settings.auth
    if development or not auth.desk_client:
        return build_desk_pages(str(settings.data / TOKENS) if development else "", None, content_policy())
    sign_in = DeskSignIn(
        issuer=auth.issuer, client_id=auth.desk_client, scope=auth.desk_scope, parameters=auth.desk_parameters
    )
    issuer = urlsplit(auth.issuer)
    return build_desk_pages("", sign_in, content_policy(f"{issuer.scheme}://{issuer.netloc}", *auth.desk_origins))


def _forms(settings: Settings) -> dict[TenantId, DeskForms]:
    """What each tenant's desk offers."""
    return {
        TenantId(name): DeskForms(
            tenant.brand or settings.profile.name,
            tuple(tenant.desk.dispositions) or DISPOSITIONS,
            tuple(ReadyReply(named, texts) for named, texts in tenant.desk.replies.items()),
            tuple(tenant.desk.labels),
            tuple(
                Macro(named, tuple(macro.labels), macro.reply, macro.queue)
                for named, macro in tenant.desk.macros.items()
            ),
            outcomes=tenant.desk.outcomes,
        )
        for name, tenant in settings.profile.tenants.items()
    }


def _staff(settings: Settings) -> Staff:
    """What each person of the desk takes."""
    return Staff(
        {
            TenantId(name): {
                subject: Skills(frozenset(person.queues), frozenset(person.languages), person.capacity)
                for subject, person in tenant.desk.people.items()
            }
            for name, tenant in settings.profile.tenants.items()
        }
    )


def _board(settings: Settings, desk: Desk, given: DeskDependencies, transactions: Transactions) -> Board:
    cases = CaseList(transactions, given.targets, given.services.clock)
    feed = DeskFeed(cases, transactions, given.feed.notices)
    known = {tenant: forms.labels for tenant, forms in _forms(settings).items()}
    return Board(cases, feed, Labels(desk, given, feed, transactions, known))


def _people(
    settings: Settings, desk: Desk, given: DeskDependencies, transactions: Transactions, board: Board
) -> tuple[APIRouter, ...]:
    """The desk's lists, told live from what this process and others write, and what people do with each other."""
    cases, feed, labels = board.cases, board.feed, board.labels
    staff = _staff(settings)
    colleagues = Colleagues(desk, given, transactions, feed, staff)
    transfers = Transfers(desk, given, colleagues, DeskNotes(transactions), feed)
    bulk = BulkActs(BulkDependencies(desk, transfers, colleagues, labels, cases, given.store))
    return (
        build_list_router(
            DeskLists(desk, cases, feed, transactions),
            labels,
            bulk,
            DeskFigures(MissedTargets(given, transactions), CustomerRatings(transactions)),
        ),
        build_colleague_router(
            colleagues, transfers, WorkAssignment(desk, cases, staff), AnswerModels(ConversationBody, MessageBody)
        ),
    )


def _presence(given: DeskDependencies) -> PresenceEvents:
    return PresenceEvents(given.services, given.turns, given.store, given.work, given.feed)


def _attachments(given: DeskDependencies, transactions: Transactions) -> Attachments:
    return Attachments(given.services, given.turns, given.store, transactions)


def _open_sandbox(settings: Settings, parts: ServedParts, tokens: Mapping[str, str]) -> SandboxInterface:
    """What the chat page is given in development: a token, and the company's named customers."""
    customers = [each.model_dump() for each in read_examples(settings.company_folder)]
    return SandboxInterface(parts.outbox, tokens["channel"], TenantId(settings.tenant), customers)


def _development_callers(settings: Settings, tokens: Mapping[str, str]) -> dict[str, Caller]:
    """Whom the development tokens prove: people of the first tenant, and a channel of the second where there is one."""
    first, second, *_ = (*map(TenantId, settings.profile.tenants), None, None)
    callers = development_callers(tokens, TenantId(first or ""), TenantId(second or ""))
    return {token: caller for token, caller in callers.items() if caller.tenant}


def _allowance(limits: LimitSettings) -> Allowance:
    return Allowance(**limits.model_dump(exclude={"turns"}))


def _partner_door(settings: Settings, desk_dependencies: DeskDependencies, parts: ServedParts) -> PartnerDoor:
    """The A2A door; its cards show what partners have been granted."""
    return PartnerDoor(
        turns=desk_dependencies.turns,
        conversations=desk_dependencies.conversations,
        transactions=parts.transactions,
        clock=desk_dependencies.services.clock,
        journeys=PartnerJourneys(settings, desk_dependencies.services.catalogue),
        grants=parts.grants,
        version=program_version(),
        address=settings.address,
        keys=parts.signing_keys,
        targets=parts.connectors.door.targets,
        currencies=desk_dependencies.services.currencies,
    )


def _provider_events(settings: Settings, desk: DeskDependencies, parts: ServedParts) -> list[Callable[[FastAPI], None]]:
    """What payment providers report; nothing is served before the secret of their signature is set."""
    secret = settings.systems.get("stripe", {}).get("webhook_secret")
    if secret is None:
        return []
    from mcp_servers.payments.backends.stripe.events import read_event

    reversals = Reversals(parts.transactions, desk.services.clock)

    async def take_in(body: bytes, signature: str) -> bool:
        try:
            failed = read_event(body, signature, secret.get_secret_value())
        except Refused as refused:
            raise NotAuthenticated(str(refused)) from refused
        return failed is not None and await reversals.take_in(failed)

    return [attach_stripe(take_in)]


def _open_authenticator(settings: Settings, tokens: Mapping[str, str]) -> Authenticator:
    """Development tokens, or the company's own identity provider."""
    if tokens:
        fixed = TokenAuthenticator(_development_callers(settings, tokens))
        return PeopleAuthenticator(fixed, settings.data / PEOPLE)
    auth, providers = settings.auth, providers_of(settings.auth)
    if not providers:
        raise Misconfigured("production needs SWITCHBOARD_AUTH__ISSUER and SWITCHBOARD_AUTH__JWKS_URL")
    claims = Claims(auth.role_claim, auth.tenant_claim, auth.subject_claim, auth.role_names, auth.role_lists)
    tenants = frozenset(settings.currencies)
    return IssuersAuthenticator(
        {
            issuer: JwtAuthenticator(issuer, auth.audience, PublishedKeys(url), claims, tenants)
            for issuer, url in providers.items()
        }
    )
