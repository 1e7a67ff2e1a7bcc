"""The sandbox's systems, each with tables of its own; the CRM first, by whose customers the others know theirs."""

from mcp_servers.sandbox.systems.crm import CRM
from mcp_servers.sandbox.systems.erp import ERP
from mcp_servers.sandbox.systems.network import NETWORK
from mcp_servers.sandbox.systems.payments import PAYMENTS

SYSTEMS = {each.name: each for each in (CRM, ERP, PAYMENTS, NETWORK)}
