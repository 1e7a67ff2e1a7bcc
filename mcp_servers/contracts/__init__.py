"""The contracts: what any CRM, ERP, payment, network or knowledge server offers, as data that other languages can read.

`<system>.json` holds each tool's description, its arguments and answer as JSON Schemas with every field described, an
example of a call, and the promises that schemas cannot say. Our own servers are checked against it (`switchboard
check`), anybody else's by `switchboard mcp conform`.
"""
