"""Putting the gate and its record together over one database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from policy.control.approvals import SupervisorApprovals
from policy.control.dial import Dial, DialNames
from policy.control.pending import PendingActions
from policy.control.suggestions import SuggestedCalls
from policy.control.superseded import Superseding
from policy.engines.engine import PolicyEngine
from policy.gate.deciding import DecisionService
from policy.gate.effects import Effects
from policy.gate.execution import Executor, Patience
from policy.gate.fact_reader import FactReader
from policy.gate.foresight import Foresight
from policy.gate.gate import Describe, Gate, GateParts
from policy.gate.grants import GrantMint
from policy.gate.ledger import Ledger
from policy.gate.progress import ProgressFeed
from policy.gate.recovery import Recovery
from policy.journal.journal import HashChainedJournal
from policy.review.shadow import Shadow, ShadowEngine
from policy.tools.servers import ToolServers
from policy.tools.tool_data import ToolData
from storage.transactions import Transactions
from storage.unit_of_work import UnitsOfWork


@dataclass(frozen=True, slots=True)
class Control:
    """Everything that governs tool calls: the gate for routers, the rest for the desk, auditors and start-up.

    Whoever else writes to the same database does it through `transactions`, and what belongs to a conversation within a
    unit of `work`.
    """

    transactions: Transactions
    work: UnitsOfWork
    gate: Gate
    journal: HashChainedJournal
    approvals: SupervisorApprovals
    ledger: Ledger
    recovery: Recovery
    dial: Dial
    suggestions: SuggestedCalls
    shadow: Shadow | None
    progress: ProgressFeed


@dataclass(frozen=True, slots=True)
class GateDependencies:
    """What the gate is given: its database, the policy and its tool data, servers, keys, words."""

    transactions: Transactions
    engine: PolicyEngine
    servers: ToolServers
    grant_key: bytes
    tools: Mapping[str, ToolData]
    describe: Describe
    clock: Callable[[], datetime]
    patience: Patience = field(default_factory=Patience)
    shadow: ShadowEngine | None = None
    names: DialNames | None = None
    currencies: Mapping[str, str] = field(default_factory=dict[str, str])


def assemble(given: GateDependencies) -> Control:
    """Put the gate together.

    Raises:
        Misconfigured: the grant key cannot be used.
    """
    transactions, clock = given.transactions, given.clock
    journal, ledger = HashChainedJournal(transactions, clock), Ledger(transactions, clock)
    actions = PendingActions(transactions, journal, clock)
    mint, tool_data = GrantMint(given.grant_key, clock), given.tools
    reader = FactReader(given.servers, mint, tool_data, given.patience.call_s)
    dial = Dial(transactions, journal, clock, names=given.names)
    superseding = Superseding(given.transactions.vault, journal, actions)
    effects = Effects(transactions, journal, ledger, clock, superseding)
    executor = Executor(given.servers, mint, given.patience, given.currencies)
    judge = DecisionService(transactions, ledger, given.engine, reader, dial, clock)
    judge.observer = shadow = Shadow(given.shadow, transactions, clock) if given.shadow else None
    parts = GateParts(
        transactions=transactions,
        vault=transactions.vault,
        journal=journal,
        actions=actions,
        servers=given.servers,
        judge=judge,
        foresight=Foresight(given.servers, judge, tool_data, transactions.vault),
        effects=effects,
        executor=executor,
        superseding=superseding,
        tool_data=tool_data,
        describe=given.describe,
        clock=clock,
    )
    approvals = SupervisorApprovals(transactions, journal, actions, clock)
    suggestions = SuggestedCalls(transactions, journal, actions, clock)
    recovery = Recovery(given.servers, executor, effects, tool_data, dial, clock)
    work = UnitsOfWork(transactions)
    people = (approvals, ledger, recovery, dial, suggestions)
    return Control(transactions, work, Gate(parts), journal, *people, shadow, executor.progress)
