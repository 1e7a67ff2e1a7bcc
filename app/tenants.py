"""The tenants that the sandbox and the development tokens are for."""

from domain.ids import TenantId

TENANT = TenantId("northwind-fibre")
OTHER_TENANT = TenantId("other-co")
